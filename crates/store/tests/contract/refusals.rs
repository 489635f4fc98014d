//! Refused commands leave nothing behind, and what is not there is `None`.

use futures::future::join_all;
use hedge_domain::account::Account;
use hedge_domain::api_key::ApiKey;
use hedge_domain::customer::CustomerId;
use hedge_domain::event::EventKind;
use hedge_domain::installation::Installation;
use hedge_domain::job::Task;
use hedge_domain::merchant::{Merchant, MerchantId};
use hedge_domain::payment::{CreatePayment, Payment, RefundPayment};
use hedge_domain::{Id, Key, Refusal};
use hedge_store::{ApiKeyByHash, ApiKeysOf, Outbox, StoreError};

use crate::harness::Harness;
use crate::sample::{another_merchant, create, customer, first_tenant, metadata, query, succeeded};

promises! {
    a_refused_command_leaves_nothing,
    a_command_the_database_refuses_fails_alone,
    missing_rows_are_none,
    what_never_changes_is_refused_alike,
    a_text_with_u_0000_is_kept_alike,
}

async fn a_refused_command_leaves_nothing(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let paid = succeeded(&harness, &tenant, 5_000).await;
    let events = harness.store.all(&Outbox { after: None, limit: 100 }).await.unwrap();
    let jobs = harness.store.jobs_waiting().await.unwrap();
    let balances = harness.store.balances().await.unwrap();

    let too_much = RefundPayment {
        actor: tenant.actor.clone(),
        id: paid.id,
        amount: Some(5_001),
        reason: None,
        metadata: metadata(&[]),
    };
    let refused = harness.try_run(too_much).await;
    assert!(matches!(refused, Err(Refusal::RefundAmountExceeded { .. })), "{refused:?}");
    let id = paid.id;
    let staged_first = harness.try_act(move |state, cx| {
        let mut payment = state.payments.find(id, Key::Payment)?.unwrap();
        payment.refunded = 17;
        state.announce(cx, &mut payment, EventKind::PaymentRefunded);
        state.schedule(cx, payment.account, Task::SubmitPayment(id), cx.now);
        Err::<(), _>(Refusal::KeyLimited.into())
    });
    assert_eq!(staged_first.await, Err(Refusal::KeyLimited));

    assert_eq!(harness.payment(paid.id).await, paid);
    assert_eq!(harness.store.all(&Outbox { after: None, limit: 100 }).await.unwrap(), events);
    assert_eq!(harness.store.jobs_waiting().await.unwrap(), jobs);
    assert_eq!(harness.store.balances().await.unwrap(), balances);
}

async fn missing_rows_are_none(harness: Harness) {
    let store = &harness.store;
    assert_eq!(store.get::<Installation>(()).await.unwrap(), None);
    assert_eq!(store.get::<Account>(Id::from_bits(1)).await.unwrap(), None);
    assert_eq!(store.get::<Merchant>(Id::from_bits(1)).await.unwrap(), None);
    assert_eq!(store.get::<ApiKey>(Id::from_bits(1)).await.unwrap(), None);
    assert_eq!(store.first(&ApiKeyByHash([1; 32])).await.unwrap(), None);
    assert_eq!(store.all(&ApiKeysOf::all(Id::from_bits(1))).await.unwrap(), []);
    assert_eq!(store.get::<Payment>(Id::from_bits(1)).await.unwrap(), None);
    assert_eq!(store.next_job_due().await.unwrap(), None);
    assert_eq!(store.jobs_waiting().await.unwrap(), 0);
    assert_eq!(store.all(&Outbox { after: None, limit: 10 }).await.unwrap(), []);
    assert_eq!(store.balances().await.unwrap(), []);
    assert_eq!(store.recomputed_balances().await.unwrap(), []);
    assert!(store.payments_by_status().await.unwrap().values().all(|&count| count == 0));
    store.ping().await.unwrap();

    let (tenant, _) = first_tenant(&harness).await;
    let page = store.list(&query(&tenant.actor)).await.unwrap();
    assert!(page.items.is_empty() && !page.has_more);
    let unknown = Id::from_bits(77);
    let refund =
        RefundPayment { actor: tenant.actor.clone(), id: unknown, amount: None, reason: None, metadata: metadata(&[]) };
    assert_eq!(harness.try_run(refund).await, Err(Refusal::PaymentNotFound(unknown)));
    let elsewhere = CreatePayment { merchant: Id::from_bits(5), ..create(&tenant, 100) };
    assert_eq!(harness.try_run(elsewhere).await, Err(Refusal::MerchantUnknown(Id::from_bits(5))));
}

/// The rules are held twice: a command with a mistake in it is stopped by the database, and nobody else of its batch is.
async fn a_command_the_database_refuses_fails_alone(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let paid = succeeded(&harness, &tenant, 5_000).await;
    let id = paid.id;
    let mistaken = harness.attempt(move |state, cx| {
        let mut payment = state.payments.find(id, Key::Payment)?.unwrap();
        payment.refunded = payment.amount.minor() + 1;
        state.announce(cx, &mut payment, EventKind::PaymentRefunded);
        Ok(())
    });
    let sound = join_all((1..=20).map(|minor| harness.try_run(create(&tenant, minor))));
    let (mistaken, sound) = tokio::join!(mistaken, sound);
    assert!(matches!(mistaken, Err(StoreError::Fault(_))), "{mistaken:?}");
    assert!(sound.iter().all(Result::is_ok), "{sound:?}");
    assert_eq!(harness.payment(id).await, paid);
}

/// The indices over what never changes need not be looked at by an update, so it must not be lost silently.
async fn what_never_changes_is_refused_alike(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let customer = customer(&harness, &tenant).await;
    let payment = harness.run(create(&tenant, 100)).await;
    let (merchant, id) = (another_merchant(&harness, tenant.account).await, payment.id);
    let moved: [fn(&mut Payment, MerchantId, CustomerId); 3] = [
        |payment, _, _| payment.account = Id::from_bits(1),
        |payment, merchant, _| payment.merchant = merchant,
        |payment, _, customer| payment.customer = Some(customer),
    ];
    for change in moved {
        let done = harness.attempt(move |state, _| {
            let mut payment = state.payments.find(id, Key::Payment)?.unwrap();
            change(&mut payment, merchant, customer);
            state.payments.put(id, payment);
            Ok(())
        });
        assert!(matches!(done.await, Err(StoreError::Fault(_))));
    }
    let whose = harness.attempt(move |state, _| {
        let mut other = state.customers.find(customer, Key::Customer)?.unwrap();
        other.account = Id::from_bits(1);
        state.customers.put(customer, other);
        Ok(())
    });
    assert!(matches!(whose.await, Err(StoreError::Fault(_))));
    assert_eq!(harness.payment(id).await, payment);
}

/// The edge refuses it; what comes this far reads the same on every engine.
async fn a_text_with_u_0000_is_kept_alike(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let odd = CreatePayment { description: Some("a\0b".to_owned()), ..create(&tenant, 100) };
    let payment = harness.run(odd).await;
    assert_eq!(harness.payment(payment.id).await.description.as_deref(), Some("a\u{fffd}b"));
}
