//! Payments, their refunds, and how many of both are in each status.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use hedge_domain::payment::{Payment, PaymentId};
use hedge_domain::refund::{Refund, RefundId};
use hedge_domain::state::Change;

use super::{Expect, Parameter, Statements, Write, column, millis, put, text, uuid, version};
use crate::column::{Coded, metadata_text};
use crate::counts;

static PAYMENTS: LazyLock<Statements> = LazyLock::new(|| {
    Statements::of(
        "payments",
        "id uuid, account_id uuid, merchant_id uuid, amount bigint, currency text, status text, method text, \
         payment_method_id uuid, customer_id uuid, customer_email text, description text, statement_descriptor text, \
         metadata text, fee bigint, refunded bigint, failure_code text, three_d_secure text, canceled_at bigint, \
         cancellation_reason text, expires_at bigint, settled_at bigint, created_at bigint, updated_at bigint, \
         sequence bigint, checkout_session_id uuid, settles_at bigint, version bigint",
    )
});

type PaymentChange = Change<PaymentId, Payment>;

pub fn payments<'a>(changes: &'a [PaymentChange], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &PAYMENTS, payment_columns, writes);
}

fn payment_columns<'a>(rows: &[&'a PaymentChange]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, |row| uuid(row.id)),
        column(rows, |row| uuid(row.after.account)),
        column(rows, |row| uuid(row.after.merchant)),
        column(rows, |row| row.after.amount.minor()),
        column(rows, |row| row.after.amount.currency().text()),
        column(rows, |row| row.after.status.text()),
        column(rows, |row| row.after.method.map(Coded::text)),
        column(rows, |row| row.after.payment_method.map(uuid)),
        column(rows, |row| row.after.customer.map(uuid)),
        column(rows, |row| text(&row.after.customer_email)),
        column(rows, |row| row.after.description.as_deref().map(text)),
        column(rows, |row| text(&row.after.statement_descriptor)),
        column(rows, |row| metadata_text(&row.after.metadata)),
        column(rows, |row| row.after.fee),
        column(rows, |row| row.after.refunded),
        column(rows, |row| row.after.failure.map(Coded::text)),
        column(rows, |row| row.after.three_d_secure.map(Coded::text)),
        column(rows, |row| row.after.cancellation.as_ref().map(|end| end.at.millis())),
        column(rows, |row| row.after.cancellation.as_ref().and_then(|end| end.reason.as_deref()).map(text)),
        column(rows, |row| row.after.expires_at.millis()),
        column(rows, |row| millis(row.after.settled_at)),
        column(rows, |row| row.after.created_at.millis()),
        column(rows, |row| row.after.updated_at.millis()),
        column(rows, |row| i64::from(row.after.sequence)),
        column(rows, |row| row.after.checkout_session.map(uuid)),
        column(rows, |row| millis(row.after.settles_at)),
        column(rows, |row| version(row)),
    ]
}

/// A refund has no version of its own: it is written only together with its payment, which has one.
const PUT_REFUNDS: &str = "INSERT INTO refunds (payment_id, id, amount, reason, status, metadata, created_at) \
    SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[]) \
    ON CONFLICT (payment_id, id) DO UPDATE SET amount = excluded.amount, reason = excluded.reason, \
    status = excluded.status, metadata = excluded.metadata";

/// Those that are new, or not what they were.
pub fn refunds<'a>(changes: &'a [PaymentChange], writes: &mut Vec<Write<'a>>) {
    let rows: Vec<(PaymentId, &Refund)> = changes.iter().flat_map(changed_refunds).collect();
    if rows.is_empty() {
        return;
    }
    let parameters = vec![
        column(&rows, |(payment, _)| uuid(*payment)),
        column(&rows, |(_, refund)| uuid(refund.id)),
        column(&rows, |(_, refund)| refund.amount),
        column(&rows, |(_, refund)| refund.reason.as_deref().map(text)),
        column(&rows, |(_, refund)| refund.status.text()),
        column(&rows, |(_, refund)| metadata_text(&refund.metadata)),
        column(&rows, |(_, refund)| refund.created_at.millis()),
    ];
    writes.push(Write { sql: PUT_REFUNDS, parameters, rows: Expect::Any });
}

fn changed_refunds(change: &PaymentChange) -> impl Iterator<Item = (PaymentId, &Refund)> {
    let stored: BTreeMap<RefundId, &Refund> =
        change.before.iter().flat_map(|(before, _)| &before.refunds).map(|refund| (refund.id, refund)).collect();
    let changed = change.after.refunds.iter().filter(move |&refund| stored.get(&refund.id) != Some(&refund));
    changed.map(|refund| (change.id, refund))
}

const ADD_PAYMENTS: &str = "INSERT INTO payment_counts AS c (status, slot, count) \
    SELECT u.status, pg_backend_pid() % 64, u.count FROM UNNEST($1::text[], $2::bigint[]) AS u(status, count) \
    ON CONFLICT (status, slot) DO UPDATE SET count = c.count + excluded.count";
const ADD_REFUNDS: &str = "INSERT INTO refund_counts AS c (status, slot, count) \
    SELECT u.status, pg_backend_pid() % 64, u.count FROM UNNEST($1::text[], $2::bigint[]) AS u(status, count) \
    ON CONFLICT (status, slot) DO UPDATE SET count = c.count + excluded.count";

pub fn counts<'a>(changes: &'a [PaymentChange], writes: &mut Vec<Write<'a>>) {
    add(ADD_PAYMENTS, counts::of_payments(changes), writes);
    add(ADD_REFUNDS, counts::of_refunds(changes), writes);
}

fn add<S: Coded>(sql: &'static str, counts: BTreeMap<S, i64>, writes: &mut Vec<Write<'_>>) {
    let rows: Vec<(&str, i64)> = counts.into_iter().map(|(status, count)| (status.text(), count)).collect();
    if !rows.is_empty() {
        let parameters = vec![column(&rows, |row| row.0), column(&rows, |row| row.1)];
        writes.push(Write { sql, parameters, rows: Expect::Any });
    }
}
