//! What went wrong with Postgres, and what that says about the batch it happened to.
//!
//! The one question that matters is whether the transaction may have taken effect. Before COMMIT is sent it cannot
//! have; after that only the server's own word that it rolled back counts.

use thiserror::Error;
use tokio_postgres::error::SqlState;

use crate::error::{EngineError, StoreError};
use crate::record::Malformed;

#[derive(Debug, Error)]
pub(super) enum Failure {
    #[error("{}", told(.0))]
    Postgres(#[from] tokio_postgres::Error),
    #[error("Postgres is away")]
    Away,
    #[error("Postgres does not answer")]
    Silent,
    #[error("{0}")]
    Malformed(#[from] Malformed),
    #[error("another writer was first")]
    Outrun,
}

impl Failure {
    /// Whether another writer was in the way: the batch runs again.
    fn is_conflict(&self) -> bool {
        const CONFLICTS: [SqlState; 4] = [
            SqlState::UNIQUE_VIOLATION,
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::LOCK_NOT_AVAILABLE,
        ];
        match self {
            Self::Postgres(error) => error.code().is_some_and(|code| CONFLICTS.contains(code)),
            Self::Outrun => true,
            Self::Away | Self::Silent | Self::Malformed(_) => false,
        }
    }

    /// Whether the connection is of no more use: it is gone, or what it was asked for may still happen.
    pub fn ends_session(&self) -> bool {
        self.is_lost() || matches!(self, Self::Silent)
    }

    /// Whether the connection is gone, rather than a statement refused.
    pub fn is_lost(&self) -> bool {
        const ENDS: [SqlState; 3] =
            [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT];
        match self {
            Self::Postgres(error) => error.is_closed() || error.code().is_some_and(|code| ENDS.contains(code)),
            Self::Away | Self::Silent | Self::Malformed(_) | Self::Outrun => false,
        }
    }

    /// Before COMMIT. A lost connection took the transaction with it, so the batch may run again on a new one; when
    /// there is none to be had, `begin` says so.
    pub fn before_commit(self) -> EngineError {
        if self.is_conflict() || self.is_lost() {
            return EngineError::Conflict;
        }
        if self.breaks_constraint() {
            return EngineError::Rejected(self.to_string());
        }
        EngineError::failed(self)
    }

    /// Whether the rows broke a rule of the database: class 23 of the SQL states.
    fn breaks_constraint(&self) -> bool {
        match self {
            Self::Postgres(error) => error.code().is_some_and(|code| code.code().starts_with("23")),
            Self::Away | Self::Silent | Self::Malformed(_) | Self::Outrun => false,
        }
    }

    /// After COMMIT was sent.
    pub fn during_commit(self) -> EngineError {
        let rolled_back = match &self {
            Self::Postgres(error) => error.code().is_some_and(rolls_back),
            Self::Away | Self::Silent | Self::Malformed(_) | Self::Outrun => false,
        };
        match rolled_back {
            true => self.before_commit(),
            false => EngineError::CommitUnknown(self.to_string()),
        }
    }
}

/// Errors of a COMMIT that mean there was none. A shutdown does not: it may come while the answer is on its way.
fn rolls_back(code: &SqlState) -> bool {
    *code == SqlState::T_R_SERIALIZATION_FAILURE
        || *code == SqlState::T_R_DEADLOCK_DETECTED
        || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        || code.code().starts_with("23")
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        Self::Unavailable(failure.to_string())
    }
}

/// The library's own text of an error from the server is only "db error".
fn told(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => format!("{} ({})", said.message(), said.code().code()),
        None => std::error::Error::source(error).map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}")),
    }
}
