-- The last place of each statement, in a row that whoever writes into the statement changes: so its lines stand in the order of the
-- commits, without a lock that only sessions have.

CREATE TABLE statement_heads (
    merchant_id uuid NOT NULL,
    currency text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (merchant_id, currency)
);
INSERT INTO statement_heads (merchant_id, currency, position)
SELECT merchant_id, currency, max(position) FROM balance_transactions GROUP BY merchant_id, currency;
