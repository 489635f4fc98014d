//! Lists: a walk down the index that the filter names, or one for each of its values.

use hedge_domain::event::Order;
use rusqlite::{Connection, Result};

use super::clocks;
use super::record::{self, bind};
use crate::filter::Filter;
use crate::record::{Cell, Sink};
use crate::table::Table;

pub(super) fn list(connection: &Connection, filter: &Filter, to: &mut dyn Sink) -> Result<()> {
    let table = to.table();
    let clocked = match filter.clock() {
        Some(account) => clocks::of(connection, account)?.is_some(),
        None => false,
    };
    match &filter.each {
        None => {
            let (sql, values) = walk(table, filter, clocked, (&table.names(), None));
            record::read(connection, &sql, &values, to)
        }
        Some((column, each)) => {
            // What a walk finds is read afterwards, and must still be what was looked for.
            let connection = &connection.unchecked_transaction()?;
            // Rows are wide and most of what the walks find is left over, so they look only at the index.
            let mut ids: Vec<u128> = Vec::new();
            for value in each {
                let (sql, values) = walk(table, filter, clocked, (table.key(), Some((*column, value))));
                ids.extend(found(connection, &sql, &values)?);
            }
            ids.sort_unstable();
            if filter.order == Order::NewestFirst {
                ids.reverse();
            }
            ids.truncate(usize::try_from(filter.most()).unwrap_or(usize::MAX));
            let by_key = &table.sqlite().by_key;
            ids.into_iter().try_for_each(|id| record::read(connection, by_key, &[Cell::Uuid(id)], to))
        }
    }
}

/// The statement of one walk, for what it is to answer and perhaps one more value that its rows must have.
fn walk(
    table: &Table,
    filter: &Filter,
    clocked: bool,
    (columns, value): (&str, Option<(&'static str, &Cell<'static>)>),
) -> (String, Vec<Cell<'static>>) {
    let name = table.name();
    let index = filter.index.map_or_else(String::new, |index| format!(" INDEXED BY {name}_{index}"));
    let mut sql = format!("SELECT {columns} FROM {name}{index} WHERE ");
    let mut values = Vec::new();
    let value = value.map(|(column, value)| (column, "=", value.clone()));
    for (column, operator, value) in filter.conditions(clocked).into_iter().chain(value) {
        sql.push_str(&format!("{column} {operator} ? AND "));
        values.push(value);
    }
    sql.push_str(&filter.null.map_or_else(|| "TRUE".to_owned(), |column| format!("{column} IS NULL")));
    sql.push_str(&format!(" ORDER BY {} {} LIMIT ?", filter.key, filter.direction()));
    values.push(Cell::Int(filter.most()));
    (sql, values)
}

fn found(connection: &Connection, sql: &str, values: &[Cell<'_>]) -> Result<Vec<u128>> {
    let mut statement = connection.prepare_cached(sql)?;
    for (at, cell) in (1..).zip(values) {
        bind(&mut statement, at, cell)?;
    }
    let mut rows = statement.raw_query();
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        ids.push(record::at(row, 0)?);
    }
    Ok(ids)
}
