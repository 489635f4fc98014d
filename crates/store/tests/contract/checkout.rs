//! Checkout sessions: kept whole, listed, found when their time is up, and completed together with their payment.

use hedge_domain::audit::Origin;
use hedge_domain::checkout_session::{
    CheckoutSession, CheckoutSessionId, CheckoutSessionQuery, CheckoutStatus, CreateCheckoutSession,
    ExpireCheckoutSession, LONGEST_LIFE, LapseCheckoutSession, PayCheckoutSession, PayingCard,
};
use hedge_domain::payment::{
    AnswerChallenge, BeginProcessing, FailureCode, Method, Outcome, PaymentId, PaymentStatus, RecordOutcome,
    ThreeDSecure,
};
use hedge_domain::test_clock::{ClockMove, MoveClock};
use hedge_domain::{Actor, Currency, Duration, Id, Key, Money};

use crate::harness::Harness;
use crate::sample::{
    Tenant, another_merchant, another_tenant, approve, card, customer, first_tenant, metadata, no_job,
};

promises! {
    sessions_keep_every_field,
    sessions_are_listed_newest_first_by_every_filter,
    sessions_are_told_when_their_time_is_up,
    sessions_expire_by_the_clock_of_their_account,
    a_session_is_complete_with_its_payment,
}

pub fn create(tenant: &Tenant, minor: i64) -> CreateCheckoutSession {
    CreateCheckoutSession {
        actor: tenant.actor.clone(),
        merchant: tenant.merchant,
        amount: Money::new(minor, Currency::Usd),
        description: None,
        customer_email: None,
        customer: None,
        methods: Vec::new(),
        success_url: "https://shop.example/thanks".to_owned(),
        cancel_url: "https://shop.example/cart".to_owned(),
        expires_at: None,
        metadata: metadata(&[]),
    }
}

/// A payment of the session by a card that wants a challenge first, or not.
pub async fn pay(harness: &Harness, tenant: &Tenant, id: CheckoutSessionId, challenge: bool) -> PayCheckoutSession {
    let known = card(harness, tenant).await;
    let card = PayingCard { card: known.card, fingerprint: known.fingerprint, rail_token: known.rail_token, challenge };
    PayCheckoutSession { id, card, email: "payer@example.com".to_owned() }
}

pub async fn paid(harness: &Harness, tenant: &Tenant, id: CheckoutSessionId) -> PaymentId {
    harness.run(pay(harness, tenant, id, false).await).await.id
}

pub async fn session(harness: &Harness, id: CheckoutSessionId) -> CheckoutSession {
    harness.store.get::<CheckoutSession>(id).await.unwrap().unwrap()
}

pub async fn decline(harness: &Harness, payment: PaymentId) {
    harness.run(BeginProcessing { payment, job: no_job() }).await;
    let outcome = Outcome::Declined(FailureCode::CardDeclined, ThreeDSecure::NotSupported);
    harness.run(RecordOutcome { payment, job: no_job(), outcome }).await;
}

pub async fn succeed(harness: &Harness, payment: PaymentId) {
    harness.run(BeginProcessing { payment, job: no_job() }).await;
    harness.run(approve(payment, no_job())).await;
}

async fn sessions_keep_every_field(harness: Harness) {
    let at = harness.now();
    let rich = CheckoutSession {
        attempts: 7,
        id: Id::from_bits(1 << 127),
        account: Id::from_bits(1 << 100),
        merchant: Id::from_bits(u128::MAX),
        amount: Money::new(99_999_999, Currency::Gbp),
        description: Some("two\nlines; ‘quoted’".to_owned()),
        customer_email: Some("payer+ü@example.com".to_owned()),
        customer: Some(Id::from_bits(5)),
        methods: Method::ALL.to_vec(),
        success_url: "https://shop.example/?a='b'".to_owned(),
        cancel_url: "https://shop.example/\"".to_owned(),
        metadata: metadata(&[("order", "{\"a\":1}")]),
        status: CheckoutStatus::Complete,
        payment: Some(Id::from_bits(6)),
        expires_at: at.plus(Duration::from_hours(1)),
        completed_at: Some(at.plus(Duration::from_secs(1))),
        expired_at: None,
        created_at: at,
        updated_at: at.plus(Duration::from_secs(2)),
        sequence: 3,
    };
    let bare = CheckoutSession {
        id: Id::from_bits(7),
        description: None,
        customer_email: None,
        customer: None,
        methods: vec![Method::Card],
        metadata: metadata(&[]),
        status: CheckoutStatus::Expired,
        payment: None,
        completed_at: None,
        expired_at: Some(at),
        ..rich.clone()
    };
    for written in [[rich.clone(), bare.clone()], [rich.clone(), CheckoutSession { sequence: 9, ..bare }]] {
        let put = written.clone();
        harness
            .act(move |state, _| {
                for session in &put {
                    state.checkout_sessions.find(session.id, Key::CheckoutSession)?;
                    state.checkout_sessions.put(session.id, session.clone());
                }
                Ok(())
            })
            .await;
        for expected in written {
            let id = expected.id;
            assert_eq!(session(&harness, id).await, expected);
            let loaded = harness.act(move |state, _| state.checkout_sessions.find(id, Key::CheckoutSession)).await;
            assert_eq!(loaded, Some(expected));
        }
    }
    assert_eq!(harness.store.get::<CheckoutSession>(Id::from_bits(9)).await.unwrap(), None);
}

fn query(actor: &Actor) -> CheckoutSessionQuery {
    CheckoutSessionQuery {
        actor: actor.clone(),
        merchant: None,
        status: None,
        customer: None,
        created_from: None,
        created_until: None,
        after: None,
        limit: 20,
    }
}

async fn listed(harness: &Harness, query: &CheckoutSessionQuery) -> (Vec<CheckoutSessionId>, bool) {
    let page = harness.store.list(query).await.unwrap();
    (page.items.iter().map(|session| session.id).collect(), page.has_more)
}

async fn sessions_are_listed_newest_first_by_every_filter(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let ada = customer(&harness, &tenant).await;
    let branch = another_merchant(&harness, tenant.account).await;
    let start = harness.now();
    let at = |hours: i64| Some(start.plus(Duration::from_hours(hours)));
    let mut made = Vec::new();
    // Two hours apart, so that a time range lies between rows and not within the clock's own uncertainty.
    for (merchant, customer) in
        [(tenant.merchant, None), (branch, Some(ada)), (tenant.merchant, Some(ada)), (branch, None)]
    {
        made.push(harness.run(CreateCheckoutSession { merchant, customer, ..create(&tenant, 100) }).await.id);
        harness.clock.advance(Duration::from_hours(2));
    }
    let [one, two, three, four] = made[..] else { panic!("four were made") };
    harness.run(ExpireCheckoutSession { actor: tenant.actor.clone(), id: two }).await;
    let stranger = another_tenant(&harness).await;
    let theirs = harness.run(create(&stranger, 100)).await.id;
    let all = || query(&tenant.actor);
    let limited = || query(&Actor { merchants: Some([branch].into()), ..tenant.actor.clone() });
    let both = || query(&Actor { merchants: Some([branch, tenant.merchant].into()), ..tenant.actor.clone() });
    let (open, expired) = (Some(CheckoutStatus::Open), Some(CheckoutStatus::Expired));
    let table = [
        (all(), vec![four, three, two, one]),
        (CheckoutSessionQuery { status: open, ..all() }, vec![four, three, one]),
        (CheckoutSessionQuery { status: expired, ..all() }, vec![two]),
        (CheckoutSessionQuery { status: Some(CheckoutStatus::Complete), ..all() }, vec![]),
        (CheckoutSessionQuery { customer: Some(ada), ..all() }, vec![three, two]),
        (CheckoutSessionQuery { customer: Some(ada), status: open, ..all() }, vec![three]),
        (CheckoutSessionQuery { merchant: Some(branch), ..all() }, vec![four, two]),
        (CheckoutSessionQuery { merchant: Some(branch), customer: Some(ada), ..all() }, vec![two]),
        (limited(), vec![four, two]),
        (both(), vec![four, three, two, one]),
        (CheckoutSessionQuery { after: Some(three), ..both() }, vec![two, one]),
        (CheckoutSessionQuery { merchant: Some(tenant.merchant), ..limited() }, vec![]),
        (CheckoutSessionQuery { created_from: at(2), ..all() }, vec![four, three, two]),
        (CheckoutSessionQuery { created_until: at(2), ..all() }, vec![one]),
        (CheckoutSessionQuery { created_from: at(2), created_until: at(6), ..all() }, vec![three, two]),
        (CheckoutSessionQuery { after: Some(three), ..all() }, vec![two, one]),
        (query(&stranger.actor), vec![theirs]),
    ];
    for (asked, expected) in table {
        assert_eq!(listed(&harness, &asked).await, (expected.clone(), false), "{asked:?}");
        let more = expected.len() > 1;
        let first: Vec<_> = expected.into_iter().take(1).collect();
        assert_eq!(listed(&harness, &CheckoutSessionQuery { limit: 1, ..asked }).await, (first, more));
    }
}

async fn sessions_are_told_when_their_time_is_up(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let mut made = Vec::new();
    for minor in 1..=4 {
        made.push(harness.run(create(&tenant, minor)).await.id);
        harness.clock.advance(Duration::from_secs(1));
    }
    let [unpaid, challenged, on_its_way, complete] = made[..] else { panic!("four were made") };
    let waits = harness.run(pay(&harness, &tenant, challenged, true).await).await.id;
    let flies = paid(&harness, &tenant, on_its_way).await;
    let done = paid(&harness, &tenant, complete).await;
    succeed(&harness, done).await;
    let due = |limit| harness.store.expired_checkout_sessions(harness.now(), limit);
    assert_eq!(due(10).await.unwrap(), []);
    harness.clock.advance(Duration::from_millis(LONGEST_LIFE.millis() - 4_000));
    assert_eq!(due(10).await.unwrap(), [unpaid]);
    harness.clock.advance(Duration::from_secs(9));
    assert_eq!(due(10).await.unwrap(), [unpaid, challenged]);
    assert_eq!(due(1).await.unwrap(), [unpaid]);
    for id in [unpaid, challenged] {
        assert!(harness.run(LapseCheckoutSession { id }).await);
    }
    assert_eq!(due(10).await.unwrap(), []);
    assert_eq!(harness.payment(waits).await.status, PaymentStatus::Canceled);
    // What was begun in time decides for itself; when it has failed, the session is due.
    decline(&harness, flies).await;
    assert_eq!(due(10).await.unwrap(), [on_its_way]);
    assert_eq!(harness.store.audit().await.unwrap().findings, []);
}

async fn sessions_expire_by_the_clock_of_their_account(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let id = harness.run(create(&tenant, 500)).await.id;
    let stranger = another_tenant(&harness).await;
    let theirs = harness.run(create(&stranger, 500)).await.id;
    harness.run(MoveClock { account: tenant.account, to: ClockMove::Freeze(None), origin: Origin::SYSTEM }).await;
    harness.clock.advance(LONGEST_LIFE);
    assert_eq!(harness.store.expired_checkout_sessions(harness.now(), 10).await.unwrap(), [theirs]);
    assert!(!harness.run(LapseCheckoutSession { id }).await);
    harness
        .run(MoveClock { account: tenant.account, to: ClockMove::AdvanceBy(LONGEST_LIFE), origin: Origin::SYSTEM })
        .await;
    let due = harness.store.expired_checkout_sessions(harness.now(), 10).await.unwrap();
    assert_eq!(due.len(), 2);
    assert!(harness.run(LapseCheckoutSession { id }).await);
}

async fn a_session_is_complete_with_its_payment(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let id = harness.run(create(&tenant, 500)).await.id;
    let declined = paid(&harness, &tenant, id).await;
    decline(&harness, declined).await;
    let challenged = harness.run(pay(&harness, &tenant, id, true).await).await.id;
    assert_eq!(session(&harness, id).await.payment, Some(challenged));
    harness.run(AnswerChallenge { session: id, payment: challenged, passed: true }).await;
    succeed(&harness, challenged).await;
    let harness = harness.reopened().await;
    let complete = session(&harness, id).await;
    assert_eq!((complete.status, complete.payment), (CheckoutStatus::Complete, Some(challenged)));
    for payment in [declined, challenged] {
        assert_eq!(harness.payment(payment).await.checkout_session, Some(id));
    }
    assert_eq!(harness.store.audit().await.unwrap().findings, []);
}
