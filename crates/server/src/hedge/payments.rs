//! `payments`: create, retrieve, list, confirm, cancel, refund.

use hedge_api::Answered;
use hedge_api::hedge::{
    CancelPaymentInput, CancelPaymentOutput, ConfirmPaymentInput, ConfirmPaymentOutput, CreatePaymentInput,
    CreatePaymentOutput, ListPaymentsInput, ListPaymentsOutput, Payments, RefundPaymentInput, RefundPaymentOutput,
    RetrievePaymentInput, RetrievePaymentOutput, types,
};
use hedge_domain::Money;
use hedge_domain::merchant::MerchantId;
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{CancelPayment, ConfirmPayment, CreatePayment, PaymentId, PaymentQuery, RefundPayment};
use hedge_domain::payment_method::PaymentMethodId;

use super::{Caller, Error, Hedge, convert, customers, page};

impl Payments for Hedge {
    async fn create_payment(
        &self,
        caller: Caller,
        input: CreatePaymentInput,
    ) -> Result<Answered<CreatePaymentOutput>, Error> {
        let call = caller.call(&input);
        let body = &input.body;
        let merchant = match &body.merchant_id {
            Some(id) => merchant_id(id)?,
            None => caller.default_merchant,
        };
        let command = CreatePayment {
            actor: caller.actor.clone(),
            merchant,
            amount: Money::new(body.amount, convert::to_currency(body.currency)),
            customer: body.customer_id.as_deref().map(customers::named).transpose()?,
            customer_email: body.customer_email.clone(),
            description: body.description.clone(),
            statement_descriptor: body.statement_descriptor.clone(),
            method: body.payment_method.map(convert::to_method),
            token: body.payment_method_token.as_deref().map(token).transpose()?,
            metadata: Metadata::new(body.metadata.clone().unwrap_or_default())?,
        };
        self.platform.run(call, command, |payment| CreatePaymentOutput::Created(convert::payment(payment))).await
    }

    async fn retrieve_payment(
        &self,
        caller: Caller,
        input: RetrievePaymentInput,
    ) -> Result<RetrievePaymentOutput, Error> {
        let found = self.platform.store.payment(payment_id(&input.id)?).await?;
        let seen = found.filter(|payment| payment.is_seen_by(&caller.actor));
        let payment = seen.ok_or_else(|| Error::not_found("Payment"))?;
        Ok(RetrievePaymentOutput::Ok(convert::payment(&payment)))
    }

    async fn list_payments(&self, caller: Caller, input: ListPaymentsInput) -> Result<ListPaymentsOutput, Error> {
        let query = PaymentQuery {
            actor: caller.actor,
            merchant: input.merchant_id.as_deref().map(merchant_filter).transpose()?,
            status: input.status.map(convert::to_status),
            customer: input.customer_id.as_deref().map(customers::filter).transpose()?,
            created_from: input.created_after.map(convert::to_time),
            created_until: input.created_before.map(convert::to_time),
            after: input.cursor.as_deref().map(page::parse).transpose()?,
            limit: u32::try_from(input.limit).unwrap_or(20),
        };
        let found = self.platform.store.payments(&query).await?;
        let last = found.items.last().map(|payment| payment.id);
        Ok(ListPaymentsOutput::Ok(types::PaymentList {
            object: types::ListObject::List,
            data: found.items.iter().map(convert::payment).collect(),
            has_more: found.has_more,
            next_cursor: last.filter(|_| found.has_more).map(page::cursor),
        }))
    }

    async fn confirm_payment(
        &self,
        caller: Caller,
        input: ConfirmPaymentInput,
    ) -> Result<Answered<ConfirmPaymentOutput>, Error> {
        let call = caller.call(&input);
        let command = ConfirmPayment {
            actor: caller.actor.clone(),
            id: payment_id(&input.id)?,
            token: token(&input.body.payment_method_token)?,
        };
        self.platform.run(call, command, |payment| ConfirmPaymentOutput::Ok(convert::payment(payment))).await
    }

    async fn cancel_payment(
        &self,
        caller: Caller,
        input: CancelPaymentInput,
    ) -> Result<Answered<CancelPaymentOutput>, Error> {
        let call = caller.call(&input);
        let reason = input.body.reason.clone();
        let command = CancelPayment { actor: caller.actor.clone(), id: payment_id(&input.id)?, reason };
        self.platform.run(call, command, |payment| CancelPaymentOutput::Ok(convert::payment(payment))).await
    }

    async fn refund_payment(
        &self,
        caller: Caller,
        input: RefundPaymentInput,
    ) -> Result<Answered<RefundPaymentOutput>, Error> {
        let call = caller.call(&input);
        let body = &input.body;
        let command = RefundPayment {
            actor: caller.actor.clone(),
            id: payment_id(&input.id)?,
            amount: body.amount,
            reason: body.reason.clone(),
            metadata: Metadata::new(body.metadata.clone().unwrap_or_default())?,
        };
        self.platform.run(call, command, |payment| RefundPaymentOutput::Ok(convert::payment(payment))).await
    }
}

fn payment_id(text: &str) -> Result<PaymentId, Error> {
    text.parse().map_err(|_| Error::not_found("Payment"))
}

pub(super) fn merchant_id(text: &str) -> Result<MerchantId, Error> {
    text.parse().map_err(|_| Error::not_found_in("Merchant", "merchant_id"))
}

/// A filter that names nobody is a mistake of form, not a page without payments.
pub(super) fn merchant_filter(text: &str) -> Result<MerchantId, Error> {
    text.parse().map_err(|_| Error::invalid_request("merchant_id", "This is not the id of a merchant."))
}

fn token(text: &str) -> Result<PaymentMethodId, Error> {
    text.parse().map_err(|_| Error::not_found_in("Payment method", "payment_method_token"))
}
