-- What a merchant is beside its name and prices; when payments settle; payouts; and statements.

ALTER TABLE merchants ADD COLUMN email text;
ALTER TABLE merchants ADD COLUMN country text;
ALTER TABLE merchants ADD COLUMN default_currency text NOT NULL DEFAULT 'USD';
ALTER TABLE merchants ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC';
ALTER TABLE merchants ADD COLUMN settlement_method text NOT NULL DEFAULT 'usd';
ALTER TABLE merchants ADD COLUMN solana_wallet text;
ALTER TABLE merchants ADD COLUMN auto_settle boolean NOT NULL DEFAULT false;
ALTER TABLE merchants ADD COLUMN bank_routing_number text;
ALTER TABLE merchants ADD COLUMN bank_kind text;
ALTER TABLE merchants ADD COLUMN bank_last4 text;
ALTER TABLE merchants ADD COLUMN bank_number bytea; -- encrypted under the server secret
ALTER TABLE merchants ADD COLUMN payout_schedule text NOT NULL DEFAULT 'daily';
ALTER TABLE merchants ADD COLUMN logo_url text;
ALTER TABLE merchants ADD COLUMN primary_color text;
ALTER TABLE merchants ADD COLUMN secondary_color text;
ALTER TABLE merchants ADD COLUMN status text NOT NULL DEFAULT 'active';
ALTER TABLE merchants ADD COLUMN metadata text;
ALTER TABLE merchants ADD COLUMN next_payout_at bigint;
ALTER TABLE merchants ADD COLUMN payouts bigint NOT NULL DEFAULT 0;
ALTER TABLE merchants ADD COLUMN updated_at bigint NOT NULL DEFAULT 0;
UPDATE merchants SET updated_at = created_at;
CREATE INDEX merchants_by_account ON merchants (account_id, id);
CREATE INDEX merchants_paid_out ON merchants (next_payout_at) WHERE next_payout_at IS NOT NULL;

ALTER TABLE payments ADD COLUMN settles_at bigint;
-- What was paid before there was settlement becomes available at once.
UPDATE payments SET settles_at = updated_at WHERE status IN ('succeeded', 'partially_refunded', 'refunded');
CREATE INDEX payments_unsettled ON payments (settles_at) WHERE settles_at IS NOT NULL AND settled_at IS NULL;

CREATE TABLE payouts (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    fee bigint NOT NULL CHECK (fee BETWEEN 0 AND amount),
    wallet text, -- where it goes: this, or the bank account
    bank_routing_number text,
    bank_kind text,
    bank_last4 text,
    bank_number bytea,
    status text COLLATE "C" NOT NULL,
    automatic boolean NOT NULL,
    description text,
    metadata text,
    arrival_at bigint,
    paid_at bigint,
    failure_code text,
    failed_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    sequence bigint NOT NULL,
    version bigint NOT NULL,
    CHECK ((wallet IS NULL) = (bank_number IS NOT NULL)),
    CHECK ((status = 'paid') = (paid_at IS NOT NULL)),
    CHECK ((status = 'failed') = (failed_at IS NOT NULL))
);
CREATE INDEX payouts_by_account ON payouts (account_id, id);
CREATE INDEX payouts_by_merchant ON payouts (merchant_id, id);
CREATE INDEX payouts_by_status ON payouts (account_id, status, id);

-- The journal as its merchants read it: a posting that changes what a merchant has is one row.
CREATE TABLE balance_transactions (
    merchant_id uuid NOT NULL,
    currency text COLLATE "C" NOT NULL,
    id uuid NOT NULL, -- the posting's
    account_id uuid NOT NULL,
    kind text NOT NULL,
    source_id uuid NOT NULL,
    amount bigint NOT NULL,
    fee bigint NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (merchant_id, currency, id)
);
INSERT INTO balance_transactions (merchant_id, currency, id, account_id, kind, source_id, amount, fee, at)
SELECT payments.merchant_id, posted.currency, posted.posting_id, posted.account_id, posted.cause,
    coalesce(posted.detail_id, posted.subject_id),
    sum(CASE WHEN posted.debit_account = 'assets:card_clearing' THEN posted.amount
        WHEN posted.credit_account = 'assets:card_clearing' THEN -posted.amount ELSE 0 END),
    sum(CASE WHEN posted.credit_account = 'revenue:processing_fees' THEN posted.amount ELSE 0 END), posted.at
FROM ledger_transfers AS posted JOIN payments ON payments.id = posted.subject_id
GROUP BY payments.merchant_id, posted.currency, posted.posting_id, posted.account_id, posted.cause, posted.detail_id,
    posted.subject_id, posted.at;
CREATE TRIGGER balance_transactions_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON balance_transactions
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
