//! `merchants`: create, retrieve, list, update; and what the ledger says of one: balance and statement.

pub mod export;
pub mod render;
mod settings;

use hedge_api::Answered;
use hedge_api::hedge::{
    CreateMerchantInput, CreateMerchantOutput, ListMerchantsInput, ListMerchantsOutput, Merchants,
    RetrieveMerchantBalanceInput, RetrieveMerchantBalanceOutput, RetrieveMerchantInput, RetrieveMerchantOutput,
    RetrieveMerchantStatementInput, RetrieveMerchantStatementOutput, UpdateMerchantInput, UpdateMerchantOutput,
};
use hedge_domain::ledger::StatementQuery;
use hedge_domain::merchant::{CreateMerchant, Merchant, MerchantQuery, UpdateMerchant};

use super::{Caller, Error, Hedge, convert, id, page};

impl Merchants for Hedge {
    async fn create_merchant(
        &self,
        caller: Caller,
        input: CreateMerchantInput,
    ) -> Result<Answered<CreateMerchantOutput>, Error> {
        let call = caller.call(&input);
        let merchant = settings::new_merchant(&input.body, &self.platform)?;
        let command = CreateMerchant { actor: caller.actor.clone(), merchant };
        let render = |made: &Merchant| CreateMerchantOutput::Created(render::merchant(made, made.created_at));
        self.platform.run(call, command, render).await
    }

    async fn list_merchants(&self, caller: Caller, input: ListMerchantsInput) -> Result<ListMerchantsOutput, Error> {
        let now = self.platform.time_of(caller.actor.account).await?;
        let query = MerchantQuery {
            actor: caller.actor,
            after: page::after(input.cursor.as_deref())?,
            limit: page::limit(input.limit),
        };
        let found = self.platform.list(query.actor.account, &query).await?;
        Ok(ListMerchantsOutput::Ok(page::list(&found, |it| it.id, |merchant| render::merchant(merchant, now))))
    }

    async fn retrieve_merchant(
        &self,
        caller: Caller,
        input: RetrieveMerchantInput,
    ) -> Result<RetrieveMerchantOutput, Error> {
        let merchant = self.own_merchant(&caller, &input.id).await?;
        let now = self.platform.time_of(merchant.account).await?;
        Ok(RetrieveMerchantOutput::Ok(render::merchant(&merchant, now)))
    }

    async fn update_merchant(&self, caller: Caller, input: UpdateMerchantInput) -> Result<UpdateMerchantOutput, Error> {
        let known = self.own_merchant(&caller, &input.id).await?;
        let id = known.id;
        let mut change = settings::change(input.body, &self.platform)?;
        settings::keep_known_account(&mut change, &known, &self.platform)?;
        let now = self.platform.time_of(caller.actor.account).await?;
        let merchant = self.platform.run_once::<_, Error>(UpdateMerchant { actor: caller.actor, id, change }).await?;
        Ok(UpdateMerchantOutput::Ok(render::merchant(&merchant, now)))
    }

    async fn retrieve_merchant_balance(
        &self,
        caller: Caller,
        input: RetrieveMerchantBalanceInput,
    ) -> Result<RetrieveMerchantBalanceOutput, Error> {
        let merchant = self.own_merchant(&caller, &input.id).await?;
        let rows = self.platform.store.balances_of(merchant.id).await?;
        let now = self.platform.time_of(merchant.account).await?;
        Ok(RetrieveMerchantBalanceOutput::Ok(render::balance(&merchant, &rows, now)))
    }

    async fn retrieve_merchant_statement(
        &self,
        caller: Caller,
        input: RetrieveMerchantStatementInput,
    ) -> Result<RetrieveMerchantStatementOutput, Error> {
        let merchant = self.own_merchant(&caller, &input.id).await?;
        let query = StatementQuery {
            merchant: merchant.id,
            currency: input.currency.map_or(merchant.default_currency, convert::to_currency),
            from: input.created_after.map(convert::to_time),
            until: input.created_before.map(convert::to_time),
            after: page::after(input.cursor.as_deref())?,
            opening: None,
            limit: page::limit(input.limit),
        };
        let statement = self.platform.statement(merchant.account, &query).await?;
        Ok(RetrieveMerchantStatementOutput::Ok(render::statement(&query, &statement)))
    }
}

impl Hedge {
    /// The merchant that the request is about, if the caller can see it.
    pub(super) async fn own_merchant(&self, caller: &Caller, id: &str) -> Result<Merchant, Error> {
        let id = id::subject(id)?;
        let found = self.platform.store.get::<Merchant>(id).await?;
        let seen = found.filter(|merchant| caller.actor.reaches(merchant.account, merchant.id));
        id::found(id, seen)
    }
}
