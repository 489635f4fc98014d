//! `audit_log`: who did what, listed. Entries are made by the commands themselves; nothing here writes.

use hedge_api::hedge::{AuditLog, ListAuditLogInput, ListAuditLogOutput, types};
use hedge_domain::audit::{Agent, AuditAction, AuditEntry, AuditQuery};

use super::{Caller, Error, Hedge, convert, id, page};

impl AuditLog for Hedge {
    async fn list_audit_log(&self, caller: Caller, input: ListAuditLogInput) -> Result<ListAuditLogOutput, Error> {
        if caller.actor.merchants.is_some() {
            return Err(Error::forbidden("A key that is limited to some merchants may not read the audit log."));
        }
        let query = AuditQuery {
            account: caller.actor.account,
            action: input.action.map(to_action),
            object: input.object_id,
            key: id::filter("api_key_id", input.api_key_id.as_deref())?,
            created_from: input.created_after.map(convert::to_time),
            created_until: input.created_before.map(convert::to_time),
            after: page::after(input.cursor.as_deref())?,
            limit: page::limit(input.limit),
        };
        let found = self.platform.list(query.account, &query).await?;
        Ok(ListAuditLogOutput::Ok(page::list(&found, |it| it.id, shown)))
    }
}

fn shown(entry: &AuditEntry) -> types::AuditEntry {
    let change = |change: &hedge_domain::audit::FieldChange| types::AuditChange {
        field: change.field.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
    };
    types::AuditEntry {
        id: entry.id.to_string(),
        object: types::AuditEntryObject::AuditEntry,
        action: action(entry.action),
        object_id: entry.object.clone(),
        actor: types::AuditActor {
            r#type: match entry.origin.agent {
                Agent::ApiKey(_) => types::AuditActorType::ApiKey,
                Agent::Operator => types::AuditActorType::Operator,
                Agent::System => types::AuditActorType::System,
            },
            id: entry.origin.agent.key().map(|key| key.to_string()),
        },
        changes: entry.changes.iter().map(change).collect(),
        request_id: entry.origin.request.map(|request| request.to_string()),
        remote_address: entry.origin.address.map(|address| address.to_string()),
        created_at: convert::time(entry.at),
    }
}

const fn action(action: AuditAction) -> types::AuditAction {
    match action {
        AuditAction::AccountCreated => types::AuditAction::AccountCreated,
        AuditAction::ApiKeyCreated => types::AuditAction::ApiKeyCreated,
        AuditAction::ApiKeyRolled => types::AuditAction::ApiKeyRolled,
        AuditAction::ApiKeyRevoked => types::AuditAction::ApiKeyRevoked,
        AuditAction::SigningKeyRotated => types::AuditAction::SigningKeyRotated,
        AuditAction::TestClockMoved => types::AuditAction::TestClockMoved,
        AuditAction::MerchantCreated => types::AuditAction::MerchantCreated,
        AuditAction::MerchantUpdated => types::AuditAction::MerchantUpdated,
        AuditAction::WebhookEndpointCreated => types::AuditAction::WebhookEndpointCreated,
        AuditAction::WebhookEndpointUpdated => types::AuditAction::WebhookEndpointUpdated,
        AuditAction::WebhookEndpointDeleted => types::AuditAction::WebhookEndpointDeleted,
        AuditAction::WebhookEndpointSecretRotated => types::AuditAction::WebhookEndpointSecretRotated,
    }
}

const fn to_action(action: types::AuditAction) -> AuditAction {
    match action {
        types::AuditAction::AccountCreated => AuditAction::AccountCreated,
        types::AuditAction::ApiKeyCreated => AuditAction::ApiKeyCreated,
        types::AuditAction::ApiKeyRolled => AuditAction::ApiKeyRolled,
        types::AuditAction::ApiKeyRevoked => AuditAction::ApiKeyRevoked,
        types::AuditAction::SigningKeyRotated => AuditAction::SigningKeyRotated,
        types::AuditAction::TestClockMoved => AuditAction::TestClockMoved,
        types::AuditAction::MerchantCreated => AuditAction::MerchantCreated,
        types::AuditAction::MerchantUpdated => AuditAction::MerchantUpdated,
        types::AuditAction::WebhookEndpointCreated => AuditAction::WebhookEndpointCreated,
        types::AuditAction::WebhookEndpointUpdated => AuditAction::WebhookEndpointUpdated,
        types::AuditAction::WebhookEndpointDeleted => AuditAction::WebhookEndpointDeleted,
        types::AuditAction::WebhookEndpointSecretRotated => AuditAction::WebhookEndpointSecretRotated,
    }
}
