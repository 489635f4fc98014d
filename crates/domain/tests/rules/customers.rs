//! Customers: what an update sets, clears and leaves; and who may name one.

use std::collections::BTreeMap;

use hedge_domain::Refusal;
use hedge_domain::customer::{CreateCustomer, Customer, CustomerChange, CustomerId, MetadataChange, UpdateCustomer};
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::CreatePayment;
use hedge_domain::payment_method::CreatePaymentMethod;

use crate::world::{ACCOUNT, World, create, stranger};

fn ada() -> CreateCustomer {
    CreateCustomer {
        account: ACCOUNT,
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
        let update = UpdateCustomer { account: ACCOUNT, id: made.id, change: change.clone() };
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
    assert_eq!(world.run(UpdateCustomer { account: ACCOUNT, id: made.id, change }), Ok(made));
}

#[test]
fn an_update_cannot_bring_the_fifty_first_key() {
    let mut world = World::new();
    let made = world.run(ada()).expect("made");
    let pairs = (0..49).map(|n| (format!("n{n}"), Some(String::new()))).collect();
    let change = CustomerChange { metadata: MetadataChange::Merge(pairs), ..Default::default() };
    let update = UpdateCustomer { account: ACCOUNT, id: made.id, change };
    assert_eq!(world.run(update), Err(Refusal::MetadataInvalid { key: None }));
}

#[test]
fn a_strangers_customer_is_not_found() {
    let mut world = World::new();
    let id = world.run(ada()).expect("made").id;
    let update = UpdateCustomer { account: stranger().account, id, change: CustomerChange::default() };
    assert_eq!(world.run(update), Err(Refusal::CustomerNotFound(id)));
}

#[test]
fn only_a_customer_of_the_account_can_be_named() {
    let mut world = World::new();
    let theirs = world.run(CreateCustomer { account: stranger().account, ..ada() }).expect("made").id;
    for id in [theirs, CustomerId::from_bits(77)] {
        let payment = CreatePayment { customer: Some(id), ..create(100) };
        assert_eq!(world.run(payment), Err(Refusal::CustomerUnknown(id)));
        let token = world.state.payment_method(ACCOUNT, crate::world::TOKEN).expect("the card of the world");
        let method = CreatePaymentMethod {
            account: ACCOUNT,
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
