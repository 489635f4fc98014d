//! Sending a test event: one that is about no object, so that a receiver can be tried out.

use crate::command::{Command, Context, Stop};
use crate::event::{Event, Recipients, Subject};
use crate::event_kind::EventKind;
use crate::ids::WebhookEndpointId;
use crate::{AccountId, Key, Refusal, State};

pub struct SendTestEvent {
    pub account: AccountId,
    pub kind: EventKind,
    /// To this one, whatever it wants; `None` is to all that want the kind.
    pub endpoint: Option<WebhookEndpointId>,
    /// The bits of the id of the object that it pretends to be about.
    pub object: u128,
    /// What its receivers are shown of that object: JSON, which is not looked into here.
    pub data: String,
}

impl Command for SendTestEvent {
    /// The event, and how many endpoints it goes to.
    type Output = (Event, usize);

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.account))
    }

    fn wants(&self) -> Vec<Key> {
        let endpoint = self.endpoint.map(Key::WebhookEndpoint);
        endpoint.into_iter().chain([Key::Subscriptions(self.account)]).collect()
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<(Event, usize), Stop> {
        let recipients = match self.endpoint {
            None => Recipients::Subscribers,
            Some(id) => {
                let endpoint = state.named_webhook_endpoint(self.account, id)?;
                if !endpoint.is_called() {
                    return Err(Refusal::WebhookEndpointDisabled(id).into());
                }
                Recipients::Only(id)
            }
        };
        let count = match recipients {
            Recipients::Subscribers => state.subscriptions(self.account)?.subscribers(self.kind).count(),
            Recipients::Only(_) => 1,
        };
        let event = Event {
            id: cx.id(),
            account: self.account,
            kind: self.kind,
            // It is none of an object's events.
            sequence: 0,
            subject: Subject::Test { object: self.object, data: self.data.clone() },
            recipients,
            at: cx.now,
        };
        state.announce_test(event.clone());
        Ok((event, count))
    }
}
