-- Who changed what an account is governed by. Only ever added to.

CREATE TABLE audit_log (
    id uuid PRIMARY KEY,
    account_id uuid, -- NULL is the whole installation's
    actor text COLLATE "C" NOT NULL,
    key_id uuid, -- of the actor api_key
    action text COLLATE "C" NOT NULL,
    object_id text COLLATE "C" NOT NULL, -- as it is shown, with its prefix
    changes text NOT NULL, -- a JSON array of fields before and after; no secret is in it
    request_id uuid,
    remote_address text,
    at bigint NOT NULL,
    CHECK ((actor = 'api_key') = (key_id IS NOT NULL))
);
CREATE INDEX audit_log_by_account ON audit_log (account_id, id);
CREATE INDEX audit_log_by_object ON audit_log (account_id, object_id, id);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;
CREATE TRIGGER audit_log_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
