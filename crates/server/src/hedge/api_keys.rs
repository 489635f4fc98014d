//! `api_keys`: list, create, roll, revoke. A secret is shown in the one answer that makes it.

use hedge_api::Answered;
use hedge_api::hedge::{
    ApiKeys, CreateApiKeyInput, CreateApiKeyOutput, ListApiKeysInput, ListApiKeysOutput, RevokeApiKeyInput,
    RevokeApiKeyOutput, RollApiKeyInput, RollApiKeyOutput, types,
};
use hedge_domain::Duration;
use hedge_domain::api_key::ApiKey;
use hedge_domain::api_key::{CreateApiKey, KeyKind, NewKey, RevokeApiKey, RollApiKey, SecretDigest};
use hedge_store::ApiKeysOf;

use super::{Caller, Error, Hedge, convert, id, page};
use crate::secret;

impl ApiKeys for Hedge {
    async fn list_api_keys(&self, caller: Caller, input: ListApiKeysInput) -> Result<ListApiKeysOutput, Error> {
        let account = caller.whole_account()?;
        let query =
            ApiKeysOf { account, after: page::after(input.cursor.as_deref())?, limit: page::limit(input.limit) };
        let found = self.platform.list(account, &query).await?;
        Ok(ListApiKeysOutput::Ok(page::list(&found, |it| it.id, convert::api_key)))
    }

    async fn create_api_key(
        &self,
        caller: Caller,
        input: CreateApiKeyInput,
    ) -> Result<Answered<CreateApiKeyOutput>, Error> {
        let call = caller.call_for_secret(&input);
        let body = input.body.clone();
        body.name.as_deref().map_or(Ok(()), |name| Error::checked_name("name", name))?;
        let kind = convert::to_key_kind(body.r#type);
        let (key, digest) = self.fresh_key(kind);
        let merchants =
            body.merchant_ids.map(|ids| ids.iter().map(|id| id::named("merchant_ids", id)).collect()).transpose()?;
        let new = NewKey {
            name: body.name,
            kind,
            secret: digest,
            livemode: self.platform.environment.livemode(),
            read_only: body.read_only,
            merchants,
        };
        let command = CreateApiKey { actor: caller.actor.clone(), key: new };
        let render = move |made: &_| CreateApiKeyOutput::Created(convert::api_key_with_secret(made, key.clone()));
        self.platform.run(call, command, render).await
    }

    async fn roll_api_key(&self, caller: Caller, input: RollApiKeyInput) -> Result<Answered<RollApiKeyOutput>, Error> {
        let call = caller.call_for_secret(&input);
        let id = id::subject(&input.id)?;
        let old = self.platform.store.get::<ApiKey>(id).await?.filter(|key| key.account == caller.actor.account);
        let old = id::found(id, old)?;
        let (key, digest) = self.fresh_key(old.kind);
        let overlap = Duration::from_secs(input.body.overlap_seconds.into());
        let command = RollApiKey { actor: caller.actor.clone(), id, secret: digest, overlap };
        let render = move |rolled: &hedge_domain::api_key::Rolled| {
            RollApiKeyOutput::Ok(convert::api_key_with_secret(&rolled.new, key.clone()))
        };
        let answered = self.platform.run::<_, _, _, Error>(call, command, render).await?;
        self.platform.keyring.forget(old.secret.hash);
        Ok(answered)
    }

    async fn revoke_api_key(&self, caller: Caller, input: RevokeApiKeyInput) -> Result<RevokeApiKeyOutput, Error> {
        let command = RevokeApiKey { actor: caller.actor.clone(), id: id::subject(&input.id)? };
        let revoked = self.platform.run_once::<_, Error>(command).await?;
        self.platform.keyring.forget(revoked.secret.hash);
        Ok(RevokeApiKeyOutput::Ok(types::DeletedApiKey {
            id: revoked.id.to_string(),
            object: types::ApiKeyObject::ApiKey,
            deleted: true,
        }))
    }
}

impl Hedge {
    fn fresh_key(&self, kind: KeyKind) -> (String, SecretDigest) {
        let prefix = secret::prefix(kind, self.platform.environment);
        let key = secret::new_key(prefix);
        let digest = self.platform.secret.digest(&key, prefix);
        (key, digest)
    }
}
