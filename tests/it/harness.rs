//! What the tests stand on: servers, bare HTTP, the real binary, a Postgres of their own.
//!
//! The one thing a newcomer gets wrong: [`Reply`] checks by itself what holds for every answer of the API (request id,
//! rate-limit headers, the error envelope), so no test repeats it.

pub mod binary;
pub mod http;
pub mod postgres;
pub mod raw;
pub mod server;

pub use binary::hedge;
pub use http::{Call, Reply};
pub use postgres::Replicas;
pub use server::Server;

use chrono::{DateTime, Utc};

/// The clock of the machine, for comparing with what the server says of time.
pub fn now() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "the server under test reads this same clock")]
    Utc::now()
}
