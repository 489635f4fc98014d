-- Ids are 128 bits that sort by time, as uuids; times are milliseconds since 1970, UTC; amounts are minor units.
-- Tables and columns are called as in the SQLite schema. Keys of text compare by bytes (COLLATE "C"), as everywhere else.
-- There are no foreign keys: rows are never deleted while others name them, and each check would lock the row it looks at.

CREATE TABLE installation (
    id integer PRIMARY KEY CHECK (id = 1),
    environment text NOT NULL,
    secret_check bytea NOT NULL,
    first_account_id uuid NOT NULL,
    created_at bigint NOT NULL,
    version bigint NOT NULL
);

CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    default_merchant_id uuid NOT NULL,
    created_at bigint NOT NULL,
    version bigint NOT NULL
);

CREATE TABLE merchants (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    name text NOT NULL,
    statement_descriptor text NOT NULL,
    card_basis_points bigint NOT NULL,
    card_fixed bigint NOT NULL,
    card_cap bigint,
    ach_basis_points bigint NOT NULL,
    ach_fixed bigint NOT NULL,
    ach_cap bigint,
    crypto_basis_points bigint NOT NULL,
    crypto_fixed bigint NOT NULL,
    crypto_cap bigint,
    created_at bigint NOT NULL,
    version bigint NOT NULL
);

CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    name text,
    kind text NOT NULL,
    hash bytea NOT NULL UNIQUE,
    prefix text NOT NULL,
    last4 text NOT NULL,
    livemode boolean NOT NULL,
    read_only boolean NOT NULL,
    merchants uuid[], -- NULL is every merchant of the account
    created_at bigint NOT NULL,
    expires_at bigint,
    revoked_at bigint,
    last_used_at bigint,
    version bigint NOT NULL
);
CREATE INDEX api_keys_by_account ON api_keys (account_id, id);

CREATE TABLE payment_methods (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    customer text,
    brand text NOT NULL,
    last4 text NOT NULL,
    exp_month bigint NOT NULL,
    exp_year bigint NOT NULL,
    fingerprint bytea NOT NULL,
    rail_token text NOT NULL,
    created_at bigint NOT NULL,
    version bigint NOT NULL
);

CREATE TABLE payments (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    status text COLLATE "C" NOT NULL,
    method text,
    payment_method_id uuid,
    customer text COLLATE "C",
    customer_email text NOT NULL,
    description text,
    statement_descriptor text NOT NULL,
    metadata text, -- a JSON object of strings; NULL when empty
    fee bigint NOT NULL CHECK (fee >= 0),
    refunded bigint NOT NULL CHECK (refunded BETWEEN 0 AND amount),
    failure_code text,
    three_d_secure text,
    canceled_at bigint,
    cancellation_reason text,
    expires_at bigint NOT NULL,
    settled_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    sequence bigint NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX payments_by_account ON payments (account_id, id);
CREATE INDEX payments_by_merchant ON payments (merchant_id, id);
CREATE INDEX payments_unpaid ON payments (expires_at) WHERE status = 'pending';
-- Without it the list of one customer would read the account's whole history.
CREATE INDEX payments_by_customer ON payments (account_id, customer, id) WHERE customer IS NOT NULL;
-- Whole, not only for the rarer statuses: nobody knows which are rare for an account, and a list must not read on and on.
CREATE INDEX payments_by_status ON payments (account_id, status, id);

-- How many payments are in each status, kept by every batch: counting rows would read them all. The count is the sum
-- over the slots. A writer adds to the slot of its own connection, so that writers do not wait for one another here;
-- a single slot may therefore be negative.
CREATE TABLE payment_counts (
    status text COLLATE "C" NOT NULL,
    slot integer NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (status, slot)
) WITH (fillfactor = 50);

CREATE TABLE refunds (
    payment_id uuid NOT NULL,
    id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    reason text,
    status text NOT NULL,
    metadata text,
    created_at bigint NOT NULL,
    PRIMARY KEY (payment_id, id)
);

-- The journal. One row is one transfer: debits equal credits because there is only one amount.
CREATE TABLE ledger_transfers (
    payment_id uuid NOT NULL,
    posting_id uuid NOT NULL,
    line bigint NOT NULL,
    account_id uuid NOT NULL,
    cause text NOT NULL, -- payment | refund
    refund_id uuid,
    debit_account text NOT NULL,
    credit_account text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (payment_id, posting_id, line)
);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only';
END
$$;
CREATE TRIGGER ledger_transfers_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfers
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Updated by every batch that posts: room on the page lets a new version of a row stay beside the old one.
CREATE TABLE balances (
    account text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    debits bigint NOT NULL CHECK (debits >= 0),
    credits bigint NOT NULL CHECK (credits >= 0),
    PRIMARY KEY (account, currency)
) WITH (fillfactor = 50);

CREATE TABLE events (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    kind text NOT NULL,
    object_id uuid NOT NULL,
    sequence bigint NOT NULL,
    payload bytea NOT NULL,
    at bigint NOT NULL
);

CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    task text NOT NULL, -- submit_payment | submit_refund
    payment_id uuid NOT NULL,
    refund_id uuid,
    due_at bigint NOT NULL,
    attempts bigint NOT NULL,
    lease_until bigint, -- until then a worker has it; not indexed, so that a claim writes no index
    version bigint NOT NULL
);
CREATE INDEX jobs_by_due_at ON jobs (due_at, id);

-- The primary key is what makes one key one effect: of two replicas that insert it, one waits and then fails.
CREATE TABLE idempotency (
    key uuid PRIMARY KEY,
    fingerprint bytea NOT NULL,
    status bigint NOT NULL,
    body bytea NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX idempotency_by_expires_at ON idempotency (expires_at);
