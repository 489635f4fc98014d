//! Client tokens: what a customer's actor reaches; and the keys that tokens are signed with.

use hedge_domain::audit::Origin;
use hedge_domain::client_token::{IssueClientToken, LIFETIME};
use hedge_domain::customer::CustomerId;
use hedge_domain::payment::{ConfirmPayment, CreatePayment, PaymentId};
use hedge_domain::payment_method::{CreatePaymentMethod, PaymentMethodId};
use hedge_domain::signing_key::{RotateSigningKeys, SigningKey, signer};
use hedge_domain::{Actor, Duration, Refusal};

use crate::world::{ACCOUNT, TOKEN, World, create, owner, stranger};

fn payment(world: &mut World, customer: Option<CustomerId>) -> PaymentId {
    world.run(CreatePayment { customer, ..create(100) }).expect("created").id
}

fn card(world: &mut World, customer: CustomerId) -> PaymentMethodId {
    let known = world.state.payment_method(ACCOUNT, TOKEN).expect("the card of the world");
    let command = CreatePaymentMethod {
        actor: owner(),
        merchant: None,
        customer: Some(customer),
        card: known.card,
        fingerprint: known.fingerprint,
        rail_token: known.rail_token,
    };
    world.run(command).expect("kept").id
}

#[test]
fn a_customer_confirms_own_payments_with_own_cards() {
    let mut world = World::new();
    let (ada, bob) = (world.customer(), world.customer());
    let (adas, bobs) = (card(&mut world, ada), card(&mut world, bob));
    let actor = Actor { customer: Some(ada), ..owner() };
    // Whose payment, which card, whether it goes.
    let table = [
        (Some(ada), adas, true),
        (Some(ada), TOKEN, true),
        (Some(ada), bobs, false),
        (Some(bob), adas, false),
        (None, adas, false),
    ];
    for (whose, token, goes) in table {
        let id = payment(&mut world, whose);
        let confirmed = world.run(ConfirmPayment { actor: actor.clone(), id, token });
        let expected = match (goes, whose == Some(ada)) {
            (true, _) => Ok(id),
            (false, true) => Err(Refusal::PaymentMethodUnknown(token)),
            (false, false) => Err(Refusal::PaymentNotFound(id)),
        };
        assert_eq!(confirmed.map(|payment| payment.id), expected, "payment of {whose:?} with {token}");
    }
    // The account itself is not held to that.
    let id = payment(&mut world, Some(ada));
    assert!(world.run(ConfirmPayment { actor: owner(), id, token: bobs }).is_ok());
}

#[test]
fn a_token_is_for_a_customer_of_the_account() {
    let mut world = World::new();
    let ada = world.customer();
    let issued = world.run(IssueClientToken { actor: owner(), customer: ada }).expect("issued");
    assert_eq!((issued.customer, issued.expires_at), (ada, world.now.plus(Duration::from_secs(900))));
    let refused = world.run(IssueClientToken { actor: stranger(), customer: ada });
    assert_eq!(refused, Err(Refusal::CustomerUnknown(ada)));
}

fn rotate(world: &mut World, tag: u8, after: i64, others: &[SigningKey]) -> SigningKey {
    let others = others.iter().map(|key| key.id).collect();
    let after = Duration::from_secs(after);
    world
        .run(RotateSigningKeys { public: [tag; 32], sealed: vec![tag], after, others, origin: Origin::SYSTEM })
        .expect("rotated")
}

#[test]
fn a_new_key_is_published_before_it_signs_and_the_old_one_after() {
    let mut world = World::new();
    let start = world.now;
    let first = rotate(&mut world, 1, 0, &[]);
    let second = rotate(&mut world, 2, 300, std::slice::from_ref(&first));
    let first = world.state.signing_keys.find(first.id, hedge_domain::Key::SigningKey).expect("loaded").expect("there");
    let keys = [first.clone(), second.clone()];
    let gone = 300 + LIFETIME.millis() / 1_000 + 60;
    // Second, who signs, who is published.
    let table = [
        (-1, first.id, vec![first.id, second.id]),
        (0, first.id, vec![first.id, second.id]),
        (299, first.id, vec![first.id, second.id]),
        (300, second.id, vec![first.id, second.id]),
        (gone - 1, second.id, vec![first.id, second.id]),
        (gone, second.id, vec![second.id]),
    ];
    for (second, signs, published) in table {
        let now = start.plus(Duration::from_secs(second));
        assert_eq!(signer(&keys, now).map(|key| key.id), Some(signs), "at {second}");
        let seen: Vec<_> = keys.iter().filter(|key| key.is_published(now)).map(|key| key.id).collect();
        assert_eq!(seen, published, "at {second}");
    }
    assert_eq!(signer(&[], start), None);
}

#[test]
fn an_end_once_set_is_not_moved() {
    let mut world = World::new();
    let first = rotate(&mut world, 1, 0, &[]);
    let second = rotate(&mut world, 2, 0, std::slice::from_ref(&first));
    let find = |world: &World| {
        world.state.signing_keys.find(first.id, hedge_domain::Key::SigningKey).expect("loaded").expect("there")
    };
    let end = find(&world).retires_at;
    assert!(end.is_some());
    rotate(&mut world, 3, 9_000, &[first.clone(), second]);
    assert_eq!(find(&world).retires_at, end);
}
