-- Webhook endpoints, and every event on its way to them.

CREATE TABLE webhook_endpoints (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL,
    url TEXT NOT NULL,
    wanted TEXT NOT NULL, -- kinds of events, separated by commas; * is every kind
    description TEXT,
    metadata TEXT, -- a JSON object of strings; NULL when empty
    secret BLOB NOT NULL, -- encrypted under the server secret; empty once the endpoint is deleted
    previous_secret BLOB,
    previous_until INTEGER,
    failing_since INTEGER,
    failing_last INTEGER,
    disabled_at INTEGER,
    disabled_reason TEXT,
    deleted_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
    CHECK ((failing_since IS NULL) = (failing_last IS NULL)),
    CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_endpoints_by_account ON webhook_endpoints (account_id, id) WHERE deleted_at IS NULL;

-- What a batch needs to know of an account's endpoints to write the deliveries of an event: one row, by its key.
CREATE TABLE webhook_rosters (
    id BLOB PRIMARY KEY, -- the account's
    subscriptions TEXT NOT NULL, -- endpoint, on or off, and what it wants, with colons between; one a line
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The id follows from the event and the endpoint, so there is one row for both.
CREATE TABLE deliveries (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL,
    endpoint_id BLOB NOT NULL,
    event_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    settled_at INTEGER,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- A list of all statuses merges the walks of each.
CREATE INDEX deliveries_by_status ON deliveries (endpoint_id, status, id);
-- Begins with the endpoint, so that thousands due to one endpoint are one step on the way to the next.
CREATE INDEX deliveries_pending ON deliveries (endpoint_id, due_at, id) WHERE status = 'pending';

CREATE TABLE delivery_attempts (
    delivery_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    took INTEGER NOT NULL, -- milliseconds
    status INTEGER,
    error_code TEXT,
    error_message TEXT,
    response TEXT NOT NULL,
    PRIMARY KEY (delivery_id, number),
    CHECK ((error_code IS NULL) = (error_message IS NULL))
) STRICT, WITHOUT ROWID;

-- A list of all kinds merges the walks of each.
CREATE INDEX events_by_kind ON events (account_id, kind, id);
CREATE INDEX events_by_object ON events (object_id, id);
