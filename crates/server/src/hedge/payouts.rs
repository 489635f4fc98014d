//! `payouts`: create, retrieve, list. Those that a schedule makes are the worker's.

use hedge_api::Answered;
use hedge_api::hedge::{
    CreatePayoutInput, CreatePayoutOutput, ListPayoutsInput, ListPayoutsOutput, Payouts, RetrievePayoutInput,
    RetrievePayoutOutput, types,
};
use hedge_domain::Currency;
use hedge_domain::merchant::Destination;
use hedge_domain::metadata::Metadata;
use hedge_domain::payout::{CreatePayout, Payout, PayoutQuery, PayoutStatus};

use super::merchants::render;
use super::{Caller, Error, Hedge, convert, id, page};

impl Payouts for Hedge {
    async fn create_payout(
        &self,
        caller: Caller,
        input: CreatePayoutInput,
    ) -> Result<Answered<CreatePayoutOutput>, Error> {
        let call = caller.call(&input);
        let body = &input.body;
        let command = CreatePayout {
            actor: caller.actor.clone(),
            merchant: caller.merchant(body.merchant_id.as_deref())?,
            method: body.method.map(render::to_method),
            amount: body.amount,
            currency: body.currency.map_or(Currency::Usd, convert::to_currency),
            description: body.description.clone(),
            metadata: Metadata::new(body.metadata.clone().unwrap_or_default())?,
        };
        self.platform.run(call, command, |made| CreatePayoutOutput::Created(payout(made))).await
    }

    async fn retrieve_payout(&self, caller: Caller, input: RetrievePayoutInput) -> Result<RetrievePayoutOutput, Error> {
        let id = id::subject(&input.id)?;
        let found = self.platform.store.get::<Payout>(id).await?;
        let seen = found.filter(|payout| payout.is_seen_by(&caller.actor));
        let seen = id::found(id, seen)?;
        Ok(RetrievePayoutOutput::Ok(payout(&seen)))
    }

    async fn list_payouts(&self, caller: Caller, input: ListPayoutsInput) -> Result<ListPayoutsOutput, Error> {
        let query = PayoutQuery {
            actor: caller.actor,
            merchant: id::filter("merchant_id", input.merchant_id.as_deref())?,
            status: input.status.map(|status| match status {
                types::PayoutStatus::Pending => PayoutStatus::Pending,
                types::PayoutStatus::InTransit => PayoutStatus::InTransit,
                types::PayoutStatus::Paid => PayoutStatus::Paid,
                types::PayoutStatus::Failed => PayoutStatus::Failed,
            }),
            created_from: input.created_after.map(convert::to_time),
            created_until: input.created_before.map(convert::to_time),
            after: page::after(input.cursor.as_deref())?,
            limit: page::limit(input.limit),
        };
        let found = self.platform.list(query.actor.account, &query).await?;
        Ok(ListPayoutsOutput::Ok(page::list(&found, |it| it.id, payout)))
    }
}

#[must_use]
pub fn payout(payout: &Payout) -> types::Payout {
    types::Payout {
        id: payout.id.to_string(),
        object: types::PayoutObject::Payout,
        merchant_id: payout.merchant.to_string(),
        amount: payout.amount.minor(),
        fee: payout.fee,
        net_amount: payout.net().minor(),
        currency: convert::currency(payout.amount.currency()),
        status: match payout.status {
            PayoutStatus::Pending => types::PayoutStatus::Pending,
            PayoutStatus::InTransit => types::PayoutStatus::InTransit,
            PayoutStatus::Paid => types::PayoutStatus::Paid,
            PayoutStatus::Failed => types::PayoutStatus::Failed,
        },
        method: render::method(payout.destination.method()),
        destination: destination(&payout.destination),
        automatic: payout.automatic,
        description: payout.description.clone(),
        metadata: payout.metadata.pairs().clone(),
        failure_code: payout.failure.map(|failure| failure.code().to_owned()),
        failure_message: payout.failure.map(|failure| failure.message().to_owned()),
        arrival_at: payout.arrival_at.map(convert::time),
        paid_at: payout.paid_at.map(convert::time),
        failed_at: payout.failed_at.map(convert::time),
        created_at: convert::time(payout.created_at),
        updated_at: convert::time(payout.updated_at),
    }
}

fn destination(destination: &Destination) -> types::PayoutDestination {
    match destination {
        Destination::Wallet(wallet) => types::PayoutDestination {
            r#type: types::PayoutDestinationType::SolanaWallet,
            solana_wallet: Some(wallet.clone()),
            bank_account: None,
        },
        Destination::Bank(account) => types::PayoutDestination {
            r#type: types::PayoutDestinationType::BankAccount,
            solana_wallet: None,
            bank_account: Some(render::bank_account(account)),
        },
    }
}
