//! Webhook endpoints and rosters; deliveries and the attempts at them.

use std::sync::LazyLock;

use hedge_domain::account::AccountId;
use hedge_domain::delivery::{Attempt, Delivery, DeliveryId};
use hedge_domain::state::Change;
use hedge_domain::webhook_endpoint::{Roster, WebhookEndpoint, WebhookEndpointId};

use super::{Parameter, Statements, Write, column, exactly, millis, put, text, uuid, version};
use crate::column::{Coded, metadata_text, subscriptions_text, wanted_text};

static WEBHOOK_ENDPOINTS: LazyLock<Statements> = LazyLock::new(|| {
    Statements::of(
        "webhook_endpoints",
        "id uuid, account_id uuid, url text, wanted text, description text, metadata text, secret bytea, \
         previous_secret bytea, previous_until bigint, failing_since bigint, failing_last bigint, disabled_at bigint, \
         disabled_reason text, deleted_at bigint, created_at bigint, updated_at bigint, sequence bigint, version bigint",
    )
});

pub fn endpoints<'a>(changes: &'a [Change<WebhookEndpointId, WebhookEndpoint>], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &WEBHOOK_ENDPOINTS, endpoint_columns, writes);
}

fn endpoint_columns<'a>(rows: &[&'a Change<WebhookEndpointId, WebhookEndpoint>]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, |row| uuid(row.id)),
        column(rows, |row| uuid(row.after.account)),
        column(rows, |row| text(&row.after.url)),
        column(rows, |row| wanted_text(&row.after.wanted)),
        column(rows, |row| row.after.description.as_deref().map(text)),
        column(rows, |row| metadata_text(&row.after.metadata)),
        column(rows, |row| row.after.secret.0.as_slice()),
        column(rows, |row| row.after.previous.as_ref().map(|previous| previous.secret.0.as_slice())),
        column(rows, |row| row.after.previous.as_ref().map(|previous| previous.until.millis())),
        column(rows, |row| row.after.streak.map(|streak| streak.since.millis())),
        column(rows, |row| row.after.streak.map(|streak| streak.last.millis())),
        column(rows, |row| row.after.disabled.map(|disabled| disabled.at.millis())),
        column(rows, |row| row.after.disabled.map(|disabled| disabled.reason.text())),
        column(rows, |row| millis(row.after.deleted_at)),
        column(rows, |row| row.after.created_at.millis()),
        column(rows, |row| row.after.updated_at.millis()),
        column(rows, |row| i64::from(row.after.sequence)),
        column(rows, |row| version(row)),
    ]
}

static ROSTERS: LazyLock<Statements> =
    LazyLock::new(|| Statements::of("webhook_rosters", "id uuid, subscriptions text, version bigint"));

pub fn rosters<'a>(changes: &'a [Change<AccountId, Roster>], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &ROSTERS, roster_columns, writes);
}

fn roster_columns<'a>(rows: &[&'a Change<AccountId, Roster>]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, |row| uuid(row.id)),
        column(rows, |row| subscriptions_text(&row.after.subscriptions)),
        column(rows, |row| version(row)),
    ]
}

/// One that is settled or put off goes back to all workers, so its lease ends.
static DELIVERIES: LazyLock<Statements> = LazyLock::new(|| {
    Statements::releasing(
        "deliveries",
        "id uuid, account_id uuid, endpoint_id uuid, event_id uuid, kind text, status text, attempts bigint, \
         failures bigint, due_at bigint, settled_at bigint, created_at bigint, version bigint",
        ", lease_until = NULL",
    )
});

pub fn deliveries<'a>(changes: &'a [Change<DeliveryId, Delivery>], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &DELIVERIES, delivery_columns, writes);
}

fn delivery_columns<'a>(rows: &[&'a Change<DeliveryId, Delivery>]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, |row| uuid(row.id)),
        column(rows, |row| uuid(row.after.account)),
        column(rows, |row| uuid(row.after.endpoint)),
        column(rows, |row| uuid(row.after.event)),
        column(rows, |row| row.after.kind.text()),
        column(rows, |row| row.after.status.text()),
        column(rows, |row| i64::from(row.after.attempts)),
        column(rows, |row| i64::from(row.after.failures)),
        column(rows, |row| row.after.due_at.millis()),
        column(rows, |row| millis(row.after.settled_at)),
        column(rows, |row| row.after.created_at.millis()),
        column(rows, |row| version(row)),
    ]
}

const ADD_ATTEMPTS: &str = "INSERT INTO delivery_attempts \
        (delivery_id, number, at, took, status, error_code, error_message, response) \
    SELECT * FROM UNNEST($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], \
        $8::text[])";

pub fn attempts<'a>(rows: &'a [Attempt], writes: &mut Vec<Write<'a>>) {
    if rows.is_empty() {
        return;
    }
    let rows: Vec<&Attempt> = rows.iter().collect();
    let parameters = vec![
        column(&rows, |row| uuid(row.delivery)),
        column(&rows, |row| i64::from(row.number)),
        column(&rows, |row| row.at.millis()),
        column(&rows, |row| row.took.millis()),
        column(&rows, |row| row.status.map(i64::from)),
        column(&rows, |row| row.error.as_ref().map(|error| error.code.text())),
        column(&rows, |row| row.error.as_ref().map(|error| text(&error.message))),
        column(&rows, |row| text(&row.response)),
    ];
    writes.push(Write { sql: ADD_ATTEMPTS, parameters, rows: exactly(&rows) });
}
