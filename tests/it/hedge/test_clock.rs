//! `test_clock`: an account's own time drives everything timed, and nobody else's.

use chrono::{DateTime, Datelike, Utc};
use hedge_client::hedge::Failure as _;
use hedge_client::hedge::types::{PaymentStatus, TestClockAction, TestClockStatus};
use hedge_server::config::{EnvironmentName, Settings};
use serde_json::{Value, json};

use crate::harness::Server;
use crate::harness::server::settled;

const DAY: i64 = 86_400;

#[tokio::test]
async fn retrieve_tells_real_time_until_the_clock_is_touched() {
    let server = Server::start().await;
    let clock = server.client().retrieve_test_clock().send().await.unwrap();
    assert_eq!(clock.status, TestClockStatus::Real);
    let payment = server.pending().await;
    assert!((payment.created_at - clock.now).num_seconds().abs() <= 5);
}

#[tokio::test]
async fn move_freezes_advances_and_resumes() {
    let server = Server::start().await;
    let client = server.client();
    let act = |action| client.move_test_clock().body_map(move |body| body.action(action));
    let frozen = act(TestClockAction::Freeze).send().await.unwrap();
    assert_eq!(frozen.status, TestClockStatus::Frozen);
    let advance = client.move_test_clock().body_map(|body| body.action(TestClockAction::Advance).seconds(DAY));
    let advanced = advance.send().await.unwrap();
    assert_eq!((advanced.now - frozen.now).num_seconds(), DAY);
    assert_eq!(server.pending().await.created_at, advanced.now, "what is made now is made then");
    let resumed = act(TestClockAction::Resume).send().await.unwrap();
    assert_eq!(resumed.status, TestClockStatus::Running);
    assert!((resumed.now - advanced.now).num_seconds() <= 5);
}

#[tokio::test]
async fn move_to_a_time_stops_a_frozen_clock_there() {
    let server = Server::start().await;
    let to: DateTime<Utc> = "2090-01-31T12:00:00Z".parse().unwrap();
    let reply = server.post("/v1/test/clock", &json!({"action": "freeze", "to": to})).send().await;
    assert_eq!(reply.expect(200)["now"], json!("2090-01-31T12:00:00Z"));
}

#[tokio::test]
async fn move_past_their_time_expires_unpaid_payments() {
    let server = Server::start().await;
    let payment = server.pending().await;
    server.advance(DAY).await;
    let expired = settled(&server.client(), &payment.id).await;
    assert_eq!(expired.status, PaymentStatus::Canceled);
    assert_eq!(expired.cancellation_reason.as_deref(), Some("expired"));
}

#[tokio::test]
async fn move_past_their_time_frees_idempotency_keys() {
    let server = Server::start().await;
    let body = json!({"amount": 100, "currency": "USD", "customer_email": "customer@example.com"});
    let pay = || server.post("/v1/payments", &body).idempotency_key("once a day");
    let first = pay().send().await.expect(201)["id"].clone();
    server.advance(DAY - 60).await;
    assert_eq!(pay().send().await.expect(201)["id"], first);
    server.advance(61).await;
    assert_ne!(pay().send().await.expect(201)["id"], first);
}

#[tokio::test]
async fn move_of_one_account_leaves_the_other_alone() {
    let server = Server::start().await;
    let other = server.second_account();
    let theirs = server.client_of(&other).retrieve_test_clock().send().await.unwrap().now;
    server.advance(DAY).await;
    let after = server.client_of(&other).retrieve_test_clock().send().await.unwrap();
    assert_eq!(after.status, TestClockStatus::Real);
    assert!((after.now - theirs).num_seconds() <= 5);
}

#[tokio::test]
async fn move_backwards_or_too_far_is_refused() {
    let server = Server::start().await;
    for to in ["2020-01-01T00:00:00Z", "2100-01-01T00:00:01Z"] {
        for action in ["advance", "freeze"] {
            let reply = server.post("/v1/test/clock", &json!({"action": action, "to": to})).send().await;
            reply.refused_at(422, "invalid_value", "to");
        }
    }
}

#[tokio::test]
async fn move_with_fields_of_another_action_is_refused() {
    let server = Server::start().await;
    let table = [
        (json!({"action": "advance"}), "seconds"),
        (json!({"action": "advance", "seconds": 1, "to": "2090-01-01T00:00:00Z"}), "seconds"),
        (json!({"action": "freeze", "seconds": 1}), "seconds"),
        (json!({"action": "resume", "seconds": 1}), "seconds"),
        (json!({"action": "resume", "to": "2090-01-01T00:00:00Z"}), "to"),
    ];
    for (body, field) in table {
        server.post("/v1/test/clock", &body).send().await.refused_at(400, "invalid_request", field);
    }
}

#[tokio::test]
async fn move_does_not_exist_in_production() {
    let settings = Settings { environment: Some(EnvironmentName::Production), ..Settings::default() };
    let server = Server::with(settings).await;
    let refused = server.client().retrieve_test_clock().send().await.unwrap_err();
    assert_eq!(refused.code(), Some("forbidden"));
    server.post("/v1/test/clock", &json!({"action": "freeze"})).send().await.refused(403, "forbidden");
}

#[tokio::test]
async fn move_takes_a_key_that_may_act_for_all_merchants() {
    let server = Server::start().await;
    let merchant = server.pending().await.merchant_id;
    let made = server.make_key(json!({"merchant_ids": [merchant]})).await;
    let limited = server.client_of(made["secret"].as_str().unwrap());
    let refused = limited.move_test_clock().body_map(|body| body.action(TestClockAction::Freeze)).send().await;
    assert_eq!(refused.unwrap_err().code(), Some("forbidden"));
    let clock = limited.retrieve_test_clock().send().await.unwrap();
    assert_eq!(clock.status, TestClockStatus::Real);
}

#[tokio::test]
async fn a_card_expires_by_the_time_of_the_account() {
    let server = Server::start().await;
    let month = |ahead: i32| {
        let now = crate::harness::now();
        let months = now.year() * 12 + i32::try_from(now.month0()).unwrap() + ahead;
        json!({"number": "4242424242424242", "exp_month": months % 12 + 1, "exp_year": months / 12, "cvc": "123"})
    };
    let tokenise = |card: Value| server.post("/v1/payment_methods", &json!({"type": "card", "card": card})).send();
    tokenise(month(1)).await.expect(201);
    let frozen = server.post("/v1/test/clock", &json!({"action": "freeze"})).send().await.expect(200);
    assert_eq!(frozen["status"], "frozen");
    let body = json!({"action": "advance", "seconds": 63 * 24 * 3_600});
    server.post("/v1/test/clock", &body).send().await.expect(200);
    tokenise(month(1)).await.refused(422, "expired_card");
    tokenise(month(12)).await.expect(201);
}
