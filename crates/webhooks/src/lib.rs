//! Signs and delivers what the outbox holds.
//!
//! Owns what a merchant's receiver sees: the signatures, which addresses may be called at all,
//! and one HTTP attempt. When it is called again is `domain`'s. Must not know SQL text, nor which handler caused an event. A newcomer's usual mistake is to
//! check a URL and then call it by another way: [`Target`] only says what may be *registered*, and the connection that
//! [`Sender`] makes checks the very address it connects to, every time.

pub mod connect;
pub mod deliver;
pub mod sign;
pub mod target;

pub use connect::{Resolver, Settings};
pub use deliver::{Attempt, Failure, Outcome, Report, Sender};
pub use hedge_domain::delivery::{Contract, Next, Pace};
pub use sign::{Message, Secret, Signers};
pub use target::{Guard, Policy, Refused, Target, Trusted, Unclear};
