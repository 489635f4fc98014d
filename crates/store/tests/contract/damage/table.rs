//! What is done to the rows, and the rules that report it: exactly these.
//!
//! The statements are of the kind that both engines read alike, so that both are held to one table.

pub const BALANCES: &str = "balances are what the journal says";
const EQUAL: &str = "debits equal credits";
const FUNDS: &str = "a merchant's balance is what its statement comes to";
const PAYMENT_COUNTS: &str = "payments are counted by status";
const REFUND_COUNTS: &str = "refunds are counted by status";
const REFUNDED: &str = "a payment's refunded amount is the sum of its refunds";
const STATUS: &str = "a payment's status says how much of it was refunded";
const PAID: &str = "a paid payment is posted once, with its fee, and no other one is";
const REFUNDS_POSTED: &str = "all refunds of a payment are posted";
const REFUND_POSTED: &str = "each refund is posted once";
const NUMBERED: &str = "an object's events are numbered from 1 without gaps";
const OBJECT: &str = "every event is of an object that is there, unless it is a test";
const CUSTOMER: &str = "a payment's customer is of the payment's account";
const COMPLETE: &str = "a checkout session is complete if and only if one payment of it has succeeded, for its amount";
const NAMED: &str = "at most one payment of a checkout session is under way or has succeeded, and the session names it";
const DELIVERY_EVENT: &str = "a delivery is of an event of its account";
const DELIVERY_ENDPOINT: &str = "a delivery is to an endpoint of its account";
const ATTEMPTS: &str = "a delivery's attempts are numbered from 1 without gaps";
const SETTLES: &str = "a paid payment knows when it settles";
const SETTLED: &str = "what was left of a payment when it settled is posted, and of no other one";
const SETTLES_BY: &str = "a payment's money settles by its method, and is given back from there";
const USDC_ONLY: &str = "a payout takes of what is in USDC only what it says, and gives that back if it fails";
const TAKEN: &str = "a payout is taken from the balance once";
const ARRIVED: &str = "a payout that arrived is posted once, and no other one is";
const GIVEN_BACK: &str = "a payout that failed is given back once, and no other one is";
const PAYMENT_TOLD: &str = "what a payment changed is in its merchant's statement";
const PAYOUT_TOLD: &str = "what a payout changed is in its merchant's statement";
const LINE: &str = "a line of a statement is what its posting comes to";
const OWNED: &str = "what the ledger keeps for somebody is posted by one account alone";
const LINES: &str = "a statement's lines are numbered from 1 without gaps";
const PAYOUTS: &str = "a merchant counts its payouts";
const PAYOUT_JOB: &str = "a payout on its way has a job that takes it further";
const PAYMENT_JOB: &str = "a payment on its way has a job that takes it further";

type Damage = (&'static str, &'static [&'static str]);

pub const TABLE: &[Damage] = &[
    // A wrong balance; one that hides itself from whoever only compares debits with credits; and one that is gone.
    ("UPDATE balances SET debits = debits + 7 WHERE account LIKE 'assets:card_clearing:%'", &[BALANCES, EQUAL]),
    (
        "UPDATE balances SET debits = debits + 7, credits = credits + 7 WHERE account LIKE 'assets:card_clearing:%'",
        &[BALANCES],
    ),
    ("DELETE FROM balances WHERE account LIKE 'revenue:processing_fees:%'", &[BALANCES, EQUAL]),
    (
        "UPDATE balances SET credits = credits + 7 WHERE account LIKE 'liabilities:merchant_pending:%'",
        &[BALANCES, EQUAL, FUNDS],
    ),
    // The journal: a transfer that is gone, another amount, posted again, and for another reason.
    (
        "DELETE FROM ledger_transfers WHERE cause = 'payment' AND credit_account LIKE 'revenue:processing_fees:%'",
        &[BALANCES, PAID, LINE],
    ),
    ("DELETE FROM ledger_transfers WHERE cause = 'refund'", &[BALANCES, REFUNDS_POSTED, REFUND_POSTED, SETTLED, LINE]),
    ("DELETE FROM ledger_transfers WHERE cause = 'settlement'", &[BALANCES, SETTLED]),
    ("DELETE FROM ledger_transfers WHERE cause = 'payout'", &[BALANCES, TAKEN, USDC_ONLY, LINE]),
    ("DELETE FROM ledger_transfers WHERE cause = 'payout_paid'", &[BALANCES, ARRIVED]),
    ("DELETE FROM ledger_transfers WHERE cause = 'payout_failed'", &[BALANCES, GIVEN_BACK, USDC_ONLY, LINE]),
    ("UPDATE ledger_transfers SET amount = amount + 1 WHERE cause = 'payment'", &[BALANCES, PAID, LINE]),
    (
        "UPDATE ledger_transfers SET amount = amount + 1 WHERE cause = 'refund' AND debit_account LIKE '%pending%'",
        &[BALANCES, REFUNDS_POSTED, REFUND_POSTED, SETTLED, LINE],
    ),
    ("UPDATE ledger_transfers SET amount = amount + 1 WHERE cause = 'settlement'", &[BALANCES, SETTLED]),
    (
        "INSERT INTO ledger_transfers SELECT subject_id, posting_id, line + 100, account_id, cause, detail_id, \
            debit_account, credit_account, amount, currency, at FROM ledger_transfers",
        &[BALANCES, PAID, REFUNDS_POSTED, REFUND_POSTED, SETTLED, TAKEN, USDC_ONLY, ARRIVED, GIVEN_BACK, LINE],
    ),
    ("UPDATE ledger_transfers SET subject_id = posting_id WHERE cause = 'payout_paid'", &[ARRIVED]),
    ("UPDATE ledger_transfers SET account_id = posting_id WHERE cause = 'refund'", &[OWNED]),
    ("UPDATE ledger_transfers SET detail_id = NULL WHERE cause = 'refund'", &[REFUND_POSTED, PAYMENT_TOLD]),
    ("UPDATE ledger_transfers SET cause = 'payment' WHERE cause = 'settlement'", &[PAID, SETTLED, PAYMENT_TOLD]),
    // Payments.
    ("UPDATE payments SET amount = amount + 1 WHERE status = 'partially_refunded' AND settled_at IS NULL", &[PAID]),
    ("UPDATE payments SET fee = fee + 1 WHERE status = 'succeeded' AND settled_at IS NULL", &[PAID]),
    ("UPDATE payments SET refunded = refunded + 1 WHERE status = 'partially_refunded'", &[REFUNDED, REFUNDS_POSTED]),
    ("UPDATE payments SET status = 'refunded' WHERE status = 'partially_refunded'", &[STATUS, PAYMENT_COUNTS]),
    ("UPDATE payments SET status = 'partially_refunded' WHERE status = 'refunded'", &[STATUS, PAYMENT_COUNTS]),
    ("UPDATE payments SET status = 'partially_refunded' WHERE status = 'succeeded'", &[STATUS, PAYMENT_COUNTS]),
    ("UPDATE payments SET status = 'succeeded' WHERE status = 'partially_refunded'", &[STATUS, PAYMENT_COUNTS]),
    ("UPDATE payments SET status = 'succeeded' WHERE status = 'refunded'", &[STATUS, PAYMENT_COUNTS]),
    (
        "UPDATE payments SET status = 'failed' WHERE status = 'succeeded' AND checkout_session_id IS NULL",
        &[PAID, PAYMENT_COUNTS],
    ),
    ("UPDATE payments SET status = 'succeeded' WHERE status = 'processing'", &[PAID, SETTLES, PAYMENT_COUNTS]),
    ("UPDATE payments SET settled_at = NULL", &[SETTLED]),
    ("UPDATE payments SET settled_at = settles_at WHERE status = 'refunded'", &[SETTLED]),
    ("UPDATE payments SET settles_at = NULL WHERE status = 'succeeded'", &[SETTLES]),
    ("UPDATE payments SET settles_at = NULL WHERE status = 'partially_refunded'", &[SETTLES]),
    ("UPDATE payments SET settles_at = NULL WHERE status = 'refunded'", &[SETTLES]),
    ("UPDATE payments SET settlement_method = 'usd'", &[SETTLES_BY]),
    ("UPDATE payments SET sequence = sequence + 1", &[NUMBERED]),
    ("UPDATE payments SET customer_id = id WHERE status = 'succeeded'", &[CUSTOMER]),
    ("UPDATE payments SET account_id = merchant_id WHERE status = 'partially_refunded'", &[PAYMENT_TOLD]),
    ("UPDATE payments SET merchant_id = (SELECT id FROM merchants ORDER BY id DESC LIMIT 1)", &[PAYMENT_TOLD]),
    ("UPDATE payments SET currency = 'EUR'", &[PAYMENT_TOLD]),
    ("DELETE FROM payments WHERE status = 'pending'", &[OBJECT, PAYMENT_COUNTS]),
    ("UPDATE payment_counts SET count = count + 1", &[PAYMENT_COUNTS]),
    ("DELETE FROM payment_counts", &[PAYMENT_COUNTS]),
    ("UPDATE refunds SET amount = amount + 1", &[REFUNDED, REFUND_POSTED]),
    ("UPDATE refunds SET status = 'failed'", &[REFUNDED, REFUND_COUNTS]),
    ("DELETE FROM refunds", &[REFUNDED, REFUND_COUNTS]),
    ("UPDATE refund_counts SET count = count + 1", &[REFUND_COUNTS]),
    ("DELETE FROM jobs WHERE subject_id IN (SELECT id FROM payments WHERE status = 'initiated')", &[PAYMENT_JOB]),
    ("DELETE FROM jobs WHERE subject_id IN (SELECT id FROM payments WHERE status = 'processing')", &[PAYMENT_JOB]),
    ("UPDATE jobs SET task = 'submit_refund' WHERE task = 'submit_payment'", &[PAYMENT_JOB]),
    // Customers and checkout sessions.
    ("DELETE FROM customers", &[CUSTOMER]),
    ("UPDATE customers SET account_id = id", &[CUSTOMER]),
    ("UPDATE checkout_sessions SET amount = amount + 1 WHERE status = 'complete'", &[COMPLETE]),
    ("UPDATE checkout_sessions SET status = 'open' WHERE status = 'complete'", &[COMPLETE]),
    ("UPDATE checkout_sessions SET payment_id = account_id WHERE status = 'complete'", &[NAMED]),
    ("UPDATE checkout_sessions SET payment_id = NULL WHERE status = 'open'", &[NAMED]),
    ("UPDATE checkout_sessions SET sequence = sequence - 1", &[NUMBERED]),
    ("DELETE FROM checkout_sessions", &[OBJECT, NAMED]),
    ("UPDATE payments SET checkout_session_id = NULL", &[COMPLETE]),
    (
        "UPDATE payments SET checkout_session_id = (SELECT id FROM checkout_sessions WHERE status = 'complete') \
            WHERE status = 'refunded'",
        &[COMPLETE, NAMED],
    ),
    // Events and their deliveries: a gap, one that is gone, the last one gone, and one that is there twice.
    ("UPDATE events SET sequence = sequence + 1 WHERE kind = 'payout.paid'", &[NUMBERED]),
    ("DELETE FROM events WHERE kind = 'payment.created'", &[NUMBERED, DELIVERY_EVENT]),
    ("DELETE FROM events WHERE kind = 'payment.partially_refunded'", &[NUMBERED, DELIVERY_EVENT]),
    (
        "INSERT INTO events (id, account_id, kind, object_id, sequence, payload, at) \
            SELECT object_id, account_id, kind, object_id, sequence, payload, at FROM events \
            WHERE kind = 'payment.succeeded'",
        &[NUMBERED],
    ),
    ("UPDATE events SET account_id = id", &[DELIVERY_EVENT]),
    ("UPDATE events SET object_id = id WHERE kind = 'payout.paid'", &[NUMBERED, OBJECT]),
    ("UPDATE deliveries SET account_id = id", &[DELIVERY_EVENT, DELIVERY_ENDPOINT]),
    ("DELETE FROM webhook_endpoints", &[OBJECT, DELIVERY_ENDPOINT]),
    ("UPDATE webhook_endpoints SET account_id = id", &[DELIVERY_ENDPOINT]),
    ("UPDATE deliveries SET attempts = attempts + 1", &[ATTEMPTS]),
    ("UPDATE delivery_attempts SET number = number + 1 WHERE number = 2", &[ATTEMPTS]),
    ("UPDATE delivery_attempts SET number = 0 WHERE number = 1", &[ATTEMPTS]),
    ("DELETE FROM delivery_attempts WHERE number = 1", &[ATTEMPTS]),
    // Payouts.
    ("UPDATE payouts SET amount = amount + 1 WHERE status = 'in_transit'", &[TAKEN]),
    ("UPDATE payouts SET fee = fee + 1", &[ARRIVED]),
    ("UPDATE payouts SET usdc_only = usdc_only - 1", &[USDC_ONLY]),
    ("UPDATE payouts SET status = 'in_transit', paid_at = NULL WHERE status = 'paid'", &[ARRIVED, PAYOUT_JOB]),
    ("UPDATE payouts SET status = 'paid', paid_at = 1 WHERE status = 'pending'", &[ARRIVED]),
    (
        "UPDATE payouts SET status = 'in_transit', failed_at = NULL WHERE status = 'failed'",
        &[GIVEN_BACK, USDC_ONLY, PAYOUT_JOB],
    ),
    ("UPDATE payouts SET status = 'failed', failed_at = 1 WHERE status = 'pending'", &[GIVEN_BACK, USDC_ONLY]),
    ("UPDATE payouts SET sequence = sequence + 1", &[NUMBERED]),
    ("UPDATE payouts SET account_id = merchant_id", &[PAYOUT_TOLD]),
    ("UPDATE payouts SET merchant_id = (SELECT id FROM merchants ORDER BY id DESC LIMIT 1)", &[PAYOUT_TOLD, PAYOUTS]),
    ("UPDATE payouts SET currency = 'EUR'", &[PAYOUT_TOLD]),
    ("DELETE FROM payouts WHERE status = 'failed'", &[OBJECT, PAYOUTS]),
    ("UPDATE merchants SET payouts = payouts + 1", &[PAYOUTS]),
    ("DELETE FROM jobs WHERE task = 'submit_payout'", &[PAYOUT_JOB]),
    ("DELETE FROM jobs WHERE task = 'confirm_payout'", &[PAYOUT_JOB]),
    // Statements: nothing in a line may be other than what was posted.
    ("UPDATE balance_transactions SET amount = amount + 1 WHERE kind = 'payment'", &[FUNDS, LINE]),
    ("UPDATE balance_transactions SET amount = amount + 1, fee = fee + 1", &[LINE]),
    ("UPDATE balance_transactions SET source_id = account_id WHERE kind = 'payment'", &[PAYMENT_TOLD]),
    ("UPDATE balance_transactions SET source_id = account_id WHERE kind = 'refund'", &[PAYMENT_TOLD]),
    ("UPDATE balance_transactions SET source_id = account_id WHERE kind = 'payout'", &[PAYOUT_TOLD]),
    ("UPDATE balance_transactions SET source_id = account_id WHERE kind = 'payout_failure'", &[PAYOUT_TOLD]),
    ("UPDATE balance_transactions SET kind = 'payment' WHERE kind = 'refund'", &[PAYMENT_TOLD]),
    ("UPDATE balance_transactions SET kind = 'payout' WHERE kind = 'payout_failure'", &[PAYOUT_TOLD]),
    ("UPDATE balance_transactions SET at = at + 1", &[PAYMENT_TOLD, PAYOUT_TOLD]),
    ("UPDATE balance_transactions SET account_id = merchant_id", &[PAYMENT_TOLD, PAYOUT_TOLD]),
    ("UPDATE balance_transactions SET merchant_id = account_id", &[FUNDS, PAYMENT_TOLD, PAYOUT_TOLD]),
    ("UPDATE balance_transactions SET currency = 'EUR'", &[FUNDS, PAYMENT_TOLD, PAYOUT_TOLD]),
    ("UPDATE balance_transactions SET id = source_id WHERE kind = 'refund'", &[PAYMENT_TOLD, LINE]),
    ("DELETE FROM balance_transactions WHERE kind = 'payout'", &[FUNDS, PAYOUT_TOLD, LINES]),
    ("DELETE FROM balance_transactions WHERE kind = 'refund'", &[FUNDS, PAYMENT_TOLD, LINES]),
    ("UPDATE balance_transactions SET position = position + 1000 WHERE kind = 'payout_failure'", &[LINES]),
    ("UPDATE balance_transactions SET position = 0 WHERE position = 1", &[LINES]),
    (
        "INSERT INTO balance_transactions SELECT merchant_id, currency, merchant_id, account_id, kind, source_id, 0, 0, at, \
            position + 1 FROM balance_transactions WHERE position = (SELECT max(position) FROM balance_transactions)",
        &[LINE],
    ),
];
