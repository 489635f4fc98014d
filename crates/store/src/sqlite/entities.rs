//! The installation, accounts, API keys and payment methods: rows that are written seldom and read often.

use hedge_domain::account::AccountId;
use hedge_domain::api_key::{ApiKey, ApiKeyId, SecretDigest};
use hedge_domain::card::Card;
use hedge_domain::installation::Installation;
use hedge_domain::payment_method::{PaymentMethod, PaymentMethodId, PaymentMethodQuery};
use hedge_domain::state::{Changes, Version};
use hedge_domain::{Account, Id, Timestamp};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, Row, params};

use super::lane::Written;
use super::merchants;
use super::row::{blob, code, id, optional_id, optional_time, time};
use super::write::{self, Table};
use crate::column::Coded;
use crate::engine::Page;

type Found<T> = Result<Option<(T, Version)>>;

pub(super) fn installation(connection: &Connection) -> Found<Installation> {
    let sql = "SELECT environment, secret_check, first_account_id, created_at, version FROM installation";
    let read = |row: &Row<'_>| {
        let installation = Installation {
            environment: code(row, 0)?,
            secret_check: row.get(1)?,
            first_account: id(row, 2)?,
            created_at: time(row, 3)?,
        };
        Ok((installation, row.get(4)?))
    };
    connection.prepare_cached(sql)?.query_row([], read).optional()
}

pub(super) fn account(connection: &Connection, account: AccountId) -> Found<Account> {
    let sql = "SELECT id, name, default_merchant_id, created_at, version FROM accounts WHERE id = ?1";
    let read = |row: &Row<'_>| {
        let account =
            Account { id: id(row, 0)?, name: row.get(1)?, default_merchant: id(row, 2)?, created_at: time(row, 3)? };
        Ok((account, row.get(4)?))
    };
    connection.prepare_cached(sql)?.query_row([blob(account)], read).optional()
}

const API_KEY: &str = "SELECT id, account_id, name, kind, hash, prefix, last4, livemode, read_only, merchants,
        created_at, expires_at, revoked_at, last_used_at, version FROM api_keys";

fn read_api_key(row: &Row<'_>) -> Result<(ApiKey, Version)> {
    let merchants: Option<Vec<u8>> = row.get(9)?;
    let (ids, _) = merchants.as_deref().unwrap_or_default().as_chunks::<16>();
    let limited_to = ids.iter().map(|bytes| Id::from_bits(u128::from_be_bytes(*bytes))).collect();
    let key = ApiKey {
        id: id(row, 0)?,
        account: id(row, 1)?,
        name: row.get(2)?,
        kind: code(row, 3)?,
        secret: SecretDigest { hash: row.get(4)?, prefix: row.get(5)?, last4: row.get(6)? },
        livemode: row.get(7)?,
        read_only: row.get(8)?,
        merchants: merchants.is_some().then_some(limited_to),
        created_at: time(row, 10)?,
        expires_at: optional_time(row, 11)?,
        revoked_at: optional_time(row, 12)?,
        last_used_at: optional_time(row, 13)?,
    };
    Ok((key, row.get(14)?))
}

pub(super) fn api_key(connection: &Connection, key: ApiKeyId) -> Found<ApiKey> {
    let sql = format!("{API_KEY} WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([blob(key)], read_api_key).optional()
}

pub(super) fn api_key_by_hash(connection: &Connection, hash: [u8; 32]) -> Found<ApiKey> {
    let sql = format!("{API_KEY} WHERE hash = ?1");
    connection.prepare_cached(&sql)?.query_row([hash], read_api_key).optional()
}

pub(super) fn api_keys(connection: &Connection, account: AccountId) -> Result<Vec<ApiKey>> {
    let sql = format!("{API_KEY} WHERE account_id = ?1 ORDER BY id DESC");
    let mut statement = connection.prepare_cached(&sql)?;
    let keys = statement.query_map([blob(account)], |row| read_api_key(row).map(|(key, _)| key))?;
    keys.collect()
}

const PAYMENT_METHOD: &str = "SELECT id, account_id, customer_id, brand, last4, exp_month, exp_year, fingerprint,
        rail_token, created_at, version FROM payment_methods";

fn read_payment_method(row: &Row<'_>) -> Result<(PaymentMethod, Version)> {
    let card = Card { brand: code(row, 3)?, last4: row.get(4)?, exp_month: row.get(5)?, exp_year: row.get(6)? };
    let method = PaymentMethod {
        id: id(row, 0)?,
        account: id(row, 1)?,
        customer: optional_id(row, 2)?,
        card,
        fingerprint: row.get(7)?,
        rail_token: row.get(8)?,
        created_at: time(row, 9)?,
    };
    Ok((method, row.get(10)?))
}

pub(super) fn payment_method(connection: &Connection, method: PaymentMethodId) -> Found<PaymentMethod> {
    let sql = format!("{PAYMENT_METHOD} WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([blob(method)], read_payment_method).optional()
}

pub(super) fn payment_methods(connection: &Connection, query: &PaymentMethodQuery) -> Result<Page<PaymentMethod>> {
    let sql = format!(
        "{PAYMENT_METHOD} INDEXED BY payment_methods_by_customer WHERE account_id = ?1 AND customer_id = ?2 AND id < ?3
            ORDER BY id DESC LIMIT ?4"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let after = query.after.map_or([0xff; 16], blob);
    let values = params![blob(query.account), blob(query.customer), after, i64::from(query.limit) + 1];
    let found = statement.query_map(values, |row| read_payment_method(row).map(|(method, _)| method))?;
    Ok(Page::cut(found.collect::<Result<_>>()?, query.limit))
}

pub(super) fn write(connection: &Connection, changes: &Changes) -> Written {
    write::rows(connection, &INSTALLATION, &changes.installation, |statement, after, version| {
        let environment = after.environment.text();
        let first_account = blob(after.first_account);
        statement.execute(params![
            1,
            version,
            environment,
            after.secret_check,
            first_account,
            after.created_at.millis()
        ])
    })?;
    write::rows(connection, &ACCOUNTS, &changes.accounts, |statement, after, version| {
        let merchant = blob(after.default_merchant);
        statement.execute(params![blob(after.id), version, after.name, merchant, after.created_at.millis()])
    })?;
    merchants::write(connection, &changes.merchants)?;
    write::rows(connection, &API_KEYS, &changes.api_keys, write_api_key)?;
    write::rows(connection, &PAYMENT_METHODS, &changes.payment_methods, write_payment_method)
}

const INSTALLATION: Table = Table {
    insert: "INSERT INTO installation (id, version, environment, secret_check, first_account_id, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    update: "UPDATE installation SET version = ?2, environment = ?3, secret_check = ?4, first_account_id = ?5,
        created_at = ?6 WHERE id = ?1 AND version = ?2 - 1",
};

const ACCOUNTS: Table = Table {
    insert: "INSERT INTO accounts (id, version, name, default_merchant_id, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    update: "UPDATE accounts SET version = ?2, name = ?3, default_merchant_id = ?4, created_at = ?5
        WHERE id = ?1 AND version = ?2 - 1",
};

const API_KEYS: Table = Table {
    insert: "INSERT INTO api_keys (id, version, account_id, name, kind, hash, prefix, last4, livemode, read_only,
            merchants, created_at, expires_at, revoked_at, last_used_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    update: "UPDATE api_keys SET version = ?2, account_id = ?3, name = ?4, kind = ?5, hash = ?6, prefix = ?7,
            last4 = ?8, livemode = ?9, read_only = ?10, merchants = ?11, created_at = ?12, expires_at = ?13,
            revoked_at = ?14, last_used_at = ?15
        WHERE id = ?1 AND version = ?2 - 1",
};

fn write_api_key(statement: &mut CachedStatement<'_>, after: &ApiKey, version: Version) -> Result<usize> {
    let merchants: Option<Vec<u8>> = after.merchants.as_ref().map(|ids| ids.iter().copied().flat_map(blob).collect());
    statement.execute(params![
        blob(after.id),
        version,
        blob(after.account),
        after.name,
        after.kind.text(),
        after.secret.hash,
        after.secret.prefix,
        after.secret.last4,
        after.livemode,
        after.read_only,
        merchants,
        after.created_at.millis(),
        after.expires_at.map(Timestamp::millis),
        after.revoked_at.map(Timestamp::millis),
        after.last_used_at.map(Timestamp::millis),
    ])
}

const PAYMENT_METHODS: Table = Table {
    insert: "INSERT INTO payment_methods (id, version, account_id, customer_id, brand, last4, exp_month, exp_year,
            fingerprint, rail_token, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    update: "UPDATE payment_methods SET version = ?2, account_id = ?3, customer_id = ?4, brand = ?5, last4 = ?6,
            exp_month = ?7, exp_year = ?8, fingerprint = ?9, rail_token = ?10, created_at = ?11
        WHERE id = ?1 AND version = ?2 - 1",
};

fn write_payment_method(statement: &mut CachedStatement<'_>, after: &PaymentMethod, version: Version) -> Result<usize> {
    statement.execute(params![
        blob(after.id),
        version,
        blob(after.account),
        after.customer.map(blob),
        after.card.brand.text(),
        after.card.last4,
        after.card.exp_month,
        after.card.exp_year,
        after.fingerprint,
        after.rail_token,
        after.created_at.millis(),
    ])
}
