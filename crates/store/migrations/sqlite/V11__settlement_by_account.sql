-- All that banks settle falls due at one moment, so what is due is read an account at a time, each from its own index.

DROP INDEX payments_unsettled;
CREATE INDEX payments_unsettled ON payments (account_id, settles_at) WHERE settles_at IS NOT NULL AND settled_at IS NULL;
