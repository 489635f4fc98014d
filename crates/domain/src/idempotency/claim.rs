//! Claiming a key: the answer that was given already is found, and the first one is saved.

use super::{Fingerprint, IdempotencyKey, IdempotencyRecord, SavedAnswer};
use crate::command::{Context, Stop};
use crate::{Duration, Key, Refusal, State};

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
