//! Webhook endpoints, rosters, deliveries and attempts.

use hedge_domain::delivery::{Attempt, AttemptError, Delivery};
use hedge_domain::state::Version;
use hedge_domain::webhook_endpoint::{Disabled, PreviousSecret, Roster, SealedSecret, Streak, WebhookEndpoint};
use hedge_domain::{Duration, Timestamp};
use tokio_postgres::Row;

use crate::column;
use crate::engine::DueDelivery;
use crate::postgres::failure::Failure;
use crate::postgres::fields::Fields;

type Stored<E> = Result<(E, Version), Failure>;

pub const WEBHOOK_ENDPOINT: &str = "id, account_id, url, wanted, description, metadata, secret, previous_secret, \
    previous_until, failing_since, failing_last, disabled_at, disabled_reason, deleted_at, created_at, updated_at, \
    sequence, version";

pub fn webhook_endpoint(row: &Row) -> Stored<WebhookEndpoint> {
    let mut fields = Fields::of(row);
    let endpoint = WebhookEndpoint {
        id: fields.id()?,
        account: fields.id()?,
        url: fields.value()?,
        wanted: column::wanted(fields.value()?)?,
        description: fields.value()?,
        metadata: column::metadata(fields.value()?)?,
        secret: SealedSecret(fields.value()?),
        previous: previous(&mut fields)?,
        streak: streak(&mut fields)?,
        disabled: disabled(&mut fields)?,
        deleted_at: fields.optional_time()?,
        created_at: fields.time()?,
        updated_at: fields.time()?,
        sequence: fields.count()?,
    };
    Ok((endpoint, fields.value()?))
}

fn previous(fields: &mut Fields<'_>) -> Result<Option<PreviousSecret>, Failure> {
    let (secret, until) = (fields.value::<Option<Vec<u8>>>()?, fields.optional_time()?);
    Ok(secret.zip(until).map(|(secret, until)| PreviousSecret { secret: SealedSecret(secret), until }))
}

fn streak(fields: &mut Fields<'_>) -> Result<Option<Streak>, Failure> {
    let (since, last) = (fields.optional_time()?, fields.optional_time()?);
    Ok(since.zip(last).map(|(since, last)| Streak { since, last }))
}

fn disabled(fields: &mut Fields<'_>) -> Result<Option<Disabled>, Failure> {
    let (at, reason) = (fields.optional_time()?, fields.optional_code()?);
    Ok(at.zip(reason).map(|(at, reason)| Disabled { at, reason }))
}

pub const ROSTER: &str = "id, subscriptions, version";

pub fn roster(row: &Row) -> Stored<Roster> {
    let mut fields = Fields::of(row);
    let roster = Roster { account: fields.id()?, subscriptions: column::subscriptions(fields.value()?)? };
    Ok((roster, fields.value()?))
}

pub const DELIVERY: &str = "id, account_id, endpoint_id, event_id, kind, status, attempts, failures, due_at, \
    settled_at, created_at, version";

pub fn delivery(row: &Row) -> Stored<Delivery> {
    delivery_of(&mut Fields::of(row))
}

fn delivery_of(fields: &mut Fields<'_>) -> Stored<Delivery> {
    let delivery = Delivery {
        id: fields.id()?,
        account: fields.id()?,
        endpoint: fields.id()?,
        event: fields.id()?,
        kind: fields.code()?,
        status: fields.code()?,
        attempts: fields.count()?,
        failures: fields.count()?,
        due_at: fields.time()?,
        settled_at: fields.optional_time()?,
        created_at: fields.time()?,
    };
    Ok((delivery, fields.value()?))
}

/// Of the columns of a delivery, then payload, url, secret, `previous_secret`, `previous_until`, whether it is called,
/// and the account's time.
pub fn due_delivery(row: &Row) -> Result<DueDelivery, Failure> {
    let mut fields = Fields::of(row);
    let (delivery, _) = delivery_of(&mut fields)?;
    let (payload, url, secret) = (fields.value()?, fields.value()?, SealedSecret(fields.value()?));
    let previous = previous(&mut fields)?;
    let is_called = fields.value()?;
    let now: Timestamp = fields.time()?;
    let previous_secret = previous.filter(|previous| now < previous.until).map(|previous| previous.secret);
    Ok(DueDelivery { delivery, payload, url, secret, previous_secret, is_called })
}

pub const ATTEMPT: &str = "delivery_id, number, at, took, status, error_code, error_message, response";

pub fn attempt(row: &Row) -> Result<Attempt, Failure> {
    let mut fields = Fields::of(row);
    let (delivery, number, at) = (fields.id()?, fields.count()?, fields.time()?);
    let took = Duration::from_millis(fields.value()?);
    let status: Option<i64> = fields.value()?;
    let (code, message) = (fields.optional_code()?, fields.value::<Option<String>>()?);
    Ok(Attempt {
        delivery,
        number,
        at,
        took,
        status: status.and_then(|status| u16::try_from(status).ok()),
        error: code.zip(message).map(|(code, message)| AttemptError { code, message }),
        response: fields.value()?,
    })
}
