//! Checkout sessions.

use std::sync::LazyLock;

use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionId};
use hedge_domain::state::Change;

use super::{Parameter, Statements, Write, column, millis, put, text, uuid, version};
use crate::column::{Coded, metadata_text, methods_text};

static CHECKOUT_SESSIONS: LazyLock<Statements> = LazyLock::new(|| {
    Statements::of(
        "checkout_sessions",
        "id uuid, account_id uuid, merchant_id uuid, amount bigint, currency text, description text, \
         customer_email text, customer_id uuid, methods text, success_url text, cancel_url text, metadata text, \
         status text, payment_id uuid, expires_at bigint, completed_at bigint, expired_at bigint, created_at bigint, \
         updated_at bigint, sequence bigint, version bigint",
    )
});

pub fn sessions<'a>(changes: &'a [Change<CheckoutSessionId, CheckoutSession>], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &CHECKOUT_SESSIONS, columns, writes);
}

fn columns<'a>(rows: &[&'a Change<CheckoutSessionId, CheckoutSession>]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, |row| uuid(row.id)),
        column(rows, |row| uuid(row.after.account)),
        column(rows, |row| uuid(row.after.merchant)),
        column(rows, |row| row.after.amount.minor()),
        column(rows, |row| row.after.amount.currency().text()),
        column(rows, |row| row.after.description.as_deref().map(text)),
        column(rows, |row| row.after.customer_email.as_deref().map(text)),
        column(rows, |row| row.after.customer.map(uuid)),
        column(rows, |row| methods_text(&row.after.methods)),
        column(rows, |row| text(&row.after.success_url)),
        column(rows, |row| text(&row.after.cancel_url)),
        column(rows, |row| metadata_text(&row.after.metadata)),
        column(rows, |row| row.after.status.text()),
        column(rows, |row| row.after.payment.map(uuid)),
        column(rows, |row| row.after.expires_at.millis()),
        column(rows, |row| millis(row.after.completed_at)),
        column(rows, |row| millis(row.after.expired_at)),
        column(rows, |row| row.after.created_at.millis()),
        column(rows, |row| row.after.updated_at.millis()),
        column(rows, |row| i64::from(row.after.sequence)),
        column(rows, |row| version(row)),
    ]
}
