//! `payment_methods`: tokenise a card, list a customer's. The number lives in this request's memory only.

use hedge_api::Answered;
use hedge_api::hedge::{
    CreatePaymentMethodInput, CreatePaymentMethodOutput, ListPaymentMethodsInput, ListPaymentMethodsOutput,
    PaymentMethods,
};
use hedge_domain::Refusal;
use hedge_domain::api_key::KeyKind;
use hedge_domain::card::CardDetails;
use hedge_domain::customer::Customer;
use hedge_domain::installation::Environment;
use hedge_domain::payment::Method;
use hedge_domain::payment_method::{CreatePaymentMethod, PaymentMethodQuery};
use hedge_store::Page;

use super::{Caller, Error, Hedge, convert, id, page};

impl PaymentMethods for Hedge {
    async fn create_payment_method(
        &self,
        caller: Caller,
        input: CreatePaymentMethodInput,
    ) -> Result<Answered<CreatePaymentMethodOutput>, Error> {
        if caller.kind == Some(KeyKind::Secret) && self.platform.environment == Environment::Production {
            // Real card numbers must not touch the merchant's server.
            return Err(Error::forbidden(
                "In production a card is tokenised with a publishable key or a client token.",
            ));
        }
        let call = caller.call(&input);
        let named = id::named_if("customer_id", input.body.customer_id.as_deref())?;
        if named.is_some() && caller.kind == Some(KeyKind::Publishable) {
            // It stands in a page, and whoever reads it there must not learn who is a customer, or give one a card.
            return Err(Error::forbidden(
                "A publishable key does not name customers. A client token makes payment methods of its customer's.",
            )
            .about("customer_id"));
        }
        if named.is_some() && !caller.actor.acts_for(named) {
            return Err(Error::not_found_in("Customer", "customer_id"));
        }
        let typed = &input.body.card;
        let Some(play) = self.platform.environment.play_money() else {
            return Err(Refusal::MethodUnavailable(Method::Card).into());
        };
        let details = CardDetails {
            play,
            number: &typed.number,
            exp_month: u32::try_from(typed.exp_month).unwrap_or_default(),
            exp_year: typed.exp_year,
            cvc: &typed.cvc,
        };
        let card = details.check(self.platform.time_of(caller.actor.account).await?).map_err(Refusal::CardInvalid)?;
        let rail_token = self.platform.rails.cards.tokenize(&details).await?;
        let command = CreatePaymentMethod {
            actor: caller.actor.clone(),
            customer: caller.actor.customer.or(named),
            merchant: caller.own_merchant(None)?,
            card,
            fingerprint: self.platform.secret.card_fingerprint(&typed.number),
            rail_token,
        };
        let render = |method: &_| CreatePaymentMethodOutput::Created(convert::payment_method(method));
        self.platform.run(call, command, render).await
    }

    async fn list_payment_methods(
        &self,
        caller: Caller,
        input: ListPaymentMethodsInput,
    ) -> Result<ListPaymentMethodsOutput, Error> {
        let asked = id::filter("customer_id", input.customer_id.as_deref())?;
        let Some(customer) = asked.or(caller.actor.customer) else {
            return Err(Error::invalid_request("customer_id", "customer_id must say whose payment methods to list."));
        };
        let query = PaymentMethodQuery {
            account: caller.actor.account,
            customer,
            after: page::after(input.cursor.as_deref())?,
            limit: page::limit(input.limit),
        };
        let owner = self.platform.store.get::<Customer>(customer).await?;
        let found = match owner.filter(|owner| owner.is_seen_by(&caller.actor)) {
            Some(_) => self.platform.list(query.account, &query).await?,
            None => Page { items: Vec::new(), has_more: false },
        };
        Ok(ListPaymentMethodsOutput::Ok(page::list(&found, |it| it.id, convert::payment_method)))
    }
}
