-- What settled at once can be paid out in USDC only, so it is known of a payment how it settles, and of a payout how much of
-- that it took. What was there before counts as having waited for the bank, which leaves by either method.

ALTER TABLE payments ADD COLUMN settlement_method text;
ALTER TABLE payouts ADD COLUMN usdc_only bigint NOT NULL DEFAULT 0 CHECK (usdc_only BETWEEN 0 AND amount);
