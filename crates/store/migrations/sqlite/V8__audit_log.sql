-- Who changed what an account is governed by. Only ever added to.

CREATE TABLE audit_log (
    id BLOB PRIMARY KEY,
    account_id BLOB, -- NULL is the whole installation's
    actor TEXT NOT NULL,
    key_id BLOB, -- of the actor api_key
    action TEXT NOT NULL,
    object_id TEXT NOT NULL, -- as it is shown, with its prefix
    changes TEXT NOT NULL, -- a JSON array of fields before and after; no secret is in it
    request_id BLOB,
    remote_address TEXT,
    at INTEGER NOT NULL,
    CHECK ((actor = 'api_key') = (key_id IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_log_by_account ON audit_log (account_id, id);
CREATE INDEX audit_log_by_object ON audit_log (account_id, object_id, id);

CREATE TRIGGER audit_log_never_changes BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_log_never_goes BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
