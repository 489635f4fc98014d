//! Payments with their refunds: one row for each refund, or one without.
//!
//! The two are read in one statement, hence in one snapshot: read one after the other, a refund could be there
//! that the payment does not know of yet.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use hedge_domain::Money;
use hedge_domain::payment::{Cancellation, Payment, PaymentId};
use hedge_domain::refund::{Refund, RefundId};
use hedge_domain::state::Version;
use tokio_postgres::Row;

use crate::column;
use crate::postgres::failure::Failure;
use crate::postgres::fields::Fields;

const PAYMENT: &str = "p.id, r.id, r.amount, r.reason, r.status, r.metadata, r.created_at, \
    p.account_id, p.merchant_id, p.amount, p.currency, p.status, p.method, p.payment_method_id, p.customer_id, \
    p.customer_email, p.description, p.statement_descriptor, p.metadata, p.fee, p.refunded, p.failure_code, \
    p.three_d_secure, p.canceled_at, p.cancellation_reason, p.expires_at, p.settled_at, p.created_at, p.updated_at, \
    p.sequence, p.checkout_session_id, p.settles_at, p.version";

/// The payments that a query selects, with their refunds, in no order: asked for one here, the planner might walk the
/// whole primary key to get it.
pub fn select_payments(selection: &str) -> String {
    format!("SELECT {PAYMENT} FROM ({selection}) p LEFT JOIN refunds r ON r.payment_id = p.id")
}

/// By id, each with its refunds in order.
pub fn payments(rows: &[Row]) -> Result<BTreeMap<PaymentId, (Payment, Version)>, Failure> {
    let mut payments: BTreeMap<PaymentId, (Payment, Version)> = BTreeMap::new();
    for row in rows {
        let mut fields = Fields::of(row);
        let id: PaymentId = fields.id()?;
        let refund = refund(&mut fields)?;
        let (payment, _) = match payments.entry(id) {
            Entry::Occupied(seen) => seen.into_mut(),
            Entry::Vacant(new) => new.insert(payment(id, &mut fields)?),
        };
        payment.refunds.extend(refund);
    }
    for (payment, _) in payments.values_mut() {
        payment.refunds.sort_by_key(|refund| refund.id);
    }
    Ok(payments)
}

fn refund(fields: &mut Fields<'_>) -> Result<Option<Refund>, Failure> {
    let id: Option<RefundId> = fields.optional_id()?;
    let (amount, reason, status) = (fields.value()?, fields.value()?, fields.optional_code()?);
    let (metadata, created_at) = (fields.value()?, fields.optional_time()?);
    // A column of the outer join is NULL only where there is no refund.
    let present = id.zip(amount).zip(status.zip(created_at));
    let Some(((id, amount), (status, created_at))) = present else {
        return Ok(None);
    };
    Ok(Some(Refund { id, amount, reason, status, metadata: column::metadata(metadata)?, created_at }))
}

fn payment(id: PaymentId, fields: &mut Fields<'_>) -> Result<(Payment, Version), Failure> {
    let payment = Payment {
        id,
        refunds: Vec::new(),
        account: fields.id()?,
        merchant: fields.id()?,
        amount: Money::new(fields.value()?, fields.code()?),
        status: fields.code()?,
        method: fields.optional_code()?,
        payment_method: fields.optional_id()?,
        customer: fields.optional_id()?,
        customer_email: fields.value()?,
        description: fields.value()?,
        statement_descriptor: fields.value()?,
        metadata: column::metadata(fields.value()?)?,
        fee: fields.value()?,
        refunded: fields.value()?,
        failure: fields.optional_code()?,
        three_d_secure: fields.optional_code()?,
        cancellation: cancellation(fields)?,
        expires_at: fields.time()?,
        settled_at: fields.optional_time()?,
        created_at: fields.time()?,
        updated_at: fields.time()?,
        sequence: fields.count()?,
        checkout_session: fields.optional_id()?,
        settles_at: fields.optional_time()?,
    };
    Ok((payment, fields.value()?))
}

fn cancellation(fields: &mut Fields<'_>) -> Result<Option<Cancellation>, Failure> {
    let (at, reason) = (fields.optional_time()?, fields.value()?);
    Ok(at.map(|at| Cancellation { reason, at }))
}
