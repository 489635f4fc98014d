-- A key that is limited to merchants asks for each of them apart, and a status may be rare: no walk may pass rows of the other statuses.

CREATE INDEX payments_by_merchant_status ON payments (account_id, merchant_id, status, id);
CREATE INDEX checkout_sessions_by_merchant_status ON checkout_sessions (account_id, merchant_id, status, id);
CREATE INDEX payouts_by_merchant_status ON payouts (account_id, merchant_id, status, id);
