//! The audit log: whoever changes what an account is governed by leaves an entry, and whoever is refused leaves none.

use hedge_domain::api_key::{ApiKeyId, CreateApiKey, KeyKind, NewKey, RevokeApiKey, RollApiKey, SecretDigest};
use hedge_domain::audit::{Agent, AuditAction, AuditEntry, Origin};
use hedge_domain::test_clock::{ClockMove, MoveClock};
use hedge_domain::{Actor, Duration};

use crate::world::{ACCOUNT, World, owner, stranger};

const KEY: ApiKeyId = ApiKeyId::from_bits(77);

fn entries(world: World) -> Vec<AuditEntry> {
    world.state.into_changes().audit
}

fn actor() -> Actor {
    Actor { origin: Origin::of(Agent::ApiKey(KEY)), ..owner() }
}

fn digest(tag: u8) -> SecretDigest {
    SecretDigest { hash: [tag; 32], prefix: "sk_test_".into(), last4: "z9Qy".into() }
}

fn create() -> CreateApiKey {
    let key = NewKey {
        name: Some("shop".into()),
        kind: KeyKind::Secret,
        secret: digest(1),
        livemode: false,
        read_only: false,
        merchants: None,
    };
    CreateApiKey { actor: actor(), key }
}

#[test]
fn every_change_of_a_key_is_told_once_with_who_and_what() {
    let mut world = World::new();
    let id = world.run(create()).expect("made").id;
    let roll = RollApiKey { actor: actor(), id, secret: digest(2), overlap: Duration::from_secs(60) };
    let new = world.run(roll).expect("rolled").new.id;
    for _ in 0..2 {
        world.run(RevokeApiKey { actor: Actor::operator(ACCOUNT), id: new }).expect("revoked");
    }
    let told = entries(world);
    let brief: Vec<_> = told.iter().map(|it| (it.action, it.object.clone(), it.origin.agent, it.account)).collect();
    let key = Agent::ApiKey(KEY);
    let expected = [
        (AuditAction::ApiKeyCreated, id.to_string(), key, Some(ACCOUNT)),
        (AuditAction::ApiKeyRolled, id.to_string(), key, Some(ACCOUNT)),
        (AuditAction::ApiKeyRevoked, new.to_string(), Agent::Operator, Some(ACCOUNT)),
    ];
    assert_eq!(brief, expected);
    let expiry = told[1].changes.iter().find(|change| change.field == "expires_at").expect("told");
    assert_eq!((expiry.before.as_deref(), expiry.after.as_deref()), (None, Some("2024-06-15T10:31:00.000Z")));
    assert!(told[1].changes.iter().any(|change| change.after == Some(new.to_string())));
}

#[test]
fn what_is_refused_leaves_no_entry() {
    let mut world = World::new();
    let id = world.run(create()).expect("made").id;
    let before = 1;
    world.run(RevokeApiKey { actor: stranger(), id }).expect_err("not theirs");
    let back = MoveClock {
        account: ACCOUNT,
        to: ClockMove::AdvanceTo(hedge_domain::Timestamp::from_millis(0)),
        origin: actor().origin,
    };
    world.run(back).expect_err("backwards");
    assert_eq!(entries(world).len(), before);
}

#[test]
fn a_moved_clock_is_told_by_real_time() {
    let mut world = World::new();
    let real = world.now;
    for to in [ClockMove::Freeze(None), ClockMove::AdvanceBy(Duration::from_secs(5))] {
        world.run(MoveClock { account: ACCOUNT, to, origin: actor().origin }).expect("moved");
    }
    let told = entries(world);
    assert!(told.iter().all(|entry| entry.at == real && entry.action == AuditAction::TestClockMoved));
    let changes = |entry: &AuditEntry| -> Vec<_> {
        entry.changes.iter().map(|it| (it.field.clone(), it.before.clone(), it.after.clone())).collect()
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(changes(&told[0]), [("status".to_owned(), text("real"), text("frozen"))]);
    let (before, after) = (text("2024-06-15T10:30:00.000Z"), text("2024-06-15T10:30:05.000Z"));
    assert_eq!(changes(&told[1]), [("now".to_owned(), before, after)]);
}

#[test]
fn no_entry_shows_anything_of_a_secret() {
    let mut world = World::new();
    let id = world.run(create()).expect("made").id;
    world.run(RollApiKey { actor: actor(), id, secret: digest(2), overlap: Duration::ZERO }).expect("rolled");
    let told = format!("{:?}", entries(world));
    assert!(told.contains("\"secret\"") && !told.contains("z9Qy"), "{told}");
}
