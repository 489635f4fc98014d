//! Webhook endpoints.

use crate::column::pair;
use hedge_domain::webhook_endpoint::{Disabled, PreviousSecret, Streak, WebhookEndpoint, WebhookEndpointId};

use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static WEBHOOK_ENDPOINTS: Table = Definition {
    fixed: "account_id",
    ..Definition::of(
        "webhook_endpoints",
        "id uuid, account_id uuid, url text, wanted text, description text, metadata text, secret bytea, \
         previous_secret bytea, previous_until bigint, failing_since bigint, failing_last bigint, \
         disabled_at bigint, disabled_reason text, deleted_at bigint, created_at bigint, updated_at bigint, \
         sequence bigint",
    )
}
.table();

impl Row for WebhookEndpoint {
    fn table() -> &'static Table {
        &WEBHOOK_ENDPOINTS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self {
            id,
            account,
            url,
            wanted,
            description,
            metadata,
            secret,
            previous,
            streak,
            disabled,
            deleted_at,
            created_at,
            updated_at,
            sequence,
        } = self;
        row.put(id).put(account).put(url).put(wanted).put(description).put(metadata).put(secret).put(previous);
        row.put(streak).put(disabled).put(deleted_at).put(created_at).put(updated_at).put(sequence);
    }
}

impl Stored for WebhookEndpoint {
    type Id = WebhookEndpointId;

    fn id(&self) -> WebhookEndpointId {
        self.id
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        Ok(Self {
            id: row.take()?,
            account: row.take()?,
            url: row.take()?,
            wanted: row.take()?,
            description: row.take()?,
            metadata: row.take()?,
            secret: row.take()?,
            previous: row.take()?,
            streak: row.take()?,
            disabled: row.take()?,
            deleted_at: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
            sequence: row.take()?,
        })
    }
}

pair!(PreviousSecret { secret, until });
pair!(Streak { since, last });
pair!(Disabled { at, reason });
