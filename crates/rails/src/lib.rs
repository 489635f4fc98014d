//! Moves money: the trait of a card rail, the sandbox that simulates one, and the worker that drives payments over it.
//!
//! Knows no HTTP family and no SQL. A newcomer's usual mistake is to treat an error of a rail as a decline: an error
//! means the outcome is unknown, and the job asks again under the same idempotency key until the rail says.

pub mod card;
pub mod sandbox;
pub mod worker;

pub use card::{CardRail, RailError};
pub use sandbox::Sandbox;
pub use worker::{Step, Worker};
