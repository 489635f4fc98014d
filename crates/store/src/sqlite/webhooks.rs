//! Webhook endpoints, and the roster of each account: whom its events go to.

use hedge_domain::account::AccountId;
use hedge_domain::state::{Changes, Version};
use hedge_domain::webhook_endpoint::{
    Disabled, PreviousSecret, Roster, SealedSecret, Streak, WebhookEndpoint, WebhookEndpointId,
};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, Row, params};

use super::lane::Written;
use super::row::{blob, id, optional_code, optional_time, parsed, time};
use super::write::{self, Table};
use crate::column::{self, Coded};

type Found<T> = Result<Option<(T, Version)>>;

const ENDPOINT: &str = "SELECT id, account_id, url, wanted, description, metadata, secret, previous_secret,
        previous_until, failing_since, failing_last, disabled_at, disabled_reason, deleted_at, created_at, updated_at,
        sequence, version
    FROM webhook_endpoints";

fn read_endpoint(row: &Row<'_>) -> Result<(WebhookEndpoint, Version)> {
    let previous: Option<Vec<u8>> = row.get(7)?;
    let previous = previous.zip(optional_time(row, 8)?);
    let streak = optional_time(row, 9)?.zip(optional_time(row, 10)?);
    let disabled = optional_time(row, 11)?.zip(optional_code(row, 12)?);
    let endpoint = WebhookEndpoint {
        id: id(row, 0)?,
        account: id(row, 1)?,
        url: row.get(2)?,
        wanted: parsed(3, column::wanted(row.get_ref(3)?.as_str()?))?,
        description: row.get(4)?,
        metadata: parsed(5, column::metadata(row.get_ref(5)?.as_str_or_null()?))?,
        secret: SealedSecret(row.get(6)?),
        previous: previous.map(|(secret, until)| PreviousSecret { secret: SealedSecret(secret), until }),
        streak: streak.map(|(since, last)| Streak { since, last }),
        disabled: disabled.map(|(at, reason)| Disabled { at, reason }),
        deleted_at: optional_time(row, 13)?,
        created_at: time(row, 14)?,
        updated_at: time(row, 15)?,
        sequence: row.get(16)?,
    };
    Ok((endpoint, row.get(17)?))
}

pub(super) fn endpoint(connection: &Connection, endpoint: WebhookEndpointId) -> Found<WebhookEndpoint> {
    let sql = format!("{ENDPOINT} WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([blob(endpoint)], read_endpoint).optional()
}

pub(super) fn endpoints(connection: &Connection, account: AccountId) -> Result<Vec<WebhookEndpoint>> {
    let sql = format!(
        "{ENDPOINT} INDEXED BY webhook_endpoints_by_account WHERE account_id = ?1 AND deleted_at IS NULL
        ORDER BY id DESC"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map([blob(account)], |row| read_endpoint(row).map(|(endpoint, _)| endpoint))?;
    found.collect()
}

pub(super) fn roster(connection: &Connection, account: AccountId) -> Found<Roster> {
    let sql = "SELECT subscriptions, version FROM webhook_rosters WHERE id = ?1";
    let read = |row: &Row<'_>| {
        let subscriptions = parsed(0, column::subscriptions(row.get_ref(0)?.as_str()?))?;
        Ok((Roster { account, subscriptions }, row.get(1)?))
    };
    connection.prepare_cached(sql)?.query_row([blob(account)], read).optional()
}

pub(super) fn write(connection: &Connection, changes: &Changes) -> Written {
    write::rows(connection, &ENDPOINTS, &changes.webhook_endpoints, write_endpoint)?;
    write::rows(connection, &ROSTERS, &changes.rosters, |statement, after, version| {
        statement.execute(params![blob(after.account), version, column::subscriptions_text(&after.subscriptions)])
    })
}

const ENDPOINTS: Table = Table {
    insert: "INSERT INTO webhook_endpoints (id, version, account_id, url, wanted, description, metadata, secret,
            previous_secret, previous_until, failing_since, failing_last, disabled_at, disabled_reason, deleted_at,
            created_at, updated_at, sequence)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
    update: "UPDATE webhook_endpoints SET version = ?2, account_id = ?3, url = ?4, wanted = ?5, description = ?6,
            metadata = ?7, secret = ?8, previous_secret = ?9, previous_until = ?10, failing_since = ?11,
            failing_last = ?12, disabled_at = ?13, disabled_reason = ?14, deleted_at = ?15, created_at = ?16,
            updated_at = ?17, sequence = ?18
        WHERE id = ?1 AND version = ?2 - 1",
};

fn write_endpoint(statement: &mut CachedStatement<'_>, after: &WebhookEndpoint, version: Version) -> Result<usize> {
    statement.execute(params![
        blob(after.id),
        version,
        blob(after.account),
        after.url,
        column::wanted_text(&after.wanted),
        after.description,
        column::metadata_text(&after.metadata),
        after.secret.0,
        after.previous.as_ref().map(|previous| &previous.secret.0),
        after.previous.as_ref().map(|previous| previous.until.millis()),
        after.streak.map(|streak| streak.since.millis()),
        after.streak.map(|streak| streak.last.millis()),
        after.disabled.map(|disabled| disabled.at.millis()),
        after.disabled.map(|disabled| disabled.reason.text()),
        after.deleted_at.map(hedge_domain::Timestamp::millis),
        after.created_at.millis(),
        after.updated_at.millis(),
        after.sequence,
    ])
}

const ROSTERS: Table = Table {
    insert: "INSERT INTO webhook_rosters (id, version, subscriptions) VALUES (?1, ?2, ?3)",
    update: "UPDATE webhook_rosters SET version = ?2, subscriptions = ?3 WHERE id = ?1 AND version = ?2 - 1",
};
