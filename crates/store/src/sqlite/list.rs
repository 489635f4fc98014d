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
            let (sql, values) = walk(table, filter, clocked, (&table.names(), Among::Any));
            record::read(connection, &sql, &values, to)
        }
        // Beyond the key's reach: there is nothing to walk for.
        Some((_, each)) if each.is_empty() => Ok(()),
        Some((column, each)) if filter.few => {
            let (sql, values) = walk(table, filter, clocked, (&table.names(), Among::These(column, each)));
            record::read(connection, &sql, &values, to)
        }
        Some((column, each)) => {
            // What a walk finds is read afterwards, and must still be what was looked for.
            let connection = &connection.unchecked_transaction()?;
            // Rows are wide and most of what the walks find is left over, so they look only at the index.
            let mut ids: Vec<u128> = Vec::new();
            for value in each {
                let (sql, values) =
                    walk(table, filter, clocked, (table.key(), Among::These(column, std::slice::from_ref(value))));
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

/// What a walk's rows must have beside what is held against all of them.
enum Among<'a> {
    Any,
    These(&'static str, &'a [Cell<'static>]),
}

/// The statement of one walk, for what it is to answer.
fn walk(
    table: &Table,
    filter: &Filter,
    clocked: bool,
    (columns, among): (&str, Among<'_>),
) -> (String, Vec<Cell<'static>>) {
    let name = table.name();
    let index = filter.index.map_or_else(String::new, |index| format!(" INDEXED BY {name}_{index}"));
    let mut sql = format!("SELECT {columns} FROM {name}{index} WHERE ");
    let mut values = Vec::new();
    for (column, operator, value) in filter.conditions(clocked) {
        sql.push_str(&format!("{column} {operator} ? AND "));
        values.push(value);
    }
    match among {
        Among::Any => {}
        Among::These(column, [only]) => {
            sql.push_str(&format!("{column} = ? AND "));
            values.push(only.clone());
        }
        Among::These(column, some) => {
            // A `+` keeps the planner from walking once for each of them and sorting what it finds.
            sql.push_str(&format!("+{column} IN ({}) AND ", vec!["?"; some.len()].join(", ")));
            values.extend(some.iter().cloned());
        }
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hedge_domain::account::Actor;
    use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionQuery, CheckoutStatus};
    use hedge_domain::customer::{Customer, CustomerQuery};
    use hedge_domain::payment::{Payment, PaymentQuery, PaymentStatus};
    use hedge_domain::payout::{Payout, PayoutQuery, PayoutStatus};
    use hedge_domain::{Id, Timestamp};

    use super::*;
    use crate::filter::Query;
    use crate::record::Row;
    use crate::sqlite::connection;

    fn actors() -> [Actor; 3] {
        let all = Actor::of(Id::from_bits(1));
        let of = |count: u128| Actor { merchants: Some((0..count).map(Id::from_bits).collect()), ..all.clone() };
        [all.clone(), of(1), of(100)]
    }

    /// All that the four lists with the most filters can be asked for.
    fn asked() -> Vec<(&'static Table, Filter)> {
        let mut asked = Vec::new();
        let (after, created_until, limit) = (None, None, 20);
        for (actor, set) in actors().into_iter().flat_map(|actor| (0..16).map(move |set| (actor.clone(), set))) {
            let set = |bit: u32| (set & bit) != 0;
            let merchant = set(1).then(|| Id::from_bits(2));
            let created_from = set(2).then(|| Timestamp::from_millis(3));
            let (customer, status) = (set(4).then(|| Id::from_bits(4)), set(8).then_some(PaymentStatus::Canceled));
            let actor = || actor.clone();
            let of =
                PaymentQuery { actor: actor(), merchant, status, customer, created_from, created_until, after, limit };
            asked.push((Payment::table(), of.filter()));
            let (after, status) = (None, set(8).then_some(CheckoutStatus::Expired));
            let of = CheckoutSessionQuery {
                actor: actor(),
                merchant,
                status,
                customer,
                created_from,
                created_until,
                after,
                limit,
            };
            asked.push((CheckoutSession::table(), of.filter()));
            let (after, status) = (None, set(8).then_some(PayoutStatus::Paid));
            let of = PayoutQuery { actor: actor(), merchant, status, created_from, created_until, after, limit };
            asked.push((Payout::table(), of.filter()));
            let (after, email) = (None, set(4).then(|| "payer@example.com".to_owned()));
            let of = CustomerQuery { actor: actor(), merchant, email, created_from, created_until, after, limit };
            asked.push((Customer::table(), of.filter()));
        }
        asked
    }

    #[test]
    fn every_walk_goes_down_one_index_that_has_the_merchant_and_the_status() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = connection::prepare(&folder.path().join("hedge.db")).expect("opens");
        let mut texts = BTreeSet::new();
        for (table, filter) in asked() {
            let among = match &filter.each {
                None => Among::Any,
                Some((_, each)) if each.is_empty() => continue,
                Some((column, each)) if filter.few => Among::These(column, each),
                Some((column, each)) => Among::These(column, &each[..1]),
            };
            let (sql, values) = walk(table, &filter, false, (table.key(), among));
            let mut statement = database.prepare_cached(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a statement");
            for (at, cell) in (1..).zip(&values) {
                bind(&mut statement, at, cell).expect("bound");
            }
            let mut rows = statement.raw_query();
            let mut plan = Vec::new();
            while let Some(row) = rows.next().expect("a row") {
                plan.push(row.get::<_, String>(3).expect("a text"));
            }
            let [only] = plan.as_slice() else { panic!("{sql}: {plan:?}") };
            assert!(only.starts_with("SEARCH"), "{sql}: {only}");
            if !sql.contains("customer_id =") && sql.contains("merchant_id =") && sql.contains("status =") {
                assert!(only.contains("(account_id=? AND merchant_id=? AND status=?"), "{sql}: {only}");
            }
            texts.insert(sql);
        }
        assert!(texts.len() > 20, "{}", texts.len());
    }
}
