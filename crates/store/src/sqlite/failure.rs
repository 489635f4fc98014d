//! What SQLite says when the file or the disk is at fault, in words that an operator can act on.
//!
//! Only logs and the command line have these words; a caller of the API is told to come again, as of any other trouble.

use std::sync::OnceLock;

use rusqlite::{Error, ErrorCode};

/// What a running server has found of its file. It does not heal: from then on nothing is written, which could only spread
/// it, and the server is not ready. What can still be read is.
#[derive(Default)]
pub(super) struct Damage(OnceLock<String>);

impl Damage {
    pub(super) fn note(&self, told: &str) {
        self.0.get_or_init(|| told.to_owned());
    }

    /// Says what went wrong, and remembers if that was damage.
    pub(super) fn told(&self, error: &Error) -> String {
        let told = told(error);
        if is_damage(error) {
            self.note(&told);
        }
        told
    }

    pub(super) fn none(&self) -> Result<(), &str> {
        self.0.get().map_or(Ok(()), |told| Err(told.as_str()))
    }
}

pub(super) fn is_damage(error: &Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

pub(super) fn told(error: &Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => damaged(&error.to_string()),
        Some(ErrorCode::DiskFull) => format!("the disk that the database is on is full ({error}): make room"),
        Some(ErrorCode::SystemIoFailure) => {
            format!("the disk that the database is on fails ({error}): look at the disk before anything else")
        }
        Some(_) | None => error.to_string(),
    }
}

pub(super) fn damaged(what: &str) -> String {
    format!(
        "the database file is damaged ({what}): stop the server, keep the file as it is, and restore the last backup into an \
         empty data folder with hedge restore"
    )
}
