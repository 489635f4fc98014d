-- What a merchant is beside its name and prices; when payments settle; payouts; and statements.

ALTER TABLE merchants ADD COLUMN email TEXT;
ALTER TABLE merchants ADD COLUMN country TEXT;
ALTER TABLE merchants ADD COLUMN default_currency TEXT NOT NULL DEFAULT 'USD';
ALTER TABLE merchants ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE merchants ADD COLUMN settlement_method TEXT NOT NULL DEFAULT 'usd';
ALTER TABLE merchants ADD COLUMN solana_wallet TEXT;
ALTER TABLE merchants ADD COLUMN auto_settle INTEGER NOT NULL DEFAULT 0;
ALTER TABLE merchants ADD COLUMN bank_routing_number TEXT;
ALTER TABLE merchants ADD COLUMN bank_kind TEXT;
ALTER TABLE merchants ADD COLUMN bank_last4 TEXT;
ALTER TABLE merchants ADD COLUMN bank_number BLOB; -- encrypted under the server secret
ALTER TABLE merchants ADD COLUMN payout_schedule TEXT NOT NULL DEFAULT 'daily';
ALTER TABLE merchants ADD COLUMN logo_url TEXT;
ALTER TABLE merchants ADD COLUMN primary_color TEXT;
ALTER TABLE merchants ADD COLUMN secondary_color TEXT;
ALTER TABLE merchants ADD COLUMN status TEXT NOT NULL DEFAULT 'active';
ALTER TABLE merchants ADD COLUMN metadata TEXT;
ALTER TABLE merchants ADD COLUMN next_payout_at INTEGER;
ALTER TABLE merchants ADD COLUMN payouts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE merchants ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
UPDATE merchants SET updated_at = created_at;
CREATE INDEX merchants_by_account ON merchants (account_id, id);
CREATE INDEX merchants_paid_out ON merchants (next_payout_at) WHERE next_payout_at IS NOT NULL;

ALTER TABLE payments ADD COLUMN settles_at INTEGER;
-- What was paid before there was settlement becomes available at once.
UPDATE payments SET settles_at = updated_at WHERE status IN ('succeeded', 'partially_refunded', 'refunded');
CREATE INDEX payments_unsettled ON payments (settles_at) WHERE settles_at IS NOT NULL AND settled_at IS NULL;

CREATE TABLE payouts (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL,
    merchant_id BLOB NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    fee INTEGER NOT NULL CHECK (fee BETWEEN 0 AND amount),
    wallet TEXT, -- where it goes: this, or the bank account
    bank_routing_number TEXT,
    bank_kind TEXT,
    bank_last4 TEXT,
    bank_number BLOB,
    status TEXT NOT NULL,
    automatic INTEGER NOT NULL,
    description TEXT,
    metadata TEXT,
    arrival_at INTEGER,
    paid_at INTEGER,
    failure_code TEXT,
    failed_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CHECK ((wallet IS NULL) = (bank_number IS NOT NULL)),
    CHECK ((status = 'paid') = (paid_at IS NOT NULL)),
    CHECK ((status = 'failed') = (failed_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX payouts_by_account ON payouts (account_id, id);
CREATE INDEX payouts_by_merchant ON payouts (merchant_id, id);
CREATE INDEX payouts_by_status ON payouts (account_id, status, id);

-- The journal as its merchants read it: a posting that changes what a merchant has is one row.
CREATE TABLE balance_transactions (
    merchant_id BLOB NOT NULL,
    currency TEXT NOT NULL,
    id BLOB NOT NULL, -- the posting's
    account_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    source_id BLOB NOT NULL,
    amount INTEGER NOT NULL,
    fee INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (merchant_id, currency, id)
) STRICT, WITHOUT ROWID;
INSERT INTO balance_transactions (merchant_id, currency, id, account_id, kind, source_id, amount, fee, at)
SELECT payments.merchant_id, posted.currency, posted.posting_id, posted.account_id, posted.cause,
    coalesce(posted.detail_id, posted.subject_id),
    sum(CASE WHEN posted.debit_account = 'assets:card_clearing' THEN posted.amount
        WHEN posted.credit_account = 'assets:card_clearing' THEN -posted.amount ELSE 0 END),
    sum(CASE WHEN posted.credit_account = 'revenue:processing_fees' THEN posted.amount ELSE 0 END), posted.at
FROM ledger_transfers AS posted JOIN payments ON payments.id = posted.subject_id
GROUP BY payments.merchant_id, posted.currency, posted.posting_id, posted.account_id, posted.cause, posted.detail_id,
    posted.subject_id, posted.at;
CREATE TRIGGER balance_transactions_never_change BEFORE UPDATE ON balance_transactions
BEGIN SELECT RAISE(ABORT, 'statements are append-only'); END;
CREATE TRIGGER balance_transactions_never_go BEFORE DELETE ON balance_transactions
BEGIN SELECT RAISE(ABORT, 'statements are append-only'); END;
