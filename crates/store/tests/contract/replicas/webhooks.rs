//! Two replicas, the same endpoints: what was promised through the one is kept by the other.

use hedge_domain::delivery::{DeliveryStatus, ResendEvents};
use hedge_domain::webhook_endpoint::{Subscriptions, Wanted};
use hedge_store::{Outbox, WebhookEndpointsOf};

use super::*;
use crate::webhooks::{all_of, create_endpoint, report};

/// An endpoint counts from the moment it is answered for, through whichever replica it was made.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_through_one_replica_goes_to_the_endpoints_made_through_the_other() {
    let Some((harness, other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    let mut endpoints = Vec::new();
    for round in 1..=5 {
        let stores = [&other, &harness.store];
        let made = race(stores, vec![create_endpoint(tenant.account, Wanted::All)]).await;
        endpoints.push((made.into_iter().next().unwrap().unwrap(), round));
        let payments = (0..20).map(|_| create(&tenant, 1_000)).collect();
        race([&harness.store, &other], payments).await.into_iter().for_each(|payment| drop(payment.unwrap()));
    }
    for (endpoint, round) in &endpoints {
        assert_eq!(all_of(&harness, endpoint).await.len(), 20 * (6 - round), "made in round {round}");
    }
    assert_eq!(harness.store.audit().await.unwrap().findings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endpoints_made_on_two_replicas_at_once_stop_at_the_limit() {
    let Some((harness, other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    let commands = (0..40).map(|_| create_endpoint(tenant.account, Wanted::All)).collect();
    let made = race([&harness.store, &other], commands).await;
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), Subscriptions::MOST);
    assert_eq!(harness.store.all(&WebhookEndpointsOf(tenant.account)).await.unwrap().len(), Subscriptions::MOST);
}

/// Sending again races with attempts that are being recorded: nothing is lost and nothing is there twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sending_again_on_two_replicas_makes_no_second_delivery() {
    let Some((harness, other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    for _ in 0..10 {
        harness.run(create(&tenant, 1_000)).await;
    }
    let endpoint = harness.run(create_endpoint(tenant.account, Wanted::All)).await;
    for _ in 0..10 {
        harness.run(create(&tenant, 1_000)).await;
    }
    let had = all_of(&harness, &endpoint).await;
    let events = harness.store.all(&Outbox { after: None, limit: 100 }).await.unwrap();
    let events: Vec<_> = events.iter().map(|event| (event.id, event.kind)).collect();
    let resend = || ResendEvents {
        account: tenant.account,
        endpoint: endpoint.id,
        events: events.clone(),
        undelivered_only: false,
    };
    let (resent, recorded) = futures::join!(
        race([&harness.store, &other], (0..12).map(|_| resend()).collect()),
        race([&other, &harness.store], had.iter().map(|one| report(one, None)).collect()),
    );
    assert!(resent.iter().all(|resent| resent.as_ref().is_ok_and(|resent| resent.queued == 20)), "{resent:?}");
    assert!(recorded.iter().all(|recorded| matches!(recorded, Ok(Some(_)))));
    let all = all_of(&harness, &endpoint).await;
    assert_eq!(all.len(), 20);
    let attempted = all.iter().filter(|one| one.attempts == 1).count();
    assert_eq!(attempted, 10);
    assert!(all.iter().all(|one| matches!(one.status, DeliveryStatus::Pending | DeliveryStatus::Delivered)));
    assert_eq!(harness.store.audit().await.unwrap().findings, []);
}
