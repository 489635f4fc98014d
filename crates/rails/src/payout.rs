//! What a payout rail must be able to do.
//!
//! Like a card rail it is called with an idempotency key, the payout's id, and may be asked again: for a payout that was
//! sent already it answers for the first time.

use futures::future::BoxFuture;
use hedge_domain::payout::{PayoutOrder, PayoutOutcome};

use crate::card::RailError;

pub trait PayoutRail: Send + Sync + 'static {
    /// Sends the money on its way.
    fn send<'a>(&'a self, order: &'a PayoutOrder) -> BoxFuture<'a, Result<PayoutOutcome, RailError>>;

    /// What has become of a payout that was sent before.
    fn status<'a>(&'a self, order: &'a PayoutOrder) -> BoxFuture<'a, Result<PayoutOutcome, RailError>>;
}
