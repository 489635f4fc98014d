//! `webhooks`: endpoints, what was sent to them, and sending it again.
//!
//! What an endpoint is told is about all of an account's merchants, so a key that is limited to some of them may do
//! nothing here.

mod render;
mod sample;

use hedge_domain::delivery::Delivery;
use std::collections::BTreeSet;

use hedge_api::hedge::{
    CreateWebhookEndpointInput, CreateWebhookEndpointOutput, DeleteWebhookEndpointInput, DeleteWebhookEndpointOutput,
    ListWebhookDeliveriesInput, ListWebhookDeliveriesOutput, ListWebhookEndpointsInput, ListWebhookEndpointsOutput,
    ResendWebhookDeliveryInput, ResendWebhookDeliveryOutput, ResendWebhookEventsInput, ResendWebhookEventsOutput,
    RetrieveWebhookDeliveryInput, RetrieveWebhookDeliveryOutput, RetrieveWebhookEndpointInput,
    RetrieveWebhookEndpointOutput, RotateWebhookSecretInput, RotateWebhookSecretOutput, SendTestWebhookInput,
    SendTestWebhookOutput, UpdateWebhookEndpointInput, UpdateWebhookEndpointOutput, Webhooks, types,
};
use hedge_api::{Answer, Answered};
use hedge_domain::delivery::{DeliveryQuery, ResendDelivery, ResendEvents};
use hedge_domain::event::{Event, EventQuery, Order};
use hedge_domain::metadata::Metadata;
use hedge_domain::webhook_endpoint::{
    CreateWebhookEndpoint, DeleteWebhookEndpoint, EndpointChange, RotateWebhookSecret, SealedSecret, SendTestEvent,
    UpdateWebhookEndpoint, Wanted, WebhookEndpoint,
};
use hedge_domain::{AccountId, Duration};
use hedge_store::{Attempts, StoreError, WebhookEndpointsOf};
use hedge_webhooks::{Secret, Target};

pub(super) use render::endpoint as render_endpoint;

use super::{Caller, Error, Hedge, convert, event, events, id, page};

/// How many attempts at a delivery are shown.
const ATTEMPTS: u32 = 100;

impl Webhooks for Hedge {
    async fn create_webhook_endpoint(
        &self,
        caller: Caller,
        input: CreateWebhookEndpointInput,
    ) -> Result<Answered<CreateWebhookEndpointOutput>, Error> {
        let account = caller.whole_account()?;
        let call = caller.call_for_secret(&input);
        let body = &input.body;
        self.check_url(&body.url)?;
        let (secret, sealed) = self.fresh_secret()?;
        let command = CreateWebhookEndpoint {
            account,
            url: body.url.clone(),
            wanted: wanted(&body.events)?,
            description: body.description.clone(),
            metadata: Metadata::new(body.metadata.clone().unwrap_or_default())?,
            secret: sealed,
            origin: caller.actor.origin,
        };
        let render =
            move |made: &_| CreateWebhookEndpointOutput::Created(render::endpoint_with_secret(made, secret.reveal()));
        self.platform.run(call, command, render).await
    }

    /// An account has few endpoints, so a page is cut from all of them.
    async fn list_webhook_endpoints(
        &self,
        caller: Caller,
        input: ListWebhookEndpointsInput,
    ) -> Result<ListWebhookEndpointsOutput, Error> {
        let account = caller.whole_account()?;
        let after = page::after(input.cursor.as_deref())?;
        let endpoints = self.platform.store.all(&WebhookEndpointsOf(account)).await?;
        let found = page::cut(endpoints, after, input.limit, |it| it.id);
        Ok(ListWebhookEndpointsOutput::Ok(page::list(&found, |it| it.id, render::endpoint)))
    }

    async fn retrieve_webhook_endpoint(
        &self,
        caller: Caller,
        input: RetrieveWebhookEndpointInput,
    ) -> Result<RetrieveWebhookEndpointOutput, Error> {
        let endpoint = self.endpoint(caller.whole_account()?, &input.id).await?;
        Ok(RetrieveWebhookEndpointOutput::Ok(render::endpoint(&endpoint)))
    }

    async fn update_webhook_endpoint(
        &self,
        caller: Caller,
        input: UpdateWebhookEndpointInput,
    ) -> Result<UpdateWebhookEndpointOutput, Error> {
        let account = caller.whole_account()?;
        let id = id::subject(&input.id)?;
        let body = input.body;
        if let Some(url) = &body.url {
            self.check_url(url)?;
        }
        let change = EndpointChange {
            url: body.url,
            wanted: body.events.as_deref().map(wanted).transpose()?,
            description: body.description,
            enabled: body.enabled,
            metadata: convert::to_metadata_change(body.metadata),
        };
        let endpoint = self
            .platform
            .run_once::<_, Error>(UpdateWebhookEndpoint { account, id, change, origin: caller.actor.origin })
            .await?;
        Ok(UpdateWebhookEndpointOutput::Ok(render::endpoint(&endpoint)))
    }

    async fn delete_webhook_endpoint(
        &self,
        caller: Caller,
        input: DeleteWebhookEndpointInput,
    ) -> Result<DeleteWebhookEndpointOutput, Error> {
        let account = caller.whole_account()?;
        let command = DeleteWebhookEndpoint { account, id: id::subject(&input.id)?, origin: caller.actor.origin };
        let deleted = self.platform.run_once::<_, Error>(command).await?;
        Ok(DeleteWebhookEndpointOutput::Ok(types::DeletedWebhookEndpoint {
            id: deleted.id.to_string(),
            object: types::WebhookEndpointObject::WebhookEndpoint,
            deleted: true,
        }))
    }

    async fn rotate_webhook_secret(
        &self,
        caller: Caller,
        input: RotateWebhookSecretInput,
    ) -> Result<Answered<RotateWebhookSecretOutput>, Error> {
        let account = caller.whole_account()?;
        let call = caller.call_for_secret(&input);
        let id = id::subject(&input.id)?;
        let overlap = Duration::from_secs(input.body.overlap_seconds.into());
        let (secret, sealed) = self.fresh_secret()?;
        let command = RotateWebhookSecret { account, id, secret: sealed, overlap, origin: caller.actor.origin };
        let render = move |made: &_| RotateWebhookSecretOutput::Ok(render::endpoint_with_secret(made, secret.reveal()));
        self.platform.run(call, command, render).await
    }

    async fn list_webhook_deliveries(
        &self,
        caller: Caller,
        input: ListWebhookDeliveriesInput,
    ) -> Result<ListWebhookDeliveriesOutput, Error> {
        let endpoint = self.endpoint(caller.whole_account()?, &input.id).await?;
        let query = DeliveryQuery {
            endpoint: endpoint.id,
            status: input.status.map(render::to_status),
            after: page::after(input.cursor.as_deref())?,
            limit: page::limit(input.limit),
        };
        let found = self.platform.list(endpoint.account, &query).await?;
        Ok(ListWebhookDeliveriesOutput::Ok(page::list(&found, |it| it.id, render::delivery)))
    }

    async fn retrieve_webhook_delivery(
        &self,
        caller: Caller,
        input: RetrieveWebhookDeliveryInput,
    ) -> Result<RetrieveWebhookDeliveryOutput, Error> {
        let endpoint = self.endpoint(caller.whole_account()?, &input.id).await?;
        let id = id::subject(&input.delivery_id)?;
        let found = self.platform.store.get::<Delivery>(id).await?.filter(|delivery| delivery.endpoint == endpoint.id);
        let delivery = id::found(id, found)?;
        let mut attempts = self.platform.store.all(&Attempts { delivery: id, limit: ATTEMPTS }).await?;
        attempts.reverse();
        // One that was recorded between the two reads belongs to a later state of the delivery.
        attempts.retain(|attempt| attempt.number <= delivery.attempts);
        Ok(RetrieveWebhookDeliveryOutput::Ok(render::delivery_with_attempts(&delivery, &attempts)))
    }

    async fn resend_webhook_delivery(
        &self,
        caller: Caller,
        input: ResendWebhookDeliveryInput,
    ) -> Result<Answered<ResendWebhookDeliveryOutput>, Error> {
        let account = caller.whole_account()?;
        let call = caller.call(&input);
        let (endpoint, delivery) = (id::subject(&input.id)?, id::subject(&input.delivery_id)?);
        let command = ResendDelivery { account, endpoint, delivery };
        self.platform.run(call, command, |sent| ResendWebhookDeliveryOutput::Ok(render::delivery(sent))).await
    }

    async fn resend_webhook_events(
        &self,
        caller: Caller,
        input: ResendWebhookEventsInput,
    ) -> Result<Answered<ResendWebhookEventsOutput>, Error> {
        let account = caller.whole_account()?;
        let call = caller.call(&input);
        let endpoint = self.endpoint(account, &input.id).await?;
        let query = EventQuery {
            account,
            kinds: match &endpoint.wanted {
                Wanted::All => None,
                Wanted::Kinds(kinds) => Some(kinds.clone()),
            },
            object: None,
            created_from: Some(convert::to_time(input.body.since)),
            created_until: None,
            order: Order::OldestFirst,
            after: page::after(input.body.cursor.as_deref())?,
            limit: u32::try_from(input.body.limit).unwrap_or(100),
        };
        let found = self.platform.list(account, &query).await?;
        let next_cursor = page::next(&found, |it| it.id);
        let has_more = found.has_more;
        // A test event has done its work when it was sent.
        let events = found.items.iter().filter(|event| event.sequence > 0).map(|event| (event.id, event.kind));
        let command = ResendEvents {
            account,
            endpoint: endpoint.id,
            events: events.collect(),
            undelivered_only: input.body.undelivered_only,
        };
        let render = move |resent: &hedge_domain::delivery::Resent| {
            ResendWebhookEventsOutput::Ok(types::WebhookResend {
                object: types::WebhookResendObject::WebhookResend,
                endpoint_id: endpoint.id.to_string(),
                queued: i64::try_from(resent.queued).unwrap_or(i64::MAX),
                has_more,
                next_cursor: next_cursor.clone(),
            })
        };
        self.platform.run(call, command, render).await
    }

    async fn send_test_webhook(
        &self,
        caller: Caller,
        input: SendTestWebhookInput,
    ) -> Result<Answered<SendTestWebhookOutput>, Error> {
        let account = caller.whole_account()?;
        self.sandbox_only("Test events exist in the sandbox only.")?;
        let call = caller.call(&input);
        let body = &input.body;
        let kind = events::kind(&body.event).ok_or_else(|| Error::invalid_event_type("event"))?;
        let endpoint = id::named_if("endpoint_id", body.endpoint_id.as_deref())?;
        let now = self.platform.time_of(account).await?;
        let subject = sample::subject(kind, account, now);
        let surroundings = self.platform.surroundings();
        let data = sample::overlaid(event::data(&subject, &surroundings.public_url), body.payload.as_ref());
        let render = move |(made, endpoints): &(Event, usize)| -> Answer {
            // Read from the bytes as they are sent, so that the two cannot differ.
            match event::read(&event::render(made, &surroundings)) {
                Ok(event) => SendTestWebhookOutput::Ok(types::WebhookTest {
                    object: types::WebhookTestObject::WebhookTest,
                    endpoints: i64::try_from(*endpoints).unwrap_or(i64::MAX),
                    event,
                })
                .into(),
                Err(error) => Error::from(error).into(),
            }
        };
        let command = SendTestEvent { account, kind, endpoint, object: subject.object(), data };
        match self.platform.run::<_, _, _, Error>(call, command, render).await? {
            Answered::Fresh(answer) | Answered::Recorded(answer) => Ok(Answered::Recorded(answer)),
        }
    }
}

impl Hedge {
    /// An endpoint of the account.
    async fn endpoint(&self, account: AccountId, id: &str) -> Result<WebhookEndpoint, Error> {
        let id = id::subject(id)?;
        let found = self.platform.store.get::<WebhookEndpoint>(id).await?;
        let own = found.filter(|endpoint| endpoint.account == account && endpoint.deleted_at.is_none());
        id::found(id, own)
    }

    fn check_url(&self, url: &str) -> Result<(), Error> {
        let checked = Target::parse(url, &self.platform.webhook_guard);
        checked.map(drop).map_err(|refused| Error::invalid_url("url", &refused))
    }

    fn fresh_secret(&self) -> Result<(Secret, SealedSecret), Error> {
        let secret = Secret::from_bytes(rand::random());
        let sealed = self.platform.secret.seal_webhook_secret(&secret);
        let sealed = sealed.map_err(|error| StoreError::Fault(format!("{error:#}")))?;
        Ok((secret, sealed))
    }
}

/// `*` for every type stands alone or among others, which it includes.
fn wanted(events: &[String]) -> Result<Wanted, Error> {
    let mut kinds = BTreeSet::new();
    let mut all = false;
    for (index, name) in events.iter().enumerate() {
        match events::kind(name) {
            Some(kind) => drop(kinds.insert(kind)),
            None if name == render::EVERY_TYPE => all = true,
            None => return Err(Error::invalid_event_type(&format!("events[{index}]"))),
        }
    }
    Ok(if all { Wanted::All } else { Wanted::Kinds(kinds) })
}
