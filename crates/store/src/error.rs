//! What can go wrong while storing, told apart by what is known of the effect.

use thiserror::Error;

/// Told to the caller of [`crate::Store`]. Only [`StoreError::Unknown`] leaves open whether the command took effect.
#[derive(Clone, Debug, Error)]
pub enum StoreError {
    /// The queue is full, or the batch lost to other writers, or its connection, as often as it was tried: nothing was
    /// done, and it is worth coming again.
    #[error("the store is busy")]
    Busy,
    /// The engine failed before the commit; nothing was done.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// The commit itself failed or its answer was lost: the command may or may not have taken effect.
    #[error("the outcome is unknown: {0}")]
    Unknown(String),
    /// A command panicked, or broke a constraint of the database; it alone was not carried out.
    #[error("a command failed: {0}")]
    Fault(String),
    /// A read passed more rows than it may: the same would take as long again.
    #[error("a read took too long")]
    TooLong,
    /// The store is shutting down; nothing was done.
    #[error("the store is closed")]
    Closed,
}

/// Told by an engine to the batcher that runs a batch on it.
#[derive(Debug, Error)]
pub enum EngineError {
    /// Another writer was first; the whole batch runs again.
    #[error("conflict with another writer")]
    Conflict,
    /// The database refused what one of the commands did; nothing of the batch took effect.
    #[error("{0}")]
    Rejected(String),
    /// Nothing of the batch took effect.
    #[error("{0}")]
    Failed(String),
    /// The same, and nothing written after it could be trusted either.
    #[error("{0}")]
    Damaged(String),
    /// The commit's outcome is unknown; the connection must be reopened before it is used again.
    #[error("{0}")]
    CommitUnknown(String),
}

impl EngineError {
    pub fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }
}
