//! The main flows on Postgres, with two replicas on one database: whatever is done through the one is seen, and
//! respected, through the other.

use std::collections::BTreeSet;

use hedge_client::hedge::types::{self, Currency, Payment, PaymentStatus};
use hedge_client::hedge::{Client, Error, Failure as _, ResponseValue};

use super::concurrency;
use crate::harness::server::{VISA, client, pending, settled, token};
use crate::harness::{Replicas, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_is_made_here_and_refunded_there() {
    let Some(replicas) = Replicas::start().await else { return };
    let [here, there] = replicas.clients();
    let token = token(&here, VISA).await;
    let id = pending(&there).await.id;
    here.confirm_payment().id(&id).body_map(|body| body.payment_method_token(token)).send().await.unwrap();
    let payment = settled(&there, &id).await;
    assert_eq!((payment.status, payment.fee, payment.net_amount), (PaymentStatus::Succeeded, 320, 9679));
    let refunded = there.refund_payment().id(&id).body_map(|body| body.amount(2500)).send().await.unwrap();
    assert_eq!((refunded.status, refunded.refunded_amount), (PaymentStatus::PartiallyRefunded, 2500));
    let found = here.retrieve_payment().id(&id).send().await.unwrap();
    assert_eq!(*found, *refunded);
    let listed = here.list_payments().status(PaymentStatus::PartiallyRefunded).send().await.unwrap();
    assert_eq!(listed.data, [found.into_inner()]);
    let refused = here.cancel_payment().id(&id).send().await.unwrap_err();
    assert_eq!(refused.code(), Some("payment_not_cancelable"));
    let called_off = pending(&here).await.id;
    there.cancel_payment().id(&called_off).send().await.unwrap();
    assert_eq!(settled(&here, &called_off).await.status, PaymentStatus::Canceled);
    replicas.end().await;
}

async fn create(client: &Client, amount: i64) -> Result<ResponseValue<Payment>, Error<types::Error>> {
    let request = client.create_payment().idempotency_key("order-1");
    let filled =
        request.body_map(|body| body.amount(amount).currency(Currency::Eur).customer_email("customer@example.com"));
    filled.send().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_recorded_here_is_replayed_there() {
    let Some(replicas) = Replicas::start().await else { return };
    let [here, there] = replicas.clients();
    let first = create(&here, 100).await.unwrap();
    let again = create(&there, 100).await.unwrap();
    assert_eq!(*first, *again);
    assert!(again.headers().contains_key("idempotent-replayed"));
    assert_eq!(create(&there, 200).await.unwrap_err().code(), Some("idempotency_key_reused"));
    replicas.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_paid_here_and_there_at_once_has_one_payment() {
    let Some(replicas) = Replicas::start().await else { return };
    let [here, there] = replicas.clients();
    for _ in 0..5 {
        let request = here.create_checkout_session().body_map(|body| {
            let there_and_back = ("https://shop.example/thanks", "https://shop.example/cart");
            body.amount(9999).currency(Currency::Usd).success_url(there_and_back.0).cancel_url(there_and_back.1)
        });
        let id = request.send().await.unwrap().id.clone();
        // Two forms, each of them sent five times to each replica.
        let nonces = ["one", "two"];
        let attempts = (0..20_usize).map(|turn| replicas.pay_session(turn % 2, &id, nonces[turn / 2 % 2]));
        let paid = futures::future::join_all(attempts).await.into_iter().filter_map(Result::ok);
        let payments: BTreeSet<String> = paid.collect();
        assert_eq!(payments.len(), 1);
        let payment = settled(&there, payments.first().unwrap()).await;
        assert_eq!((payment.status, payment.checkout_session_id.as_ref()), (PaymentStatus::Succeeded, Some(&id)));
        let session = there.retrieve_checkout_session().id(&id).send().await.unwrap();
        assert_eq!(session.payment_id, Some(payment.id));
    }
    assert_eq!(here.list_payments().send().await.unwrap().data.len(), 5);
    replicas.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_revoked_here_stops_there_within_about_a_second() {
    let Some(replicas) = Replicas::start().await else { return };
    let [here, _] = replicas.clients();
    let key = here.create_api_key().send().await.unwrap().into_inner();
    let other = client(&replicas.urls[1], &key.secret);
    other.list_payments().send().await.unwrap();
    here.revoke_api_key().id(&key.id).send().await.unwrap();
    until(async || match other.list_payments().send().await {
        Ok(_) => Err("a revoked key still works".to_owned()),
        Err(_) => Ok(()),
    })
    .await;
    replicas.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn races_end_the_same_way_on_two_replicas() {
    let Some(replicas) = Replicas::start().await else { return };
    let clients = replicas.clients();
    concurrency::one_key_makes_one_payment(&clients).await;
    concurrency::refunds_never_exceed_the_payment(&clients).await;
    concurrency::full_refunds_are_one(&clients).await;
    concurrency::confirmations_are_one(&clients).await;
    concurrency::cancel_races_confirm(&clients).await;
    replicas.end().await;
}
