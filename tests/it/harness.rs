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

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

/// How long a test waits for what takes milliseconds on an idle machine. It only costs time where something is wrong.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// When a wait that begins now has taken too long.
pub fn deadline() -> Instant {
    Instant::now() + PATIENCE
}

/// The clock of the machine, for comparing with what the server says of time.
pub fn now() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "the server under test reads this same clock")]
    Utc::now()
}
