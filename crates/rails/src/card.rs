//! What a card rail must be able to do.
//!
//! Every call carries an idempotency key (the payment's or refund's id) and may be repeated: after a crash or a
//! time-out the worker asks again, and the rail must answer for the first attempt.

use futures::future::BoxFuture;
use hedge_domain::card::CardDetails;
use hedge_domain::payment::{Charge, Outcome, PaymentId};
use hedge_domain::refund::RefundId;
use thiserror::Error;

#[derive(Clone, Debug, Error)]
pub enum RailError {
    /// The rail did not answer, or not in a way that tells what happened.
    #[error("the rail's answer is unknown: {0}")]
    Unknown(String),
    /// Nothing carries this here, and nothing was done.
    #[error("there is no rail for this here")]
    Absent,
}

pub trait CardRail: Send + Sync + 'static {
    /// Swaps a card for the rail's own token; the only call that sees a full number.
    fn tokenize(&self, card: &CardDetails<'_>) -> BoxFuture<'static, Result<String, RailError>>;

    /// Whether the card's issuer wants to see the cardholder before a charge; asked for payments that somebody sits in
    /// front of, on the hosted page.
    fn needs_challenge<'a>(&'a self, rail_token: &'a str) -> BoxFuture<'a, Result<bool, RailError>>;

    /// Authenticates the cardholder where the card asks for it and a challenge has not done so already,
    /// authorizes and captures.
    fn charge<'a>(&'a self, charge: &'a Charge) -> BoxFuture<'a, Result<Outcome, RailError>>;

    /// Gives money back. Answers once the rail has taken the refund on.
    fn refund(&self, payment: PaymentId, refund: RefundId) -> BoxFuture<'_, Result<(), RailError>>;
}
