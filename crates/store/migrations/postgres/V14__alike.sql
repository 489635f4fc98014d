-- Tables are alike on both engines. The transfers of a posting are numbered from 1, which rules of the audit count on; here
-- they were numbered from 0. In two steps, for no two may have one number in between.

ALTER TABLE ledger_transfers DISABLE TRIGGER ledger_transfers_never_change;
UPDATE ledger_transfers SET line = -1 - line
WHERE posting_id IN (SELECT posting_id FROM ledger_transfers WHERE line = 0);
UPDATE ledger_transfers SET line = -line WHERE line < 0;
ALTER TABLE ledger_transfers ENABLE TRIGGER ledger_transfers_never_change;
ALTER TABLE ledger_transfers ADD CHECK (line > 0);

ALTER TABLE installation ALTER COLUMN id TYPE bigint;

-- Whom an account's events go to is called so everywhere.
ALTER TABLE webhook_rosters RENAME TO webhook_subscriptions;
