-- Workers take turns by account: each step from account to account is a step down one of these.

DROP INDEX jobs_by_due_at;

CREATE INDEX deliveries_waiting ON deliveries (account_id, endpoint_id, due_at, id) WHERE status = 'pending';
DROP INDEX deliveries_pending;

-- An account with a clock of its own is looked up by itself, however far ahead it is.
CREATE INDEX payments_unpaid_by_account ON payments (account_id, expires_at) WHERE status = 'pending';
CREATE INDEX checkout_sessions_open_by_account ON checkout_sessions (account_id, expires_at) WHERE status = 'open';
CREATE INDEX merchants_paid_out_by_account ON merchants (account_id, next_payout_at) WHERE next_payout_at IS NOT NULL;
