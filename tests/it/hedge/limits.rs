//! A hundred requests a minute and key, counted exactly and told on every answer.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Call, Server, now};
use crate::samples;

#[tokio::test]
async fn the_hundred_and_first_request_is_refused() {
    let server = Server::limited().await;
    let before = now().timestamp();
    let mut reset = None;
    for count in 1..=100 {
        let reply = server.get("/v1/payments").send().await;
        reply.expect(200);
        assert_eq!((reply.number("x-ratelimit-limit"), reply.number("x-ratelimit-remaining")), (100, 100 - count));
        // The window has room again when its first request leaves it.
        let told = reply.number("x-ratelimit-reset");
        assert_eq!(*reset.get_or_insert(told), told);
        assert!(reply.headers.get("retry-after").is_none());
    }
    let reset = reset.unwrap();
    assert!((before + 60..=now().timestamp() + 61).contains(&reset), "{reset}, started at {before}");

    let refused = server.get("/v1/payments").send().await;
    let error = refused.refused(429, "rate_limit_exceeded");
    assert_eq!((refused.number("x-ratelimit-remaining"), refused.number("x-ratelimit-reset")), (0, reset));
    let wait = refused.number("retry-after");
    assert_eq!(error["details"], json!({"retry_after": wait}));
    assert!((reset - now().timestamp() - 1..=reset - before).contains(&wait), "{wait} until {reset}");
    // A refused request does not count, and does nothing.
    let refused = server.post("/v1/payments", &samples::payment()).send().await;
    refused.refused(429, "rate_limit_exceeded");
    assert_eq!(refused.number("x-ratelimit-reset"), reset);
}

#[tokio::test]
async fn every_key_has_a_window_of_its_own() {
    let server = Server::limited().await;
    let other = server.make_key(json!({})).await;
    let first = server.get("/v1/payments").send().await;
    let call = server.call_as(other["secret"].as_str().unwrap(), Method::GET, "/v1/payments");
    let second = call.send().await;
    assert_eq!((first.number("x-ratelimit-remaining"), second.number("x-ratelimit-remaining")), (98, 99));
}

/// The harness checks the headers; here is every kind of answer there is, and that each of them counts.
#[tokio::test]
async fn every_answer_counts_whatever_it_is() {
    let server = Server::limited().await;
    let path = format!("/v1/payments/{}", server.pending().await.id);
    let calls = [
        (server.get(&path), 200),
        (server.post("/v1/payments", &samples::payment()), 201),
        (server.post("/v1/payments", &json!({})), 400),
        (server.get("/v1/payments/nonsense"), 404),
        (server.get("/v1/nothing/here"), 404),
        (server.call(Method::PUT, "/v1/payments"), 405),
        (server.post(&format!("{path}/refund"), &json!({})), 412),
        (server.call(Method::POST, "/v1/payments").text(&"x".repeat(70_000)), 413),
        (server.call(Method::POST, "/v1/payments").body(None, "{}"), 415),
        (server.post("/v1/payments", &samples::with(samples::payment(), "amount", json!(0))), 422),
    ];
    let mut remaining = 99;
    for (call, status) in calls {
        let reply = call.send().await;
        remaining -= 1;
        assert_eq!((reply.status, reply.number("x-ratelimit-remaining")), (status, remaining));
    }
    let head = server.call(Method::HEAD, "/v1/payments").send().await;
    assert_eq!((head.status, head.number("x-ratelimit-remaining")), (200, remaining - 1));
}

#[tokio::test]
async fn whoever_guesses_at_keys_is_slowed_down() {
    let server = Server::limited().await;
    let guess = |count: usize| {
        let call = Call::new(Method::GET, &server.url, "/v1/payments").key(&format!("sk_test_guess{count}"));
        call.send()
    };
    for count in 0..100 {
        guess(count).await.refused(401, "unauthorized");
    }
    guess(100).await.refused(429, "rate_limit_exceeded");
    // Who has a key is not kept out by those who have none, though they share an address.
    server.get("/v1/payments").send().await.expect(200);
}

#[tokio::test]
async fn without_limits_the_headers_stand_there_all_the_same() {
    let server = Server::start().await;
    for _ in 0..101 {
        let reply = server.get("/v1/payments").send().await;
        reply.expect(200);
        assert_eq!((reply.number("x-ratelimit-limit"), reply.number("x-ratelimit-remaining")), (100, 100));
    }
}

#[tokio::test]
async fn many_keys_of_an_account_share_a_window() {
    let server = Server::limited().await;
    let mut keys = vec![server.key.clone()];
    for _ in 0..10 {
        keys.push(server.make_key(json!({})).await["secret"].as_str().unwrap().to_owned());
    }
    let mut answered = 10;
    for key in &keys {
        while answered < 1_000 {
            let reply = server.call_as(key, Method::GET, "/v1/payments").send().await;
            if reply.status == 429 {
                break;
            }
            answered += 1;
        }
    }
    assert_eq!(answered, 1_000);
    let refused = server.call_as(keys.last().unwrap(), Method::GET, "/v1/payments").send().await;
    refused.refused(429, "rate_limit_exceeded");
    assert_eq!(refused.number("x-ratelimit-limit"), 1_000);
    let other = server.second_account();
    server.call_as(&other, Method::GET, "/v1/payments").send().await.expect(200);
}

#[tokio::test]
async fn a_publishable_key_has_no_part_in_the_window_of_the_secret_ones() {
    let server = Server::limited().await;
    let made = server.make_key(json!({"type": "publishable"})).await;
    let key = made["secret"].as_str().unwrap();
    for _ in 0..100 {
        server.call_as(key, Method::POST, "/v1/payment_methods").json(&json!({})).send().await.expect(400);
    }
    let last = server.call_as(key, Method::POST, "/v1/payment_methods").json(&json!({})).send().await;
    last.refused(429, "rate_limit_exceeded");
    server.get("/v1/payments").send().await.expect(200);
}

#[tokio::test]
async fn wrong_keys_shut_nobody_out_of_what_is_public() {
    let server = Server::limited().await;
    for count in 0..105 {
        let key = format!("sk_test_wrong{count}");
        Call::new(Method::GET, &server.url, "/v1/payments").key(&key).send().await;
    }
    Call::new(Method::GET, &server.url, "/.well-known/jwks.json").send().await.expect(200);
}
