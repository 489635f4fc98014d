//! `customers`: create, retrieve, list, update.

use hedge_api::Answered;
use hedge_api::hedge::{
    CreateCustomerInput, CreateCustomerOutput, Customers, ListCustomersInput, ListCustomersOutput,
    RetrieveCustomerInput, RetrieveCustomerOutput, UpdateCustomerInput, UpdateCustomerOutput, types,
};
use hedge_domain::customer::{
    CreateCustomer, CustomerChange, CustomerId, CustomerQuery, MetadataChange, UpdateCustomer,
};
use hedge_domain::metadata::Metadata;

use super::{Caller, Error, Hedge, convert, page};

impl Customers for Hedge {
    async fn create_customer(
        &self,
        caller: Caller,
        input: CreateCustomerInput,
    ) -> Result<Answered<CreateCustomerOutput>, Error> {
        let call = caller.call(&input);
        let body = &input.body;
        let command = CreateCustomer {
            account: caller.actor.account,
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
        let found = self.platform.store.customer(customer_id(&input.id)?).await?;
        let seen = found.filter(|customer| customer.account == caller.actor.account);
        let customer = seen.ok_or_else(|| Error::not_found("Customer"))?;
        Ok(RetrieveCustomerOutput::Ok(convert::customer(&customer)))
    }

    async fn list_customers(&self, caller: Caller, input: ListCustomersInput) -> Result<ListCustomersOutput, Error> {
        let query = CustomerQuery {
            account: caller.actor.account,
            email: input.email,
            created_from: input.created_after.map(convert::to_time),
            created_until: input.created_before.map(convert::to_time),
            after: input.cursor.as_deref().map(page::parse).transpose()?,
            limit: u32::try_from(input.limit).unwrap_or(20),
        };
        let found = self.platform.store.customers(&query).await?;
        let last = found.items.last().map(|customer| customer.id);
        Ok(ListCustomersOutput::Ok(types::CustomerList {
            object: types::ListObject::List,
            data: found.items.iter().map(convert::customer).collect(),
            has_more: found.has_more,
            next_cursor: last.filter(|_| found.has_more).map(page::cursor),
        }))
    }

    async fn update_customer(&self, caller: Caller, input: UpdateCustomerInput) -> Result<UpdateCustomerOutput, Error> {
        let id = customer_id(&input.id)?;
        let body = input.body;
        let change = CustomerChange {
            email: body.email,
            name: body.name,
            phone: body.phone,
            description: body.description,
            metadata: match body.metadata {
                None => MetadataChange::Keep,
                Some(None) => MetadataChange::Clear,
                Some(Some(pairs)) => MetadataChange::Merge(pairs),
            },
        };
        let command = UpdateCustomer { account: caller.actor.account, id, change };
        let customer = self.platform.run_once::<_, Error>(command).await?;
        Ok(UpdateCustomerOutput::Ok(convert::customer(&customer)))
    }
}

fn customer_id(text: &str) -> Result<CustomerId, Error> {
    text.parse().map_err(|_| Error::not_found("Customer"))
}

/// A customer that stands in a body beside what the request is about.
pub(super) fn named(text: &str) -> Result<CustomerId, Error> {
    text.parse().map_err(|_| Error::not_found_in("Customer", "customer_id"))
}

/// A filter that names nobody is a mistake of form, not an empty page.
pub(super) fn filter(text: &str) -> Result<CustomerId, Error> {
    text.parse().map_err(|_| Error::invalid_request("customer_id", "This is not the id of a customer."))
}
