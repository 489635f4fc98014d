//! `client_tokens`: make one, and the public keys to verify them with.

use hedge_api::Answered;
use hedge_api::hedge::{
    ClientTokens, CreateClientTokenInput, CreateClientTokenOutput, RetrieveSigningKeysInput, RetrieveSigningKeysOutput,
    types,
};
use hedge_domain::client_token::{IssueClientToken, Issued};
use hedge_store::StoreError;

use super::{Caller, Error, Hedge, convert, id};
use crate::client_token::{self, Grant};

impl ClientTokens for Hedge {
    async fn create_client_token(
        &self,
        caller: Caller,
        input: CreateClientTokenInput,
    ) -> Result<Answered<CreateClientTokenOutput>, Error> {
        let call = caller.call_for_secret(&input);
        let customer = id::named("customer_id", &input.body.customer_id)?;
        let pen = self.platform.signing.pen(self.platform.clock.now()).await.map_err(|error| fault(&error))?;
        let command = IssueClientToken { actor: caller.actor.clone(), customer };
        let wished = input.body.scopes.clone();
        let grant = Grant {
            actor: caller.actor.clone(),
            scopes: wished.iter().copied().map(convert::to_scope).collect(),
            livemode: self.platform.environment.livemode(),
        };
        let render = move |issued: &Issued| {
            CreateClientTokenOutput::Created(types::ClientToken {
                object: types::ClientTokenObject::ClientToken,
                jwt: client_token::write(&pen, &grant, *issued),
                customer_id: issued.customer.to_string(),
                scopes: wished.clone(),
                expires_at: convert::time(issued.expires_at),
            })
        };
        self.platform.run(call, command, render).await
    }

    async fn retrieve_signing_keys(
        &self,
        _input: RetrieveSigningKeysInput,
    ) -> Result<RetrieveSigningKeysOutput, Error> {
        let keys = self.platform.signing.published(self.platform.clock.now()).await.map_err(|error| fault(&error))?;
        Ok(RetrieveSigningKeysOutput::Ok(types::JwkSet { keys: keys.iter().map(convert::jwk).collect() }))
    }
}

fn fault(error: &anyhow::Error) -> Error {
    StoreError::Fault(format!("the signing keys: {error:#}")).into()
}
