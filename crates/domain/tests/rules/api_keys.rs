//! API keys: made, rolled, revoked.

use hedge_domain::account::CreateAccount;
use hedge_domain::api_key::{ApiKeyId, CreateApiKey, KeyKind, NewKey, RevokeApiKey, RollApiKey, SecretDigest};
use hedge_domain::audit::Origin;
use hedge_domain::{Actor, Duration, Refusal};

use crate::world::{MERCHANT, World, owner, stranger};

fn digest(byte: u8) -> SecretDigest {
    SecretDigest { hash: [byte; 32], prefix: "sk_test_".into(), last4: "abcd".into() }
}

fn new_key() -> NewKey {
    NewKey {
        name: Some("server".into()),
        kind: KeyKind::Secret,
        secret: digest(1),
        livemode: false,
        read_only: true,
        merchants: Some([MERCHANT].into()),
    }
}

fn made(world: &mut World) -> ApiKeyId {
    world.run(CreateApiKey { actor: owner(), key: new_key() }).expect("made").id
}

fn roll(id: ApiKeyId, overlap: i64) -> RollApiKey {
    RollApiKey { actor: owner(), id, secret: digest(2), overlap: Duration::from_secs(overlap) }
}

#[test]
fn rolling_keeps_both_keys_valid_for_the_overlap() {
    let mut world = World::new();
    let id = made(&mut world);
    let rolled = world.run(roll(id, 60)).expect("rolled");
    assert_eq!((rolled.new.read_only, &rolled.new.merchants), (true, &Some([MERCHANT].into())));
    let last = world.now.plus(Duration::from_millis(59_999));
    assert!(rolled.old.is_active(last) && rolled.new.is_active(last));
    assert!(!rolled.old.is_active(world.now.plus(Duration::from_secs(60))));
}

#[test]
fn rolling_again_does_not_lengthen_the_old_keys_life() {
    let mut world = World::new();
    let id = made(&mut world);
    let first = world.run(roll(id, 60)).expect("rolled").old.expires_at;
    let again = world.run(RollApiKey { secret: digest(3), ..roll(id, 3_600) }).expect("rolled").old.expires_at;
    assert_eq!(first, again);
}

#[test]
fn a_revoked_key_stays_revoked() {
    let mut world = World::new();
    let id = made(&mut world);
    let first = world.run(RevokeApiKey { actor: owner(), id }).expect("revoked");
    world.now = world.now.plus(Duration::from_secs(5));
    assert_eq!(world.run(RevokeApiKey { actor: owner(), id }), Ok(first));
    assert_eq!(world.run(roll(id, 60)), Err(Refusal::ApiKeyInactive(id)));
}

#[test]
fn a_limited_key_may_not_administer_keys() {
    let mut world = World::new();
    let id = made(&mut world);
    let limited = || Actor { merchants: Some([MERCHANT].into()), ..owner() };
    assert_eq!(world.run(CreateApiKey { actor: limited(), key: new_key() }), Err(Refusal::KeyLimited));
    assert_eq!(world.run(RollApiKey { actor: limited(), ..roll(id, 0) }), Err(Refusal::KeyLimited));
    assert_eq!(world.run(RevokeApiKey { actor: limited(), id }), Err(Refusal::KeyLimited));
}

#[test]
fn a_strangers_key_is_not_found() {
    let mut world = World::new();
    let id = made(&mut world);
    assert_eq!(world.run(RevokeApiKey { actor: stranger(), id }), Err(Refusal::ApiKeyNotFound(id)));
    let create = CreateApiKey { actor: stranger(), key: new_key() };
    assert_eq!(world.run(create), Err(Refusal::KeyMerchantUnknown(MERCHANT)));
}

#[test]
fn a_new_account_owns_its_merchant_and_its_first_key() {
    let mut world = World::new();
    let first_key = NewKey { read_only: false, merchants: None, ..new_key() };
    let made = world.run(CreateAccount { name: "Second".into(), first_key, origin: Origin::OPERATOR }).expect("made");
    assert_eq!((made.account.name.as_str(), made.key.account), ("Second", made.account.id));
    let own = Actor::of(made.account.id);
    let limited = NewKey { merchants: Some([made.account.default_merchant].into()), ..new_key() };
    assert!(world.run(CreateApiKey { actor: own, key: limited.clone() }).is_ok());
    let refused = world.run(CreateApiKey { actor: owner(), key: limited }).expect_err("another account's merchant");
    assert_eq!(refused, Refusal::KeyMerchantUnknown(made.account.default_merchant));
}
