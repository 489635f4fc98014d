//! `checkout_sessions`: create, retrieve, list, expire. What the payer does is on the hosted page, not here.

use hedge_api::Answered;
use hedge_api::hedge::{
    CheckoutSessions, CreateCheckoutSessionInput, CreateCheckoutSessionOutput, ExpireCheckoutSessionInput,
    ExpireCheckoutSessionOutput, ListCheckoutSessionsInput, ListCheckoutSessionsOutput, RetrieveCheckoutSessionInput,
    RetrieveCheckoutSessionOutput,
};
use hedge_domain::Money;
use hedge_domain::checkout_session::CheckoutSession;
use hedge_domain::checkout_session::{CheckoutSessionQuery, CreateCheckoutSession, ExpireCheckoutSession};
use hedge_domain::metadata::Metadata;

use super::{Caller, Error, Hedge, convert, id, page};
use crate::public_url::check_return_url;

impl CheckoutSessions for Hedge {
    async fn create_checkout_session(
        &self,
        caller: Caller,
        input: CreateCheckoutSessionInput,
    ) -> Result<Answered<CreateCheckoutSessionOutput>, Error> {
        let call = caller.call(&input);
        let body = &input.body;
        for (field, text) in [("success_url", &body.success_url), ("cancel_url", &body.cancel_url)] {
            check_return_url(text, self.platform.environment)
                .map_err(|problem| Error::invalid_value(field, &format!("{field} {problem}.")))?;
        }
        let merchant = caller.merchant(body.merchant_id.as_deref())?;
        let command = CreateCheckoutSession {
            actor: caller.actor.clone(),
            merchant,
            amount: Money::new(body.amount, convert::to_currency(body.currency)),
            description: body.description.clone(),
            customer_email: body.customer_email.clone(),
            customer: id::named_if("customer_id", body.customer_id.as_deref())?,
            methods: body.payment_methods.iter().flatten().copied().map(convert::to_method).collect(),
            success_url: body.success_url.clone(),
            cancel_url: body.cancel_url.clone(),
            expires_at: body.expires_at.map(convert::to_time),
            metadata: Metadata::new(body.metadata.clone().unwrap_or_default())?,
        };
        let public = self.platform.public_url.clone();
        let render =
            move |session: &_| CreateCheckoutSessionOutput::Created(convert::checkout_session(session, &public));
        self.platform.run(call, command, render).await
    }

    async fn retrieve_checkout_session(
        &self,
        caller: Caller,
        input: RetrieveCheckoutSessionInput,
    ) -> Result<RetrieveCheckoutSessionOutput, Error> {
        let id = id::subject(&input.id)?;
        let found = self.platform.store.get::<CheckoutSession>(id).await?;
        let seen = found.filter(|session| session.is_seen_by(&caller.actor));
        let session = id::found(id, seen)?;
        let shown = convert::checkout_session(&session, &self.platform.public_url);
        Ok(RetrieveCheckoutSessionOutput::Ok(shown))
    }

    async fn list_checkout_sessions(
        &self,
        caller: Caller,
        input: ListCheckoutSessionsInput,
    ) -> Result<ListCheckoutSessionsOutput, Error> {
        let query = CheckoutSessionQuery {
            actor: caller.actor,
            merchant: id::filter("merchant_id", input.merchant_id.as_deref())?,
            status: input.status.map(convert::to_checkout_status),
            customer: id::filter("customer_id", input.customer_id.as_deref())?,
            created_from: input.created_after.map(convert::to_time),
            created_until: input.created_before.map(convert::to_time),
            after: page::after(input.cursor.as_deref())?,
            limit: page::limit(input.limit),
        };
        let found = self.platform.list(query.actor.account, &query).await?;
        let show = |session: &_| convert::checkout_session(session, &self.platform.public_url);
        Ok(ListCheckoutSessionsOutput::Ok(page::list(&found, |it| it.id, show)))
    }

    async fn expire_checkout_session(
        &self,
        caller: Caller,
        input: ExpireCheckoutSessionInput,
    ) -> Result<Answered<ExpireCheckoutSessionOutput>, Error> {
        let call = caller.call(&input);
        let command = ExpireCheckoutSession { actor: caller.actor.clone(), id: id::subject(&input.id)? };
        let public = self.platform.public_url.clone();
        let render = move |session: &_| ExpireCheckoutSessionOutput::Ok(convert::checkout_session(session, &public));
        self.platform.run(call, command, render).await
    }
}
