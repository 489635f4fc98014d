//! What went wrong with Postgres, and what that says about the batch it happened to.
//!
//! The one question that matters is whether the transaction may have taken effect. Before COMMIT is sent it cannot
//! have; after that only the server's own word that it rolled back counts.

use thiserror::Error;
use tokio_postgres::error::{DbError, SqlState};

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
    #[error("{0}")]
    Unfit(String),
    #[error("another writer was first")]
    Outrun,
}

/// What the server's word of an error says about the session and the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// Another writer was in the way: the batch runs again.
    Conflict,
    /// The session is of no more use, though it may live: what was asked runs again on a new one.
    Useless,
    /// It lies in what one command wrote, and would be the same on any session.
    Data,
    /// Nothing of this: the caller is told.
    Other,
}

fn meaning(code: &SqlState) -> Meaning {
    match code.code() {
        // A unique key taken, serialization, deadlock, lock not available.
        "23505" | "40001" | "40P01" | "55P03" => Meaning::Conflict,
        // The server ends, crashed or starts; the session was idle for too long, or is left in a failed transaction.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P02" | "25P03"
        // Read only: what is behind the name is a standby now, or was one when the session began.
        | "25006"
        // A plan whose columns have changed since; a statement or a table that another session knows.
        | "0A000" | "26000" | "42P05" | "42P01" => Meaning::Useless,
        other if other.starts_with("08") => Meaning::Useless,
        other if other.starts_with("22") || other.starts_with("23") => Meaning::Data,
        _ => Meaning::Other,
    }
}

impl Failure {
    fn meaning(&self) -> Meaning {
        match self {
            Self::Postgres(error) if error.is_closed() => Meaning::Useless,
            Self::Postgres(error) => error.code().map_or(Meaning::Other, meaning),
            Self::Outrun => Meaning::Conflict,
            Self::Away | Self::Silent | Self::Malformed(_) | Self::Unfit(_) => Meaning::Other,
        }
    }

    /// Whether the connection is of no more use, or what it was asked for may still happen.
    pub fn ends_session(&self) -> bool {
        self.is_lost() || matches!(self, Self::Silent)
    }

    /// Whether it was the session that failed, rather than what was asked of it.
    pub fn is_lost(&self) -> bool {
        self.meaning() == Meaning::Useless
    }

    /// Whether another session was in the way.
    pub fn is_conflict(&self) -> bool {
        self.meaning() == Meaning::Conflict
    }

    /// Whether a line was to stand where another one stands already: the head of its statement is behind.
    pub fn is_place_taken(&self) -> bool {
        match self {
            Self::Postgres(error) => {
                let said = error.as_db_error().filter(|said| *said.code() == SqlState::UNIQUE_VIOLATION);
                said.and_then(DbError::constraint) == Some("balance_transactions_in_order")
            }
            Self::Away | Self::Silent | Self::Malformed(_) | Self::Unfit(_) | Self::Outrun => false,
        }
    }

    /// Whether what was to be made is there, or is being made: a table is its row type before it is itself.
    pub fn is_there_already(&self) -> bool {
        match self {
            Self::Postgres(error) => {
                matches!(error.code(), Some(&SqlState::DUPLICATE_OBJECT | &SqlState::DUPLICATE_TABLE))
            }
            Self::Away | Self::Silent | Self::Malformed(_) | Self::Unfit(_) | Self::Outrun => false,
        }
    }

    /// Whether the server has no such setting, or not this value of it, or lets nobody set it.
    pub fn is_unknown_setting(&self) -> bool {
        let code = match self {
            Self::Postgres(error) => error.code().map(SqlState::code),
            Self::Away | Self::Silent | Self::Malformed(_) | Self::Unfit(_) | Self::Outrun => None,
        };
        matches!(code, Some("42704" | "0A000" | "42601" | "22023" | "42501" | "55P02"))
    }

    /// Of a list, which passes as many rows as its caller asks for: what takes too long there would do so again. Any other
    /// statement that the server gives up had to wait for something.
    pub fn of_list(self) -> StoreError {
        match &self {
            Self::Postgres(error) if error.code() == Some(&SqlState::QUERY_CANCELED) => StoreError::TooLong,
            Self::Postgres(_) | Self::Away | Self::Silent | Self::Malformed(_) | Self::Unfit(_) | Self::Outrun => {
                self.into()
            }
        }
    }

    /// Before COMMIT. A lost session took the transaction with it, so the batch may run again on a new one; when
    /// there is none to be had, `begin` says so.
    pub fn before_commit(self) -> EngineError {
        match self.meaning() {
            Meaning::Conflict | Meaning::Useless => EngineError::Conflict,
            Meaning::Data => EngineError::Rejected(self.to_string()),
            Meaning::Other => EngineError::failed(self),
        }
    }

    /// After COMMIT was sent.
    pub fn during_commit(self) -> EngineError {
        let rolled_back = match &self {
            Self::Postgres(error) => error.code().is_some_and(rolls_back),
            Self::Away | Self::Silent | Self::Malformed(_) | Self::Unfit(_) | Self::Outrun => false,
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

/// The library's own text of an error from the server is only "db error". Of data the server repeats the value, which
/// belongs in no log.
fn told(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) if said.code().code().starts_with("22") => format!("a value was refused ({})", said.code().code()),
        Some(said) => format!("{} ({})", said.message(), said.code().code()),
        None => std::error::Error::source(error).map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_says_whether_the_session_the_data_or_another_writer_was_at_fault() {
        let told = [
            (Meaning::Conflict, vec!["23505", "40001", "40P01", "55P03"]),
            (Meaning::Useless, vec!["57P01", "57P02", "57P03", "57P05", "25P02", "25P03", "25006"]),
            (Meaning::Useless, vec!["0A000", "26000", "42P05", "42P01", "08000", "08003", "08006", "08P01"]),
            (Meaning::Data, vec!["22001", "22003", "22021", "22P05", "23502", "23503", "23514"]),
            (Meaning::Other, vec!["53100", "53300", "57014", "42501", "XX000"]),
        ];
        for (expected, codes) in told {
            for code in codes {
                assert_eq!(meaning(&SqlState::from_code(code)), expected, "{code}");
            }
        }
    }
}
