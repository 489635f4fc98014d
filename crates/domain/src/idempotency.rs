//! Idempotency: one key, one effect, one answer, kept in the same transaction as the effect.
//!
//! The key here is already a hash over account, operation and the caller's key; the answer is opaque bytes.

mod claim;

pub use claim::Claim;

use crate::Timestamp;

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
