//! Who sent it, judged by the `standardwebhooks` crate, by the Python package, and as merchants do by hand.

use reqwest::header::HeaderMap;
use serde_json::json;
use standardwebhooks::Webhook;

use super::Endpoint;
use crate::harness::python::{HAND_WRITTEN, STANDARD};
use crate::harness::{Got, Python, Receiver, Server};

const DAY: i64 = 86_400;

fn verifies(secret: &str, body: &[u8], headers: &HeaderMap) -> bool {
    Webhook::new(secret).unwrap().verify(body, headers).is_ok()
}

/// The same request, with something about it changed.
fn changed(got: &Got, change: impl FnOnce(&mut Got)) -> Got {
    let mut got = got.clone();
    change(&mut got);
    got
}

#[tokio::test]
async fn a_delivery_is_verified_by_the_crate_and_nothing_changed_is() {
    let (server, receiver) = (Server::start().await, Receiver::start().await);
    let endpoint = Endpoint::create(&server, &receiver.url("/hook"), &["payment.created"]).await;
    let payment = server.pending().await;
    let got = receiver.wait("/hook", 1).await.remove(0);

    assert!(verifies(&endpoint.secret, &got.body, &got.headers));
    let event = got.json();
    assert_eq!((&event["type"], &event["data"]["id"]), (&json!("payment.created"), &json!(payment.id)));
    assert_eq!((&event["livemode"], &event["sequence"]), (&json!(false), &json!(1)));
    assert_eq!(got.header("webhook-id"), event["id"]);
    assert_eq!(got.header("content-type"), "application/json");
    assert!(got.header("user-agent").starts_with("Hedge-Webhooks/"));
    assert!(!got.headers.contains_key("x-hedge-signature-previous"));

    let other = Endpoint::create(&server, &receiver.url("/other"), &["payment.created"]).await;
    assert!(!verifies(&other.secret, &got.body, &got.headers), "another endpoint's secret");
    let longer = changed(&got, |got| got.body.push(b' '));
    assert!(!verifies(&endpoint.secret, &longer.body, &longer.headers), "one more blank");
    let earlier = changed(&got, |got| drop(got.headers.insert("webhook-timestamp", "1718447400".parse().unwrap())));
    assert!(!verifies(&endpoint.secret, &earlier.body, &earlier.headers), "another time");
}

/// The clock of the account is decades ahead; receivers compare the time of a delivery with their own.
#[tokio::test]
async fn a_delivery_of_an_account_with_a_clock_is_signed_with_real_time() {
    let (server, receiver) = (Server::start().await, Receiver::start().await);
    let endpoint = Endpoint::create(&server, &receiver.url("/hook"), &["payment.created"]).await;
    server.freeze_at("2090-01-31T12:00:00Z").await;
    server.pending().await;
    let got = receiver.wait("/hook", 1).await.remove(0);
    assert_eq!(got.json()["created"], "2090-01-31T12:00:00Z");
    assert!(verifies(&endpoint.secret, &got.body, &got.headers));
}

#[tokio::test]
async fn a_delivery_is_verified_by_python() {
    let Some(python) = Python::find() else {
        return;
    };
    let (server, receiver) = (Server::start().await, Receiver::start().await);
    let endpoint = Endpoint::create(&server, &receiver.url("/hook"), &["payment.created"]).await;
    let body =
        json!({"amount": 100, "currency": "USD", "customer_email": "zoë@example.com", "description": "\u{1F980} ☕"});
    server.post("/v1/payments", &body).send().await.expect(201);
    let got = receiver.wait("/hook", 1).await.remove(0);
    let id = got.json()["id"].as_str().unwrap().to_owned();
    for judge in [STANDARD, HAND_WRITTEN] {
        assert_eq!(python.judge(judge, &endpoint.secret, &got), Ok(id.clone()), "{judge}");
        let forged = changed(&got, |got| got.body[20] ^= 1);
        let complaint = python.judge(judge, &endpoint.secret, &forged).expect_err("it is forged");
        assert!(complaint.contains("ignature"), "{complaint}");
    }
}

#[tokio::test]
async fn both_secrets_sign_for_a_day_after_a_rotation() {
    let (server, receiver) = (Server::start().await, Receiver::start().await);
    server.freeze().await;
    let endpoint = Endpoint::create(&server, &receiver.url("/hook"), &["payment.created"]).await;
    server.pending().await;
    let before = receiver.wait("/hook", 1).await.remove(0);
    let rotated = endpoint.post("/rotate", &json!({})).await;
    let new = rotated["secret"].as_str().unwrap();
    assert_ne!(new, endpoint.secret);

    server.advance(DAY - 1).await;
    server.pending().await;
    let during = receiver.wait("/hook", 2).await.remove(1);
    for secret in [new, &endpoint.secret] {
        assert!(verifies(secret, &during.body, &during.headers));
    }
    assert_eq!(during.header("webhook-signature").split(' ').count(), 2);
    if let Some(python) = Python::find() {
        let id = during.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(python.judge(STANDARD, new, &during), Ok(id.clone()));
        assert_eq!(python.judge(STANDARD, &endpoint.secret, &during), Ok(id.clone()));
        assert_eq!(python.judge(HAND_WRITTEN, new, &during), Ok(id.clone()));
        let renamed = changed(&during, |got| {
            let previous = got.headers["x-hedge-signature-previous"].clone();
            got.headers.insert("x-hedge-signature", previous);
        });
        assert_eq!(python.judge(HAND_WRITTEN, &endpoint.secret, &renamed), Ok(id));
    }

    server.advance(1).await;
    server.pending().await;
    let after = receiver.wait("/hook", 3).await.remove(2);
    assert!(verifies(new, &after.body, &after.headers));
    for got in [&before, &after] {
        assert!(!got.headers.contains_key("x-hedge-signature-previous"));
        assert_eq!(got.header("webhook-signature").split(' ').count(), 1);
    }
    assert!(!verifies(&endpoint.secret, &after.body, &after.headers), "the old secret's day is over");
}
