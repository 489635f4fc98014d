-- Webhook endpoints, and every event on its way to them.

CREATE TABLE webhook_endpoints (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    url text NOT NULL,
    wanted text NOT NULL, -- kinds of events, separated by commas; * is every kind
    description text,
    metadata text, -- a JSON object of strings; NULL when empty
    secret bytea NOT NULL, -- encrypted under the server secret; empty once the endpoint is deleted
    previous_secret bytea,
    previous_until bigint,
    failing_since bigint,
    failing_last bigint,
    disabled_at bigint,
    disabled_reason text,
    deleted_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    sequence bigint NOT NULL,
    version bigint NOT NULL,
    CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
    CHECK ((failing_since IS NULL) = (failing_last IS NULL)),
    CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
);
CREATE INDEX webhook_endpoints_by_account ON webhook_endpoints (account_id, id) WHERE deleted_at IS NULL;

-- What a batch needs to know of an account's endpoints to write the deliveries of an event: one row, by its key.
CREATE TABLE webhook_rosters (
    id uuid PRIMARY KEY, -- the account's
    subscriptions text NOT NULL, -- endpoint, on or off, and what it wants, with colons between; one a line
    version bigint NOT NULL
);

-- The id follows from the event and the endpoint, so there is one row for both.
CREATE TABLE deliveries (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    attempts bigint NOT NULL,
    failures bigint NOT NULL,
    due_at bigint NOT NULL,
    settled_at bigint,
    created_at bigint NOT NULL,
    lease_until bigint, -- until then a worker has it; not indexed, so that a claim writes no index
    version bigint NOT NULL
);
-- A list of all statuses merges the walks of each.
CREATE INDEX deliveries_by_status ON deliveries (endpoint_id, status, id);
-- Begins with the endpoint, so that thousands due to one endpoint are one step on the way to the next.
CREATE INDEX deliveries_pending ON deliveries (endpoint_id, due_at, id) WHERE status = 'pending';

CREATE TABLE delivery_attempts (
    delivery_id uuid NOT NULL,
    number bigint NOT NULL,
    at bigint NOT NULL,
    took bigint NOT NULL, -- milliseconds
    status bigint,
    error_code text,
    error_message text,
    response text NOT NULL,
    PRIMARY KEY (delivery_id, number),
    CHECK ((error_code IS NULL) = (error_message IS NULL))
);

-- A list of all kinds merges the walks of each.
CREATE INDEX events_by_kind ON events (account_id, kind, id);
CREATE INDEX events_by_object ON events (object_id, id);
