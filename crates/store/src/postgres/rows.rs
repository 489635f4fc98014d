//! How each entity is read: its columns, and the entity made of them.

mod clocks;
mod entities;
mod payments;

pub(super) use clocks::{TEST_CLOCK, test_clock};
pub(super) use entities::{
    ACCOUNT, API_KEY, CUSTOMER, IDEMPOTENCY, INSTALLATION, JOB, MERCHANT, PAYMENT_METHOD, SIGNING_KEY, account,
    api_key, balance, customer, idempotency, installation, job, merchant, outbox, payment_method, signing_key,
};
pub(super) use payments::{payments, select_payments};
