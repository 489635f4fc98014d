//! Client tokens as they travel: JWTs (RFC 7519) signed with Ed25519 (RFC 8037), written and read here and nowhere else.
//!
//! Knows no store: the keys are handed in. What a newcomer gets wrong: nothing in a token may be believed, not even its
//! algorithm, before the signature is checked; and the only algorithm there is stands in the code, not in the token.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hedge_domain::api_key::ApiKeyId;
use hedge_domain::client_token::{Issued, Scope};
use hedge_domain::customer::CustomerId;
use hedge_domain::merchant::MerchantId;
use hedge_domain::signing_key::SigningKeyId;
use hedge_domain::{AccountId, Actor, Id, Timestamp};
use serde::{Deserialize, Serialize};

const ISSUER: &str = "hedge";
const ALGORITHM: &str = "EdDSA";
/// More than any token of ours needs.
const LONGEST: usize = 8 * 1024;

/// What a token says of whoever carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientToken {
    pub account: AccountId,
    pub customer: CustomerId,
    /// The key it was made with; it ends with that.
    pub key: Option<ApiKeyId>,
    /// The merchants that the key was limited to which the token was made with.
    pub merchants: Option<BTreeSet<MerchantId>>,
    pub scopes: BTreeSet<Scope>,
    pub livemode: bool,
    pub expires_at: Timestamp,
}

impl ClientToken {
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { merchants: self.merchants.clone(), customer: Some(self.customer), ..Actor::of(self.account) }
    }
}

/// What a token is to allow.
pub struct Grant {
    /// Who makes it: it allows no more than that.
    pub actor: Actor,
    pub scopes: BTreeSet<Scope>,
    pub livemode: bool,
}

/// The key a token is signed with.
pub struct Pen {
    pub kid: SigningKeyId,
    pub key: SigningKey,
}

#[derive(Deserialize, Serialize)]
struct Header {
    alg: String,
    kid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    typ: Option<String>,
    /// Extensions that whoever reads the token must understand; there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize, Serialize)]
struct Claims {
    iss: String,
    sub: String,
    account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchants: Option<Vec<String>>,
    livemode: bool,
    iat: i64,
    exp: i64,
    jti: String,
}

/// Names one token, in whatever logs it shows up.
struct TokenName;

impl hedge_domain::id::Prefixed for TokenName {
    const PREFIX: &'static str = "ctok_";
}

/// Tells a token from an API key, which has no point in it.
#[must_use]
pub fn looks_like_one(credential: &str) -> bool {
    credential.starts_with("eyJ") && credential.contains('.')
}

#[must_use]
pub fn write(pen: &Pen, grant: &Grant, issued: Issued) -> String {
    let Grant { actor, scopes, livemode } = grant;
    let header =
        Header { alg: ALGORITHM.to_owned(), kid: pen.kid.to_string(), typ: Some("JWT".to_owned()), crit: None };
    let scopes: Vec<_> = scopes.iter().map(|scope| scope.code()).collect();
    let claims = Claims {
        iss: ISSUER.to_owned(),
        sub: issued.customer.to_string(),
        account: actor.account.to_string(),
        key: actor.origin.agent.key().map(|key| key.to_string()),
        scope: scopes.join(" "),
        merchants: actor.merchants.as_ref().map(|some| some.iter().map(ToString::to_string).collect()),
        livemode: *livemode,
        iat: issued.at.millis().div_euclid(1_000),
        exp: issued.expires_at.millis().div_euclid(1_000),
        jti: Id::<TokenName>::from_bits(rand::random()).to_string(),
    };
    let signed = format!("{}.{}", part(&header), part(&claims));
    let signature = pen.key.sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

/// Structs of text and numbers always have a JSON form.
fn part(value: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).unwrap_or_default())
}

/// The key that a token says it is signed with. Nothing is checked yet.
#[must_use]
pub fn kid(token: &str) -> Option<SigningKeyId> {
    if token.len() > LONGEST {
        return None;
    }
    let header: Header = unpack(token.split('.').next()?)?;
    (header.alg == ALGORITHM && header.crit.is_none()).then_some(())?;
    header.kid.parse().ok()
}

/// Reads a token that was signed with this key. Whether it has ended is for the caller to see.
#[must_use]
pub fn read(token: &str, key: &VerifyingKey) -> Option<ClientToken> {
    believed(&verified(token, key)?)
}

fn verified(token: &str, key: &VerifyingKey) -> Option<Claims> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (_, claims) = signed.split_once('.')?;
    let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
    key.verify_strict(signed.as_bytes(), &signature).ok()?;
    unpack(claims)
}

fn believed(claims: &Claims) -> Option<ClientToken> {
    let parsed = |ids: &Vec<String>| ids.iter().map(|id| id.parse().ok()).collect::<Option<BTreeSet<MerchantId>>>();
    let scope = |code: &str| Scope::ALL.into_iter().find(|scope| scope.code() == code);
    (claims.iss == ISSUER).then(|| {
        Some(ClientToken {
            account: claims.account.parse().ok()?,
            customer: claims.sub.parse().ok()?,
            key: match &claims.key {
                Some(key) => Some(key.parse().ok()?),
                None => None,
            },
            merchants: match &claims.merchants {
                Some(ids) => Some(parsed(ids)?),
                None => None,
            },
            scopes: claims.scope.split_whitespace().map(scope).collect::<Option<_>>()?,
            livemode: claims.livemode,
            expires_at: Timestamp::from_millis(claims.exp.saturating_mul(1_000)),
        })
    })?
}

fn unpack<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// A public key as a JWK has it.
#[must_use]
pub fn public_text(key: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

#[cfg(test)]
mod tests {
    use hedge_domain::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_718_447_400_000);

    fn pen(seed: u8) -> Pen {
        Pen { kid: Id::from_bits(seed.into()), key: SigningKey::from_bytes(&[seed; 32]) }
    }

    fn actor() -> Actor {
        Actor { merchants: Some([Id::from_bits(9)].into()), ..Actor::of(Id::from_bits(1)) }
    }

    fn token() -> String {
        let expires_at = NOW.plus(Duration::from_secs(900));
        let issued = Issued { customer: Id::from_bits(2), at: NOW, expires_at };
        write(&pen(7), &Grant { actor: actor(), scopes: Scope::ALL.into(), livemode: false }, issued)
    }

    fn read_back(token: &str) -> Option<ClientToken> {
        read(token, &pen(7).key.verifying_key())
    }

    #[test]
    fn a_token_says_what_was_written() {
        let text = token();
        assert!(looks_like_one(&text));
        assert_eq!(kid(&text), Some(Id::from_bits(7)));
        let read = read_back(&text).expect("good");
        assert_eq!(read.actor(), Actor { customer: Some(Id::from_bits(2)), ..actor() });
        assert_eq!((read.scopes, read.livemode), (Scope::ALL.into(), false));
        assert_eq!(read.expires_at, NOW.plus(Duration::from_secs(900)));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let text = token();
        for index in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert_eq!(read_back(&changed), None, "at {index}: {changed}");
        }
        for cut in 0..text.len() {
            assert_eq!(read_back(&text[..cut]), None, "cut at {cut}");
        }
    }

    #[test]
    fn another_key_is_noticed() {
        assert_eq!(read(&token(), &pen(8).key.verifying_key()), None);
    }

    #[test]
    fn no_other_algorithm_is_taken() {
        let table = [
            (r#"{"alg":"none","kid":"sig_00000000000000000000000007"}"#, false),
            (r#"{"alg":"HS256","kid":"sig_00000000000000000000000007"}"#, false),
            (r#"{"alg":"EdDSA"}"#, false),
            (r#"{"alg":"EdDSA","kid":"sig_00000000000000000000000007","crit":["b64"]}"#, false),
            (r#"{"alg":"EdDSA","kid":"key_00000000000000000000000007"}"#, false),
            (r#"{"alg":"EdDSA","kid":"sig_00000000000000000000000007"}"#, true),
        ];
        for (header, taken) in table {
            let token = format!("{}.e30.e30", URL_SAFE_NO_PAD.encode(header));
            assert_eq!(kid(&token).is_some(), taken, "{header}");
        }
        assert_eq!(kid(&"e".repeat(10_000)), None);
    }
}
