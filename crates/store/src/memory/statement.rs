//! Merchants' statements.

use hedge_domain::Timestamp;
use hedge_domain::ledger::{BalanceTransaction, StatementQuery};

use super::Rows;
use super::reads::most;
use crate::engine::Statement;

pub(super) fn statement(rows: &Rows, query: &StatementQuery) -> Statement {
    let mut all = rows.tables.statements.clone();
    all.retain(|it| (it.merchant, it.amount.currency()) == (query.merchant, query.currency));
    let place = |line| all.iter().position(|it| it.id == line).unwrap_or(all.len());
    let (skipped, from) =
        (query.after.map_or(0, |after| place(after) + 1), query.from.unwrap_or(Timestamp::from_millis(i64::MIN)));
    let in_time = |it: &BalanceTransaction| query.until.is_none_or(|until| it.at < until);
    let wanted = |it: &&BalanceTransaction| it.at >= from && in_time(it);
    let items = most(all.iter().skip(skipped).filter(wanted).copied(), query.limit.saturating_add(1));
    let first = items.first().map_or(all.len(), |first| place(first.id));
    let before = |(place, it): &(usize, &BalanceTransaction)| it.at < from || *place < first && in_time(it);
    let opening = || all.iter().enumerate().filter(before).map(|(_, it)| it.net()).sum();
    let opening = query.opening.unwrap_or_else(opening);
    Statement::cut(opening, items, query.limit)
}
