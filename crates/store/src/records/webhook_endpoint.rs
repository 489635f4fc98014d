//! Webhook endpoints.

use hedge_domain::webhook_endpoint::{
    Disabled, DisabledReason, PreviousSecret, Streak, WebhookEndpoint, WebhookEndpointId,
};

use crate::column::coded;
use crate::record::{pair, record};

record! {
    of "webhook_endpoints" of WebhookEndpoint, by id: WebhookEndpointId, fixed: "account_id";
    id: "id uuid",
    account: "account_id uuid",
    url: "url text",
    wanted: "wanted text",
    description: "description text",
    metadata: "metadata text",
    secret: "secret bytea",
    previous: "previous_secret bytea, previous_until bigint",
    streak: "failing_since bigint, failing_last bigint",
    disabled: "disabled_at bigint, disabled_reason text",
    deleted_at: "deleted_at bigint",
    created_at: "created_at bigint",
    updated_at: "updated_at bigint",
    sequence: "sequence bigint",
}

coded!(DisabledReason);
pair! {
    PreviousSecret { secret, until };
    Streak { since, last };
    Disabled { at, reason };
}
