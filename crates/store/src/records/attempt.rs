//! Attempts at deliveries.

use hedge_domain::delivery::{Attempt, AttemptError, AttemptErrorCode, DeliveryId};

use crate::column::coded;
use crate::record::{pair, record};

record! {
    log "delivery_attempts" of Attempt, by delivery number: (DeliveryId, u32), key: 2;
    delivery: "delivery_id uuid",
    number: "number bigint",
    at: "at bigint",
    took: "took bigint",
    status: "status bigint",
    error: "error_code text, error_message text",
    response: "response text",
}

coded!(AttemptErrorCode);
pair! {
    AttemptError { code, message };
}
