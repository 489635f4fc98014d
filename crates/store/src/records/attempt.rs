//! Attempts at deliveries.

use hedge_domain::delivery::{Attempt, AttemptError, DeliveryId};

use crate::column::pair;
use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static DELIVERY_ATTEMPTS: Table = Definition {
    key: 2,
    ..Definition::log(
        "delivery_attempts",
        "delivery_id uuid, number bigint, at bigint, took bigint, status bigint, error_code text, \
         error_message text, response text",
    )
}
.table();

impl Row for Attempt {
    fn table() -> &'static Table {
        &DELIVERY_ATTEMPTS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self { delivery, number, at, took, status, error, response } = self;
        row.put(delivery).put(number).put(at).put(took).put(status).put(error).put(response);
    }
}

impl Stored for Attempt {
    type Id = (DeliveryId, u32);

    fn id(&self) -> (DeliveryId, u32) {
        (self.delivery, self.number)
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        let (delivery, number, at, took, status, error, response) = row.take()?;
        Ok(Self { delivery, number, at, took, status, error, response })
    }
}

pair!(AttemptError { code, message });
