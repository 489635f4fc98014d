-- The audit log never loses a row, so a list of a rare action or of a quiet key would read all that an account ever did.

CREATE INDEX audit_log_by_action ON audit_log (account_id, action, id);
CREATE INDEX audit_log_by_actor ON audit_log (account_id, key_id, id) WHERE key_id IS NOT NULL;
CREATE INDEX audit_log_by_actor_action ON audit_log (account_id, key_id, action, id) WHERE key_id IS NOT NULL;
