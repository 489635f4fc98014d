-- Ids are 128 bits that sort by time, as 16-byte blobs; times are milliseconds since 1970, UTC; amounts are minor units.
-- Indices end with the id, so a batch touches them at as few places as it has accounts; only idempotency keys come at
-- random, a page each, and cost more than all other indices together.

CREATE TABLE installation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    environment TEXT NOT NULL,
    secret_check BLOB NOT NULL,
    first_account_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    default_merchant_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE merchants (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL,
    name TEXT NOT NULL,
    statement_descriptor TEXT NOT NULL,
    card_basis_points INTEGER NOT NULL,
    card_fixed INTEGER NOT NULL,
    card_cap INTEGER,
    ach_basis_points INTEGER NOT NULL,
    ach_fixed INTEGER NOT NULL,
    ach_cap INTEGER,
    crypto_basis_points INTEGER NOT NULL,
    crypto_fixed INTEGER NOT NULL,
    crypto_cap INTEGER,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL,
    name TEXT,
    kind TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    prefix TEXT NOT NULL,
    last4 TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    read_only INTEGER NOT NULL,
    merchants BLOB, -- the ids one after the other; NULL is every merchant of the account
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_by_account ON api_keys (account_id, id);

CREATE TABLE payment_methods (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL,
    customer TEXT,
    brand TEXT NOT NULL,
    last4 TEXT NOT NULL,
    exp_month INTEGER NOT NULL,
    exp_year INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    rail_token TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Found by id alone, so clustered by it: one lookup for a get, and inserts append.
CREATE TABLE payments (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL,
    merchant_id BLOB NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    method TEXT,
    payment_method_id BLOB,
    customer TEXT,
    customer_email TEXT NOT NULL,
    description TEXT,
    statement_descriptor TEXT NOT NULL,
    metadata TEXT, -- a JSON object of strings; NULL when empty
    fee INTEGER NOT NULL CHECK (fee >= 0),
    refunded INTEGER NOT NULL CHECK (refunded BETWEEN 0 AND amount),
    failure_code TEXT,
    three_d_secure TEXT,
    canceled_at INTEGER,
    cancellation_reason TEXT,
    expires_at INTEGER NOT NULL,
    settled_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX payments_by_account ON payments (account_id, id);
CREATE INDEX payments_by_merchant ON payments (merchant_id, id);
CREATE INDEX payments_unpaid ON payments (expires_at) WHERE status = 'pending';
-- Without it the list of one customer would read the account's whole history.
CREATE INDEX payments_by_customer ON payments (account_id, customer, id) WHERE customer IS NOT NULL;
-- Whole, not only for the rarer statuses: nobody knows which are rare for an account, and a list must not read on and on.
CREATE INDEX payments_by_status ON payments (account_id, status, id);

-- How many payments are in each status, kept by every batch: counting rows would read them all.
CREATE TABLE payment_counts (
    status TEXT PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE refunds (
    payment_id BLOB NOT NULL,
    id BLOB NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    reason TEXT,
    status TEXT NOT NULL,
    metadata TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (payment_id, id)
) STRICT, WITHOUT ROWID;

-- The journal. One row is one transfer: debits equal credits because there is only one amount.
CREATE TABLE ledger_transfers (
    payment_id BLOB NOT NULL,
    posting_id BLOB NOT NULL,
    line INTEGER NOT NULL,
    account_id BLOB NOT NULL,
    cause TEXT NOT NULL, -- payment | refund
    refund_id BLOB,
    debit_account TEXT NOT NULL,
    credit_account TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (payment_id, posting_id, line)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER ledger_transfers_never_change BEFORE UPDATE ON ledger_transfers
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER ledger_transfers_never_go BEFORE DELETE ON ledger_transfers
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE balances (
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    debits INTEGER NOT NULL CHECK (debits >= 0),
    credits INTEGER NOT NULL CHECK (credits >= 0),
    PRIMARY KEY (account, currency)
) STRICT, WITHOUT ROWID;

-- A rowid table, because payloads of a kilobyte would spill out of an index tree page by page.
CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    object_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    payload BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE jobs (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL,
    task TEXT NOT NULL, -- submit_payment | submit_refund
    payment_id BLOB NOT NULL,
    refund_id BLOB,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_by_due_at ON jobs (due_at, id);

-- Answers append to the table; the one index in random order holds the key and nothing else.
CREATE TABLE idempotency (
    position INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
