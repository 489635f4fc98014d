//! How each entity is read: its columns, and the entity made of them.

mod checkout;
mod clocks;
mod entities;
mod merchants;
mod payments;
mod webhooks;

pub(super) use checkout::{CHECKOUT_SESSION, checkout_session};
pub(super) use clocks::{TEST_CLOCK, test_clock};
pub(super) use entities::{
    ACCOUNT, API_KEY, CUSTOMER, IDEMPOTENCY, INSTALLATION, JOB, PAYMENT_METHOD, SIGNING_KEY, account, api_key, balance,
    customer, idempotency, installation, job, outbox, payment_method, signing_key,
};
pub(super) use merchants::{MERCHANT, PAYOUT, merchant, payout};
pub(super) use payments::{payments, select_payments};
pub(super) use webhooks::{
    ATTEMPT, DELIVERY, ROSTER, WEBHOOK_ENDPOINT, attempt, delivery, due_delivery, roster, webhook_endpoint,
};
