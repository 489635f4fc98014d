-- An account of the sandbox with a time of its own: standing still at an instant, or running beside real time.
CREATE TABLE test_clocks (
    id BLOB PRIMARY KEY, -- the account's
    frozen_at INTEGER,
    shifted_by INTEGER,
    version INTEGER NOT NULL,
    CHECK ((frozen_at IS NULL) <> (shifted_by IS NULL))
) STRICT, WITHOUT ROWID;

-- What is due for an account with a clock of its own.
CREATE INDEX jobs_by_account ON jobs (account_id, due_at, id);
