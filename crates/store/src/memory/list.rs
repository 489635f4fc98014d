//! Lists: a look at every row, which is fine for what this engine is for.

use hedge_domain::event::Order;

use super::tables::Tables;
use crate::filter::{Condition, Filter};
use crate::record::{Cell, Malformed, Sink};
use crate::table::Table;

pub(super) fn list(tables: &Tables, filter: &Filter, to: &mut dyn Sink) -> Result<(), Malformed> {
    let table = to.table();
    let conditions = filter.conditions(true);
    let key = table.place(filter.key).unwrap_or_default();
    let mut rows: Vec<_> = tables.rows(table).filter(|row| matches(table, filter, &conditions, row)).collect();
    rows.sort_by(|one, other| one.get(key).cmp(&other.get(key)));
    if filter.order == Order::NewestFirst {
        rows.reverse();
    }
    rows.truncate(usize::try_from(filter.most()).unwrap_or(usize::MAX));
    rows.into_iter().try_for_each(|row| tables.hand(row, to))
}

fn matches(table: &Table, filter: &Filter, conditions: &[Condition], row: &[Cell<'static>]) -> bool {
    let cell = |column: &str| table.place(column).and_then(|place| row.get(place)).unwrap_or(&Cell::Null);
    let holds = |(column, operator, value): &Condition| match (cell(column), *operator) {
        // As in SQL: NULL is neither equal to anything nor before it.
        (Cell::Null, _) => false,
        (cell, "=") => cell == value,
        (cell, "<") => cell < value,
        (cell, ">") => cell > value,
        (cell, _) => cell >= value,
    };
    conditions.iter().all(holds)
        && filter.null.is_none_or(|column| *cell(column) == Cell::Null)
        && filter.each.as_ref().is_none_or(|(column, each)| each.contains(cell(column)))
}
