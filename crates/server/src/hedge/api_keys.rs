//! `api_keys`: list, create, roll, revoke. A secret is shown in the one answer that makes it.

use hedge_api::Answered;
use hedge_api::hedge::{
    ApiKeys, CreateApiKeyInput, CreateApiKeyOutput, ListApiKeysInput, ListApiKeysOutput, RevokeApiKeyInput,
    RevokeApiKeyOutput, RollApiKeyInput, RollApiKeyOutput, types,
};
use hedge_domain::Duration;
use hedge_domain::api_key::{ApiKeyId, CreateApiKey, KeyKind, NewKey, RevokeApiKey, RollApiKey, SecretDigest};
use hedge_domain::merchant::MerchantId;

use super::{Caller, Error, Hedge, convert, page};
use crate::secret;

impl ApiKeys for Hedge {
    /// An account has few keys, so a page is cut from all of them.
    async fn list_api_keys(&self, caller: Caller, input: ListApiKeysInput) -> Result<ListApiKeysOutput, Error> {
        let after: Option<ApiKeyId> = input.cursor.as_deref().map(page::parse).transpose()?;
        let limit = usize::try_from(input.limit).unwrap_or(20);
        let keys = self.platform.store.api_keys(caller.whole_account()?).await?;
        let rest: Vec<_> = keys.into_iter().filter(|key| after.is_none_or(|after| key.id < after)).collect();
        let has_more = rest.len() > limit;
        let shown = &rest[..limit.min(rest.len())];
        Ok(ListApiKeysOutput::Ok(types::ApiKeyList {
            object: types::ListObject::List,
            data: shown.iter().map(convert::api_key).collect(),
            has_more,
            next_cursor: shown.last().filter(|_| has_more).map(|key| page::cursor(key.id)),
        }))
    }

    async fn create_api_key(
        &self,
        caller: Caller,
        input: CreateApiKeyInput,
    ) -> Result<Answered<CreateApiKeyOutput>, Error> {
        let call = caller.call_for_secret(&input);
        let body = input.body.clone();
        let kind = convert::to_key_kind(body.r#type);
        let (key, digest) = self.fresh_key(kind);
        let merchants = body.merchant_ids.map(|ids| ids.iter().map(|id| merchant_id(id)).collect()).transpose()?;
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
        let id = key_id(&input.id)?;
        let old = self.platform.store.api_key(id).await?.filter(|key| key.account == caller.actor.account);
        let old = old.ok_or_else(|| Error::not_found("API key"))?;
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
        let command = RevokeApiKey { actor: caller.actor.clone(), id: key_id(&input.id)? };
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

fn key_id(text: &str) -> Result<ApiKeyId, Error> {
    text.parse().map_err(|_| Error::not_found("API key"))
}

fn merchant_id(text: &str) -> Result<MerchantId, Error> {
    text.parse().map_err(|_| Error::not_found_in("Merchant", "merchant_ids"))
}
