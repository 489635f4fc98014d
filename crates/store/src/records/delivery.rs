//! Deliveries. One that is settled or put off goes back to all workers, so its lease ends.

use hedge_domain::Timestamp;
use hedge_domain::account::AccountId;
use hedge_domain::delivery::{Delivery, DeliveryId};
use hedge_domain::webhook_endpoint::PreviousSecret;

use crate::engine::DueDelivery;
use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static DELIVERIES: Table = Definition {
    fixed: "account_id, endpoint_id, event_id, kind",
    also: ["", ", lease_until = NULL"],
    ..Definition::of(
        "deliveries",
        "id uuid, account_id uuid, endpoint_id uuid, event_id uuid, kind text, status text, attempts bigint, \
         failures bigint, due_at bigint, settled_at bigint, created_at bigint",
    )
}
.table();

impl Row for Delivery {
    fn table() -> &'static Table {
        &DELIVERIES
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self { id, account, endpoint, event, kind, status, attempts, failures, due_at, settled_at, created_at } =
            self;
        row.put(id).put(account).put(endpoint).put(event).put(kind).put(status).put(attempts).put(failures);
        row.put(due_at).put(settled_at).put(created_at);
    }
}

impl Stored for Delivery {
    type Id = DeliveryId;

    fn id(&self) -> DeliveryId {
        self.id
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        let (id, account, endpoint, event, kind, status, attempts, failures, due_at, settled_at, created_at) =
            row.take()?;
        Ok(Self { id, account, endpoint, event, kind, status, attempts, failures, due_at, settled_at, created_at })
    }
}

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
