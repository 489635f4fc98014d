-- Tables are alike on both engines: every row that is changed has a version.

ALTER TABLE idempotency ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
