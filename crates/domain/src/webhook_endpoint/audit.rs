//! What the audit log tells of an endpoint: its fields before and after. Its secrets are named and never shown.

use super::{Wanted, WebhookEndpoint};
use crate::actor::Origin;
use crate::audit::{AuditAction, AuditEntry};
use crate::command::Context;
use crate::field_change::FieldChange;

/// How a field reads; `None` if it is not set.
type Field = fn(&WebhookEndpoint) -> Option<String>;

impl WebhookEndpoint {
    /// The entry about a change that made this of what was before.
    pub(super) fn audit_entry(
        &self,
        before: Option<&Self>,
        action: AuditAction,
        origin: Origin,
        cx: &Context<'_>,
    ) -> AuditEntry {
        AuditEntry::new(cx, origin, action, self.id).of(self.account).with(self.changes_since(before))
    }

    fn changes_since(&self, before: Option<&Self>) -> Vec<FieldChange> {
        let mut changes = Vec::new();
        if before.is_none_or(|before| before.secret != self.secret) {
            changes.push(FieldChange::secret("secret"));
        }
        let fields: [(&str, Field); 5] = [
            ("url", |it| Some(it.url.clone())),
            ("events", |it| Some(wanted(&it.wanted))),
            ("description", |it| it.description.clone()),
            ("enabled", |it| Some(it.disabled.is_none().to_string())),
            ("deleted_at", |it| it.deleted_at.map(|at| at.to_string())),
        ];
        changes
            .extend(fields.iter().filter_map(|(name, of)| FieldChange::between(name, before.and_then(of), of(self))));
        changes.extend(self.metadata.changes_since(before.map(|before| &before.metadata)));
        changes
    }
}

fn wanted(wanted: &Wanted) -> String {
    match wanted {
        Wanted::All => "*".to_owned(),
        Wanted::Kinds(kinds) => kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(","),
    }
}
