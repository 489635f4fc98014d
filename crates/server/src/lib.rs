//! Speaks the API families: authenticates, converts, runs a command, converts. Also the configuration, the background
//! workers, and the command line.
//!
//! Knows no SQL. A newcomer's usual mistake is to put a rule into a handler: a handler only translates, and the rule
//! stands in the domain, where it is decided inside the transaction.

pub mod access;
pub mod checkout;
pub mod cli;
pub mod client_token;
pub mod clock;
pub mod config;
pub mod country;
pub mod deliveries;
pub mod family;
pub mod gateway;
pub mod hedge;
pub mod ids;
pub mod keyring;
pub mod limiter;
pub mod listen;
pub mod open;
pub mod operator;
pub mod pay;
pub mod platform;
pub mod public_url;
pub mod secret;
pub mod serve;
pub mod shares;
pub mod signing_ring;
pub mod telemetry;
pub mod traces;
pub mod worker;

pub use config::{Config, Settings};
pub use hedge_webhooks::Resolver;
pub use serve::{Running, start, start_with};
