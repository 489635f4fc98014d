//! Every list there is, and what each is narrowed by. An index that fits is named for SQLite; Postgres finds it itself.

use hedge_domain::account::{AccountId, Actor};
use hedge_domain::api_key::{ApiKey, ApiKeyId};
use hedge_domain::audit::{AuditEntry, AuditQuery};
use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionQuery};
use hedge_domain::customer::{Customer, CustomerQuery};
use hedge_domain::delivery::{Attempt, Delivery, DeliveryId, DeliveryQuery, DeliveryStatus};
use hedge_domain::event::{EventId, EventKind, EventQuery, Order};
use hedge_domain::merchant::{Merchant, MerchantId, MerchantQuery};
use hedge_domain::payment::{Payment, PaymentQuery};
use hedge_domain::payment_method::{PaymentMethod, PaymentMethodQuery};
use hedge_domain::payout::{Payout, PayoutQuery};
use hedge_domain::signing_key::SigningKey;
use hedge_domain::webhook_endpoint::WebhookEndpoint;

use super::Filter;
use crate::engine::OutboxRow;
use crate::record::{Cell, Stored};

/// Asks for a list.
pub trait Query {
    type Row: Stored;
    fn filter(&self) -> Filter;
}

/// For what is not read a page at a time, because there are few.
const ALL: u32 = u32::MAX;

impl Filter {
    /// What the actor sees of an account, under one merchant if one is asked for.
    fn of_merchants(self, actor: &Actor, merchant: Option<MerchantId>) -> Self {
        let narrowed = self.equal("account_id", &actor.account);
        match (&actor.merchants, merchant) {
            (None, None) => narrowed,
            (None, Some(one)) => narrowed.equal("merchant_id", &one),
            (Some(some), None) => narrowed.each("merchant_id", some.iter().copied()),
            (Some(some), Some(one)) => narrowed.each("merchant_id", some.get(&one).copied()),
        }
    }

    /// The narrowest index; any further filter is held against the rows it gives. A customer's rows are walked once, not
    /// once for each merchant that a key is limited to.
    fn walking_narrowest(self) -> Self {
        let few = self.goes_by("customer_id");
        let index = if few {
            "by_customer"
        } else if self.goes_by("merchant_id") && self.goes_by("status") {
            "by_merchant_status"
        } else if self.goes_by("status") {
            "by_status"
        } else if self.goes_by("merchant_id") {
            "by_merchant"
        } else {
            "by_account"
        };
        Self { few, ..self.walking(index) }
    }
}

impl Query for PaymentQuery {
    type Row = Payment;

    fn filter(&self) -> Filter {
        let Self { actor, merchant, status, customer, created_from, created_until, after, limit } = self;
        Filter::newest_first(*after, *limit)
            .of_merchants(actor, *merchant)
            .maybe("status", status.as_ref())
            .maybe("customer_id", customer.as_ref())
            .within("created_at", (*created_from, *created_until), actor.account)
            .walking_narrowest()
    }
}

impl Query for CheckoutSessionQuery {
    type Row = CheckoutSession;

    fn filter(&self) -> Filter {
        let Self { actor, merchant, status, customer, created_from, created_until, after, limit } = self;
        Filter::newest_first(*after, *limit)
            .of_merchants(actor, *merchant)
            .maybe("status", status.as_ref())
            .maybe("customer_id", customer.as_ref())
            .within("created_at", (*created_from, *created_until), actor.account)
            .walking_narrowest()
    }
}

impl Query for PayoutQuery {
    type Row = Payout;

    fn filter(&self) -> Filter {
        let Self { actor, merchant, status, created_from, created_until, after, limit } = self;
        Filter::newest_first(*after, *limit)
            .of_merchants(actor, *merchant)
            .maybe("status", status.as_ref())
            .within("created_at", (*created_from, *created_until), actor.account)
            .walking_narrowest()
    }
}

impl Query for MerchantQuery {
    type Row = Merchant;

    fn filter(&self) -> Filter {
        let Self { actor, after, limit } = self;
        let own = Filter::newest_first(*after, *limit).equal("account_id", &actor.account).walking("by_account");
        match &actor.merchants {
            None => own,
            Some(some) => own.each("id", some.iter().copied()),
        }
    }
}

impl Query for CustomerQuery {
    type Row = Customer;

    fn filter(&self) -> Filter {
        let Self { actor, merchant, email, created_from, created_until, after, limit } = self;
        let own = Filter::newest_first(*after, *limit)
            .of_merchants(actor, *merchant)
            .maybe("email", email.as_ref())
            .within("created_at", (*created_from, *created_until), actor.account);
        let index = match (own.goes_by("merchant_id"), email) {
            (false, None) => "by_account",
            (false, Some(_)) => "by_email",
            (true, None) => "by_merchant",
            (true, Some(_)) => "by_merchant_email",
        };
        own.walking(index)
    }
}

impl Query for PaymentMethodQuery {
    type Row = PaymentMethod;

    fn filter(&self) -> Filter {
        let Self { account, customer, after, limit } = self;
        let own = Filter::newest_first(*after, *limit).equal("account_id", account).equal("customer_id", customer);
        own.walking("by_customer")
    }
}

impl Query for DeliveryQuery {
    type Row = Delivery;

    /// There is no index over all statuses, for every delivery would pay for it.
    fn filter(&self) -> Filter {
        let Self { endpoint, status, after, limit } = self;
        let statuses = status.map_or(DeliveryStatus::ALL.to_vec(), |status| vec![status]);
        let own = Filter::newest_first(*after, *limit).equal("endpoint_id", endpoint);
        own.each("status", statuses).walking("by_status")
    }
}

impl Query for EventQuery {
    type Row = OutboxRow;

    /// Nor is there one over all kinds of events. An object has few events, whatever their kinds.
    fn filter(&self) -> Filter {
        let Self { account, kinds, object, created_from, created_until, order, after, limit } = self;
        let kinds = kinds.as_ref().map_or(EventKind::ALL.to_vec(), |kinds| kinds.iter().copied().collect());
        let own = Filter::newest_first(*after, *limit)
            .equal("account_id", account)
            .maybe("object_id", object.as_ref())
            .within("at", (*created_from, *created_until), *account)
            .walking(if object.is_some() { "by_object" } else { "by_kind" });
        let own = if object.is_some() { own.among("kind", kinds) } else { own.each("kind", kinds) };
        Filter { order: *order, ..own }
    }
}

impl Query for AuditQuery {
    type Row = AuditEntry;

    fn filter(&self) -> Filter {
        let Self { account, action, object, key, created_from, created_until, after, limit } = self;
        let index = match (object, key, action) {
            (Some(_), ..) => "by_object",
            (None, Some(_), Some(_)) => "by_actor_action",
            (None, Some(_), None) => "by_actor",
            (None, None, Some(_)) => "by_action",
            (None, None, None) => "by_account",
        };
        Filter::newest_first(*after, *limit)
            .equal("account_id", account)
            .maybe("action", action.as_ref())
            .maybe("object_id", object.as_ref())
            .maybe("key_id", key.as_ref())
            .within("at", (*created_from, *created_until), *account)
            .walking(index)
    }
}

/// An account's keys, revoked ones included.
pub struct ApiKeysOf {
    pub account: AccountId,
    /// The last key of the page before.
    pub after: Option<ApiKeyId>,
    pub limit: u32,
}

impl ApiKeysOf {
    /// For the command line, which has the patience.
    #[must_use]
    pub const fn all(account: AccountId) -> Self {
        Self { account, after: None, limit: ALL }
    }
}

impl Query for ApiKeysOf {
    type Row = ApiKey;

    fn filter(&self) -> Filter {
        Filter::newest_first(self.after, self.limit).equal("account_id", &self.account).walking("by_account")
    }
}

/// The key with this secret.
pub struct ApiKeyByHash(pub [u8; 32]);

impl Query for ApiKeyByHash {
    type Row = ApiKey;

    fn filter(&self) -> Filter {
        // In order of what is held equal: another order would make Postgres walk the index that has it.
        Filter { key: "hash", ..Filter::newest_first::<()>(None, 1).equal("hash", &self.0) }
    }
}

/// All there ever were.
pub struct SigningKeys;

impl Query for SigningKeys {
    type Row = SigningKey;

    fn filter(&self) -> Filter {
        Filter::newest_first::<()>(None, ALL)
    }
}

/// All of an account's endpoints, without deleted ones.
pub struct WebhookEndpointsOf(pub AccountId);

impl Query for WebhookEndpointsOf {
    type Row = WebhookEndpoint;

    fn filter(&self) -> Filter {
        let own = Filter::newest_first::<()>(None, ALL).equal("account_id", &self.0).walking("by_account");
        Filter { null: Some("deleted_at"), ..own }
    }
}

/// The latest attempts at a delivery, latest first.
pub struct Attempts {
    pub delivery: DeliveryId,
    pub limit: u32,
}

impl Query for Attempts {
    type Row = Attempt;

    fn filter(&self) -> Filter {
        let own = Filter::newest_first::<()>(None, self.limit).equal("delivery_id", &self.delivery);
        Filter { key: "number", ..own }
    }
}

/// Everybody's events in order of id, after the given one. On Postgres that is not the order of the commits: an event may
/// appear behind one that has been read already. Good for showing events; a reader that must miss none goes by jobs.
pub struct Outbox {
    pub after: Option<EventId>,
    pub limit: u32,
}

impl Query for Outbox {
    type Row = OutboxRow;

    fn filter(&self) -> Filter {
        Filter {
            order: Order::OldestFirst,
            after: self.after.map(Cell::id),
            ..Filter::newest_first::<()>(None, self.limit)
        }
    }
}

#[cfg(test)]
mod tests {
    use hedge_domain::Id;
    use hedge_domain::audit::AuditAction;

    use super::*;

    #[test]
    fn the_audit_log_by_action_or_key_walks_an_index_of_what_it_is_asked_for() {
        let (action, key) = (Some(AuditAction::ApiKeyCreated), Some(Id::from_bits(2)));
        let table = [
            (None, None, "by_account"),
            (action, None, "by_action"),
            (None, key, "by_actor"),
            (action, key, "by_actor_action"),
        ];
        for (action, key, index) in table {
            let (account, limit) = (Id::from_bits(1), 20);
            let (object, created_from, created_until, after) = (None, None, None, None);
            let of = AuditQuery { account, action, object, key, created_from, created_until, after, limit };
            assert_eq!(of.filter().index, Some(index));
        }
    }
}
