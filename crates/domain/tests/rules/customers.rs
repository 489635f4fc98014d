//! Customers: what an update sets, clears and leaves; and who may name one.

use std::collections::BTreeMap;

use hedge_domain::client_token::IssueClientToken;
use hedge_domain::customer::{CreateCustomer, Customer, CustomerChange, CustomerId, MetadataChange, UpdateCustomer};
use hedge_domain::merchant::{MerchantId, NewMerchant};
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{ConfirmPayment, CreatePayment};
use hedge_domain::payment_method::{CreatePaymentMethod, PaymentMethodId};
use hedge_domain::{Actor, Refusal};

use crate::world::{ACCOUNT, MERCHANT, World, create, owner, stranger};

fn ada() -> CreateCustomer {
    CreateCustomer {
        actor: owner(),
        merchant: None,
        email: "ada@example.com".into(),
        name: Some("Ada".into()),
        phone: None,
        description: Some("Met at the fair".into()),
        metadata: Metadata::new([("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())].into())
            .expect("valid"),
    }
}

fn merge(pairs: &[(&str, Option<&str>)]) -> MetadataChange {
    let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), value.map(str::to_owned)));
    MetadataChange::Merge(pairs.collect())
}

#[test]
fn an_update_changes_what_it_mentions() {
    let keep = CustomerChange::default;
    type Expect = fn(Customer) -> Customer;
    let table: [(CustomerChange, Expect); 7] = [
        (CustomerChange { email: Some("b@example.com".into()), ..keep() }, |c| Customer {
            email: "b@example.com".into(),
            ..c
        }),
        (CustomerChange { name: Some(Some("Ada King".into())), ..keep() }, |c| Customer {
            name: Some("Ada King".into()),
            ..c
        }),
        (CustomerChange { name: Some(None), ..keep() }, |c| Customer { name: None, ..c }),
        (CustomerChange { phone: Some(Some("1".into())), ..keep() }, |c| Customer { phone: Some("1".into()), ..c }),
        (CustomerChange { description: Some(None), ..keep() }, |c| Customer { description: None, ..c }),
        (CustomerChange { metadata: MetadataChange::Clear, ..keep() }, |c| Customer {
            metadata: Metadata::default(),
            ..c
        }),
        (
            CustomerChange {
                metadata: merge(&[("a", None), ("b", Some("3")), ("c", Some("4")), ("d", None)]),
                ..keep()
            },
            |c| Customer {
                metadata: Metadata::trusted(BTreeMap::from([("b".into(), "3".into()), ("c".into(), "4".into())])),
                ..c
            },
        ),
    ];
    for (change, expect) in table {
        let mut world = World::new();
        let made = world.run(ada()).expect("made");
        world.now = world.now.plus(hedge_domain::Duration::from_secs(1));
        let update = UpdateCustomer { actor: owner(), id: made.id, change: change.clone() };
        let after = world.run(update).expect("updated");
        assert_eq!(after, Customer { updated_at: world.now, ..expect(made) }, "{change:?}");
    }
}

#[test]
fn an_update_that_changes_nothing_is_none() {
    let mut world = World::new();
    let made = world.run(ada()).expect("made");
    world.now = world.now.plus(hedge_domain::Duration::from_secs(1));
    let change =
        CustomerChange { name: Some(made.name.clone()), metadata: merge(&[("a", Some("1"))]), ..Default::default() };
    assert_eq!(world.run(UpdateCustomer { actor: owner(), id: made.id, change }), Ok(made));
}

#[test]
fn an_update_cannot_bring_the_fifty_first_key() {
    let mut world = World::new();
    let made = world.run(ada()).expect("made");
    let pairs = (0..49).map(|n| (format!("n{n}"), Some(String::new()))).collect();
    let change = CustomerChange { metadata: MetadataChange::Merge(pairs), ..Default::default() };
    let update = UpdateCustomer { actor: owner(), id: made.id, change };
    assert_eq!(world.run(update), Err(Refusal::MetadataInvalid { key: None }));
}

#[test]
fn a_strangers_customer_is_not_found() {
    let mut world = World::new();
    let id = world.run(ada()).expect("made").id;
    let update = UpdateCustomer { actor: stranger(), id, change: CustomerChange::default() };
    assert_eq!(world.run(update), Err(Refusal::CustomerNotFound(id)));
}

#[test]
fn only_a_customer_of_the_account_can_be_named() {
    let mut world = World::new();
    let theirs = world.run(CreateCustomer { actor: stranger(), ..ada() }).expect("made").id;
    for id in [theirs, CustomerId::from_bits(77)] {
        let payment = CreatePayment { customer: Some(id), ..create(100) };
        assert_eq!(world.run(payment), Err(Refusal::CustomerUnknown(id)));
        let token = world.state.payment_method(ACCOUNT, crate::world::TOKEN).expect("the card of the world");
        let method = CreatePaymentMethod {
            actor: owner(),
            merchant: None,
            customer: Some(id),
            card: token.card,
            fingerprint: token.fingerprint,
            rail_token: token.rail_token,
        };
        assert_eq!(world.run(method), Err(Refusal::CustomerUnknown(id)));
    }
    let own = world.run(ada()).expect("made").id;
    let payment = world.run(CreatePayment { customer: Some(own), ..create(100) }).expect("created");
    assert_eq!(payment.customer, Some(own));
}

/// Two merchants of one account, a key limited to each, and what can be named.
#[test]
fn a_customer_and_its_cards_have_the_reach_of_who_made_them() {
    let mut world = World::new();
    let other = MerchantId::from_bits(78);
    let merchant = NewMerchant::named("Other").made(other, ACCOUNT, world.now);
    world.state.merchants.put(other, merchant);
    world.state.keep();
    let limited = |merchant| Actor { merchants: Some([merchant].into()), ..owner() };
    let of = |world: &mut World, actor: Actor, merchant| {
        world.run(CreateCustomer { actor, merchant, ..ada() }).expect("made").id
    };
    let whole = of(&mut world, owner(), None);
    let ours = of(&mut world, limited(MERCHANT), Some(MERCHANT));
    let theirs = of(&mut world, limited(other), Some(other));
    // By whom, whose customer, paying whom, and whether that is so.
    let table = [
        (owner(), whole, MERCHANT, true),
        (owner(), whole, other, true),
        (owner(), ours, MERCHANT, true),
        (owner(), ours, other, false),
        (limited(MERCHANT), ours, MERCHANT, true),
        (limited(MERCHANT), theirs, MERCHANT, false),
        (limited(MERCHANT), whole, MERCHANT, false),
        (limited(other), theirs, other, true),
        (limited(other), ours, other, false),
        (Actor { customer: Some(whole), ..owner() }, ours, MERCHANT, false),
        (Actor { customer: Some(ours), ..owner() }, ours, MERCHANT, true),
    ];
    for (actor, id, merchant, reached) in table {
        let told = format!("{actor:?} {id} {merchant}");
        let card = card_of(&mut world, id);
        let unknown = Err(Refusal::PaymentMethodUnknown(card));
        let with_card = CreatePayment { actor: actor.clone(), merchant, token: Some(card), ..create(100) };
        let paid = world.run(with_card).map(|payment| payment.customer);
        assert_eq!(paid, if reached { Ok(None) } else { unknown.clone() }, "{told}");
        let pending = world.run(CreatePayment { actor: owner(), merchant, ..create(100) }).expect("made").id;
        if actor.customer.is_none() {
            let confirmed = world.run(ConfirmPayment { actor: actor.clone(), id: pending, token: card }).map(|_| None);
            assert_eq!(confirmed, if reached { Ok(None) } else { unknown }, "{told}");
            let named = CreatePayment { actor: actor.clone(), merchant, customer: Some(id), ..create(100) };
            let named = world.run(named).map(|payment| payment.customer);
            assert_eq!(named, if reached { Ok(Some(id)) } else { Err(Refusal::CustomerUnknown(id)) }, "{told}");
        }
    }
    for (actor, id, reached) in [
        (owner(), theirs, true),
        (limited(MERCHANT), ours, true),
        (limited(MERCHANT), theirs, false),
        (limited(MERCHANT), whole, false),
    ] {
        let update = UpdateCustomer { actor: actor.clone(), id, change: CustomerChange::default() };
        let updated = world.run(update).map(|customer| customer.id);
        assert_eq!(updated, if reached { Ok(id) } else { Err(Refusal::CustomerNotFound(id)) });
        let token = world.run(IssueClientToken { actor, customer: id }).map(|issued| issued.customer);
        assert_eq!(token, if reached { Ok(id) } else { Err(Refusal::CustomerUnknown(id)) });
    }
}

#[test]
fn a_card_that_is_nobodys_pays_the_merchant_it_was_made_for() {
    let mut world = World::new();
    let limited = Actor { merchants: Some([MERCHANT].into()), ..owner() };
    let known = world.state.payment_method(ACCOUNT, crate::world::TOKEN).expect("the card of the world");
    let mut made_for = |merchant| {
        let (card, rail_token) = (known.card.clone(), known.rail_token.clone());
        let fingerprint = known.fingerprint;
        let method = CreatePaymentMethod { actor: owner(), customer: None, merchant, card, fingerprint, rail_token };
        world.run(method).expect("made")
    };
    let (all, ours, theirs) = (made_for(None), made_for(Some(MERCHANT)), made_for(Some(MerchantId::from_bits(78))));
    for (method, pays) in [(&all, true), (&ours, true), (&theirs, false)] {
        assert_eq!(method.pays(&limited, MERCHANT), pays);
        assert_eq!(method.pays(&owner(), MERCHANT), pays);
        assert!(!method.pays(&stranger(), MERCHANT));
    }
}

fn card_of(world: &mut World, customer: CustomerId) -> PaymentMethodId {
    let known = world.state.payment_method(ACCOUNT, crate::world::TOKEN).expect("the card of the world");
    let method = CreatePaymentMethod {
        actor: owner(),
        customer: Some(customer),
        merchant: None,
        card: known.card,
        fingerprint: known.fingerprint,
        rail_token: known.rail_token,
    };
    world.run(method).expect("made").id
}
