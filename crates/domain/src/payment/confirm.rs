//! Confirming a pending payment with a payment method: it is submitted to the rail.

use super::{Payment, Step};
use crate::actor::Actor;
use crate::command::{Command, Context, Stop};
use crate::ids::{PaymentId, PaymentMethodId};
use crate::{AccountId, Key, Refusal, State};

pub struct ConfirmPayment {
    pub actor: Actor,
    pub id: PaymentId,
    pub token: PaymentMethodId,
}

impl Command for ConfirmPayment {
    type Output = Payment;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Payment(self.id), Key::PaymentMethod(self.token)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Payment, Stop> {
        let mut payment = state.payment(&self.actor, self.id)?;
        let token = state.paying_method(&self.actor, self.token, payment.merchant)?;
        // An unpaid payment that ran out is as good as canceled, though the worker may not have come round yet.
        if payment.status.after(Step::Submit).is_none() || payment.expires_at <= cx.now {
            return Err(Refusal::PaymentNotConfirmable { payment: payment.id, status: payment.status }.into());
        }
        // Whatever way it is confirmed, what the issuer asked has to be answered first.
        if payment.awaits_challenge() {
            return Err(Refusal::PaymentAwaitsChallenge(payment.id).into());
        }
        if let Some(stated) = payment.method
            && stated != token.method()
        {
            return Err(Refusal::MethodMismatch { stated, token: token.method() }.into());
        }
        let merchant = state.merchants.find(payment.merchant, Key::Merchant)?;
        merchant.ok_or(Refusal::MerchantUnknown(payment.merchant))?.must_be_active()?;
        payment.submit(&token, state, cx);
        Ok(payment)
    }
}
