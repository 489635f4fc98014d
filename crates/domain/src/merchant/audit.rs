//! What the audit log tells of a merchant: its fields before and after. Of a bank account it shows what a list shows.

use super::Merchant;
use crate::actor::Origin;
use crate::audit::{AuditAction, AuditEntry};
use crate::bank_account::BankAccount;
use crate::command::Context;
use crate::fee::FeePlan;
use crate::field_change::FieldChange;

pub(super) const EFFECTIVE_AT: &str = "fees.effective_at";

/// How a field reads; `None` if it is not set.
type Field = fn(&Merchant) -> Option<String>;

const FIELDS: [(&str, Field); 15] = [
    ("name", |it| Some(it.name.clone())),
    ("email", |it| it.email.clone()),
    ("country", |it| it.country.clone()),
    ("default_currency", |it| Some(it.default_currency.code().to_owned())),
    ("statement_descriptor", |it| Some(it.statement_descriptor.clone())),
    ("time_zone", |it| Some(it.time_zone.clone())),
    ("status", |it| Some(it.status.code().to_owned())),
    ("settlement.method", |it| Some(it.settlement.method.code().to_owned())),
    ("settlement.solana_wallet", |it| it.settlement.solana_wallet.clone()),
    ("settlement.auto_settle", |it| Some(it.settlement.auto_settle.to_string())),
    ("settlement.bank_account", |it| it.settlement.bank_account.as_ref().map(bank_account)),
    ("settlement.schedule", |it| Some(it.settlement.schedule.code().to_owned())),
    ("branding.logo_url", |it| it.branding.logo_url.clone()),
    ("branding.primary_color", |it| it.branding.primary_color.map(|color| color.to_string())),
    ("branding.secondary_color", |it| it.branding.secondary_color.map(|color| color.to_string())),
];

impl Merchant {
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
        let of_fields = FIELDS.iter();
        let mut changes: Vec<_> =
            of_fields.filter_map(|(name, of)| FieldChange::between(name, before.and_then(of), of(self))).collect();
        let number = |it: &Self| it.settlement.bank_account.as_ref().map(|bank| bank.number.clone());
        if before.and_then(number) != number(self) && changes.iter().all(|it| it.field != "settlement.bank_account") {
            // Another number that ends alike.
            changes.push(FieldChange::secret("settlement.bank_account.account_number"));
        }
        changes.extend(self.metadata.changes_since(before.map(|before| &before.metadata)));
        changes
    }
}

fn bank_account(account: &BankAccount) -> String {
    format!("{} {} ending in {}", account.kind.code(), account.routing_number.as_str(), account.last4)
}

/// What changes between two price lists.
pub(super) fn price_changes(before: &FeePlan, after: &FeePlan) -> Vec<FieldChange> {
    let methods = [
        ("fees.card", before.card, after.card),
        ("fees.ach", before.ach, after.ach),
        ("fees.crypto", before.crypto, after.crypto),
    ];
    let changes = methods.into_iter().filter_map(|(field, before, after)| {
        FieldChange::between(field, Some(before.to_string()), Some(after.to_string()))
    });
    changes.collect()
}
