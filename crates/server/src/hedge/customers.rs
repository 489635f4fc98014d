//! `customers`: create, retrieve, list, update.

use hedge_api::Answered;
use hedge_api::hedge::{
    CreateCustomerInput, CreateCustomerOutput, Customers, ListCustomersInput, ListCustomersOutput,
    RetrieveCustomerInput, RetrieveCustomerOutput, UpdateCustomerInput, UpdateCustomerOutput,
};
use hedge_domain::customer::Customer;
use hedge_domain::customer::{CreateCustomer, CustomerChange, CustomerQuery, UpdateCustomer};
use hedge_domain::metadata::Metadata;

use super::{Caller, Error, Hedge, convert, id, page};

impl Customers for Hedge {
    async fn create_customer(
        &self,
        caller: Caller,
        input: CreateCustomerInput,
    ) -> Result<Answered<CreateCustomerOutput>, Error> {
        let call = caller.call(&input);
        let body = &input.body;
        body.name.as_deref().map_or(Ok(()), |name| Error::checked_name("name", name))?;
        let command = CreateCustomer {
            actor: caller.actor.clone(),
            merchant: caller.own_merchant(body.merchant_id.as_deref())?,
            email: body.email.clone(),
            name: body.name.clone(),
            phone: body.phone.clone(),
            description: body.description.clone(),
            metadata: Metadata::new(body.metadata.clone().unwrap_or_default())?,
        };
        self.platform.run(call, command, |customer| CreateCustomerOutput::Created(convert::customer(customer))).await
    }

    async fn retrieve_customer(
        &self,
        caller: Caller,
        input: RetrieveCustomerInput,
    ) -> Result<RetrieveCustomerOutput, Error> {
        let id = id::subject(&input.id)?;
        let found = self.platform.store.get::<Customer>(id).await?;
        let seen = found.filter(|customer| customer.is_seen_by(&caller.actor));
        let customer = id::found(id, seen)?;
        Ok(RetrieveCustomerOutput::Ok(convert::customer(&customer)))
    }

    async fn list_customers(&self, caller: Caller, input: ListCustomersInput) -> Result<ListCustomersOutput, Error> {
        let query = CustomerQuery {
            actor: caller.actor,
            merchant: id::filter("merchant_id", input.merchant_id.as_deref())?,
            email: input.email,
            created_from: input.created_after.map(convert::to_time),
            created_until: input.created_before.map(convert::to_time),
            after: page::after(input.cursor.as_deref())?,
            limit: page::limit(input.limit),
        };
        let found = self.platform.list(query.actor.account, &query).await?;
        Ok(ListCustomersOutput::Ok(page::list(&found, |it| it.id, convert::customer)))
    }

    async fn update_customer(&self, caller: Caller, input: UpdateCustomerInput) -> Result<UpdateCustomerOutput, Error> {
        let id = id::subject(&input.id)?;
        let body = input.body;
        if let Some(Some(name)) = &body.name {
            Error::checked_name("name", name)?;
        }
        let change = CustomerChange {
            email: body.email,
            name: body.name,
            phone: body.phone,
            description: body.description,
            metadata: convert::to_metadata_change(body.metadata),
        };
        let command = UpdateCustomer { actor: caller.actor, id, change };
        let customer = self.platform.run_once::<_, Error>(command).await?;
        Ok(UpdateCustomerOutput::Ok(convert::customer(&customer)))
    }
}
