//! `payment_methods`: tokenise a card. The number lives in this request's memory only.

use hedge_api::Answered;
use hedge_api::hedge::{CreatePaymentMethodInput, CreatePaymentMethodOutput, PaymentMethods};
use hedge_domain::Refusal;
use hedge_domain::api_key::KeyKind;
use hedge_domain::card::CardDetails;
use hedge_domain::installation::Environment;
use hedge_domain::payment_method::CreatePaymentMethod;
use hedge_store::StoreError;

use super::{Caller, Error, Hedge, convert};
use crate::platform::{Answers, Call};

impl PaymentMethods for Hedge {
    async fn create_payment_method(
        &self,
        caller: Caller,
        input: CreatePaymentMethodInput,
    ) -> Result<Answered<CreatePaymentMethodOutput>, Error> {
        if caller.kind == KeyKind::Secret && self.platform.environment == Environment::Production {
            // Real card numbers must not touch the merchant's server.
            return Err(Error::forbidden("In production a card is tokenised with a publishable key."));
        }
        let call = Call {
            account: caller.actor.account,
            operation: "createPaymentMethod",
            idempotency_key: input.idempotency_key.as_deref(),
            input: &input,
            answers: Answers::Plain,
        };
        let typed = &input.body.card;
        let details = CardDetails {
            number: &typed.number,
            exp_month: u32::try_from(typed.exp_month).unwrap_or_default(),
            exp_year: typed.exp_year,
            cvc: &typed.cvc,
        };
        let card = details.check(self.platform.clock.now()).map_err(Refusal::CardInvalid)?;
        let rail_token = self.platform.cards.tokenize(&details).await.map_err(|error| {
            tracing::error!(%error, "the rail did not tokenise a card");
            StoreError::Unavailable("the card rail does not answer".to_owned())
        })?;
        let command = CreatePaymentMethod {
            account: caller.actor.account,
            customer: input.body.customer_id.clone(),
            card,
            fingerprint: self.platform.secret.card_fingerprint(&typed.number),
            rail_token,
        };
        let render = |method: &_| CreatePaymentMethodOutput::Created(convert::payment_method(method));
        self.platform.run(call, command, render).await
    }
}
