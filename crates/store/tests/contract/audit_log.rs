//! The audit log: kept whole, listed, and never without the change it tells of.

use hedge_domain::api_key::{ApiKeyId, CreateApiKey, RevokeApiKey};
use hedge_domain::audit::{Agent, AuditAction, AuditEntry, AuditId, AuditQuery, FieldChange, Origin};
use hedge_domain::{Actor, Duration, Id, Refusal};

use crate::harness::Harness;
use crate::sample::{Tenant, another_tenant, first_tenant, new_key};

promises! {
    entries_keep_every_field,
    entries_are_listed_newest_first_by_every_filter,
    an_entry_comes_with_its_change_or_not_at_all,
}

fn query(tenant: &Tenant) -> AuditQuery {
    AuditQuery {
        account: tenant.account,
        action: None,
        object: None,
        key: None,
        created_from: None,
        created_until: None,
        after: None,
        limit: 20,
    }
}

/// Keeps an entry that no command would make.
async fn kept(harness: &Harness, entry: impl Fn(AuditId) -> AuditEntry + Send + 'static) -> AuditEntry {
    harness
        .act(move |state, cx| {
            let entry = entry(cx.id());
            state.audit(entry.clone());
            Ok(entry)
        })
        .await
}

async fn entries_keep_every_field(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let (account, at) = (tenant.account, harness.now());
    let mut expected = harness.store.list(&query(&tenant)).await.unwrap().items;
    let origins = [
        Origin::OPERATOR,
        Origin::SYSTEM,
        Origin {
            agent: Agent::ApiKey(Id::from_bits(u128::MAX)),
            request: Some(Id::from_bits(7)),
            address: Some("2001:db8::1".parse().unwrap()),
        },
        Origin { address: Some("203.0.113.9".parse().unwrap()), ..Origin::of(Agent::ApiKey(Id::from_bits(0))) },
    ];
    for (origin, action) in origins.into_iter().cycle().zip(AuditAction::ALL) {
        let changes = vec![
            FieldChange::set("name", Some("Zoë; DROP TABLE \"audit_log\"\n".to_owned())),
            FieldChange::secret("secret"),
            FieldChange { field: "x".to_owned(), before: Some(String::new()), after: None },
        ];
        let entry = move |id| AuditEntry {
            id,
            account: Some(account),
            origin,
            action,
            object: "key_é".to_owned(),
            changes: changes.clone(),
            at,
        };
        expected.insert(0, kept(&harness, entry).await);
    }
    assert_eq!(harness.store.list(&query(&tenant)).await.unwrap().items, expected);
    // What is the whole installation's is in no account's list.
    let nobodys = move |id| AuditEntry {
        id,
        account: None,
        origin: Origin::SYSTEM,
        action: AuditAction::SigningKeyRotated,
        object: "sig_1".to_owned(),
        changes: Vec::new(),
        at,
    };
    kept(&harness, nobodys).await;
    assert_eq!(harness.store.list(&query(&tenant)).await.unwrap().items, expected);
}

async fn listed(harness: &Harness, query: &AuditQuery) -> (Vec<AuditId>, bool) {
    let page = harness.store.list(query).await.unwrap();
    (page.items.iter().map(|entry| entry.id).collect(), page.has_more)
}

async fn entries_are_listed_newest_first_by_every_filter(harness: Harness) {
    let tenant = another_tenant(&harness).await;
    let stranger = another_tenant(&harness).await;
    let start = harness.now();
    let at = |hours: i64| Some(start.plus(Duration::from_hours(hours)));
    let (first, second) = (ApiKeyId::from_bits(1), ApiKeyId::from_bits(2));
    let rows = [
        (&tenant, Agent::ApiKey(first), AuditAction::ApiKeyCreated, "key_a"),
        (&tenant, Agent::ApiKey(second), AuditAction::ApiKeyRevoked, "key_a"),
        (&stranger, Agent::ApiKey(first), AuditAction::ApiKeyCreated, "key_a"),
        (&tenant, Agent::Operator, AuditAction::ApiKeyCreated, "key_b"),
    ];
    let mut made = Vec::new();
    for (whose, agent, action, object) in rows {
        let (account, at) = (Some(whose.account), harness.now());
        let entry = move |id| AuditEntry {
            id,
            account,
            origin: Origin::of(agent),
            action,
            object: object.to_owned(),
            changes: Vec::new(),
            at,
        };
        made.push(kept(&harness, entry).await.id);
        harness.clock.advance(Duration::from_hours(2));
    }
    let [one, two, theirs, four] = made[..] else { panic!("four were made") };
    let all = || query(&tenant);
    let table = [
        (all(), vec![four, two, one]),
        (query(&stranger), vec![theirs]),
        (AuditQuery { action: Some(AuditAction::ApiKeyCreated), ..all() }, vec![four, one]),
        (AuditQuery { action: Some(AuditAction::MerchantUpdated), ..all() }, vec![]),
        (AuditQuery { object: Some("key_a".to_owned()), ..all() }, vec![two, one]),
        (AuditQuery { object: Some("key".to_owned()), ..all() }, vec![]),
        (AuditQuery { key: Some(first), ..all() }, vec![one]),
        (AuditQuery { key: Some(second), object: Some("key_a".to_owned()), ..all() }, vec![two]),
        (AuditQuery { key: Some(first), action: Some(AuditAction::ApiKeyCreated), ..all() }, vec![one]),
        (AuditQuery { created_from: at(2), ..all() }, vec![four, two]),
        (AuditQuery { created_until: at(2), ..all() }, vec![one]),
        (AuditQuery { created_from: at(1), created_until: at(6), ..all() }, vec![two]),
        (AuditQuery { after: Some(four), ..all() }, vec![two, one]),
        (AuditQuery { after: Some(four), action: Some(AuditAction::ApiKeyCreated), ..all() }, vec![one]),
    ];
    for (asked, expected) in table {
        assert_eq!(listed(&harness, &asked).await, (expected.clone(), false), "{asked:?}");
        let more = expected.len() > 1;
        let first = expected.into_iter().take(1).collect();
        assert_eq!(listed(&harness, &AuditQuery { limit: 1, ..asked }).await, (first, more));
    }
}

async fn an_entry_comes_with_its_change_or_not_at_all(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let before = listed(&harness, &query(&tenant)).await.0.len();
    let actor = Actor::operator(tenant.account);
    let key = harness.run(CreateApiKey { actor: actor.clone(), key: new_key(2) }).await;
    let entries = harness.store.list(&query(&tenant)).await.unwrap().items;
    assert_eq!((entries.len(), &entries[0].object), (before + 1, &key.id.to_string()));
    let stranger = Actor::operator(Id::from_bits(99));
    let refused = harness.try_run(RevokeApiKey { actor: stranger, id: key.id }).await;
    assert_eq!(refused, Err(Refusal::ApiKeyNotFound(key.id)));
    assert_eq!(listed(&harness, &query(&tenant)).await.0.len(), before + 1);
}
