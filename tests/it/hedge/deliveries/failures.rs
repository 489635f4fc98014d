//! What becomes of a delivery that is not taken.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use futures::FutureExt;
use hedge_server::Resolver;
use hedge_server::config::{EnvironmentName, Settings};
use serde_json::{Value, json};

use super::Endpoint;
use crate::harness::{Answer, Receiver, Server};

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_failed_attempt_is_made_again_with_the_same_bytes() {
    let (server, receiver) = (Server::start().await, Receiver::start().await);
    receiver.answers_first("/hook", [Answer::Status(500), Answer::Status(302)], Answer::Status(204));
    server.freeze().await;
    let endpoint = Endpoint::create(&server, &receiver.url("/hook"), &["payment.created"]).await;
    let payment = server.pending().await;
    endpoint.attempted(1).await;
    // The event is what happened, not what became of it since.
    server.post(&format!("/v1/payments/{}/cancel", payment.id), &json!({})).send().await.expect(200);
    server.advance(2).await;
    endpoint.attempted(2).await;
    server.advance(6).await;
    let delivery = endpoint.attempted(3).await;

    let got = receiver.got("/hook");
    assert_eq!(got.len(), 3);
    for again in &got[1..] {
        assert_eq!(again.body, got[0].body);
        assert_eq!(again.header("webhook-id"), got[0].header("webhook-id"));
        assert_eq!(again.header("x-hedge-signature"), got[0].header("x-hedge-signature"));
    }
    assert_eq!((&delivery["status"], &delivery["next_attempt_at"]), (&json!("delivered"), &Value::Null));
    let seen: Vec<_> = delivery["attempt_log"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["number"].clone(), one["response_status"].clone(), one["error_code"].clone()))
        .collect();
    let expected = [
        (json!(1), json!(500), json!("status")),
        (json!(2), json!(302), json!("status")),
        (json!(3), json!(204), Value::Null),
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn each_way_to_fail_is_told_apart() {
    let (server, receiver) = (Server::start().await, Receiver::start().await);
    receiver.answers("/moved", Answer::Redirect(receiver.url("/elsewhere")));
    receiver.answers("/broken", Answer::Status(500));
    receiver.answers("/gone", Answer::Status(410));
    receiver.answers("/rude", Answer::Close);
    // Nobody listens on a port that was free a moment ago.
    let vacant = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let table = [
        (receiver.url("/moved"), "status", json!(302), "redirect"),
        (receiver.url("/broken"), "status", json!(500), "500"),
        (receiver.url("/gone"), "status", json!(410), "410"),
        (receiver.url("/rude"), "closed", Value::Null, "closed"),
        (format!("http://{vacant}/"), "connect", Value::Null, "connection"),
    ];
    let mut endpoints = Vec::new();
    for (url, ..) in &table {
        endpoints.push(Endpoint::create(&server, url, &["payment.created"]).await);
    }
    server.pending().await;
    for (endpoint, (url, code, status, words)) in endpoints.iter().zip(&table) {
        let first = endpoint.attempted(1).await["attempt_log"][0].clone();
        assert_eq!((&first["error_code"], &first["response_status"]), (&json!(code), status), "{url}");
        assert!(first["error_message"].as_str().unwrap().contains(words), "{first}");
        let body = status.as_u64().map_or(String::new(), |status| format!("you were answered {status}"));
        assert_eq!(first["response_body"], body, "{first}");
    }
    assert!(receiver.got("/elsewhere").is_empty(), "a redirect was followed");
}

/// In the sandbox the schedule is sixty times as fast.
#[tokio::test]
async fn a_delivery_fails_for_good_after_its_sixth_attempt() {
    let (server, receiver) = (Server::start().await, Receiver::start().await);
    receiver.answers("/hook", Answer::Status(503));
    server.freeze().await;
    let endpoint = Endpoint::create(&server, &receiver.url("/hook"), &["payment.created"]).await;
    server.pending().await;
    for (attempt, millis) in [(1, 1_000), (2, 5_000), (3, 30_000), (4, 120_000), (5, 1_440_000)] {
        let delivery = endpoint.attempted(attempt).await;
        assert_eq!((&delivery["status"], &delivery["attempts"]), (&json!("pending"), &json!(attempt)));
        let last = delivery["attempt_log"].as_array().unwrap().last().unwrap().clone();
        let pause = (time(&delivery["next_attempt_at"]) - time(&last["at"])).num_milliseconds();
        // Times are told in whole seconds.
        assert!((millis - 999..=millis + millis / 10 + 999).contains(&pause), "{pause} after attempt {attempt}");
        server.advance(millis / 1_000 * 11 / 10 + 1).await;
    }
    let delivery = endpoint.attempted(6).await;
    assert_eq!((&delivery["status"], &delivery["next_attempt_at"]), (&json!("failed"), &Value::Null));
    // Whatever time passes, that was it. What is sent by hand goes through the same worker, after anything that is due.
    server.advance(86_400).await;
    receiver.answers("/hook", Answer::Status(200));
    let id = delivery["id"].as_str().unwrap();
    endpoint.post(&format!("/deliveries/{id}/resend"), &json!({})).await;
    let delivery = endpoint.attempted(7).await;
    assert_eq!((&delivery["status"], &delivery["attempts"]), (&json!("delivered"), &json!(7)));
    assert_eq!(receiver.got("/hook").len(), 7);
}

#[tokio::test]
async fn an_endpoint_that_fails_for_five_days_is_disabled_and_the_others_are_told() {
    const HOURS: i64 = 3_600;
    let (server, receiver) = (Server::start().await, Receiver::start().await);
    receiver.answers("/dead", Answer::Status(500));
    server.freeze().await;
    let dead = Endpoint::create(&server, &receiver.url("/dead"), &["payment.created"]).await;
    Endpoint::create(&server, &receiver.url("/watch"), &["webhook_endpoint.disabled"]).await;
    for day in 0..5_usize {
        server.pending().await;
        let attempted = |all: &[Value]| all.len() == day + 1 && all.iter().all(|one| one["attempts"] != 0);
        dead.deliveries_once("attempted", attempted).await;
        assert!(receiver.got("/watch").is_empty(), "{day}");
        assert_eq!(dead.get("").await["enabled"], true, "{day}");
        // Six days in all: the last of them brings old deliveries that fall due, and fail once more.
        server.advance(29 * HOURS).await;
    }
    let told = receiver.wait("/watch", 1).await.remove(0).json();
    let endpoint = dead.get("").await;
    assert_eq!((&told["type"], &told["data"]), (&json!("webhook_endpoint.disabled"), &endpoint));
    assert_eq!(endpoint["disabled_reason"], "failing");

    // Nothing is written for it any more, and what was on its way is dropped when it falls due.
    server.pending().await;
    server.advance(HOURS).await;
    let over = |all: &[Value]| all.iter().all(|one| one["status"] != "pending");
    assert_eq!(dead.deliveries_once("over", over).await.len(), 5);
}

/// The name was fine when it was registered, and leads to the inside of our network when it is called.
#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_refused_at_connect() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let resolver = Resolver::new(move |_name| {
        counter.fetch_add(1, Ordering::SeqCst);
        let found = [Ipv4Addr::new(10, 0, 0, 7), Ipv4Addr::LOCALHOST, Ipv4Addr::new(169, 254, 169, 254)];
        async move { Ok(found.map(IpAddr::V4).to_vec()) }.boxed()
    });
    let settings = Settings { environment: Some(EnvironmentName::Production), ..Settings::default() };
    let server = Server::reaching(settings, resolver).await;
    let endpoint = Endpoint::create(&server, "https://hooks.shop.com/hedge", &["payment.created"]).await;
    server.pending().await;
    let delivery = endpoint.attempted(1).await;
    let first = &delivery["attempt_log"][0];
    assert_eq!((&first["error_code"], &first["response_status"]), (&json!("target_refused"), &Value::Null));
    assert!(!delivery.to_string().contains("10.0.0.7"), "what our resolver knows is nobody's business");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let pause = (time(&delivery["next_attempt_at"]) - time(&first["at"])).num_seconds();
    assert!((60..=66).contains(&pause), "{pause}");
}
