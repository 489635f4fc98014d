//! Who calls, and whether this kind of key may call this operation at all.

use std::sync::Arc;

use hedge_api::hedge::Authenticate;
use hedge_api::{Credential, RequestParts};
use hedge_domain::Actor;
use hedge_domain::api_key::KeyKind;
use hedge_domain::merchant::MerchantId;
use http::Method;

use super::{Error, Hedge};
use crate::front::Recognised;
use crate::keyring::Known;

#[derive(Clone)]
pub struct Caller {
    pub actor: Actor,
    pub kind: KeyKind,
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
}

/// The front door has looked the key up; what is left is whether it is of the right kind.
fn caller(request: RequestParts<'_>, kind: KeyKind) -> Result<Caller, Error> {
    let Some(Recognised(entry)) = request.extensions.get() else {
        return Err(Error::unauthorized());
    };
    let known: Arc<Known> = entry.known();
    // Before the kind: where several kinds will do, the last reason given is the one that is told.
    if known.key.read_only && request.operation.method != Method::GET {
        return Err(Error::forbidden("This key is read-only."));
    }
    if known.key.kind != kind {
        return Err(Error::forbidden(match known.key.kind {
            KeyKind::Secret => "This operation takes a publishable key.",
            KeyKind::Publishable => "This operation takes a secret key; a publishable key can only tokenise.",
        }));
    }
    Ok(Caller { actor: known.key.actor(), kind, default_merchant: default_merchant(&known) })
}

/// A key limited to one merchant means that one.
fn default_merchant(known: &Known) -> MerchantId {
    match &known.key.merchants {
        Some(merchants) if !merchants.contains(&known.default_merchant) => {
            merchants.first().copied().unwrap_or(known.default_merchant)
        }
        Some(_) | None => known.default_merchant,
    }
}
