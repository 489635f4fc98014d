//! `events`: what happened, as it was sent.
//!
//! An event has the bytes that its receivers get and is shown from them: what is read here cannot differ from what is sent.

use std::collections::BTreeSet;

use hedge_api::hedge::{Events, ListEventsInput, ListEventsOutput, RetrieveEventInput, RetrieveEventOutput, types};
use hedge_domain::event::{EventId, EventKind, EventQuery, Order};
use hedge_domain::id;
use hedge_store::OutboxRow;

use super::{Caller, Error, Hedge, convert, event, page};

impl Events for Hedge {
    async fn list_events(&self, caller: Caller, input: ListEventsInput) -> Result<ListEventsOutput, Error> {
        let query = EventQuery {
            account: caller.whole_account()?,
            kinds: input.r#type.as_deref().map(filter).transpose()?,
            object: input.object_id.as_deref().map(object).transpose()?,
            created_from: input.created_after.map(convert::to_time),
            created_until: input.created_before.map(convert::to_time),
            order: Order::NewestFirst,
            after: input.cursor.as_deref().map(page::parse).transpose()?,
            limit: u32::try_from(input.limit).unwrap_or(20),
        };
        let found = self.platform.store.list(&query).await?;
        let last = found.items.last().map(|event| event.id);
        Ok(ListEventsOutput::Ok(types::EventList {
            object: types::ListObject::List,
            data: found.items.iter().map(|row| event::read(&row.payload)).collect::<Result<_, _>>()?,
            has_more: found.has_more,
            next_cursor: last.filter(|_| found.has_more).map(page::cursor),
        }))
    }

    async fn retrieve_event(&self, caller: Caller, input: RetrieveEventInput) -> Result<RetrieveEventOutput, Error> {
        let account = caller.whole_account()?;
        let id: EventId = input.id.parse().map_err(|_| Error::not_found("Event"))?;
        let found = self.platform.store.get::<OutboxRow>(id).await?.filter(|event| event.account == account);
        let row = found.ok_or_else(|| Error::not_found("Event"))?;
        Ok(RetrieveEventOutput::Ok(event::read(&row.payload)?))
    }
}

/// The kind that is published under this name.
pub(super) fn kind(name: &str) -> Option<EventKind> {
    EventKind::ALL.into_iter().find(|kind| kind.code() == name)
}

/// One kind, or with `payment.*` all whose names begin so.
fn filter(name: &str) -> Result<BTreeSet<EventKind>, Error> {
    let kinds: BTreeSet<EventKind> = match name.strip_suffix('*') {
        Some(start) if start.ends_with('.') => {
            EventKind::ALL.into_iter().filter(|kind| kind.code().starts_with(start)).collect()
        }
        Some(_) | None => kind(name).into_iter().collect(),
    };
    if kinds.is_empty() { Err(Error::invalid_request("type", "This is no type of event.")) } else { Ok(kinds) }
}

/// A filter that names nothing is a mistake of form, not an empty page.
fn object(text: &str) -> Result<u128, Error> {
    id::bits(text).map_err(|_| Error::invalid_request("object_id", "This is not an id."))
}
