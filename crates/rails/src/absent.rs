//! The rails of a deployment that has none: real money never runs on the sandbox.
//!
//! Production is served without a rail until one is built. No card becomes a token, so no payment is ever charged, and
//! without payments there is nothing to pay out.

use futures::future::{BoxFuture, ready};
use hedge_domain::card::CardDetails;
use hedge_domain::payment::{Charge, Outcome, PaymentId};
use hedge_domain::payout::{PayoutOrder, PayoutOutcome};
use hedge_domain::refund::RefundId;

use crate::card::{CardRail, RailError};
use crate::payout::PayoutRail;

#[derive(Clone, Copy, Debug, Default)]
pub struct Absent;

fn refused<T: Send + 'static>() -> BoxFuture<'static, Result<T, RailError>> {
    Box::pin(ready(Err(RailError::Absent)))
}

impl CardRail for Absent {
    fn tokenize(&self, _card: &CardDetails<'_>) -> BoxFuture<'static, Result<String, RailError>> {
        refused()
    }

    fn needs_challenge<'a>(&'a self, _rail_token: &'a str) -> BoxFuture<'a, Result<bool, RailError>> {
        refused()
    }

    fn charge<'a>(&'a self, _charge: &'a Charge) -> BoxFuture<'a, Result<Outcome, RailError>> {
        refused()
    }

    fn refund(&self, _payment: PaymentId, _refund: RefundId) -> BoxFuture<'_, Result<(), RailError>> {
        refused()
    }
}

impl PayoutRail for Absent {
    fn send<'a>(&'a self, _order: &'a PayoutOrder) -> BoxFuture<'a, Result<PayoutOutcome, RailError>> {
        refused()
    }

    fn status<'a>(&'a self, _order: &'a PayoutOrder) -> BoxFuture<'a, Result<PayoutOutcome, RailError>> {
        refused()
    }
}
