//! The Rust SDK: progenitor's output for each spec, and what every family needs around it: credentials, idempotency
//! keys, retries.
//!
//! It must not know the domain, the server or its wire types: the end-to-end tests drive the server through it, and a
//! mistake of either side shows as a disagreement. The one thing a newcomer gets wrong: every POST carries an idempotency
//! key even if the caller gives none, so a retry is safe; give your own to make it safe across restarts, too.
//!
//! ```no_run
//! use hedge_client::hedge::types::Currency;
//! use hedge_client::hedge::Failure as _;
//!
//! # async fn take_a_payment() -> Result<(), Box<dyn std::error::Error>> {
//! let hedge = hedge_client::hedge("http://127.0.0.1:8080", "sk_test_your_api_key")?;
//!
//! let payment = hedge
//!     .create_payment()
//!     .idempotency_key("order-1234")
//!     .body_map(|body| body.amount(9999).currency(Currency::Usd).customer_email("customer@example.com"))
//!     .send()
//!     .await?;
//! println!("{} is {}", payment.id, payment.status);
//!
//! // Everything that remains; `.body_map(|body| body.amount(2500))` sends back a part of it.
//! match hedge.refund_payment().id(&payment.id).send().await {
//!     Ok(refunded) => println!("{} cents went back", refunded.refunded_amount),
//!     Err(error) if error.code() == Some("payment_not_refundable") => println!("too early"),
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok(())
//! # }
//! ```

pub mod hedge;

mod retry;
mod session;
mod settings;

pub use session::Session;
pub use settings::{Settings, SettingsError};

/// A client of the Hedge API with the usual settings; [`Settings`] has the others.
///
/// # Errors
/// The base URL is none, or the key has characters that no key has.
pub fn hedge(base_url: &str, secret_key: &str) -> Result<hedge::Client, SettingsError> {
    Settings::new(base_url, secret_key).hedge()
}
