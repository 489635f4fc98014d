//! What SQLite says when the file or the disk is at fault, in words that an operator can act on.
//!
//! Only logs and the command line have these words; a caller of the API is told to come again, as of any other trouble.

use rusqlite::{Error, ErrorCode};

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
