-- A line of a statement has a place of its own, in the order of the commits: ids are made before, and what is committed
-- late would come to stand between two lines that a merchant has read already.

ALTER TABLE balance_transactions DISABLE TRIGGER balance_transactions_never_change;
ALTER TABLE balance_transactions ADD COLUMN position bigint NOT NULL DEFAULT 0;
UPDATE balance_transactions SET position = placed.position FROM (
    SELECT merchant_id, currency, id, row_number() OVER (PARTITION BY merchant_id, currency ORDER BY id) AS position
    FROM balance_transactions
) AS placed
WHERE balance_transactions.merchant_id = placed.merchant_id AND balance_transactions.currency = placed.currency
    AND balance_transactions.id = placed.id;
ALTER TABLE balance_transactions ALTER COLUMN position DROP DEFAULT;
CREATE UNIQUE INDEX balance_transactions_in_order ON balance_transactions (merchant_id, currency, position);
ALTER TABLE balance_transactions ENABLE TRIGGER balance_transactions_never_change;
