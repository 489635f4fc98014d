//! Idempotency: one key, one effect, one answer, kept in the same transaction as the effect.
//!
//! The key here is already a hash over account, operation and the caller's key; the answer is opaque bytes.

use crate::command::{Context, Stop};
use crate::{Duration, Key, Refusal, State, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(pub [u8; 16]);

/// A keyed hash of the whole request: a replay must be of the same request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 16]);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyRecord {
    pub key: IdempotencyKey,
    pub fingerprint: Fingerprint,
    pub answer: SavedAnswer,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What was answered, to be said again byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedAnswer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// The request's key, what it is a key to, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    pub key: IdempotencyKey,
    pub fingerprint: Fingerprint,
    pub keep: Duration,
}

impl Claim {
    /// The answer that was given already; `None` when this request is the first.
    pub fn replay(&self, state: &State, cx: &Context<'_>) -> Result<Option<SavedAnswer>, Stop> {
        let found = state.idempotency.find(self.key, Key::Idempotency)?;
        match found {
            Some(record) if record.expires_at > cx.now => {
                if record.fingerprint != self.fingerprint {
                    return Err(Refusal::IdempotencyKeyReused.into());
                }
                Ok(Some(record.answer))
            }
            Some(_) | None => Ok(None),
        }
    }

    /// Saves the first answer.
    pub fn save(&self, answer: SavedAnswer, state: &mut State, cx: &Context<'_>) {
        let record = IdempotencyRecord {
            key: self.key,
            fingerprint: self.fingerprint,
            answer,
            created_at: cx.now,
            expires_at: cx.now.plus(self.keep),
        };
        state.idempotency.put(self.key, record);
    }
}
