-- How many attempts a session has seen; those that were made before are not counted.

ALTER TABLE checkout_sessions ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
