//! `events`: what happened, as it was sent.
//!
//! An event has the bytes that its receivers get and is shown from them: what is read here cannot differ from what is sent.

use std::collections::BTreeSet;

use hedge_api::hedge::{Events, ListEventsInput, ListEventsOutput, RetrieveEventInput, RetrieveEventOutput};
use hedge_domain::event::{EventKind, EventQuery, Order};
use hedge_store::OutboxRow;

use super::{Caller, Error, Hedge, convert, event, id, page};

impl Events for Hedge {
    async fn list_events(&self, caller: Caller, input: ListEventsInput) -> Result<ListEventsOutput, Error> {
        let query = EventQuery {
            account: caller.whole_account()?,
            kinds: input.r#type.as_deref().map(filter).transpose()?,
            object: input.object_id.as_deref().map(object).transpose()?,
            created_from: input.created_after.map(convert::to_time),
            created_until: input.created_before.map(convert::to_time),
            order: Order::NewestFirst,
            after: page::after(input.cursor.as_deref())?,
            limit: page::limit(input.limit),
        };
        let found = self.platform.list(query.account, &query).await?;
        let shown = found.items.iter().map(|row| event::read(&row.payload)).collect::<Result<_, _>>()?;
        Ok(ListEventsOutput::Ok(page::List::of(shown, found.has_more, page::next(&found, |it| it.id))))
    }

    async fn retrieve_event(&self, caller: Caller, input: RetrieveEventInput) -> Result<RetrieveEventOutput, Error> {
        let account = caller.whole_account()?;
        let id = id::subject(&input.id)?;
        let found = self.platform.store.get::<OutboxRow>(id).await?.filter(|event| event.account == account);
        let row = id::found(id, found)?;
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
    hedge_domain::id::bits(text).map_err(|_| Error::invalid_request("object_id", "This is not an id."))
}

#[cfg(test)]
mod tests {
    use hedge_api::check;
    use hedge_api::hedge::types::{EVENT_TYPE, WANTED_EVENT_TYPE};

    use super::*;

    #[test]
    fn the_description_lists_every_type_of_event_and_no_other() {
        for kind in EventKind::ALL {
            let code = kind.code();
            assert!(check::text(code, &EVENT_TYPE).is_ok() && check::text(code, &WANTED_EVENT_TYPE).is_ok(), "{code}");
        }
        let pattern = EVENT_TYPE.pattern.expect("a pattern").written;
        let listed = pattern.matches('|').count() + 1;
        assert_eq!(listed, EventKind::ALL.len(), "{pattern}");
        assert!(check::text("*", &WANTED_EVENT_TYPE).is_ok() && check::text("*", &EVENT_TYPE).is_err());
    }
}
