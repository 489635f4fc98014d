//! What is written seldom: the installation, accounts, keys; and tokens.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use hedge_domain::Account;
use hedge_domain::account::AccountId;
use hedge_domain::api_key::{ApiKey, ApiKeyId};
use hedge_domain::installation::Installation;
use hedge_domain::merchant::MerchantId;
use hedge_domain::payment_method::{PaymentMethod, PaymentMethodId};
use hedge_domain::state::Change;

use super::{Parameter, Statements, Write, column, millis, put, text, uuid, version};
use crate::column::Coded;

static INSTALLATION: LazyLock<Statements> = LazyLock::new(|| {
    Statements::of(
        "installation",
        "id integer, environment text, secret_check bytea, first_account_id uuid, created_at bigint, version bigint",
    )
});

pub fn installation<'a>(changes: &'a [Change<(), Installation>], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &INSTALLATION, installation_columns, writes);
}

fn installation_columns<'a>(rows: &[&'a Change<(), Installation>]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, |_| 1_i32),
        column(rows, |row| row.after.environment.text()),
        column(rows, |row| row.after.secret_check.as_slice()),
        column(rows, |row| uuid(row.after.first_account)),
        column(rows, |row| row.after.created_at.millis()),
        column(rows, |row| version(row)),
    ]
}

static ACCOUNTS: LazyLock<Statements> = LazyLock::new(|| {
    Statements::of("accounts", "id uuid, name text, default_merchant_id uuid, created_at bigint, version bigint")
});

pub fn accounts<'a>(changes: &'a [Change<AccountId, Account>], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &ACCOUNTS, account_columns, writes);
}

fn account_columns<'a>(rows: &[&'a Change<AccountId, Account>]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, |row| uuid(row.id)),
        column(rows, |row| text(&row.after.name)),
        column(rows, |row| uuid(row.after.default_merchant)),
        column(rows, |row| row.after.created_at.millis()),
        column(rows, |row| version(row)),
    ]
}

static API_KEYS: LazyLock<Statements> = LazyLock::new(|| {
    Statements::of(
        "api_keys",
        "id uuid, account_id uuid, name text, kind text, hash bytea, prefix text, last4 text, livemode boolean, \
         read_only boolean, merchants uuid[], created_at bigint, expires_at bigint, revoked_at bigint, \
         last_used_at bigint, version bigint",
    )
});

pub fn api_keys<'a>(changes: &'a [Change<ApiKeyId, ApiKey>], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &API_KEYS, api_key_columns, writes);
}

fn api_key_columns<'a>(rows: &[&'a Change<ApiKeyId, ApiKey>]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, |row| uuid(row.id)),
        column(rows, |row| uuid(row.after.account)),
        column(rows, |row| row.after.name.as_deref().map(text)),
        column(rows, |row| row.after.kind.text()),
        column(rows, |row| row.after.secret.hash.as_slice()),
        column(rows, |row| text(&row.after.secret.prefix)),
        column(rows, |row| text(&row.after.secret.last4)),
        column(rows, |row| row.after.livemode),
        column(rows, |row| row.after.read_only),
        column(rows, |row| row.after.merchants.as_ref().map(uuid_array)),
        column(rows, |row| row.after.created_at.millis()),
        column(rows, |row| millis(row.after.expires_at)),
        column(rows, |row| millis(row.after.revoked_at)),
        column(rows, |row| millis(row.after.last_used_at)),
        column(rows, |row| version(row)),
    ]
}

fn uuid_array(ids: &BTreeSet<MerchantId>) -> String {
    let ids: Vec<String> = ids.iter().map(|&id| uuid(id).to_string()).collect();
    format!("{{{}}}", ids.join(","))
}

static PAYMENT_METHODS: LazyLock<Statements> = LazyLock::new(|| {
    Statements::of(
        "payment_methods",
        "id uuid, account_id uuid, customer_id uuid, brand text, last4 text, exp_month bigint, exp_year bigint, \
         fingerprint bytea, rail_token text, created_at bigint, version bigint",
    )
});

pub fn payment_methods<'a>(changes: &'a [Change<PaymentMethodId, PaymentMethod>], writes: &mut Vec<Write<'a>>) {
    put(&changes.iter().collect::<Vec<_>>(), &PAYMENT_METHODS, payment_method_columns, writes);
}

fn payment_method_columns<'a>(rows: &[&'a Change<PaymentMethodId, PaymentMethod>]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, |row| uuid(row.id)),
        column(rows, |row| uuid(row.after.account)),
        column(rows, |row| row.after.customer.map(uuid)),
        column(rows, |row| row.after.card.brand.text()),
        column(rows, |row| text(&row.after.card.last4)),
        column(rows, |row| i64::from(row.after.card.exp_month)),
        column(rows, |row| i64::from(row.after.card.exp_year)),
        column(rows, |row| row.after.fingerprint.as_slice()),
        column(rows, |row| text(&row.after.rail_token)),
        column(rows, |row| row.after.created_at.millis()),
        column(rows, |row| version(row)),
    ]
}
