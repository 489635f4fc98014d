//! Customers, and the keys that client tokens are signed with.

use std::sync::LazyLock;

use hedge_domain::customer::{Customer, CustomerId};
use hedge_domain::signing_key::{SigningKey, SigningKeyId};
use hedge_domain::state::Change;

use super::{Parameter, Statements, Write, column, millis, put, text, uuid, version};
use crate::column::metadata_text;

static CUSTOMERS: LazyLock<Statements> = LazyLock::new(|| {
    Statements::of(
        "customers",
        "id uuid, account_id uuid, email text, name text, phone text, description text, metadata text, \
         created_at bigint, updated_at bigint, version bigint",
    )
});

pub fn customers<'a>(changes: &'a [Change<CustomerId, Customer>], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &CUSTOMERS, customer_columns, writes);
}

fn customer_columns<'a>(rows: &[&'a Change<CustomerId, Customer>]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, |row| uuid(row.id)),
        column(rows, |row| uuid(row.after.account)),
        column(rows, |row| text(&row.after.email)),
        column(rows, |row| row.after.name.as_deref().map(text)),
        column(rows, |row| row.after.phone.as_deref().map(text)),
        column(rows, |row| row.after.description.as_deref().map(text)),
        column(rows, |row| metadata_text(&row.after.metadata)),
        column(rows, |row| row.after.created_at.millis()),
        column(rows, |row| row.after.updated_at.millis()),
        column(rows, |row| version(row)),
    ]
}

static SIGNING_KEYS: LazyLock<Statements> = LazyLock::new(|| {
    Statements::of(
        "signing_keys",
        "id uuid, public bytea, sealed bytea, created_at bigint, activates_at bigint, retires_at bigint, version bigint",
    )
});

pub fn signing_keys<'a>(changes: &'a [Change<SigningKeyId, SigningKey>], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &SIGNING_KEYS, signing_key_columns, writes);
}

fn signing_key_columns<'a>(rows: &[&'a Change<SigningKeyId, SigningKey>]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, |row| uuid(row.id)),
        column(rows, |row| row.after.public.as_slice()),
        column(rows, |row| row.after.sealed.as_slice()),
        column(rows, |row| row.after.created_at.millis()),
        column(rows, |row| row.after.activates_at.millis()),
        column(rows, |row| millis(row.after.retires_at)),
        column(rows, |row| version(row)),
    ]
}
