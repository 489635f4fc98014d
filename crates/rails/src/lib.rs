//! Moves money: the traits of the rails, the sandbox that simulates them, and the worker that drives payments and
//! payouts over them.
//!
//! Knows no HTTP family and no SQL. A newcomer's usual mistake is to treat an error of a rail as a decline: an error
//! means the outcome is unknown, and the job asks again under the same idempotency key until the rail says.

pub mod absent;
pub mod card;
pub mod payout;
pub mod sandbox;
pub mod worker;

pub use absent::Absent;
pub use card::{CardRail, RailError};
pub use payout::PayoutRail;
pub use sandbox::Sandbox;
pub use worker::{Rails, Step, Worker};
