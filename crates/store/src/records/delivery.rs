//! Deliveries. One that is settled or put off goes back to all workers, so its lease ends.

use hedge_domain::Timestamp;
use hedge_domain::account::AccountId;
use hedge_domain::delivery::{Delivery, DeliveryId, DeliveryStatus};
use hedge_domain::webhook_endpoint::PreviousSecret;

use crate::column::coded;
use crate::engine::DueDelivery;
use crate::record::{Get, Malformed, Stored, record};

record! {
    of "deliveries" of Delivery, by id: DeliveryId,
        fixed: "account_id, endpoint_id, event_id, kind", also: ["", ", lease_until = NULL"];
    id: "id uuid",
    account: "account_id uuid",
    endpoint: "endpoint_id uuid",
    event: "event_id uuid",
    kind: "kind text",
    status: "status text",
    attempts: "attempts bigint",
    failures: "failures bigint",
    due_at: "due_at bigint",
    settled_at: "settled_at bigint",
    created_at: "created_at bigint",
}

coded!(DeliveryStatus);

/// A delivery, and behind it and its version what it takes to attempt it: payload, URL, secret, the secret before and
/// until when that signs, and whether the endpoint is called.
pub(crate) fn due(row: &mut dyn Get, now: impl FnOnce(AccountId) -> Timestamp) -> Result<DueDelivery, Malformed> {
    let delivery = Delivery::get(row)?;
    let _version: i64 = row.take()?;
    let (payload, url, secret) = (row.take()?, row.take()?, row.take()?);
    let previous: Option<PreviousSecret> = row.take()?;
    let signs = previous.filter(|previous| now(delivery.account) < previous.until);
    let previous_secret = signs.map(|previous| previous.secret);
    Ok(DueDelivery { delivery, payload, url, secret, previous_secret, is_called: row.take()? })
}
