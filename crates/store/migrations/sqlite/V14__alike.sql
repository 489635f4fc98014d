-- Tables are alike on both engines: every row that is changed has a version.

ALTER TABLE idempotency ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- Whom an account's events go to is called so everywhere.
ALTER TABLE webhook_rosters RENAME TO webhook_subscriptions;
