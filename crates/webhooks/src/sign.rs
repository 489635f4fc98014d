//! Secrets of endpoints, and the headers by which a receiver knows that a delivery is ours.
//!
//! Two forms go with every delivery, and they are keyed differently, which is what a newcomer gets wrong:
//!
//! - `X-Hedge-Signature: sha256=<hex>` is HMAC-SHA-256 over the raw body, keyed with the *whole text* of the secret as
//!   the merchant pastes it, `whsec_` included, because that is what a hand-written receiver passes to its HMAC.
//! - `webhook-signature: v1,<base64>` is HMAC-SHA-256 over `id.timestamp.body`, keyed with the *bytes* that the part
//!   after `whsec_` stands for, as Standard Webhooks has it.
//!
//! While a secret is being rotated both secrets sign. `webhook-signature` lists both, current one first, which every
//! Standard Webhooks library takes. A receiver of `X-Hedge-Signature` often compares the whole header with its own
//! result, and frameworks differ in what they make of a repeated header, so that header always holds exactly one
//! signature, that of the current secret; the one of the secret on its way out is in `X-Hedge-Signature-Previous`.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hedge_domain::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::Sha256;

pub const HEDGE_SIGNATURE: HeaderName = HeaderName::from_static("x-hedge-signature");
pub const HEDGE_SIGNATURE_PREVIOUS: HeaderName = HeaderName::from_static("x-hedge-signature-previous");
pub const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
pub const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
pub const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

const PREFIX: &str = "whsec_";
const KEY_BYTES: usize = 32;

/// The secret shared with the owner of an endpoint. Shown once, so it never prints itself.
#[derive(Clone)]
pub struct Secret {
    text: String,
    key: [u8; KEY_BYTES],
}

/// The text is not one of our secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a webhook secret is `whsec_` and the base64 of 32 bytes")]
pub struct NotASecret;

/// Who signs: one secret, or two during the 24 hours after a rotation.
#[derive(Clone, Copy, Debug)]
pub struct Signers<'a> {
    pub current: &'a Secret,
    pub previous: Option<&'a Secret>,
}

/// What is signed.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The event's id: the same for every attempt and every endpoint, so that a receiver can drop what it has seen.
    pub id: &'a str,
    /// When this attempt is made. Every attempt has its own time, so that receivers can refuse old ones.
    pub at: Timestamp,
    /// The bytes that are sent.
    pub body: &'a [u8],
    /// What `X-Hedge-Signature` covers: the body itself, but in SideBet's envelope the body without its `signature`.
    pub covered: &'a [u8],
}

impl Secret {
    /// Makes the secret out of 32 random bytes, which the caller draws.
    #[must_use]
    pub fn from_bytes(key: [u8; KEY_BYTES]) -> Self {
        Self { text: format!("{PREFIX}{}", STANDARD.encode(key)), key }
    }

    /// # Errors
    /// When the text is not exactly what [`Secret::reveal`] gave.
    pub fn parse(text: &str) -> Result<Self, NotASecret> {
        let encoded = text.strip_prefix(PREFIX).ok_or(NotASecret)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| NotASecret)?;
        Ok(Self { text: text.to_owned(), key: bytes.try_into().map_err(|_| NotASecret)? })
    }

    /// The text the merchant pastes into the receiver.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// `sha256=<hex>` over the bytes, for `X-Hedge-Signature` and for the `signature` inside SideBet's envelope.
    #[must_use]
    pub fn hedge(&self, covered: &[u8]) -> String {
        format!("sha256={}", hex::encode(hmac(self.text.as_bytes(), &[covered])))
    }

    /// `v1,<base64>` over `id.timestamp.body`, for `webhook-signature`.
    #[must_use]
    pub fn standard(&self, message: &Message<'_>) -> String {
        let seconds = seconds(message.at).to_string();
        let parts = [message.id.as_bytes(), b".", seconds.as_bytes(), b".", message.body];
        format!("v1,{}", STANDARD.encode(hmac(&self.key, &parts)))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(whsec_…)")
    }
}

impl Signers<'_> {
    /// Every header that proves the message, in both forms.
    ///
    /// # Errors
    /// When the id has characters that no header may hold; those of events never do.
    pub fn headers(&self, message: &Message<'_>) -> Result<HeaderMap, http::Error> {
        let mut headers = HeaderMap::with_capacity(8);
        let mut standard = self.current.standard(message);
        headers.insert(HEDGE_SIGNATURE, value(&self.current.hedge(message.covered))?);
        if let Some(previous) = self.previous {
            standard.push(' ');
            standard.push_str(&previous.standard(message));
            headers.insert(HEDGE_SIGNATURE_PREVIOUS, value(&previous.hedge(message.covered))?);
        }
        headers.insert(WEBHOOK_ID, value(message.id)?);
        headers.insert(WEBHOOK_TIMESTAMP, HeaderValue::from(seconds(message.at)));
        headers.insert(WEBHOOK_SIGNATURE, value(&standard)?);
        Ok(headers)
    }
}

fn value(text: &str) -> Result<HeaderValue, http::Error> {
    Ok(HeaderValue::from_str(text)?)
}

fn seconds(at: Timestamp) -> i64 {
    at.millis().div_euclid(1_000)
}

/// HMAC-SHA-256 over the parts put together. Any length of key is a key, so there is nothing to fail.
fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_agrees_with_the_vectors_of_rfc_4231() {
        let long = [0xaa; 131];
        let table: [(&[u8], &[u8], &str); 4] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (
                &long,
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ];
        for (key, data, expected) in table {
            assert_eq!(hex::encode(hmac(key, &[data])), expected);
            let (first, second) = data.split_at(data.len() / 2);
            assert_eq!(hex::encode(hmac(key, &[first, second])), expected, "in two parts");
        }
    }

    #[test]
    fn a_secret_is_its_text_again_and_nothing_else_is_one() {
        let secret = Secret::from_bytes([7; 32]);
        assert_eq!(secret.reveal(), "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
        let again = |text: &str| Secret::parse(text).map(|secret| secret.reveal().to_owned());
        assert_eq!(again(secret.reveal()).as_deref(), Ok(secret.reveal()));
        let short = format!("whsec_{}", STANDARD.encode([7; 31]));
        let long = format!("whsec_{}", STANDARD.encode([7; 33]));
        let bare = secret.reveal().trim_start_matches(PREFIX).to_owned();
        let unpadded = secret.reveal().trim_end_matches('=').to_owned();
        for text in ["", "whsec_", "whsec_!!", &short, &long, &bare, &unpadded, " whsec_AA=="] {
            assert_eq!(again(text), Err(NotASecret), "{text}");
        }
    }

    #[test]
    fn a_secret_does_not_print_itself() {
        let secret = Secret::from_bytes([7; 32]);
        let signers = Signers { current: &secret, previous: Some(&secret) };
        assert!(!format!("{secret:?} {signers:?}").contains("Bwc"));
    }

    #[test]
    fn an_id_that_no_header_may_hold_is_refused() {
        let secret = Secret::from_bytes([7; 32]);
        let message = Message { id: "evt_\r\nx: y", at: Timestamp::default(), body: b"{}", covered: b"{}" };
        assert!(Signers { current: &secret, previous: None }.headers(&message).is_err());
    }
}
