//! What the tests stand on: servers, bare HTTP, the real binary, a Postgres of their own, a browser.
//!
//! The one thing a newcomer gets wrong: [`Reply`] checks by itself what holds for every answer of the API (request id,
//! rate-limit headers, the error envelope), so no test repeats it.

pub mod binary;
pub mod browser;
pub mod http;
pub mod postgres;
pub mod python;
pub mod raw;
pub mod receiver;
pub mod server;
pub mod shop;

pub use binary::hedge;
pub use browser::{Browser, Looks};
pub use http::{Call, Reply};
pub use postgres::{Replicas, Schema};
pub use python::Python;
pub use receiver::{Answer, Got, Receiver};
pub use server::Server;
pub use shop::Shop;

use chrono::{DateTime, Utc};

/// The clock of the machine, for comparing with what the server says of time.
pub fn now() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "the server under test reads this same clock")]
    Utc::now()
}
