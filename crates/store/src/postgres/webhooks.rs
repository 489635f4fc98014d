//! Webhook endpoints, and the lists of events and deliveries.
//!
//! A list over all kinds of events, or all statuses of deliveries, merges the walks of each: there is no index over all,
//! for every event would pay for it.

use hedge_domain::delivery::{Attempt, Delivery, DeliveryId, DeliveryQuery, DeliveryStatus};
use hedge_domain::event::{EventKind, EventQuery, Order};
use uuid::Uuid;

use super::failure::Failure;
use super::readers::Readers;
use super::rows;
use super::search::{Search, has_clock};
use crate::column::Coded;
use crate::engine::{OutboxRow, Page};
use crate::span;

pub const EVENT: &str = "id, account_id, kind, object_id, sequence, payload, at";

pub async fn events(readers: &Readers, query: &EventQuery) -> Result<Page<OutboxRow>, Failure> {
    let range = (query.created_from, query.created_until);
    let account = Uuid::from_u128(query.account.bits());
    let clocked = range != (None, None) && has_clock(readers, account).await?;
    let (first, end) = span::between(range, clocked);
    let mut search = Search::of("events");
    search.and("account_id =", account);
    if let Some(from) = query.created_from {
        search.and("at >=", from.millis());
    }
    if let Some(until) = query.created_until {
        search.and("at <", until.millis());
    }
    if let Some(first) = first {
        search.and("id >=", Uuid::from_u128(first));
    }
    if let Some(end) = end {
        search.and("id <", Uuid::from_u128(end));
    }
    let (after, direction) = match query.order {
        Order::NewestFirst => ("id <", "DESC"),
        Order::OldestFirst => ("id >", "ASC"),
    };
    if let Some(id) = query.after {
        search.and(after, Uuid::from_u128(id.bits()));
    }
    let every = || EventKind::ALL.to_vec();
    let kinds = query.kinds.as_ref().map_or_else(every, |kinds| kinds.iter().copied().collect());
    let kinds = search.parameter(kinds.into_iter().map(Coded::text).collect::<Vec<&'static str>>());
    let limit = search.parameter(i64::from(query.limit) + 1);
    let sql = match query.object {
        // An object has few events.
        Some(object) => {
            search.and("object_id =", Uuid::from_u128(object));
            let conditions = search.conditions();
            format!(
                "SELECT {EVENT} FROM events WHERE {conditions} AND kind = ANY({kinds}::text[]) \
                 ORDER BY id {direction} LIMIT {limit}"
            )
        }
        None => {
            let conditions = search.conditions();
            format!(
                "SELECT {EVENT} FROM events WHERE id = ANY (ARRAY (\
                    SELECT w.id FROM UNNEST({kinds}::text[]) AS k(kind) CROSS JOIN LATERAL (\
                        SELECT id FROM events WHERE {conditions} AND kind = k.kind \
                        ORDER BY id {direction} LIMIT {limit}) w \
                    ORDER BY w.id {direction} LIMIT {limit}))"
            )
        }
    };
    let found = readers.query(&sql, &search.values()).await?;
    let mut events: Vec<OutboxRow> = found.iter().map(rows::outbox).collect::<Result<_, _>>()?;
    events.sort_unstable_by_key(|event| event.id);
    if query.order == Order::NewestFirst {
        events.reverse();
    }
    Ok(Page::cut(events, query.limit))
}

pub async fn deliveries(readers: &Readers, query: &DeliveryQuery) -> Result<Page<Delivery>, Failure> {
    let sql = format!(
        "SELECT w.* FROM UNNEST($1::text[]) AS s(status) CROSS JOIN LATERAL (\
            SELECT {} FROM deliveries WHERE endpoint_id = $2 AND status = s.status AND id < $3 ORDER BY id DESC LIMIT $4\
         ) w",
        rows::DELIVERY
    );
    let statuses = query.status.map_or(DeliveryStatus::ALL.to_vec(), |status| vec![status]);
    let statuses: Vec<&str> = statuses.into_iter().map(Coded::text).collect();
    let endpoint = Uuid::from_u128(query.endpoint.bits());
    let after = query.after.map_or(Uuid::max(), |after| Uuid::from_u128(after.bits()));
    let found = readers.query(&sql, &[&statuses, &endpoint, &after, &(i64::from(query.limit) + 1)]).await?;
    let read = found.iter().map(|row| rows::delivery(row).map(|(delivery, _)| delivery));
    let mut newest: Vec<Delivery> = read.collect::<Result<_, _>>()?;
    newest.sort_by_key(|delivery| std::cmp::Reverse(delivery.id));
    Ok(Page::cut(newest, query.limit))
}

pub async fn attempts(readers: &Readers, delivery: DeliveryId, limit: u32) -> Result<Vec<Attempt>, Failure> {
    let sql =
        format!("SELECT {} FROM delivery_attempts WHERE delivery_id = $1 ORDER BY number DESC LIMIT $2", rows::ATTEMPT);
    let found = readers.query(&sql, &[&Uuid::from_u128(delivery.bits()), &i64::from(limit)]).await?;
    found.iter().rev().map(rows::attempt).collect()
}
