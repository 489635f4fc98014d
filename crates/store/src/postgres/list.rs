//! One row by its key, and lists: a walk down one index, bounded whatever the filters are, or one walk for each of a few values.
//!
//! The text of the query depends on which filters are set, because a condition that may or may not apply would cost
//! the planner its index.

use hedge_domain::account::AccountId;
use hedge_domain::test_clock::TestClock;
use tokio_postgres::types::ToSql;

use super::failure::Failure;
use super::readers::Readers;
use super::record::{Arrays, Parameter, parameter, take};
use crate::filter::Filter;
use crate::record::{Cell, Row, Sink};
use crate::table::{Table, kind_of};

pub async fn list(readers: &Readers, filter: &Filter, to: &mut dyn Sink) -> Result<(), Failure> {
    let clocked = match filter.clock() {
        Some(account) => has_clock(readers, account).await?,
        None => false,
    };
    let (sql, parameters) = query(to.table(), filter, clocked);
    let values: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(|value| -> &(dyn ToSql + Sync) { &**value }).collect();
    take(&readers.query(&sql, &values).await?, to)
}

/// The row with this key.
pub async fn get(readers: &Readers, key: Cell<'_>, to: &mut dyn Sink) -> Result<(), Failure> {
    take(&readers.query(&to.table().postgres().by_key, &[&*parameter(key)]).await?, to)
}

fn query(table: &Table, filter: &Filter, clocked: bool) -> (String, Vec<Parameter<'static>>) {
    let (name, key, direction) = (table.name(), filter.key, filter.direction());
    let mut parameters: Vec<Parameter<'static>> = Vec::new();
    let mut number = |value| {
        parameters.push(value);
        format!("${}", parameters.len())
    };
    let held: Vec<_> = filter
        .conditions(clocked)
        .into_iter()
        .map(|(column, operator, value)| format!("{name}.{column} {operator} {}", number(parameter(value))))
        .chain(filter.null.map(|column| format!("{column} IS NULL")))
        .collect();
    let held = if held.is_empty() { "TRUE".to_owned() } else { held.join(" AND ") };
    let limit = number(parameter(Cell::Int(filter.most())));
    let selection = match &filter.each {
        None => format!("SELECT * FROM {name} WHERE {held} ORDER BY {name}.{key} {direction} LIMIT {limit}"),
        // One that fits the value as well could be taken for the walk, and the rest of what it is in would be read.
        Some((column, each)) if filter.few => {
            let kind = table.kind(column);
            let values = number(Arrays::column(kind_of(kind), each.iter().cloned()));
            format!(
                "SELECT * FROM {name} WHERE {held} AND {name}.{column} = ANY({values}::{kind}[]) \
                ORDER BY {name}.{key} {direction} LIMIT {limit}"
            )
        }
        // Rows are wide and most of what the walks find is left over, so they look only at the index.
        Some((column, each)) => {
            let kind = table.kind(column);
            let values = number(Arrays::column(kind_of(kind), each.iter().cloned()));
            format!(
                "SELECT * FROM {name} WHERE {name}.{key} = ANY (ARRAY (\
                    SELECT w.{key} FROM UNNEST({values}::{kind}[]) AS e(value) CROSS JOIN LATERAL (\
                        SELECT {name}.{key} FROM {name} WHERE {held} AND {name}.{column} = e.value \
                        ORDER BY {name}.{key} {direction} LIMIT {limit}) w \
                    ORDER BY w.{key} {direction} LIMIT {limit}))"
            )
        }
    };
    (table.select(&selection), parameters)
}

async fn has_clock(readers: &Readers, account: AccountId) -> Result<bool, Failure> {
    let sql = format!("SELECT 1 FROM {} WHERE id = $1", TestClock::table().name());
    let account = parameter(Cell::id(account));
    Ok(!readers.query(&sql, &[&*account]).await?.is_empty())
}

#[cfg(test)]
mod tests {
    use hedge_domain::Id;
    use hedge_domain::api_key::ApiKey;
    use hedge_domain::event::{EventKind, EventQuery, Order};

    use super::*;
    use crate::engine::OutboxRow;
    use crate::filter::{ApiKeyByHash, Query};

    #[test]
    fn what_is_held_equal_is_what_the_walk_is_in_order_of() {
        let (sql, _) = query(ApiKey::table(), &ApiKeyByHash([1; 32]).filter(), false);
        assert!(sql.contains("api_keys.hash = $1 ORDER BY api_keys.hash"), "{sql}");
    }

    #[test]
    fn the_events_of_an_object_are_one_walk_whatever_their_kinds() {
        for kinds in [None, Some([EventKind::PaymentCreated].into())] {
            let object = Some(7);
            let (account, order, limit) = (Id::from_bits(1), Order::NewestFirst, 20);
            let of = EventQuery {
                account,
                kinds,
                object,
                created_from: None,
                created_until: None,
                order,
                after: None,
                limit,
            };
            let (sql, _) = query(OutboxRow::table(), &of.filter(), false);
            assert!(sql.contains("events.kind = ANY") && !sql.contains("LATERAL"), "{sql}");
        }
    }
}
