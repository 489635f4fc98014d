//! Customers, their payment methods, and the keys that client tokens are signed with: kept whole, and listed.

use hedge_domain::audit::Origin;
use hedge_domain::card::{Brand, Card};
use hedge_domain::customer::{
    CreateCustomer, Customer, CustomerChange, CustomerId, CustomerQuery, MetadataChange, UpdateCustomer,
};
use hedge_domain::payment_method::{CreatePaymentMethod, PaymentMethodId, PaymentMethodQuery};
use hedge_domain::signing_key::{RotateSigningKeys, SigningKey};
use hedge_domain::{Actor, Duration, Id};
use hedge_store::SigningKeys;

use crate::harness::Harness;
use crate::sample::{Tenant, another_merchant, another_tenant, create_customer, customer, first_tenant, metadata};

promises! {
    customers_keep_every_field,
    customers_are_listed_newest_first_by_every_filter,
    a_limited_key_lists_the_customers_of_its_merchants,
    payment_methods_are_listed_by_customer,
    signing_keys_keep_every_field,
}

async fn customers_keep_every_field(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let made = harness.run(create_customer(&tenant, "bare@example.com")).await;
    assert_eq!(harness.store.get::<Customer>(made.id).await.unwrap(), Some(made.clone()));
    harness.clock.advance(Duration::from_secs(1));
    let change = CustomerChange {
        email: Some("ü'\"@example.com".to_owned()),
        name: Some(Some("Zoë; DROP TABLE customers".to_owned())),
        phone: Some(Some(String::new())),
        description: Some(Some("two\nlines".to_owned())),
        metadata: MetadataChange::Merge([("k".to_owned(), Some("v".to_owned()))].into()),
    };
    let update = UpdateCustomer { actor: tenant.actor.clone(), id: made.id, change };
    let rich = harness.run(update).await;
    assert_eq!((rich.created_at, rich.updated_at), (made.created_at, harness.now()));
    assert_eq!(rich.metadata, metadata(&[("k", "v")]));
    assert_eq!(harness.store.get::<Customer>(made.id).await.unwrap(), Some(rich.clone()));
    let id = made.id;
    let loaded = harness.act(move |state, _| state.customers.find(id, hedge_domain::Key::Customer)).await;
    assert_eq!(loaded, Some(rich));
    assert_eq!(harness.store.get::<Customer>(Id::from_bits(9)).await.unwrap(), None);
}

fn query(tenant: &Tenant) -> CustomerQuery {
    CustomerQuery {
        actor: tenant.actor.clone(),
        merchant: None,
        email: None,
        created_from: None,
        created_until: None,
        after: None,
        limit: 20,
    }
}

async fn listed(harness: &Harness, query: CustomerQuery) -> (Vec<CustomerId>, bool) {
    let page = harness.store.list(&query).await.unwrap();
    (page.items.iter().map(|customer: &Customer| customer.id).collect(), page.has_more)
}

async fn customers_are_listed_newest_first_by_every_filter(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let start = harness.now();
    let at = |hours: i64| Some(start.plus(Duration::from_hours(hours)));
    let mut made = Vec::new();
    // Two hours apart, so that a time range lies between rows and not within the clock's own uncertainty.
    for email in ["a@example.com", "b@example.com", "a@example.com", "A@example.com"] {
        made.push(harness.run(create_customer(&tenant, email)).await.id);
        harness.clock.advance(Duration::from_hours(2));
    }
    let stranger = another_tenant(&harness).await;
    let theirs = customer(&harness, &stranger).await;
    let [one, two, three, four] = made[..] else { panic!("four were made") };
    let a = Some("a@example.com".to_owned());
    let all = || query(&tenant);
    let table = [
        (all(), vec![four, three, two, one]),
        (CustomerQuery { email: a.clone(), ..all() }, vec![three, one]),
        (CustomerQuery { email: Some("nobody@example.com".to_owned()), ..all() }, vec![]),
        (CustomerQuery { created_from: at(2), ..all() }, vec![four, three, two]),
        (CustomerQuery { created_until: at(2), ..all() }, vec![one]),
        (CustomerQuery { created_from: at(2), created_until: at(6), ..all() }, vec![three, two]),
        (CustomerQuery { created_from: at(7), ..all() }, vec![]),
        (CustomerQuery { created_until: at(0), ..all() }, vec![]),
        (CustomerQuery { created_from: at(1), email: a.clone(), ..all() }, vec![three]),
        (CustomerQuery { after: Some(three), ..all() }, vec![two, one]),
        (CustomerQuery { after: Some(three), email: a.clone(), ..all() }, vec![one]),
        (query(&stranger), vec![theirs]),
    ];
    for (asked, expected) in table {
        assert_eq!(listed(&harness, asked.clone()).await, (expected.clone(), false), "{asked:?}");
        let more = expected.len() > 1;
        let first = expected.into_iter().take(1).collect();
        assert_eq!(listed(&harness, CustomerQuery { limit: 1, ..asked }).await, (first, more));
    }
}

async fn a_limited_key_lists_the_customers_of_its_merchants(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let second = another_merchant(&harness, tenant.account).await;
    let mut made = Vec::new();
    for (merchant, email) in [(None, "a"), (Some(tenant.merchant), "a"), (Some(second), "a"), (Some(second), "b")] {
        let customer = CreateCustomer { merchant, ..create_customer(&tenant, &format!("{email}@example.com")) };
        made.push(harness.run(customer).await.id);
    }
    let [_whole, ours, theirs, other] = made[..] else { panic!("four were made") };
    let limited = |merchants: &[_]| {
        let actor = Actor { merchants: Some(merchants.iter().copied().collect()), ..tenant.actor.clone() };
        CustomerQuery { actor, ..query(&tenant) }
    };
    let a = || Some("a@example.com".to_owned());
    let table = [
        (query(&tenant), made.iter().rev().copied().collect()),
        (CustomerQuery { merchant: Some(second), ..query(&tenant) }, vec![other, theirs]),
        (CustomerQuery { merchant: Some(second), email: a(), ..query(&tenant) }, vec![theirs]),
        (limited(&[tenant.merchant]), vec![ours]),
        (limited(&[tenant.merchant, second]), vec![other, theirs, ours]),
        (CustomerQuery { email: a(), ..limited(&[tenant.merchant, second]) }, vec![theirs, ours]),
        (CustomerQuery { merchant: Some(second), ..limited(&[tenant.merchant]) }, vec![]),
        (limited(&[]), vec![]),
    ];
    for (asked, expected) in table {
        assert_eq!(listed(&harness, asked.clone()).await, (expected, false), "{asked:?}");
    }
}

async fn card_of(harness: &Harness, tenant: &Tenant, customer: Option<CustomerId>) -> PaymentMethodId {
    let command = CreatePaymentMethod {
        actor: tenant.actor.clone(),
        merchant: None,
        customer,
        card: Card { brand: Brand::Visa, last4: "4242".to_owned(), exp_month: 12, exp_year: 2034 },
        fingerprint: [1; 16],
        rail_token: "rail".to_owned(),
    };
    harness.run(command).await.id
}

async fn payment_methods_are_listed_by_customer(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let (a, b) = (customer(&harness, &tenant).await, customer(&harness, &tenant).await);
    let mut of_a = Vec::new();
    for whose in [Some(a), Some(b), None, Some(a), Some(a)] {
        let id = card_of(&harness, &tenant, whose).await;
        if whose == Some(a) {
            of_a.insert(0, id);
        }
    }
    let asked = PaymentMethodQuery { account: tenant.account, customer: a, after: None, limit: 2 };
    let page = harness.store.list(&asked).await.unwrap();
    assert_eq!(page.items.iter().map(|method| method.id).collect::<Vec<_>>(), of_a[..2]);
    assert!(page.has_more);
    assert!(page.items.iter().all(|method| method.customer == Some(a)));
    let rest = PaymentMethodQuery { after: Some(of_a[1]), ..asked.clone() };
    let rest = harness.store.list(&rest).await.unwrap();
    assert_eq!((rest.items.iter().map(|method| method.id).collect::<Vec<_>>(), rest.has_more), (vec![of_a[2]], false));
    let stranger = another_tenant(&harness).await;
    let theirs = PaymentMethodQuery { account: stranger.account, ..asked };
    assert_eq!(harness.store.list(&theirs).await.unwrap().items, []);
}

async fn signing_keys_keep_every_field(harness: Harness) {
    let rotate = |tag: u8, others: Vec<_>| RotateSigningKeys {
        public: [tag; 32],
        sealed: vec![tag; 72],
        after: Duration::from_secs(i64::from(tag)),
        others,
        origin: Origin::SYSTEM,
    };
    let first = harness.run(rotate(1, vec![])).await;
    assert_eq!(harness.store.all(&SigningKeys).await.unwrap(), std::slice::from_ref(&first));
    harness.clock.advance(Duration::from_secs(1));
    let second = harness.run(rotate(255, vec![first.id])).await;
    let retires_at = Some(second.activates_at.plus(Duration::from_secs(16 * 60)));
    let first = SigningKey { retires_at, ..first };
    assert_eq!(harness.store.all(&SigningKeys).await.unwrap(), [second, first]);
}
