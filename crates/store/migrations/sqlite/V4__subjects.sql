-- Jobs and transfers are about more than payments: the object they are about, and perhaps a part of it.

ALTER TABLE jobs RENAME COLUMN payment_id TO subject_id;
ALTER TABLE jobs RENAME COLUMN refund_id TO detail_id;
ALTER TABLE ledger_transfers RENAME COLUMN payment_id TO subject_id;
ALTER TABLE ledger_transfers RENAME COLUMN refund_id TO detail_id;
