//! Opening the file: settings, the schema, and the lock that keeps a second server out.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;

mod migrations {
    refinery::embed_migrations!("migrations/sqlite");
}

/// How long to wait for another process (a tool beside the server) to finish its transaction.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// All that commands say fits, so the writer prepares nothing twice; of the many lists, each with its own text for what it is
/// narrowed by, a reader keeps those last used.
const STATEMENTS: usize = 160;

/// How many steps of SQLite's machine lie between two looks at the time: some 100 microseconds.
const STEPS: i32 = 10_000;

/// The log grows while a reader keeps its moment; the limit gives the room back once it begins anew.
/// Foreign keys stay off: rows are only ever written by commands, which have seen what they refer to.
const WRITER: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = OFF;
    PRAGMA cache_size = -8192;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA temp_store = MEMORY;
";

const READER: &str = "
    PRAGMA cache_size = -1024;
    PRAGMA temp_store = MEMORY;
";

pub(super) fn unavailable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// Refuses to be the second server on one file.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = OsString::from(path);
    name.push(".lock");
    let name = PathBuf::from(name);
    let file = File::create(&name).map_err(|error| unavailable(format!("{}: {error}", name.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(StoreError::Unavailable(format!("another server has {} open", path.display())))
        }
        Err(TryLockError::Error(error)) => Err(unavailable(format!("{}: {error}", name.display()))),
    }
}

/// The first connection, with the schema up to date.
pub(super) fn prepare(path: &Path) -> Result<Connection, StoreError> {
    let told = |error: &dyn std::fmt::Display| unavailable(format!("{}: {error}", path.display()));
    let _turn = turn(path).map_err(|error| told(&error))?;
    create(path).map_err(|error| told(&error))?;
    migrated(path).map_err(|error| told(&error))
}

/// A new file is its owner's only, whatever the folder is like; SQLite makes its log with the rights of the file. One that is
/// there is not touched: to close it here would end SQLite's own locks.
fn create(path: &Path) -> std::io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Reads, but not for longer than this; what takes longer ends as interrupted.
pub(super) fn within<T>(
    connection: &Connection,
    limit: Duration,
    read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let started = Instant::now();
    connection.progress_handler(STEPS, Some(move || started.elapsed() > limit))?;
    let found = read(connection);
    connection.progress_handler(0, None::<fn() -> bool>)?;
    found
}

/// Whether a newer program has changed the schema.
pub(super) fn newer(connection: &Connection) -> rusqlite::Result<bool> {
    if !connection.table_exists(None, "refinery_schema_history")? {
        return Ok(false);
    }
    let last: Option<i64> =
        connection.query_row("SELECT max(version) FROM refinery_schema_history", [], |row| row.get(0))?;
    let known = migrations::migrations::runner().get_migrations().iter().map(|known| i64::from(known.version())).max();
    Ok(last > known)
}

/// A server and its tools may all find a new file, or an old schema, and refinery looks before it locks: one at a time.
/// It is the folder that is locked, because SQLite's own locks on the file end when anybody here closes another handle of it.
fn turn(path: &Path) -> std::io::Result<File> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = File::open(folder)?;
    folder.lock()?;
    Ok(folder)
}

fn migrated(path: &Path) -> Result<Connection, Box<dyn std::error::Error>> {
    let mut connection = writer(path)?;
    // In one transaction: else a start that is cut short could leave tables that no later start knows it has made.
    migrations::migrations::runner().set_grouped(true).run(&mut connection)?;
    Ok(connection)
}

pub(super) fn writer(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch(WRITER)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

pub(super) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch(READER)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use refinery::Target;

    use super::*;

    const PAYMENT: &str = "INSERT INTO payments (id, account_id, merchant_id, amount, currency, status, customer,
            customer_email, statement_descriptor, fee, refunded, expires_at, created_at, updated_at, sequence, version)
        VALUES (?1, x'01', x'02', 1, 'USD', 'pending', ?2, ?3, '', 0, 0, 0, ?4, 0, 1, 1)";

    /// A reader keeps its moment, so the log cannot begin anew until it ends.
    #[test]
    fn the_log_does_not_stay_as_large_as_a_long_reader_made_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("hedge.db");
        let connection = writer(&path).expect("opens");
        connection.execute_batch("CREATE TABLE t (x BLOB); INSERT INTO t VALUES (x'00')").expect("made");
        let long = reader(&path).expect("opens");
        long.execute_batch("BEGIN; SELECT * FROM t").expect("reads");
        for _ in 0..12 {
            connection.execute_batch("UPDATE t SET x = randomblob(8000000)").expect("written");
        }
        let size = || std::fs::metadata(path.with_extension("db-wal")).expect("there").len();
        assert!(size() > 90_000_000, "{}", size());
        drop(long);
        // The first commit moves the log into the file, the next one begins it anew.
        for bytes in 1..=2 {
            connection.execute("UPDATE t SET x = randomblob(?1)", [bytes]).expect("written");
        }
        assert!(size() <= 67_108_864, "{}", size());
    }

    /// What a file of the version before holds becomes customers, and stays together.
    #[test]
    fn texts_that_named_customers_become_customers() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("old.db");
        let mut old = writer(&path).expect("opens");
        migrations::migrations::runner().set_target(Target::Version(2)).run(&mut old).expect("migrates");
        let payments = [
            (1, Some("it's \"me\""), "old@x"),
            (2, None, "b@x"),
            (3, Some("it's \"me\""), "new@x"),
            (4, Some("you"), "c@x"),
        ];
        for (id, customer, email) in payments {
            let id: [u8; 16] = u128::to_be_bytes(id);
            old.execute(PAYMENT, rusqlite::params![id, customer, email, i64::from(id[15])]).expect("inserts");
        }
        for (id, customer) in [(5_u8, "you"), (6, "nobody")] {
            let sql = "INSERT INTO payment_methods (id, account_id, customer, brand, last4, exp_month, exp_year,
                fingerprint, rail_token, created_at, version) VALUES (?1, x'01', ?2, '', '', 1, 1, x'', '', 0, 1)";
            old.execute(sql, rusqlite::params![[id; 16], customer]).expect("inserts");
        }
        drop(old);

        let new = prepare(&path).expect("migrates");
        let all = |sql: &str| -> Vec<String> {
            let mut statement = new.prepare(sql).expect("prepares");
            let rows = statement.query_map([], |row| row.get(0)).expect("runs");
            rows.collect::<Result<_, _>>().expect("reads")
        };
        let customers =
            "SELECT hex(substr(id, 16)) || ' ' || email || ' ' || metadata || ' ' || created_at FROM customers";
        let me = r#"01 old@x {"previous_id":"it's \"me\""} 1"#;
        assert_eq!(all(customers), [me, r#"04 c@x {"previous_id":"you"} 4"#]);
        let whose = "SELECT hex(substr(customer_id, 16)) FROM";
        assert_eq!(all(&format!("{whose} payments ORDER BY id")), ["01", "", "01", "04"]);
        assert_eq!(all(&format!("{whose} payment_methods ORDER BY id")), ["04", ""]);
    }
}
