//! Who calls, and whether this kind of key or token may call this operation at all.

use std::sync::Arc;

use hedge_api::hedge::Authenticate;
use hedge_api::{Credential, Operation, RequestParts};
use hedge_domain::account::Account;
use hedge_domain::api_key::KeyKind;
use hedge_domain::audit::Origin;
use hedge_domain::merchant::MerchantId;
use hedge_domain::{AccountId, Actor};
use http::Method;

use super::{Error, Hedge, id};
use crate::gateway::{self, RequestOrigin};
use crate::keyring::KeySnapshot;
use crate::platform::{Answers, Call, Input};

#[derive(Clone)]
pub struct Caller {
    pub actor: Actor,
    /// `None` is a client token.
    pub kind: Option<KeyKind>,
    /// Who is paid when a request does not say.
    pub default_merchant: MerchantId,
}

impl Authenticate for Hedge {
    async fn secret_key(
        &self,
        _credential: Credential,
        request: RequestParts<'_>,
        _scopes: &'static [&'static str],
    ) -> Result<Caller, Error> {
        caller(request, KeyKind::Secret)
    }

    async fn publishable_key(
        &self,
        _credential: Credential,
        request: RequestParts<'_>,
        _scopes: &'static [&'static str],
    ) -> Result<Caller, Error> {
        caller(request, KeyKind::Publishable)
    }

    async fn client_token(
        &self,
        _credential: Credential,
        request: RequestParts<'_>,
        scopes: &'static [&'static str],
    ) -> Result<Caller, Error> {
        match request.extensions.get() {
            None => Err(Error::unauthorized()),
            Some(gateway::Credential::Expired) => Err(Error::token_expired()),
            // A key that would do was accepted before it came to this; so the operation is not for it.
            Some(gateway::Credential::Key(entry)) => Err(refused(&entry.snapshot(), request.operation)),
            Some(gateway::Credential::Token(token)) => {
                if let Some(missing) = scopes.iter().find(|code| !token.scopes.iter().any(|has| has.code() == **code)) {
                    return Err(Error::insufficient_scope(&format!("This operation takes the scope {missing}.")));
                }
                let account =
                    self.platform.store.get::<Account>(token.account).await?.ok_or_else(Error::unauthorized)?;
                Ok(Caller { actor: token.actor(), kind: None, default_merchant: account.default_merchant })
            }
        }
    }
}

impl Caller {
    /// The request, to run its command for.
    pub fn call<'a, I: Input>(&'a self, input: &'a I) -> Call<'a, I> {
        Call { actor: &self.actor, input, answers: Answers::Plain }
    }

    /// The same for an answer that shows a secret.
    pub fn call_for_secret<'a, I: Input>(&'a self, input: &'a I) -> Call<'a, I> {
        Call { actor: &self.actor, input, answers: Answers::Sealed }
    }

    /// Who is paid: as the request says, or else the default.
    pub fn merchant(&self, named: Option<&str>) -> Result<MerchantId, Error> {
        Ok(id::named_if("merchant_id", named)?.unwrap_or(self.default_merchant))
    }

    /// Whose a customer or a payment method is to be: as the request says; else the default of a key that is limited to some
    /// merchants, and of any other key the whole account's.
    pub fn own_merchant(&self, named: Option<&str>) -> Result<Option<MerchantId>, Error> {
        let default = self.actor.merchants.as_ref().map(|_some| self.default_merchant);
        Ok(id::named_if("merchant_id", named)?.or(default))
    }

    /// The account, unless the key is limited to some of its merchants.
    pub fn whole_account(&self) -> Result<AccountId, Error> {
        match self.actor.merchants {
            None => Ok(self.actor.account),
            Some(_) => Err(Error::forbidden("A key that is limited to some merchants may not do this.")),
        }
    }
}

/// The gateway has looked the key up; what is left is whether it is of the right kind.
fn caller(request: RequestParts<'_>, kind: KeyKind) -> Result<Caller, Error> {
    let snapshot: Arc<KeySnapshot> = match request.extensions.get() {
        None => return Err(Error::unauthorized()),
        Some(gateway::Credential::Expired) => return Err(Error::token_expired()),
        Some(gateway::Credential::Token(_)) => {
            return Err(Error::insufficient_scope("A client token cannot be used for this operation."));
        }
        Some(gateway::Credential::Key(entry)) => entry.snapshot(),
    };
    if is_read_only(&snapshot, request.operation) || snapshot.key.kind != kind {
        return Err(refused(&snapshot, request.operation));
    }
    let mut actor = snapshot.key.actor();
    if let Some(origin) = request.extensions.get::<RequestOrigin>() {
        actor.origin = Origin { request: Some(origin.request), address: origin.address, ..actor.origin };
    }
    Ok(Caller { actor, kind: Some(kind), default_merchant: default_merchant(&snapshot) })
}

fn is_read_only(snapshot: &KeySnapshot, operation: &Operation) -> bool {
    snapshot.key.read_only && operation.method != Method::GET
}

/// Why a key will not do. Where several kinds would, the last reason given is the one that is told: so each gives the same.
fn refused(snapshot: &KeySnapshot, operation: &Operation) -> Error {
    Error::forbidden(match snapshot.key.kind {
        _ if is_read_only(snapshot, operation) => "This key is read-only.",
        KeyKind::Secret => "This operation takes a publishable key.",
        KeyKind::Publishable => "This operation takes a secret key; a publishable key can only tokenise.",
    })
}

/// A key limited to one merchant means that one.
fn default_merchant(snapshot: &KeySnapshot) -> MerchantId {
    match &snapshot.key.merchants {
        Some(merchants) if !merchants.contains(&snapshot.default_merchant) => {
            merchants.first().copied().unwrap_or(snapshot.default_merchant)
        }
        Some(_) | None => snapshot.default_merchant,
    }
}
