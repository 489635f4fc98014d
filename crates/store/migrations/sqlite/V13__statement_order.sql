-- A line of a statement has a place of its own, given when it is written: ids are made before, and by a clock that may be
-- set back, so a line could come to stand between two that a merchant has read already.

DROP TRIGGER balance_transactions_never_change;
ALTER TABLE balance_transactions ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE balance_transactions SET position = placed.position FROM (
    SELECT merchant_id, currency, id, row_number() OVER (PARTITION BY merchant_id, currency ORDER BY id) AS position
    FROM balance_transactions
) AS placed
WHERE balance_transactions.merchant_id = placed.merchant_id AND balance_transactions.currency = placed.currency
    AND balance_transactions.id = placed.id;
CREATE UNIQUE INDEX balance_transactions_in_order ON balance_transactions (merchant_id, currency, position);
CREATE TRIGGER balance_transactions_never_change BEFORE UPDATE ON balance_transactions
BEGIN SELECT RAISE(ABORT, 'statements are append-only'); END;
