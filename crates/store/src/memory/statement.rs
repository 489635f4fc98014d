//! What is asked of merchants, their payouts and their statements.

use std::ops::Bound;

use hedge_domain::Timestamp;
use hedge_domain::ledger::{BalanceTransaction, LedgerAccount, Posting, StatementQuery};
use hedge_domain::merchant::{Merchant, MerchantId, MerchantQuery};
use hedge_domain::payment::PaymentId;
use hedge_domain::payout::{Payout, PayoutQuery};

use super::Rows;
use super::reads::{balance_rows, most};
use crate::engine::{BalanceRow, Page, Statement};

pub(super) fn list(rows: &Rows, query: &MerchantQuery) -> Page<Merchant> {
    let end = query.after.map_or(Bound::Unbounded, Bound::Excluded);
    let older = rows.tables.merchants.range((Bound::Unbounded, end)).rev().map(|(_, (merchant, _))| merchant);
    let own = older.filter(|merchant| query.actor.reaches(merchant.account, merchant.id));
    Page::cut(most(own.cloned(), query.limit.saturating_add(1)), query.limit)
}

pub(super) fn to_pay_out(rows: &Rows, now: Timestamp, limit: u32) -> Vec<MerchantId> {
    let all = rows.tables.merchants.values().map(|(merchant, _)| merchant);
    let timed = all.filter_map(|merchant| Some((merchant.next_payout_at?, merchant)));
    let due = timed.filter(|(at, merchant)| *at <= rows.tables.time_of(merchant.account, now));
    soonest(due.map(|(at, merchant)| (at, merchant.id)).collect(), limit)
}

pub(super) fn unsettled(rows: &Rows, now: Timestamp, limit: u32) -> Vec<PaymentId> {
    let all = rows.tables.payments.values().map(|(payment, _)| payment);
    let timed = all.filter(|it| it.settled_at.is_none()).filter_map(|it| Some((it.settles_at?, it)));
    let due = timed.filter(|(at, payment)| *at <= rows.tables.time_of(payment.account, now));
    soonest(due.map(|(at, payment)| (at, payment.id)).collect(), limit)
}

fn soonest<T: Ord>(mut due: Vec<(Timestamp, T)>, limit: u32) -> Vec<T> {
    due.sort_unstable();
    most(due.into_iter().map(|(_, id)| id), limit)
}

pub(super) fn payouts(rows: &Rows, query: &PayoutQuery) -> Page<Payout> {
    let end = query.after.map_or(Bound::Unbounded, Bound::Excluded);
    let older = rows.tables.payouts.range((Bound::Unbounded, end)).rev().map(|(_, (payout, _))| payout);
    let matching = older.filter(|payout| {
        payout.is_seen_by(&query.actor)
            && query.merchant.is_none_or(|merchant| merchant == payout.merchant)
            && query.status.is_none_or(|status| status == payout.status)
            && query.created_from.is_none_or(|from| payout.created_at >= from)
            && query.created_until.is_none_or(|until| payout.created_at < until)
    });
    Page::cut(most(matching.cloned(), query.limit.saturating_add(1)), query.limit)
}

pub(super) fn balances_of(rows: &Rows, merchant: MerchantId) -> Vec<BalanceRow> {
    let own = LedgerAccount::all_of(merchant);
    let all = balance_rows(&rows.tables.balances);
    all.into_iter().filter(|row| own.contains(&row.account)).collect()
}

pub(super) fn statement(rows: &Rows, query: &StatementQuery) -> Statement {
    let mut all: Vec<BalanceTransaction> =
        rows.tables.journal.iter().filter_map(Posting::balance_transaction).collect();
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
