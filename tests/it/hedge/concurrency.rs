//! Many at once: what holds for one request after the other holds when they race, also across replicas.
//!
//! The races are functions over two clients, so that [`super::postgres`] can run them against two replicas.

use futures::future::join_all;
use hedge_client::hedge::types::{Currency, PaymentStatus};
use hedge_client::hedge::{Client, Failure as _};

use crate::harness::Server;
use crate::harness::server::{VISA, pending, settled, succeeded, token};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_requests_with_one_key_make_one_payment() {
    let server = Server::start().await;
    one_key_makes_one_payment(&[server.client(), server.client()]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_refunds_never_exceed_the_payment() {
    let server = Server::start().await;
    refunds_never_exceed_the_payment(&[server.client(), server.client()]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancellation_that_races_a_confirmation_wins_or_loses() {
    let server = Server::start().await;
    cancel_races_confirm(&[server.client(), server.client()]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn full_refunds_that_race_are_one_refund() {
    let server = Server::start().await;
    full_refunds_are_one(&[server.client(), server.client()]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn confirmations_that_race_are_one_charge() {
    let server = Server::start().await;
    confirmations_are_one(&[server.client(), server.client()]).await;
}

pub async fn one_key_makes_one_payment(clients: &[Client; 2]) {
    let create = |index: usize| {
        let request = clients[index % 2]
            .create_payment()
            .idempotency_key("order-1234")
            .body_map(|body| body.amount(9999).currency(Currency::Usd).customer_email("customer@example.com"));
        request.send()
    };
    let answers = join_all((0..50).map(create)).await;
    let mut ids = Vec::new();
    let mut fresh = 0;
    for answer in answers {
        match answer {
            Ok(payment) => {
                fresh += usize::from(!payment.headers().contains_key("idempotent-replayed"));
                ids.push(payment.into_inner().id);
            }
            Err(error) => assert_eq!(error.code(), Some("idempotency_in_progress"), "{error}"),
        }
    }
    assert_eq!(fresh, 1, "one answer is the first, all others are replays or told to come back");
    let again = create(1).await.unwrap();
    assert!(ids.iter().all(|id| *id == again.id));
    let listed = clients[0].list_payments().send().await.unwrap();
    assert_eq!(listed.data.len(), 1);
}

/// Sixteen refunds of 600 fit into 9999, whichever they are.
pub async fn refunds_never_exceed_the_payment(clients: &[Client; 2]) {
    let id = succeeded(&clients[0]).await.id;
    let refund = |index: usize| clients[index % 2].refund_payment().id(&id).body_map(|body| body.amount(600)).send();
    let answers = join_all((0..20).map(refund)).await;
    let mut taken = 0;
    for answer in answers {
        match answer {
            Ok(_) => taken += 1,
            Err(error) => assert_eq!(error.code(), Some("refund_amount_exceeded"), "{error}"),
        }
    }
    let payment = clients[1].retrieve_payment().id(&id).send().await.unwrap();
    assert_eq!((taken, payment.refunds.len(), payment.refunded_amount), (16, 16, 9600));
    assert_eq!(payment.status, PaymentStatus::PartiallyRefunded);
}

pub async fn full_refunds_are_one(clients: &[Client; 2]) {
    let id = succeeded(&clients[0]).await.id;
    let answers = join_all((0..10).map(|index: usize| clients[index % 2].refund_payment().id(&id).send())).await;
    let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
    assert!(refused.map(|error| error.code()).eq([Some("payment_not_refundable"); 9]));
    let payment = clients[1].retrieve_payment().id(&id).send().await.unwrap();
    assert_eq!((payment.refunds.len(), payment.refunded_amount), (1, 9999));
}

pub async fn confirmations_are_one(clients: &[Client; 2]) {
    let (id, token) = (pending(&clients[0]).await.id, token(&clients[0], VISA).await);
    let confirm = |index: usize| {
        let token = token.clone();
        clients[index % 2].confirm_payment().id(&id).body_map(|body| body.payment_method_token(token)).send()
    };
    let answers = join_all((0..10).map(confirm)).await;
    let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
    assert!(refused.map(|error| error.code()).eq([Some("payment_not_confirmable"); 9]));
    let payment = settled(&clients[1], &id).await;
    assert_eq!((payment.status, payment.fee), (PaymentStatus::Succeeded, 320));
}

/// A payment may still be canceled once it is submitted, so both may succeed; a cancellation that did must hold.
pub async fn cancel_races_confirm(clients: &[Client; 2]) {
    let token = token(&clients[0], VISA).await;
    for _ in 0..10 {
        let id = pending(&clients[0]).await.id;
        let token = token.clone();
        let confirm = clients[0].confirm_payment().id(&id).body_map(|body| body.payment_method_token(token)).send();
        let cancel = clients[1].cancel_payment().id(&id).send();
        let (confirmed, canceled) = futures::join!(confirm, cancel);
        let end = settled(&clients[0], &id).await;
        match canceled {
            Ok(_) => assert_eq!((end.status, end.fee), (PaymentStatus::Canceled, 0)),
            Err(error) => {
                assert_eq!(error.code(), Some("payment_not_cancelable"), "{error}");
                assert_eq!((end.status, end.fee), (PaymentStatus::Succeeded, 320));
            }
        }
        if let Err(error) = confirmed {
            assert_eq!(error.code(), Some("payment_not_confirmable"), "{error}");
            assert_eq!(end.status, PaymentStatus::Canceled);
        }
    }
}
