//! SQL for Postgres that a managed or distributed one takes as well: what only sessions, single machines or one vendor have
//! is kept out, and so is an update of a key, which moves a row between machines.
//!
//! Migrations are not looked at: what has been applied is never changed.

use syn::visit::Visit;

use super::sql::Strings;
use super::{Finding, Workspace};

const SOURCES: &str = "crates/store/src/postgres/";

/// What is not everywhere, and what to do instead.
const FORBIDDEN: &[(&str, &str)] = &[
    ("pg_advisory", "keep a row with a lease, or change a row that all of them change"),
    ("pg_try_advisory", "keep a row with a lease, or change a row that all of them change"),
    ("LOCK TABLE", "name the version of a row, or change a row that all of them change"),
    ("LISTEN ", "look again after a while"),
    ("NOTIFY ", "look again after a while"),
    ("ctid", "find rows by their keys"),
    ("xmin", "give rows a version"),
    ("CREATE TEMP", "use UNNEST or a common table expression"),
    ("nextval(", "ids are made by the server"),
    ("WITH HOLD", "read a page at a time"),
];

/// Columns that say which row it is, or whose.
const KEYS: &[&str] = &["id", "account_id", "merchant_id", "currency", "event_id", "endpoint_id", "delivery_id"];

pub fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, syntax) in workspace.rust(|file| file.path.starts_with(SOURCES)) {
        let mut strings = Strings::default();
        strings.visit_file(syntax);
        for (line, text) in strings.found {
            for (what, advice) in FORBIDDEN.iter().filter(|(what, _)| text.contains(what)) {
                let what = format!("uses `{}`, which not every Postgres has", what.trim());
                findings.push(Finding::new(&file.path, what, *advice).at(line));
            }
            if let Some(key) = KEYS.iter().find(|key| is_set(&text, key)) {
                let what = format!("sets `{key}`, which is a key");
                findings.push(Finding::new(&file.path, what, "delete the row and insert another").at(line));
            }
        }
    }
    findings
}

/// Whether a statement gives this column another value: among the assignments after a SET.
fn is_set(text: &str, column: &str) -> bool {
    text.split(" SET ").skip(1).any(|rest| {
        let assignments =
            [" WHERE ", " FROM ", " RETURNING "].iter().fold(rest, |rest, end| rest.split(end).next().unwrap_or(rest));
        assignments
            .split(',')
            .any(|one| one.split('=').next().is_some_and(|name| name.trim() == column) && one.contains('='))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_some_have_is_found() {
        let table = [
            ("crates/store/src/postgres/a.rs", r#"const A: &str = "SELECT pg_advisory_lock(1)";"#, 1),
            (
                "crates/store/src/postgres/a.rs",
                r#"const A: &str = "UPDATE jobs SET lease_until = $1 WHERE id = $2";"#,
                0,
            ),
            (
                "crates/store/src/postgres/a.rs",
                r#"const A: &str = "UPDATE jobs SET due_at = $1, account_id = $2 WHERE id = $3";"#,
                1,
            ),
            (
                "crates/store/src/postgres/a.rs",
                r#"const A: &str = "INSERT INTO a ON CONFLICT (id) DO UPDATE SET id = excluded.id";"#,
                1,
            ),
            ("crates/store/src/postgres/a.rs", r#"const A: &str = "SELECT ctid FROM a";"#, 1),
            ("crates/store/src/sqlite/a.rs", r#"const A: &str = "SELECT ctid FROM a";"#, 0),
        ];
        for (path, text, count) in table {
            assert_eq!(check(&Workspace::of(&[(path, text)])).len(), count, "{path}: {text}");
        }
    }
}
