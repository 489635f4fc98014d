-- Checkout sessions, and which of them a payment is an attempt to pay.

CREATE TABLE checkout_sessions (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    description text,
    customer_email text,
    customer_id uuid,
    methods text NOT NULL, -- how it may be paid, with commas between
    success_url text NOT NULL,
    cancel_url text NOT NULL,
    metadata text, -- a JSON object of strings; NULL when empty
    status text COLLATE "C" NOT NULL,
    payment_id uuid, -- the last attempt
    expires_at bigint NOT NULL,
    completed_at bigint,
    expired_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    sequence bigint NOT NULL,
    version bigint NOT NULL,
    CHECK (status <> 'complete' OR (payment_id IS NOT NULL AND completed_at IS NOT NULL)),
    CHECK ((status = 'expired') = (expired_at IS NOT NULL))
);
CREATE INDEX checkout_sessions_by_account ON checkout_sessions (account_id, id);
CREATE INDEX checkout_sessions_by_merchant ON checkout_sessions (merchant_id, id);
CREATE INDEX checkout_sessions_by_customer ON checkout_sessions (account_id, customer_id, id)
    WHERE customer_id IS NOT NULL;
CREATE INDEX checkout_sessions_by_status ON checkout_sessions (account_id, status, id);
CREATE INDEX checkout_sessions_open ON checkout_sessions (expires_at) WHERE status = 'open';

ALTER TABLE payments ADD COLUMN checkout_session_id uuid;
