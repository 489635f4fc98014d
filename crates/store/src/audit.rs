//! The audit: what must hold between the tables, checked over all rows of one snapshot, so also beside busy servers.
//!
//! The statements are of the kind that every SQL engine reads alike; the engines only run them. A newcomer's usual
//! mistake is to take a finding for something to repair: it is a bug of the program, and the rows are the evidence.

use std::collections::BTreeMap;

use crate::engine::BalanceRow;

/// What an audit has read and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// How many rows of each kind there are.
    pub rows: Vec<(&'static str, i64)>,
    pub findings: Vec<Finding>,
}

/// Two numbers that should be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: &'static str,
    /// What it is about: a payment's id, or an account of the ledger.
    pub subject: String,
    /// As kept.
    pub kept: i64,
    /// As the other rows have it.
    pub counted: i64,
}

/// A rule about single payments: its statement answers (payment, kept, counted) wherever the two differ.
pub(crate) struct Rule {
    pub name: &'static str,
    pub sql: &'static str,
}

/// The first findings tell what is wrong; a million more would tell no better.
macro_rules! rule {
    ($name:literal, $sql:literal) => {
        Rule { name: $name, sql: concat!($sql, " LIMIT 100") }
    };
}

pub(crate) const RULES: &[Rule] = &[
    rule!(
        "a payment's refunded amount is the sum of its refunds",
        "SELECT id, refunded, counted FROM (
            SELECT id, refunded, CAST(coalesce((SELECT sum(refunds.amount) FROM refunds
                WHERE refunds.payment_id = payments.id AND refunds.status <> 'failed'), 0) AS bigint) AS counted
            FROM payments) AS sums WHERE refunded <> counted"
    ),
    rule!(
        "a payment's status says how much of it was refunded",
        "SELECT id, refunded, amount FROM payments WHERE CASE status
            WHEN 'refunded' THEN refunded <> amount
            WHEN 'partially_refunded' THEN refunded = 0 OR refunded = amount
            ELSE refunded <> 0 END"
    ),
    rule!(
        "a paid payment is posted once, with its fee, and no other one is",
        "SELECT id, kept, counted FROM (
            SELECT id, CASE WHEN status IN ('succeeded', 'partially_refunded', 'refunded') THEN amount + fee
                ELSE 0 END AS kept, CAST(coalesce((SELECT sum(posted.amount) FROM ledger_transfers AS posted
                WHERE posted.payment_id = payments.id AND posted.cause = 'payment'), 0) AS bigint) AS counted
            FROM payments) AS sums WHERE kept <> counted"
    ),
    rule!(
        "all refunds of a payment are posted",
        "SELECT id, refunded, counted FROM (
            SELECT id, refunded, CAST(coalesce((SELECT sum(posted.amount) FROM ledger_transfers AS posted
                WHERE posted.payment_id = payments.id AND posted.cause = 'refund'), 0) AS bigint) AS counted
            FROM payments) AS sums WHERE refunded <> counted"
    ),
    rule!(
        "each refund is posted once",
        "SELECT payment_id, amount, counted FROM (
            SELECT payment_id, amount, CAST(coalesce((SELECT sum(posted.amount) FROM ledger_transfers AS posted
                WHERE posted.payment_id = refunds.payment_id AND posted.refund_id = refunds.id), 0) AS bigint) AS counted
            FROM refunds) AS sums WHERE amount <> counted"
    ),
    rule!(
        "a payment's events are numbered from 1 without gaps",
        "SELECT id, kept, counted FROM (
            SELECT id, sequence AS kept, coalesce(events.distinct_count, 0) AS counted,
                coalesce(events.row_count, 0) AS row_count, coalesce(events.last, 0) AS last
            FROM payments LEFT JOIN (
                SELECT object_id, count(*) AS row_count, count(DISTINCT sequence) AS distinct_count,
                    max(sequence) AS last FROM events WHERE sequence > 0 GROUP BY object_id
            ) AS events ON events.object_id = payments.id) AS sums
        WHERE kept <> counted OR kept <> row_count OR kept <> last"
    ),
    rule!(
        "every event is of a payment",
        "SELECT object_id, CAST(0 AS bigint), count(*) FROM events
            WHERE object_id NOT IN (SELECT id FROM payments) GROUP BY object_id"
    ),
    rule!(
        "a payment's customer is of the payment's account",
        "SELECT id, CAST(1 AS bigint), CAST(0 AS bigint) FROM payments WHERE customer_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM customers
                WHERE customers.id = payments.customer_id AND customers.account_id = payments.account_id)"
    ),
    rule!(
        "a payment on its way has a job that takes it further",
        "SELECT id, CAST(1 AS bigint), CAST(0 AS bigint) FROM payments WHERE status IN ('initiated', 'processing')
            AND id NOT IN (SELECT payment_id FROM jobs WHERE task = 'submit_payment')"
    ),
];

/// One statement for every kind of row that the report counts.
pub(crate) const ROWS: &[(&str, &str)] = &[
    ("customers", "SELECT count(*) FROM customers"),
    ("payments", "SELECT count(*) FROM payments"),
    ("refunds", "SELECT count(*) FROM refunds"),
    ("ledger transfers", "SELECT count(*) FROM ledger_transfers"),
    ("events", "SELECT count(*) FROM events"),
    ("jobs", "SELECT count(*) FROM jobs"),
    ("idempotency records", "SELECT count(*) FROM idempotency"),
];

/// The statuses whose kept count is not the number of payments in them.
pub(crate) const STATUS_COUNTS: Rule = rule!(
    "payments are counted by status",
    "SELECT status, kept, counted FROM (
        SELECT status, CAST(sum(kept) AS bigint) AS kept, CAST(sum(counted) AS bigint) AS counted FROM (
            SELECT status, count AS kept, 0 AS counted FROM payment_counts
            UNION ALL SELECT status, 0, count(*) FROM payments GROUP BY status
        ) AS both_sides GROUP BY status) AS sums WHERE kept <> counted"
);

/// What the balances as kept say against the journal, and debits against credits.
pub(crate) fn of_ledger(kept: &[BalanceRow], recomputed: &[BalanceRow]) -> Vec<Finding> {
    let sides = |rows: &[BalanceRow]| -> BTreeMap<_, _> {
        let side = |row: &BalanceRow| ((row.account, row.currency), (row.debits, row.credits));
        rows.iter().map(side).collect()
    };
    let (kept, journal) = (sides(kept), sides(recomputed));
    let mut findings = Vec::new();
    for key @ (account, currency) in kept.keys().chain(journal.keys().filter(|key| !kept.contains_key(key))) {
        let (debits, credits) = kept.get(key).copied().unwrap_or_default();
        let (journal_debits, journal_credits) = journal.get(key).copied().unwrap_or_default();
        for (side, kept, counted) in [("debits", debits, journal_debits), ("credits", credits, journal_credits)] {
            if kept != counted {
                let subject = format!("{side} of {account} in {currency:?}");
                findings.push(Finding { rule: "balances are what the journal says", subject, kept, counted });
            }
        }
    }
    let mut totals: BTreeMap<_, (i64, i64)> = BTreeMap::new();
    for ((_, currency), (debits, credits)) in kept {
        let total = totals.entry(currency).or_default();
        *total = (total.0.saturating_add(debits), total.1.saturating_add(credits));
    }
    for (currency, (kept, counted)) in totals.into_iter().filter(|(_, (debits, credits))| debits != credits) {
        let subject = format!("debits and credits in {currency:?}");
        findings.push(Finding { rule: "debits equal credits", subject, kept, counted });
    }
    findings
}

#[cfg(test)]
mod tests {
    use hedge_domain::Currency;
    use hedge_domain::ledger::LedgerAccount::{CardClearing, ProcessingFees};

    use super::*;

    fn row(account: hedge_domain::ledger::LedgerAccount, debits: i64, credits: i64) -> BalanceRow {
        BalanceRow { account, currency: Currency::Usd, debits, credits }
    }

    #[test]
    fn a_ledger_in_order_has_no_findings() {
        let rows = [row(CardClearing, 100, 0), row(ProcessingFees, 0, 100)];
        assert_eq!(of_ledger(&rows, &rows), []);
    }

    #[test]
    fn what_differs_is_found_on_either_side() {
        let kept = [row(CardClearing, 100, 0)];
        let journal = [row(CardClearing, 90, 0), row(ProcessingFees, 0, 90)];
        let said: Vec<_> = of_ledger(&kept, &journal).into_iter().map(|it| (it.rule, it.kept, it.counted)).collect();
        let balances = "balances are what the journal says";
        assert_eq!(said, [(balances, 100, 90), (balances, 0, 90), ("debits equal credits", 100, 0)]);
    }
}
