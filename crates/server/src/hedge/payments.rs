//! `payments`: create, retrieve, list, confirm, cancel, refund.

use hedge_api::Answered;
use hedge_api::hedge::{
    CancelPaymentInput, CancelPaymentOutput, ConfirmPaymentInput, ConfirmPaymentOutput, CreatePaymentInput,
    CreatePaymentOutput, ListPaymentsInput, ListPaymentsOutput, Payments, RefundPaymentInput, RefundPaymentOutput,
    RetrievePaymentInput, RetrievePaymentOutput,
};
use hedge_domain::Money;
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::Payment;
use hedge_domain::payment::{CancelPayment, ConfirmPayment, CreatePayment, PaymentQuery, RefundPayment};

use super::{Caller, Error, Hedge, convert, id, page};

impl Payments for Hedge {
    async fn create_payment(
        &self,
        caller: Caller,
        input: CreatePaymentInput,
    ) -> Result<Answered<CreatePaymentOutput>, Error> {
        let call = caller.call(&input);
        let body = &input.body;
        let merchant = caller.merchant(body.merchant_id.as_deref())?;
        let command = CreatePayment {
            actor: caller.actor.clone(),
            merchant,
            amount: Money::new(body.amount, convert::to_currency(body.currency)),
            customer: id::named_if("customer_id", body.customer_id.as_deref())?,
            customer_email: body.customer_email.clone(),
            description: body.description.clone(),
            statement_descriptor: body.statement_descriptor.clone(),
            method: body.payment_method.map(convert::to_method),
            token: id::named_if("payment_method_token", body.payment_method_token.as_deref())?,
            metadata: Metadata::new(body.metadata.clone().unwrap_or_default())?,
        };
        self.platform.run(call, command, |payment| CreatePaymentOutput::Created(convert::payment(payment))).await
    }

    async fn retrieve_payment(
        &self,
        caller: Caller,
        input: RetrievePaymentInput,
    ) -> Result<RetrievePaymentOutput, Error> {
        let id = id::subject(&input.id)?;
        let found = self.platform.store.get::<Payment>(id).await?;
        let seen = found.filter(|payment| payment.is_seen_by(&caller.actor));
        let payment = id::found(id, seen)?;
        Ok(RetrievePaymentOutput::Ok(convert::payment(&payment)))
    }

    async fn list_payments(&self, caller: Caller, input: ListPaymentsInput) -> Result<ListPaymentsOutput, Error> {
        let query = PaymentQuery {
            actor: caller.actor,
            merchant: id::filter("merchant_id", input.merchant_id.as_deref())?,
            status: input.status.map(convert::to_status),
            customer: id::filter("customer_id", input.customer_id.as_deref())?,
            created_from: input.created_after.map(convert::to_time),
            created_until: input.created_before.map(convert::to_time),
            after: page::after(input.cursor.as_deref())?,
            limit: page::limit(input.limit),
        };
        let found = self.platform.list(query.actor.account, &query).await?;
        Ok(ListPaymentsOutput::Ok(page::list(&found, |it| it.id, convert::payment)))
    }

    async fn confirm_payment(
        &self,
        caller: Caller,
        input: ConfirmPaymentInput,
    ) -> Result<Answered<ConfirmPaymentOutput>, Error> {
        let call = caller.call(&input);
        let command = ConfirmPayment {
            actor: caller.actor.clone(),
            id: id::subject(&input.id)?,
            token: id::named("payment_method_token", &input.body.payment_method_token)?,
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
        let command = CancelPayment { actor: caller.actor.clone(), id: id::subject(&input.id)?, reason };
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
            id: id::subject(&input.id)?,
            amount: body.amount,
            reason: body.reason.clone(),
            metadata: Metadata::new(body.metadata.clone().unwrap_or_default())?,
        };
        self.platform.run(call, command, |payment| RefundPaymentOutput::Ok(convert::payment(payment))).await
    }
}
