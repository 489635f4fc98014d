//! The audit: what must hold between the tables, checked over all rows of one snapshot, so also beside busy servers.
//!
//! The statements are of the kind that every SQL engine reads alike; the engines only run them. A newcomer's usual
//! mistake is to take a finding for something to repair: it is a bug of the program, and the rows are the evidence.

use std::collections::BTreeMap;

use hedge_domain::Currency;
use hedge_domain::ledger::LedgerAccount;
use hedge_domain::merchant::MerchantId;
use hedge_domain::payment::PaymentId;

use crate::engine::{BalanceRow, FundsRow};

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
    /// What it is about: an object's id, or an account of the ledger.
    pub subject: String,
    /// As kept.
    pub kept: i64,
    /// As the other rows have it.
    pub counted: i64,
}

/// A rule about single objects: its statement answers (id, kept, counted) wherever the two differ.
pub(crate) struct Rule {
    /// What the ids are of, as they begin; nothing if of several kinds.
    pub of: &'static str,
    pub name: &'static str,
    pub sql: &'static str,
}

impl Rule {
    /// The id as the API shows it.
    pub fn subject(&self, id: PaymentId) -> String {
        // Ids differ in how they begin.
        id.to_string().replacen(PaymentId::PREFIX, self.of, 1)
    }
}

/// The rules that are no statements.
const BALANCES: &str = "balances are what the journal says";
const EQUAL: &str = "debits equal credits";
const FUNDS: &str = "a merchant's balance is what its statement comes to";

/// What every rule is called.
pub fn rules() -> impl Iterator<Item = &'static str> {
    [BALANCES, EQUAL, FUNDS].into_iter().chain(STATUS_COUNTS.iter().chain(RULES).map(|rule| rule.name))
}

/// The first findings tell what is wrong; a million more would tell no better.
macro_rules! rule {
    ($of:literal, $name:literal, $sql:literal) => {
        Rule { of: $of, name: $name, sql: concat!($sql, " LIMIT 100") }
    };
}

pub(crate) const RULES: &[Rule] = &[
    rule!(
        "pay_",
        "a payment's refunded amount is the sum of its refunds",
        "SELECT id, refunded, counted FROM (
            SELECT id, refunded, CAST(coalesce((SELECT sum(refunds.amount) FROM refunds
                WHERE refunds.payment_id = payments.id AND refunds.status <> 'failed'), 0) AS bigint) AS counted
            FROM payments) AS sums WHERE refunded <> counted"
    ),
    rule!(
        "pay_",
        "a payment's status says how much of it was refunded",
        "SELECT id, refunded, CASE refunded WHEN amount THEN 0 ELSE amount END FROM payments WHERE CASE status
            WHEN 'refunded' THEN refunded <> amount
            WHEN 'partially_refunded' THEN refunded = 0 OR refunded = amount
            ELSE refunded <> 0 END"
    ),
    rule!(
        "pay_",
        "a paid payment is posted once, with its fee, and no other one is",
        "SELECT id, kept, counted FROM (
            SELECT id, CASE WHEN status IN ('succeeded', 'partially_refunded', 'refunded') THEN amount + fee
                ELSE 0 END AS kept, CAST(coalesce((SELECT sum(posted.amount) FROM ledger_transfers AS posted
                WHERE posted.subject_id = payments.id AND posted.cause = 'payment'), 0) AS bigint) AS counted
            FROM payments) AS sums WHERE kept <> counted"
    ),
    rule!(
        "pay_",
        "all refunds of a payment are posted",
        "SELECT id, refunded, counted FROM (
            SELECT id, refunded, CAST(coalesce((SELECT sum(posted.amount) FROM ledger_transfers AS posted
                WHERE posted.subject_id = payments.id AND posted.cause = 'refund'), 0) AS bigint) AS counted
            FROM payments) AS sums WHERE refunded <> counted"
    ),
    rule!(
        "pay_",
        "each refund is posted once",
        "SELECT payment_id, amount, counted FROM (
            SELECT payment_id, amount, CAST(coalesce((SELECT sum(posted.amount) FROM ledger_transfers AS posted
                WHERE posted.subject_id = refunds.payment_id AND posted.detail_id = refunds.id), 0) AS bigint) AS counted
            FROM refunds) AS sums WHERE amount <> counted"
    ),
    rule!(
        "",
        "an object's events are numbered from 1 without gaps",
        "SELECT id, kept, CASE WHEN kept <> counted THEN counted WHEN kept <> row_count THEN row_count ELSE last END
        FROM (
            SELECT id, sequence AS kept, coalesce(events.distinct_count, 0) AS counted,
                coalesce(events.row_count, 0) AS row_count, coalesce(events.last, 0) AS last
            FROM (SELECT id, sequence FROM payments UNION ALL SELECT id, sequence FROM checkout_sessions
                UNION ALL SELECT id, sequence FROM payouts) AS objects
            LEFT JOIN (
                SELECT object_id, count(*) AS row_count, count(DISTINCT sequence) AS distinct_count,
                    max(sequence) AS last FROM events WHERE sequence > 0 GROUP BY object_id
            ) AS events ON events.object_id = objects.id) AS sums
        WHERE kept <> counted OR kept <> row_count OR kept <> last"
    ),
    rule!(
        "",
        "every event is of an object that is there, unless it is a test",
        "SELECT object_id, CAST(0 AS bigint), count(*) FROM events
            WHERE sequence > 0 AND object_id NOT IN (SELECT id FROM payments)
            AND object_id NOT IN (SELECT id FROM checkout_sessions) AND object_id NOT IN (SELECT id FROM payouts)
            AND object_id NOT IN (SELECT id FROM webhook_endpoints) GROUP BY object_id"
    ),
    rule!(
        "pay_",
        "a payment's customer is of the payment's account",
        "SELECT id, CAST(1 AS bigint), CAST(0 AS bigint) FROM payments WHERE customer_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM customers
                WHERE customers.id = payments.customer_id AND customers.account_id = payments.account_id)"
    ),
    rule!(
        "cs_",
        "a checkout session is complete if and only if one payment of it has succeeded, for its amount",
        "SELECT id, kept, counted FROM (
            SELECT id, CASE status WHEN 'complete' THEN amount ELSE 0 END AS kept,
                CAST(coalesce(paid.amount_paid, 0) AS bigint) AS counted
            FROM checkout_sessions LEFT JOIN (
                SELECT checkout_session_id, sum(amount) AS amount_paid FROM payments
                WHERE checkout_session_id IS NOT NULL AND status IN ('succeeded', 'partially_refunded', 'refunded')
                GROUP BY checkout_session_id
            ) AS paid ON paid.checkout_session_id = checkout_sessions.id) AS sums WHERE kept <> counted"
    ),
    rule!(
        "pay_",
        "at most one payment of a checkout session is under way or has succeeded, and the session names it",
        "SELECT id, CAST(1 AS bigint), CAST(0 AS bigint) FROM payments WHERE checkout_session_id IS NOT NULL
            AND status NOT IN ('failed', 'canceled') AND NOT EXISTS (SELECT 1 FROM checkout_sessions
                WHERE checkout_sessions.id = payments.checkout_session_id
                AND checkout_sessions.payment_id = payments.id)"
    ),
    rule!(
        "del_",
        "a delivery is of an event of its account",
        "SELECT id, CAST(1 AS bigint), CAST(0 AS bigint) FROM deliveries WHERE NOT EXISTS (SELECT 1 FROM events
            WHERE events.id = deliveries.event_id AND events.account_id = deliveries.account_id)"
    ),
    rule!(
        "del_",
        "a delivery is to an endpoint of its account",
        "SELECT id, CAST(1 AS bigint), CAST(0 AS bigint) FROM deliveries WHERE NOT EXISTS (
            SELECT 1 FROM webhook_endpoints AS endpoint
            WHERE endpoint.id = deliveries.endpoint_id AND endpoint.account_id = deliveries.account_id)"
    ),
    rule!(
        "del_",
        "a delivery's attempts are numbered from 1 without gaps",
        "SELECT id, kept, counted FROM (
            SELECT id, attempts AS kept, (SELECT count(*) FROM delivery_attempts AS made
                WHERE made.delivery_id = deliveries.id AND made.number BETWEEN 1 AND attempts) AS counted
            FROM deliveries) AS sums WHERE kept <> counted"
    ),
    rule!(
        "pay_",
        "a paid payment knows when it settles",
        "SELECT id, CAST(1 AS bigint), CAST(0 AS bigint) FROM payments
            WHERE status IN ('succeeded', 'partially_refunded', 'refunded') AND settles_at IS NULL"
    ),
    rule!(
        "pay_",
        "what was left of a payment when it settled is posted, and of no other one",
        "SELECT id, kept, counted FROM (
            SELECT id, CASE WHEN settled_at IS NULL THEN 0 ELSE abs(amount - fee - CAST(coalesce((
                SELECT sum(posted.amount) FROM ledger_transfers AS posted
                WHERE posted.subject_id = payments.id AND posted.cause = 'refund'
                AND posted.debit_account LIKE 'liabilities:merchant_pending:%'), 0) AS bigint)) END AS kept,
                CAST(coalesce((SELECT sum(posted.amount) FROM ledger_transfers AS posted
                WHERE posted.subject_id = payments.id AND posted.cause = 'settlement'), 0) AS bigint) AS counted
            FROM payments) AS sums WHERE kept <> counted"
    ),
    rule!(
        "pay_",
        "a payment's money settles by its method, and is given back from there",
        "SELECT id, kept, counted FROM (
            SELECT payments.id, CAST(CASE settlement_method WHEN 'usdc' THEN 1 ELSE 0 END AS bigint) AS kept,
                CAST(CASE WHEN posted.debit_account LIKE 'liabilities:merchant_available:usdc_only:%'
                    OR posted.credit_account LIKE 'liabilities:merchant_available:usdc_only:%' THEN 1 ELSE 0 END AS bigint)
                    AS counted
            FROM ledger_transfers AS posted JOIN payments ON payments.id = posted.subject_id
            WHERE posted.cause IN ('settlement', 'refund')
                AND (posted.debit_account LIKE 'liabilities:merchant_available:%'
                    OR posted.credit_account LIKE 'liabilities:merchant_available:%')) AS sums WHERE kept <> counted"
    ),
    rule!(
        "po_",
        "a payout takes of what is in USDC only what it says, and gives that back if it fails",
        "SELECT id, kept, counted FROM (
            SELECT id, CASE status WHEN 'failed' THEN 2 * usdc_only ELSE usdc_only END AS kept,
                CAST(coalesce((SELECT sum(posted.amount) FROM ledger_transfers AS posted
                WHERE posted.subject_id = payouts.id
                AND (posted.cause = 'payout' AND posted.debit_account LIKE 'liabilities:merchant_available:usdc_only:%'
                    OR posted.cause = 'payout_failed'
                    AND posted.credit_account LIKE 'liabilities:merchant_available:usdc_only:%')), 0) AS bigint) AS counted
            FROM payouts) AS sums WHERE kept <> counted"
    ),
    rule!(
        "po_",
        "a payout is taken from the balance once",
        "SELECT id, amount, counted FROM (
            SELECT id, amount, CAST(coalesce((SELECT sum(posted.amount) FROM ledger_transfers AS posted
                WHERE posted.subject_id = payouts.id AND posted.cause = 'payout'), 0) AS bigint) AS counted
            FROM payouts) AS sums WHERE amount <> counted"
    ),
    rule!(
        "po_",
        "a payout that arrived is posted once, and no other one is",
        "SELECT id, kept, counted FROM (
            SELECT id, CASE status WHEN 'paid' THEN amount - fee ELSE 0 END AS kept,
                CAST(coalesce((SELECT sum(posted.amount) FROM ledger_transfers AS posted
                WHERE posted.subject_id = payouts.id AND posted.cause = 'payout_paid'), 0) AS bigint) AS counted
            FROM payouts) AS sums WHERE kept <> counted"
    ),
    rule!(
        "po_",
        "a payout that failed is given back once, and no other one is",
        "SELECT id, kept, counted FROM (
            SELECT id, CASE status WHEN 'failed' THEN amount ELSE 0 END AS kept,
                CAST(coalesce((SELECT sum(posted.amount) FROM ledger_transfers AS posted
                WHERE posted.subject_id = payouts.id AND posted.cause = 'payout_failed'), 0) AS bigint) AS counted
            FROM payouts) AS sums WHERE kept <> counted"
    ),
    rule!(
        "pay_",
        "what a payment changed is in its merchant's statement",
        "SELECT payments.id, posted.amount, CAST(0 AS bigint) FROM ledger_transfers AS posted
            JOIN payments ON payments.id = posted.subject_id
            WHERE posted.line = 1 AND posted.cause IN ('payment', 'refund') AND NOT EXISTS (
                SELECT 1 FROM balance_transactions AS told WHERE told.merchant_id = payments.merchant_id
                AND told.currency = payments.currency AND told.id = posted.posting_id
                AND told.account_id = payments.account_id AND told.source_id = coalesce(posted.detail_id, payments.id)
                AND told.at = posted.at AND told.kind = posted.cause)"
    ),
    rule!(
        "po_",
        "what a payout changed is in its merchant's statement",
        "SELECT payouts.id, posted.amount, CAST(0 AS bigint) FROM ledger_transfers AS posted
            JOIN payouts ON payouts.id = posted.subject_id
            WHERE posted.line = 1 AND posted.cause IN ('payout', 'payout_failed') AND NOT EXISTS (
                SELECT 1 FROM balance_transactions AS told WHERE told.merchant_id = payouts.merchant_id
                AND told.currency = payouts.currency AND told.id = posted.posting_id
                AND told.account_id = payouts.account_id AND told.source_id = payouts.id
                AND told.at = posted.at AND told.kind = CASE posted.cause WHEN 'payout' THEN 'payout' ELSE 'payout_failure' END)"
    ),
    rule!(
        "",
        "a line of a statement is what its posting comes to",
        "SELECT told.source_id, CASE WHEN posted.net IS NULL THEN 1 WHEN posted.net = told.amount - told.fee THEN told.fee
                    ELSE told.amount - told.fee END,
                CASE posted.net WHEN told.amount - told.fee THEN posted.fee ELSE coalesce(posted.net, 0) END
            FROM balance_transactions AS told LEFT JOIN (
                SELECT posting_id, CAST(sum(CASE WHEN credit_account LIKE 'liabilities:merchant_pending:%'
                        OR credit_account LIKE 'liabilities:merchant_available:%' THEN amount ELSE 0 END)
                    - sum(CASE WHEN debit_account LIKE 'liabilities:merchant_pending:%'
                        OR debit_account LIKE 'liabilities:merchant_available:%' THEN amount ELSE 0 END) AS bigint) AS net,
                    CAST(sum(CASE WHEN credit_account LIKE 'revenue:%' THEN amount
                        WHEN debit_account LIKE 'revenue:%' THEN -amount ELSE 0 END) AS bigint) AS fee
                FROM ledger_transfers GROUP BY posting_id
            ) AS posted ON posted.posting_id = told.id
            WHERE posted.net IS NULL OR posted.net <> told.amount - told.fee OR posted.fee <> told.fee"
    ),
    rule!(
        "acct_",
        "what the ledger keeps for somebody is posted by one account alone",
        "SELECT account_id, CAST(1 AS bigint), posted_by FROM (
            SELECT account_id, count(*) OVER (PARTITION BY kept) AS posted_by FROM (
                SELECT account_id, debit_account AS kept FROM ledger_transfers WHERE debit_account LIKE '%:%:%'
                UNION SELECT account_id, credit_account FROM ledger_transfers WHERE credit_account LIKE '%:%:%'
            ) AS sides) AS owned WHERE posted_by <> 1"
    ),
    rule!(
        "merch_",
        "a statement's lines are numbered from 1 without gaps",
        "SELECT merchant_id, CASE min(position) WHEN 1 THEN max(position) ELSE min(position) END,
                CASE min(position) WHEN 1 THEN count(*) ELSE 1 END
            FROM balance_transactions GROUP BY merchant_id, currency HAVING min(position) <> 1 OR max(position) <> count(*)"
    ),
    rule!(
        "merch_",
        "a merchant counts its payouts",
        "SELECT id, payouts, counted FROM (SELECT id, CAST(payouts AS bigint) AS payouts,
            (SELECT count(*) FROM payouts AS made WHERE made.merchant_id = merchants.id) AS counted FROM merchants) AS sums
            WHERE payouts <> counted"
    ),
    rule!(
        "po_",
        "a payout on its way has a job that takes it further",
        "SELECT id, CAST(1 AS bigint), CAST(0 AS bigint) FROM payouts WHERE status IN ('pending', 'in_transit')
            AND id NOT IN (SELECT subject_id FROM jobs WHERE task IN ('submit_payout', 'confirm_payout'))"
    ),
    rule!(
        "pay_",
        "a payment on its way has a job that takes it further",
        "SELECT id, CAST(1 AS bigint), CAST(0 AS bigint) FROM payments WHERE status IN ('initiated', 'processing')
            AND id NOT IN (SELECT subject_id FROM jobs WHERE task = 'submit_payment')"
    ),
];

/// One statement for every kind of row that the report counts.
pub(crate) const ROWS: &[(&str, &str)] = &[
    ("customers", "SELECT count(*) FROM customers"),
    ("payments", "SELECT count(*) FROM payments"),
    ("checkout sessions", "SELECT count(*) FROM checkout_sessions"),
    ("refunds", "SELECT count(*) FROM refunds"),
    ("merchants", "SELECT count(*) FROM merchants"),
    ("payouts", "SELECT count(*) FROM payouts"),
    ("balance transactions", "SELECT count(*) FROM balance_transactions"),
    ("ledger transfers", "SELECT count(*) FROM ledger_transfers"),
    ("events", "SELECT count(*) FROM events"),
    ("audit entries", "SELECT count(*) FROM audit_log"),
    ("webhook endpoints", "SELECT count(*) FROM webhook_endpoints WHERE deleted_at IS NULL"),
    ("deliveries", "SELECT count(*) FROM deliveries"),
    ("delivery attempts", "SELECT count(*) FROM delivery_attempts"),
    ("jobs", "SELECT count(*) FROM jobs"),
    ("idempotency records", "SELECT count(*) FROM idempotency"),
];

/// The statuses whose kept count is not the number of rows in them.
pub(crate) const STATUS_COUNTS: &[Rule] = &[
    rule!(
        "",
        "payments are counted by status",
        "SELECT status, kept, counted FROM (
            SELECT status, CAST(sum(kept) AS bigint) AS kept, CAST(sum(counted) AS bigint) AS counted FROM (
                SELECT status, count AS kept, 0 AS counted FROM payment_counts
                UNION ALL SELECT status, 0, count(*) FROM payments GROUP BY status
            ) AS both_sides GROUP BY status) AS sums WHERE kept <> counted"
    ),
    rule!(
        "",
        "refunds are counted by status",
        "SELECT status, kept, counted FROM (
            SELECT status, CAST(sum(kept) AS bigint) AS kept, CAST(sum(counted) AS bigint) AS counted FROM (
                SELECT status, count AS kept, 0 AS counted FROM refund_counts
                UNION ALL SELECT status, 0, count(*) FROM refunds GROUP BY status
            ) AS both_sides GROUP BY status) AS sums WHERE kept <> counted"
    ),
];

/// One side of one account of the ledger, as kept and as the journal has it.
struct Side {
    account: LedgerAccount,
    currency: Currency,
    name: &'static str,
    kept: i64,
    counted: i64,
}

/// Both sides of every account that the balances or the journal know.
fn sides(kept: &[BalanceRow], recomputed: &[BalanceRow]) -> Vec<Side> {
    let mut accounts: BTreeMap<_, [(i64, i64); 2]> = BTreeMap::new();
    for row in kept {
        accounts.entry((row.account, row.currency)).or_default()[0] = (row.debits, row.credits);
    }
    for row in recomputed {
        accounts.entry((row.account, row.currency)).or_default()[1] = (row.debits, row.credits);
    }
    let both = accounts.into_iter().flat_map(|((account, currency), [kept, journal])| {
        let side = |name, kept, counted| Side { account, currency, name, kept, counted };
        [side("debits", kept.0, journal.0), side("credits", kept.1, journal.1)]
    });
    both.collect()
}

/// How far the kept balances are off the journal: in each currency, what all sides of all accounts differ by.
pub(crate) fn drift(kept: &[BalanceRow], recomputed: &[BalanceRow]) -> BTreeMap<Currency, i128> {
    let mut drift = BTreeMap::new();
    for side in sides(kept, recomputed) {
        *drift.entry(side.currency).or_default() += (i128::from(side.kept) - i128::from(side.counted)).abs();
    }
    drift
}

/// What the balances as kept say against the journal, and debits against credits.
pub(crate) fn of_ledger(kept: &[BalanceRow], recomputed: &[BalanceRow]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for Side { account, currency, name, kept, counted } in sides(kept, recomputed) {
        if kept != counted {
            let subject = format!("{name} of {account} in {currency:?}");
            findings.push(Finding { rule: BALANCES, subject, kept, counted });
        }
    }
    let mut totals: BTreeMap<_, (i64, i64)> = BTreeMap::new();
    for row in kept {
        let total = totals.entry(row.currency).or_default();
        *total = (total.0.saturating_add(row.debits), total.1.saturating_add(row.credits));
    }
    for (currency, (kept, counted)) in totals.into_iter().filter(|(_, (debits, credits))| debits != credits) {
        let subject = format!("debits and credits in {currency:?}");
        findings.push(Finding { rule: EQUAL, subject, kept, counted });
    }
    findings
}

/// What merchants' statements come to, against what the ledger keeps for them.
pub(crate) fn of_statements(kept: &[BalanceRow], statements: &[FundsRow]) -> Vec<Finding> {
    let mut sums: BTreeMap<_, (i64, i64)> = BTreeMap::new();
    for row in kept {
        if let Some(merchant) = row.account.merchant_funds() {
            let sum = sums.entry((merchant, row.currency)).or_default();
            sum.0 = sum.0.saturating_add(row.credits).saturating_sub(row.debits);
        }
    }
    for row in statements {
        sums.entry((row.merchant, row.currency)).or_default().1 = row.net;
    }
    let differ = sums.into_iter().filter(|(_, (kept, counted))| kept != counted);
    let finding = |((merchant, currency), (kept, counted)): ((MerchantId, _), _)| {
        let subject = format!("{merchant} in {currency:?}");
        Finding { rule: FUNDS, subject, kept, counted }
    };
    differ.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use hedge_domain::ledger::LedgerAccount::{CardClearing, ProcessingFees};
    use hedge_domain::ledger::Whose;
    use hedge_domain::{AccountId, Currency};

    use super::*;

    const WHOSE: Whose = Some(AccountId::from_bits(1));

    fn row(account: hedge_domain::ledger::LedgerAccount, debits: i64, credits: i64) -> BalanceRow {
        BalanceRow { account, currency: Currency::Usd, debits, credits }
    }

    #[test]
    fn a_ledger_in_order_has_no_findings() {
        let rows = [row(CardClearing(WHOSE), 100, 0), row(ProcessingFees(WHOSE), 0, 100)];
        assert_eq!(of_ledger(&rows, &rows), []);
        assert_eq!(drift(&rows, &rows), BTreeMap::from([(Currency::Usd, 0)]));
    }

    #[test]
    fn what_differs_is_found_on_either_side() {
        let kept = [row(CardClearing(WHOSE), 100, 0)];
        let journal = [row(CardClearing(WHOSE), 90, 0), row(ProcessingFees(WHOSE), 0, 90)];
        let said: Vec<_> = of_ledger(&kept, &journal).into_iter().map(|it| (it.rule, it.kept, it.counted)).collect();
        assert_eq!(said, [(BALANCES, 100, 90), (BALANCES, 0, 90), (EQUAL, 100, 0)]);
        assert_eq!(drift(&kept, &journal), BTreeMap::from([(Currency::Usd, 10 + 90)]));
    }

    #[test]
    fn what_is_off_upwards_and_downwards_does_not_cancel_out() {
        let (kept, journal) = ([row(CardClearing(WHOSE), i64::MAX, 0)], [row(CardClearing(WHOSE), 0, i64::MAX)]);
        assert_eq!(drift(&kept, &journal), BTreeMap::from([(Currency::Usd, 2 * i128::from(i64::MAX))]));
    }
}
