//! Creating a payment. With a token it is submitted at once; without one it waits to be confirmed or paid.

use super::{Method, Payment, PaymentStatus};
use crate::actor::Actor;
use crate::command::{Command, Context, Stop};
use crate::event_kind::EventKind;
use crate::ids::{CustomerId, MerchantId, PaymentMethodId};
use crate::metadata::Metadata;
use crate::{AccountId, Duration, Key, Money, Refusal, State};

/// How long a payment may wait to be paid.
pub const UNPAID_LIFETIME: Duration = Duration::from_hours(24);

pub struct CreatePayment {
    pub actor: Actor,
    pub merchant: MerchantId,
    pub amount: Money,
    pub customer: Option<CustomerId>,
    pub customer_email: String,
    pub description: Option<String>,
    /// `None` takes the merchant's.
    pub statement_descriptor: Option<String>,
    pub method: Option<Method>,
    pub token: Option<PaymentMethodId>,
    pub metadata: Metadata,
}

impl Command for CreatePayment {
    type Output = Payment;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        let token = self.token.map(Key::PaymentMethod);
        let customer = self.customer.map(Key::Customer);
        std::iter::once(Key::Merchant(self.merchant)).chain(customer).chain(token).collect()
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Payment, Stop> {
        let merchant = state.merchant(&self.actor, self.merchant)?;
        merchant.must_be_active()?;
        if let Some(customer) = self.customer {
            state.paying_customer(&self.actor, customer, merchant.id)?;
        }
        let token = self.token.map(|id| state.paying_method(&self.actor, id, merchant.id)).transpose()?;
        if let Some(method) = self.method {
            check_method(method, token.as_ref().map(|token| token.method()))?;
        }

        let mut payment = Payment {
            id: cx.id(),
            account: merchant.account,
            merchant: merchant.id,
            amount: self.amount,
            status: PaymentStatus::Pending,
            method: self.method,
            payment_method: None,
            customer: self.customer,
            customer_email: self.customer_email.clone(),
            description: self.description.clone(),
            statement_descriptor: self.statement_descriptor.clone().unwrap_or(merchant.statement_descriptor),
            metadata: self.metadata.clone(),
            checkout_session: None,
            fee: 0,
            refunded: 0,
            refunds: Vec::new(),
            failure: None,
            three_d_secure: None,
            cancellation: None,
            expires_at: cx.now.plus(UNPAID_LIFETIME),
            settles_at: None,
            settlement_method: None,
            settled_at: None,
            created_at: cx.now,
            updated_at: cx.now,
            sequence: 0,
        };
        state.announce(cx, &mut payment, EventKind::PaymentCreated);
        if let Some(token) = token {
            payment.submit(&token, state, cx);
        }
        Ok(payment)
    }
}

/// Only cards have a rail here; and a token must be of the method that the request states.
fn check_method(stated: Method, token: Option<Method>) -> Result<(), Refusal> {
    match (stated, token) {
        (Method::Ach | Method::Crypto, _) => Err(Refusal::MethodUnavailable(stated)),
        (Method::Card, Some(token)) if token != stated => Err(Refusal::MethodMismatch { stated, token }),
        (Method::Card, _) => Ok(()),
    }
}
