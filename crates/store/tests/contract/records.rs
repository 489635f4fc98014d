//! Every record against its own list of columns, and every list against both databases as their migrations leave them.
//!
//! What a newcomer gets wrong: which records there are is not listed here. Whatever a batch writes comes by, and a table
//! of a database that none came by for is found from the other side.

mod samples;

use std::collections::{BTreeMap, BTreeSet};

use hedge_domain::job::JobId;
use hedge_domain::ledger::BalanceTransaction;
use hedge_domain::state::Change;
use hedge_store::record::{Cell, Cells, Get, Kind, Put, Reader, Record, Row, Stored};
use hedge_store::records::{Batch, Turnovers, Write, Written};
use hedge_store::table::Table;
use rusqlite::Connection;

use crate::harness::{Harness, Home};
use samples::{Fill, everything};

/// What a database says of a column, or a list with its samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Column {
    kind: &'static str,
    /// Whether it may be NULL.
    optional: bool,
}

type Catalogue = BTreeMap<String, BTreeMap<String, Column>>;

/// Takes down what comes by of each table, and which of its columns were ever filled and ever empty.
#[derive(Default)]
struct Seen {
    tables: BTreeMap<&'static str, (&'static Table, BTreeSet<usize>, BTreeSet<usize>)>,
}

impl Seen {
    /// A row has as many cells as its list has columns, each of its column's kind.
    fn row(&mut self, row: &impl Row, table: &'static Table) -> Vec<Cell<'static>> {
        let cells = Cells::of(row).0;
        let listed: Vec<_> = table.each().filter(|(_, name, _)| *name != "version").collect();
        assert_eq!(cells.len(), listed.len(), "{}: {listed:?}", table.name());
        let (_, filled, empty) = self.tables.entry(table.name()).or_insert((table, BTreeSet::new(), BTreeSet::new()));
        for (place, (cell, (kind, (_, column, _)))) in cells.iter().zip(table.kinds().iter().zip(listed)).enumerate() {
            match kind_of(cell) {
                Some(of_cell) => {
                    assert_eq!(of_cell, *kind, "{}.{column} holds {cell:?}", table.name());
                    filled.insert(place);
                }
                None => drop(empty.insert(place)),
            }
        }
        cells.into_iter().map(owned).collect()
    }
}

fn kind_of(cell: &Cell<'_>) -> Option<Kind> {
    match cell {
        Cell::Null => None,
        Cell::Uuid(_) => Some(Kind::Uuid),
        Cell::Int(_) => Some(Kind::Int),
        Cell::Text(_) => Some(Kind::Text),
        Cell::Bytes(_) => Some(Kind::Bytes),
        Cell::Flag(_) => Some(Kind::Flag),
        Cell::Uuids(_) => Some(Kind::Uuids),
    }
}

fn owned(cell: Cell<'_>) -> Cell<'static> {
    match cell {
        Cell::Text(text) => Cell::Text(text.into_owned().into()),
        Cell::Bytes(bytes) => Cell::Bytes(bytes.into_owned().into()),
        Cell::Null => Cell::Null,
        Cell::Uuid(bits) => Cell::Uuid(bits),
        Cell::Int(value) => Cell::Int(value),
        Cell::Flag(flag) => Cell::Flag(flag),
        Cell::Uuids(ids) => Cell::Uuids(ids),
    }
}

impl<'a> Write<'a> for Seen {
    fn rows<E: Record>(&mut self, changes: &'a [Change<E::Id, E>]) -> Written {
        for change in changes {
            let cells = self.row(&change.after, E::table());
            let again: E = read(&cells);
            assert_eq!(Cells::of(&again).0, cells, "{}: put and get differ", E::table().name());
            assert!(again.id() == change.id && cells.first() == Some(&key(&change.id)), "{}", E::table().name());
        }
        Ok(())
    }

    fn append<R: Row>(&mut self, rows: &'a [R]) -> Written {
        rows.iter().for_each(|row| drop(self.row(row, R::table())));
        Ok(())
    }

    fn parts<R: Row>(&mut self, rows: &'a [R]) -> Written {
        self.append(rows)
    }

    fn finish(&mut self, _jobs: &'a [JobId]) -> Written {
        Ok(())
    }

    fn count(&mut self, _table: &'static str, _counts: BTreeMap<&'static str, i64>) -> Written {
        Ok(())
    }

    fn balances(&mut self, _turnovers: Turnovers) -> Written {
        Ok(())
    }

    fn statements(&mut self, lines: &'a [BalanceTransaction]) -> Written {
        self.append(lines)
    }
}

fn key<I: hedge_store::record::Column>(id: &I) -> Cell<'static> {
    owned(id.cell())
}

fn read<E: Stored>(cells: &[Cell<'static>]) -> E {
    let row: &mut dyn Get = &mut Reader::of(cells);
    E::get(row).unwrap()
}

/// Everything that is written, full and bare.
fn seen() -> Seen {
    let mut seen = Seen::default();
    for fill in [Fill::Full, Fill::Bare] {
        let (changes, outbox) = everything(fill);
        let written = Batch::of(&changes, &outbox).write(&mut seen);
        written.unwrap();
    }
    seen
}

#[test]
fn every_record_puts_and_gets_the_columns_that_it_lists() {
    for (name, (table, filled, _)) in seen().tables {
        let columns = table.each().filter(|(_, name, _)| *name != "version");
        let never: Vec<_> = columns.filter(|(place, ..)| !filled.contains(&(place - 1))).collect();
        assert_eq!(never, [], "no sample of {name} fills these");
    }
}

/// What is only read back is read as it was put, too.
#[test]
fn every_row_that_is_only_added_is_read_as_it_was_put() {
    for fill in [Fill::Full, Fill::Bare] {
        let (changes, outbox) = everything(fill);
        again(&changes.attempts);
        again(&changes.audit);
        again(&outbox);
        again(&changes.postings.iter().filter_map(|it| it.balance_transaction()).collect::<Vec<_>>());
    }
}

fn again<E: Stored + PartialEq + std::fmt::Debug>(rows: &[E]) {
    for row in rows {
        let cells: Vec<_> = Cells::of(row).0.into_iter().map(owned).collect();
        assert_eq!(read::<E>(&cells), *row);
    }
}

/// What the lists say, with the columns that the engines keep themselves.
fn listed(own: &[(&str, &str, Column)]) -> Catalogue {
    let mut catalogue = Catalogue::new();
    for (name, (table, _, empty)) in seen().tables {
        let columns = table.each().map(|(place, name, kind)| {
            let optional = empty.contains(&(place - 1));
            (name.to_owned(), Column { kind, optional })
        });
        catalogue.insert(name.to_owned(), columns.collect());
    }
    for (table, column, shape) in own {
        catalogue.entry((*table).to_owned()).or_default().insert((*column).to_owned(), *shape);
    }
    catalogue
}

const NUMBER: Column = Column { kind: "bigint", optional: false };
const TEXT: Column = Column { kind: "text", optional: false };
/// Sums, which no record is of.
const SUMS: [(&str, &str, Column); 8] = [
    ("balances", "account", TEXT),
    ("balances", "currency", TEXT),
    ("balances", "debits", NUMBER),
    ("balances", "credits", NUMBER),
    ("payment_counts", "status", TEXT),
    ("payment_counts", "count", NUMBER),
    ("refund_counts", "status", TEXT),
    ("refund_counts", "count", NUMBER),
];
const POSITION: (&str, &str, Column) = ("balance_transactions", "position", NUMBER);

fn difference(listed: &Catalogue, found: &Catalogue) -> Vec<String> {
    let tables: BTreeSet<_> = listed.keys().chain(found.keys()).collect();
    let mut differences = Vec::new();
    for table in tables {
        let (listed, found) =
            (listed.get(table).cloned().unwrap_or_default(), found.get(table).cloned().unwrap_or_default());
        for column in listed.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
            let (listed, found) = (listed.get(column), found.get(column));
            if listed != found {
                differences.push(format!("{table}.{column}: listed as {listed:?}, found as {found:?}"));
            }
        }
    }
    differences
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_what_sqlite_has() {
    let harness = Harness::open(Home::sqlite().await.unwrap()).await;
    let Home::Sqlite(folder) = &harness.home else { unreachable!() };
    let connection = Connection::open(folder.path().join("hedge.db")).unwrap();
    let sql = "SELECT t.name, c.name, c.type, c.\"notnull\" = 0 AND c.pk = 0 FROM pragma_table_list AS t
        JOIN pragma_table_info(t.name) AS c WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%'
        AND t.name <> 'refinery_schema_history'";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, bool>(3)?))
    });
    let mut found = Catalogue::new();
    for row in rows.unwrap() {
        let (table, column, kind, optional) = row.unwrap();
        let kind = if kind == "BLOB" {
            "BLOB"
        } else if kind == "INTEGER" {
            "INTEGER"
        } else {
            "TEXT"
        };
        found.entry(table).or_default().insert(column, Column { kind, optional });
    }
    // Where rows stand in the order they came in.
    let rowid = Column { kind: "bigint", optional: false };
    let own = [&SUMS[..], &[POSITION, ("events", "position", rowid), ("idempotency", "position", rowid)]].concat();
    let mut listed = listed(&own);
    for column in listed.values_mut().flat_map(BTreeMap::values_mut) {
        column.kind = match column.kind {
            "uuid" | "bytea" | "uuid[]" => "BLOB",
            "bigint" | "boolean" => "INTEGER",
            _ => "TEXT",
        };
    }
    assert_eq!(difference(&listed, &found), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_what_postgres_has() {
    let Some(home) = Home::postgres().await else { return eprintln!("not run: no Postgres") };
    let harness = Harness::open(home).await;
    let Home::Postgres(home) = &harness.home else { unreachable!() };
    let sql = "SELECT table_name, column_name, CASE WHEN data_type = 'ARRAY' THEN ltrim(udt_name, '_') || '[]'
        ELSE data_type END, is_nullable FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name NOT IN ('refinery_schema_history', 'migration_lease')";
    let mut found = Catalogue::new();
    for row in home.query(sql).await {
        let (table, column, kind): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let kinds = ["uuid", "bigint", "text", "bytea", "boolean", "uuid[]", "integer"];
        let kind = kinds.into_iter().find(|known| *known == kind).unwrap_or("of another kind");
        let optional = row.get::<_, String>(3) == "YES";
        found.entry(table).or_default().insert(column, Column { kind, optional });
    }
    // A lease is no part of what is leased; writers count in slots of their own.
    let lease = Column { kind: "bigint", optional: true };
    let slot = Column { kind: "integer", optional: false };
    let own = [
        &SUMS[..],
        &[POSITION, ("jobs", "lease_until", lease), ("deliveries", "lease_until", lease)],
        &[("payment_counts", "slot", slot), ("refund_counts", "slot", slot)],
        // Several writers take turns at a merchant's statement by its head.
        &[
            ("statement_heads", "merchant_id", Column { kind: "uuid", optional: false }),
            ("statement_heads", "currency", TEXT),
            ("statement_heads", "position", NUMBER),
        ],
    ];
    assert_eq!(difference(&listed(&own.concat()), &found), Vec::<String>::new());
}

/// A list that walks an index on SQLite walks the same one on Postgres: the one refuses to do without, the other gets slow.
#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_indices() {
    let Some(home) = Home::postgres().await else { return eprintln!("not run: no Postgres") };
    let postgres = Harness::open(home).await;
    let Home::Postgres(home) = &postgres.home else { unreachable!() };
    let sql = "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname NOT LIKE '%_key'
        AND indexname NOT LIKE '%_pkey' AND tablename <> 'refinery_schema_history'";
    let mut on_postgres: BTreeSet<String> = home.query(sql).await.iter().map(|row| row.get(0)).collect();
    // On SQLite ended records stand in front of the table.
    assert!(on_postgres.remove("idempotency_by_expires_at"));
    let sqlite = Harness::open(Home::sqlite().await.unwrap()).await;
    let Home::Sqlite(folder) = &sqlite.home else { unreachable!() };
    let connection = Connection::open(folder.path().join("hedge.db")).unwrap();
    let mut statement =
        connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql <> ''").unwrap();
    let on_sqlite = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<BTreeSet<String>, _>>();
    assert_eq!(on_sqlite.unwrap(), on_postgres);
}

/// Whose a row is never changes, wherever a row is somebody's.
#[test]
fn whose_a_row_is_never_changes() {
    for (name, (table, ..)) in seen().tables.into_iter().filter(|(_, (table, ..))| table.is_versioned()) {
        for whose in ["account_id", "merchant_id"].into_iter().filter(|column| table.place(column).is_some()) {
            assert!(table.fixed_columns().any(|column| column == whose), "{name}.{whose}");
        }
    }
}

/// The key stands first in each list, and what never changes is in it.
#[test]
fn what_a_table_says_of_its_columns_is_of_columns_that_it_has() {
    for (name, (table, ..)) in seen().tables {
        let fixed = table.fixed();
        let said = table.fixed_columns().filter(|column| !column.is_empty()).count();
        assert_eq!(fixed.len(), said, "{name}");
        assert_eq!(table.place(table.key()), Some(0), "{name}");
    }
}

/// A cell is put where it is read from, so nothing else of a row is needed to read it again.
#[test]
fn a_text_that_postgres_cannot_hold_is_mended_for_every_engine() {
    let mut cells = Cells::default();
    let row: &mut dyn Put<'_> = &mut cells;
    let (text, optional) = ("a\0b".to_owned(), Some("\0".to_owned()));
    row.put(&text).put(&optional);
    assert_eq!(cells.0, [Cell::Text("a\u{fffd}b".into()), Cell::Text("\u{fffd}".into())]);
}
