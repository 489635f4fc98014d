//! Checkout sessions.

use hedge_domain::Money;
use hedge_domain::checkout_session::CheckoutSession;
use hedge_domain::state::Version;
use tokio_postgres::Row;

use crate::column;
use crate::postgres::failure::Failure;
use crate::postgres::fields::Fields;

pub const CHECKOUT_SESSION: &str = "id, account_id, merchant_id, amount, currency, description, customer_email, \
    customer_id, methods, success_url, cancel_url, metadata, status, payment_id, expires_at, completed_at, expired_at, \
    created_at, updated_at, sequence, version";

pub fn checkout_session(row: &Row) -> Result<(CheckoutSession, Version), Failure> {
    let mut fields = Fields::of(row);
    let session = CheckoutSession {
        id: fields.id()?,
        account: fields.id()?,
        merchant: fields.id()?,
        amount: Money::new(fields.value()?, fields.code()?),
        description: fields.value()?,
        customer_email: fields.value()?,
        customer: fields.optional_id()?,
        methods: column::methods(fields.value()?)?,
        success_url: fields.value()?,
        cancel_url: fields.value()?,
        metadata: column::metadata(fields.value()?)?,
        status: fields.code()?,
        payment: fields.optional_id()?,
        expires_at: fields.time()?,
        completed_at: fields.optional_time()?,
        expired_at: fields.optional_time()?,
        created_at: fields.time()?,
        updated_at: fields.time()?,
        sequence: fields.count()?,
    };
    Ok((session, fields.value()?))
}
