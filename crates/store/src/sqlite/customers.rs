//! Customers, and the keys that client tokens are signed with.
//!
//! A list walks an index in order of id; a time range is held against each row. Customers are few beside payments.

use hedge_domain::Timestamp;
use hedge_domain::customer::{Customer, CustomerId, CustomerQuery};
use hedge_domain::signing_key::{SigningKey, SigningKeyId};
use hedge_domain::state::{Changes, Version};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, Row, named_params, params};

use super::lane::Written;
use super::row::{blob, id, optional_time, parsed, time};
use super::write::{self, Table};
use crate::column;
use crate::engine::Page;

type Found<T> = Result<Option<(T, Version)>>;

const CUSTOMER: &str =
    "SELECT id, account_id, email, name, phone, description, metadata, created_at, updated_at, version
        FROM customers";

fn read_customer(row: &Row<'_>) -> Result<(Customer, Version)> {
    let customer = Customer {
        id: id(row, 0)?,
        account: id(row, 1)?,
        email: row.get(2)?,
        name: row.get(3)?,
        phone: row.get(4)?,
        description: row.get(5)?,
        metadata: parsed(6, column::metadata(row.get_ref(6)?.as_str_or_null()?))?,
        created_at: time(row, 7)?,
        updated_at: time(row, 8)?,
    };
    Ok((customer, row.get(9)?))
}

pub(super) fn customer(connection: &Connection, customer: CustomerId) -> Found<Customer> {
    let sql = format!("{CUSTOMER} WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([blob(customer)], read_customer).optional()
}

pub(super) fn customers(connection: &Connection, query: &CustomerQuery) -> Result<Page<Customer>> {
    let (index, email) = match &query.email {
        Some(_) => ("customers_by_email", "AND email = :email"),
        None => ("customers_by_account", "AND :email IS NULL"),
    };
    let sql = format!(
        "{CUSTOMER} INDEXED BY {index} WHERE account_id = :account {email} AND id < :after
            AND created_at >= :from AND created_at < :until ORDER BY id DESC LIMIT :limit"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map(
        named_params! {
            ":account": blob(query.account),
            ":email": query.email,
            ":after": query.after.map_or([0xff; 16], blob),
            ":from": query.created_from.map_or(i64::MIN, Timestamp::millis),
            ":until": query.created_until.map_or(i64::MAX, Timestamp::millis),
            ":limit": i64::from(query.limit) + 1,
        },
        |row| read_customer(row).map(|(customer, _)| customer),
    )?;
    Ok(Page::cut(found.collect::<Result<_>>()?, query.limit))
}

const SIGNING_KEY: &str = "SELECT id, public, sealed, created_at, activates_at, retires_at, version FROM signing_keys";

fn read_signing_key(row: &Row<'_>) -> Result<(SigningKey, Version)> {
    let key = SigningKey {
        id: id(row, 0)?,
        public: row.get(1)?,
        sealed: row.get(2)?,
        created_at: time(row, 3)?,
        activates_at: time(row, 4)?,
        retires_at: optional_time(row, 5)?,
    };
    Ok((key, row.get(6)?))
}

pub(super) fn signing_key(connection: &Connection, key: SigningKeyId) -> Found<SigningKey> {
    let sql = format!("{SIGNING_KEY} WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([blob(key)], read_signing_key).optional()
}

pub(super) fn signing_keys(connection: &Connection) -> Result<Vec<SigningKey>> {
    let sql = format!("{SIGNING_KEY} ORDER BY id DESC");
    let mut statement = connection.prepare_cached(&sql)?;
    let keys = statement.query_map([], |row| read_signing_key(row).map(|(key, _)| key))?;
    keys.collect()
}

pub(super) fn write(connection: &Connection, changes: &Changes) -> Written {
    write::rows(connection, &CUSTOMERS, &changes.customers, write_customer)?;
    write::rows(connection, &SIGNING_KEYS, &changes.signing_keys, write_signing_key)
}

const CUSTOMERS: Table = Table {
    insert: "INSERT INTO customers (id, version, account_id, email, name, phone, description, metadata, created_at,
            updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    update: "UPDATE customers SET version = ?2, account_id = ?3, email = ?4, name = ?5, phone = ?6, description = ?7,
            metadata = ?8, created_at = ?9, updated_at = ?10
        WHERE id = ?1 AND version = ?2 - 1",
};

fn write_customer(statement: &mut CachedStatement<'_>, after: &Customer, version: Version) -> Result<usize> {
    statement.execute(params![
        blob(after.id),
        version,
        blob(after.account),
        after.email,
        after.name,
        after.phone,
        after.description,
        column::metadata_text(&after.metadata),
        after.created_at.millis(),
        after.updated_at.millis(),
    ])
}

const SIGNING_KEYS: Table = Table {
    insert: "INSERT INTO signing_keys (id, version, public, sealed, created_at, activates_at, retires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    update: "UPDATE signing_keys SET version = ?2, public = ?3, sealed = ?4, created_at = ?5, activates_at = ?6,
            retires_at = ?7
        WHERE id = ?1 AND version = ?2 - 1",
};

fn write_signing_key(statement: &mut CachedStatement<'_>, after: &SigningKey, version: Version) -> Result<usize> {
    statement.execute(params![
        blob(after.id),
        version,
        after.public,
        after.sealed,
        after.created_at.millis(),
        after.activates_at.millis(),
        after.retires_at.map(Timestamp::millis),
    ])
}
