-- Checkout sessions, and which of them a payment is an attempt to pay.

CREATE TABLE checkout_sessions (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL,
    merchant_id BLOB NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    description TEXT,
    customer_email TEXT,
    customer_id BLOB,
    methods TEXT NOT NULL, -- how it may be paid, with commas between
    success_url TEXT NOT NULL,
    cancel_url TEXT NOT NULL,
    metadata TEXT, -- a JSON object of strings; NULL when empty
    status TEXT NOT NULL,
    payment_id BLOB, -- the last attempt
    expires_at INTEGER NOT NULL,
    completed_at INTEGER,
    expired_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CHECK (status <> 'complete' OR (payment_id IS NOT NULL AND completed_at IS NOT NULL)),
    CHECK ((status = 'expired') = (expired_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX checkout_sessions_by_account ON checkout_sessions (account_id, id);
CREATE INDEX checkout_sessions_by_merchant ON checkout_sessions (merchant_id, id);
CREATE INDEX checkout_sessions_by_customer ON checkout_sessions (account_id, customer_id, id)
    WHERE customer_id IS NOT NULL;
CREATE INDEX checkout_sessions_by_status ON checkout_sessions (account_id, status, id);
CREATE INDEX checkout_sessions_open ON checkout_sessions (expires_at) WHERE status = 'open';

ALTER TABLE payments ADD COLUMN checkout_session_id BLOB;
