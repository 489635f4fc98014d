//! Copying the file while it is in use, and asking whether a file is whole.
//!
//! What a newcomer gets wrong: the file alone is not the database. What was committed last stands in the log beside it, and
//! files that are copied one after the other are of different moments. SQLite's own copy reads one moment of both.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::connection::{self, unavailable};
use crate::error::StoreError;

/// How much of a damage is told; the rest says the same of other pages.
const TOLD: &str = "PRAGMA integrity_check(3)";

/// Makes a copy of one moment, beside whoever writes: they wait for nothing, but the log grows until this is over. The copy is
/// one file, on disk when this returns, for its owner only. A file that is there already is refused.
///
/// # Errors
/// When one cannot be read or the other not be written.
pub fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let told = |error: std::io::Error| unavailable(format!("{}: {error}", to.display()));
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(told)?;
    drop(made);
    copied(from, to).map_err(|error| unavailable(super::failure::told(&error)))?;
    one_file(to)
}

fn copied(from: &Path, to: &Path) -> rusqlite::Result<()> {
    let source = connection::reader(from)?;
    let mut target = Connection::open(to)?;
    // All at once: with pauses in between, every commit of another process would begin the copy anew.
    let ended = Backup::new(&source, &mut target)?.step(-1)?;
    if ended == StepResult::Done {
        return Ok(());
    }
    let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
    Err(rusqlite::Error::SqliteFailure(busy, Some(format!("the copy ended early: {ended:?}"))))
}

/// Brings everything into the one file, without a log beside it, and to the disk. Nobody else may have it open.
///
/// # Errors
/// When the file cannot be written.
pub fn one_file(path: &Path) -> Result<(), StoreError> {
    let settled = Connection::open(path)
        .and_then(|file| file.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0)));
    match settled {
        Ok(mode) if mode == "delete" => {}
        Ok(mode) => return Err(unavailable(format!("{}: its log stays in mode {mode}", path.display()))),
        Err(error) => return Err(unavailable(super::failure::told(&error))),
    }
    let synced = std::fs::File::open(path).and_then(|file| file.sync_all());
    synced.map_err(|error| unavailable(format!("{}: {error}", path.display())))
}

/// Whether the whole file is as SQLite would have written it, its indices included, and of no newer version than this.
/// Changes nothing that was committed, and works beside a server. With a limit, what was not looked at until then is taken to be whole.
///
/// # Errors
/// When it is damaged, newer, or cannot be read.
pub fn check(path: &Path, limit: Option<Duration>) -> Result<(), StoreError> {
    let file = whole(path).map_err(|error| unavailable(super::failure::told(&error)))?;
    let damages = match limit {
        Some(limit) => connection::within(&file, limit, damages),
        None => damages(&file),
    };
    match damages {
        Ok(damages) if damages.is_empty() => {}
        Ok(damages) => return Err(unavailable(super::failure::damaged(&damages.join("; ")))),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            tracing::warn!(
                "the database file is too large to be checked at every start: run hedge verify now and then"
            );
        }
        Err(error) => return Err(unavailable(super::failure::told(&error))),
    }
    match connection::newer(&file) {
        Ok(false) => Ok(()),
        Ok(true) => Err(unavailable("the database was made by a newer version of Hedge: use that one")),
        Err(error) => Err(unavailable(super::failure::told(&error))),
    }
}

/// Able to write, because what a process that was killed left half done has to be taken back before anything can be read.
fn whole(path: &Path) -> rusqlite::Result<Connection> {
    let file = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    file.busy_timeout(connection::PATIENCE)?;
    Ok(file)
}

fn damages(file: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = file.prepare(TOLD)?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    lines.filter(|line| line.as_ref().map_or(true, |line| line != "ok")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_ends_in_time_and_takes_the_rest_to_be_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("hedge.db");
        let rows = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
            INSERT INTO t SELECT i, i FROM n";
        let made = connection::writer(&path).expect("opens");
        made.execute_batch(&format!("CREATE TABLE t (x, y); CREATE INDEX t_by_x ON t (x); {rows}")).expect("made");
        let ended = connection::within(&made, Duration::ZERO, damages).expect_err("there is no time");
        assert_eq!(ended.sqlite_error_code(), Some(ErrorCode::OperationInterrupted));
        assert_eq!(damages(&made), Ok(Vec::new()), "without a limit it goes to the end");
        check(&path, Some(Duration::ZERO)).expect("no damage was seen");
    }
}
