//! `checkout_sessions`: create, retrieve, list, expire. What the payer does is on the hosted page, not here.

use hedge_api::Answered;
use hedge_api::hedge::{
    CheckoutSessions, CreateCheckoutSessionInput, CreateCheckoutSessionOutput, ExpireCheckoutSessionInput,
    ExpireCheckoutSessionOutput, ListCheckoutSessionsInput, ListCheckoutSessionsOutput, RetrieveCheckoutSessionInput,
    RetrieveCheckoutSessionOutput, types,
};
use hedge_domain::Money;
use hedge_domain::checkout_session::{
    CheckoutSessionId, CheckoutSessionQuery, CreateCheckoutSession, ExpireCheckoutSession,
};
use hedge_domain::metadata::Metadata;

use super::{Caller, Error, Hedge, convert, customers, page, payments};
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
        let merchant = match &body.merchant_id {
            Some(id) => payments::merchant_id(id)?,
            None => caller.default_merchant,
        };
        let command = CreateCheckoutSession {
            actor: caller.actor.clone(),
            merchant,
            amount: Money::new(body.amount, convert::to_currency(body.currency)),
            description: body.description.clone(),
            customer_email: body.customer_email.clone(),
            customer: body.customer_id.as_deref().map(customers::named).transpose()?,
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
        let found = self.platform.store.checkout_session(session_id(&input.id)?).await?;
        let seen = found.filter(|session| session.is_seen_by(&caller.actor));
        let session = seen.ok_or_else(|| Error::not_found("Checkout session"))?;
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
            merchant: input.merchant_id.as_deref().map(payments::merchant_filter).transpose()?,
            status: input.status.map(convert::to_checkout_status),
            customer: input.customer_id.as_deref().map(customers::filter).transpose()?,
            created_from: input.created_after.map(convert::to_time),
            created_until: input.created_before.map(convert::to_time),
            after: input.cursor.as_deref().map(page::parse).transpose()?,
            limit: u32::try_from(input.limit).unwrap_or(20),
        };
        let found = self.platform.store.checkout_sessions(&query).await?;
        let last = found.items.last().map(|session| session.id);
        let shown = found.items.iter().map(|session| convert::checkout_session(session, &self.platform.public_url));
        Ok(ListCheckoutSessionsOutput::Ok(types::CheckoutSessionList {
            object: types::ListObject::List,
            data: shown.collect(),
            has_more: found.has_more,
            next_cursor: last.filter(|_| found.has_more).map(page::cursor),
        }))
    }

    async fn expire_checkout_session(
        &self,
        caller: Caller,
        input: ExpireCheckoutSessionInput,
    ) -> Result<Answered<ExpireCheckoutSessionOutput>, Error> {
        let call = caller.call(&input);
        let command = ExpireCheckoutSession { actor: caller.actor.clone(), id: session_id(&input.id)? };
        let public = self.platform.public_url.clone();
        let render = move |session: &_| ExpireCheckoutSessionOutput::Ok(convert::checkout_session(session, &public));
        self.platform.run(call, command, render).await
    }
}

fn session_id(text: &str) -> Result<CheckoutSessionId, Error> {
    text.parse().map_err(|_| Error::not_found("Checkout session"))
}
