//! What payments, refunds, API keys and the ledger *are*, and every rule about them, as pure commands.
//!
//! Knows no IO, async, SQL, HTTP, JSON, clock, randomness or floats: whatever it needs arrives as an argument.
//! A newcomer's usual mistake is to look for "save": a command only stages changes in [`State`]; the store
//! decides when and how they become durable.

pub mod account;
pub mod actor;
pub mod api_key;
pub mod audit;
pub mod bank_account;
pub mod banking_day;
pub mod card;
pub mod checkout_session;
pub mod client_token;
pub mod command;
pub mod customer;
pub mod date;
pub mod delivery;
pub mod event;
pub mod event_kind;
pub mod fee;
pub mod field_change;
pub mod id;
pub mod idempotency;
pub mod ids;
pub mod installation;
pub mod job;
pub mod ledger;
pub mod merchant;
pub mod metadata;
pub mod money;
pub mod payment;
pub mod payment_method;
pub mod payout;
pub mod refund;
pub mod refusal;
pub mod signing_key;
pub mod state;
pub mod test_clock;
pub mod time;
pub mod webhook_endpoint;

pub use account::Account;
pub use actor::Actor;
pub use command::{Command, Context, Stop};
pub use id::{Id, IdSource};
pub use ids::AccountId;
pub use money::{Currency, Money};
pub use refusal::Refusal;
pub use state::{Changes, Key, State};
pub use time::{Duration, Timestamp};
