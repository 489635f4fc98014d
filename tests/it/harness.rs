//! What the tests stand on: servers, bare HTTP, the real binary, a Postgres of their own, a browser.
//!
//! The one thing a newcomer gets wrong: [`Reply`] checks by itself what holds for every answer of the API (request id,
//! rate-limit headers, the error envelope), so no test repeats it.

pub mod binary;
pub mod browser;
pub mod clock;
pub mod data_folder;
pub mod http;
pub mod postgres;
pub mod python;
pub mod raw;
pub mod receiver;
pub mod server;
pub mod shop;

pub use binary::hedge;
pub use browser::{Browser, Looks};
pub use data_folder::no_file_holds;
pub use http::{Call, Reply};
pub use postgres::Replicas;
pub use python::Python;
pub use receiver::{Answer, Got, Receiver};
pub use server::Server;
pub use shop::Shop;

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

/// How long a test waits for what takes milliseconds on an idle machine. It only costs time where something is wrong.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What is asked for, as soon as it is there: until then the question answers with what is there instead, which is told
/// when it takes too long. Every question must be a round trip, so that nothing spins.
pub async fn until<T>(ask: impl AsyncFn() -> Result<T, String>) -> T {
    until_within(PATIENCE, ask).await
}

/// The same where a minute is not long.
pub async fn until_within<T>(patience: Duration, ask: impl AsyncFn() -> Result<T, String>) -> T {
    let deadline = Instant::now() + patience;
    loop {
        match ask().await {
            Ok(found) => return found,
            Err(instead) => assert!(Instant::now() < deadline, "{instead}"),
        }
    }
}

/// The clock of the machine, for comparing with what the server says of time.
pub fn now() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "the server under test reads this same clock")]
    Utc::now()
}
