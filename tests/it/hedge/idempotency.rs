//! One key, one effect: a retry gets the first answer, byte for byte.

use futures::future::join_all;
use serde_json::json;

use crate::harness::{Reply, Server};
use crate::samples::{self, operations, sample};

fn is_replay(reply: &Reply) -> bool {
    reply.headers.get("idempotent-replayed").is_some_and(|value| value == "true")
}

#[tokio::test]
async fn every_idempotent_operation_replays_its_first_answer() {
    let server = Server::start().await;
    for operation in operations().filter(|operation| operation.idempotent) {
        let request = sample(&server, operation).await;
        let send = || request.call(operation, &server.url).key(&server.key).idempotency_key("once").send();
        let (first, again) = (send().await, send().await);
        assert!(first.status < 300, "{}: {first:?}", operation.id);
        assert_eq!((first.status, &first.body), (again.status, &again.body), "{}", operation.id);
        assert!(!is_replay(&first) && is_replay(&again), "{}", operation.id);
        assert_ne!(first.header("x-request-id"), again.header("x-request-id"));
    }
}

#[tokio::test]
async fn every_idempotent_operation_that_is_sent_many_times_at_once_has_one_effect() {
    let server = Server::start().await;
    for operation in operations().filter(|operation| operation.idempotent) {
        let request = sample(&server, operation).await;
        let send = || request.call(operation, &server.url).key(&server.key).idempotency_key("at once").send();
        let replies = join_all((0..8).map(|_| send())).await;
        let (taken, early): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status < 300);
        for reply in early {
            reply.refused(409, "idempotency_in_progress");
        }
        assert_eq!(taken.iter().filter(|reply| !is_replay(reply)).count(), 1, "{}", operation.id);
        let last = send().await;
        assert!(is_replay(&last), "{}", operation.id);
        assert!(taken.iter().all(|reply| reply.body == last.body), "{}", operation.id);
    }
}

#[tokio::test]
async fn a_replay_does_nothing() {
    let server = Server::start().await;
    let id = server.succeeded().await.id;
    let refund = || server.post(&format!("/v1/payments/{id}/refund"), &json!({"amount": 100}));
    for _ in 0..3 {
        refund().idempotency_key("once").send().await.expect(200);
    }
    let found = server.get(&format!("/v1/payments/{id}")).send().await.expect(200);
    assert_eq!((&found["refunded_amount"], found["refunds"].as_array().unwrap().len()), (&json!(100), 1));
}

#[tokio::test]
async fn a_business_refusal_is_replayed_even_when_it_would_not_be_refused_now() {
    let server = Server::start().await;
    let id = server.pending().await.id;
    let refund = || server.post(&format!("/v1/payments/{id}/refund"), &json!({})).idempotency_key("early").send();
    let first = refund().await;
    first.refused(412, "payment_not_refundable");
    let token = server.token(crate::harness::server::VISA).await;
    let confirm = json!({"payment_method_token": token});
    server.post(&format!("/v1/payments/{id}/confirm"), &confirm).send().await.expect(200);
    crate::harness::server::settled(&server.client(), &id).await;
    let again = refund().await;
    assert_eq!((again.status, &again.body), (412, &first.body));
    assert!(is_replay(&again));
}

#[tokio::test]
async fn a_malformed_request_leaves_its_key_free() {
    let server = Server::start().await;
    let bad = [json!({"amount": "9999"}), samples::with(samples::payment(), "amount", json!(0)), json!([])];
    for body in bad {
        let reply = server.post("/v1/payments", &body).idempotency_key("once").send().await;
        assert!(reply.status == 400 || reply.status == 422, "{reply:?}");
    }
    let reply = server.post("/v1/payments", &samples::payment()).idempotency_key("once").send().await;
    reply.expect(201);
    assert!(!is_replay(&reply));
}

#[tokio::test]
async fn the_same_request_in_other_words_is_the_same_request() {
    let server = Server::start().await;
    let texts = [
        r#"{"amount": 9999, "currency": "USD", "customer_email": "a@example.com", "metadata": {"a": "1", "b": "2"}}"#,
        r#"{"metadata":{"b":"2","a":"1"},"customer_email":"a@example.com","currency":"USD","amount":9999}"#,
    ];
    let call = |text| server.call(reqwest::Method::POST, "/v1/payments").text(text).idempotency_key("once").send();
    let (first, again) = (call(texts[0]).await, call(texts[1]).await);
    assert_eq!((first.expect(201), is_replay(&again)), (again.expect(201), true));
}

#[tokio::test]
async fn keys_of_different_operations_and_objects_do_not_meet() {
    let server = Server::start().await;
    let (one, two) = (server.pending().await.id, server.pending().await.id);
    let cancel = |id: &str| server.post(&format!("/v1/payments/{id}/cancel"), &json!({})).idempotency_key("k").send();
    cancel(&one).await.expect(200);
    // The same key for another payment is another request.
    cancel(&two).await.refused(409, "idempotency_key_reused");
    server.post("/v1/payments", &samples::payment()).idempotency_key("k").send().await.expect(201);
}

#[tokio::test]
async fn keys_are_one_to_255_printable_characters() {
    let server = Server::start().await;
    let longest = "k".repeat(255);
    for key in ["k", "a key with spaces", "~!@#$%^&*()", longest.as_str()] {
        server.post("/v1/payments", &samples::payment()).idempotency_key(key).send().await.expect(201);
    }
    let too_long = "k".repeat(256);
    for key in ["", " ", too_long.as_str(), "caf\u{e9}", "tab\tbed"] {
        let reply = server.post("/v1/payments", &samples::payment()).idempotency_key(key).send().await;
        reply.refused_at(400, "invalid_request", "Idempotency-Key");
    }
    let twice = server.post("/v1/payments", &samples::payment()).idempotency_key("a").idempotency_key("b");
    twice.send().await.refused_at(400, "invalid_request", "Idempotency-Key");
    assert_eq!(server.count().await, 4);
}

#[tokio::test]
async fn a_replay_survives_a_restart() {
    let server = Server::start().await;
    let send = |server: &Server| {
        let call = server.post("/v1/auth/api-keys", &json!({"name": "once"}));
        call.idempotency_key("once").send()
    };
    let first = send(&server).await;
    first.expect(201);
    let server = server.restarted(hedge_server::Settings::default()).await;
    let again = send(&server).await;
    assert_eq!((again.status, &again.body, is_replay(&again)), (201, &first.body, true));
}

/// Two shops of one account may well choose the same key, and each must have its own payment and its own payout.
#[tokio::test]
async fn keys_limited_to_different_merchants_do_not_meet() {
    let server = Server::start().await;
    let mut callers = vec![(server.key.clone(), None)];
    for name in ["North", "South"] {
        let merchant = server.post("/v1/merchants", &json!({"name": name})).send().await.expect(201)["id"].clone();
        let key = server.make_key(json!({"merchant_ids": [merchant]})).await;
        callers.push((key["secret"].as_str().unwrap().to_owned(), Some(merchant)));
    }
    let mut payments = Vec::new();
    for (key, merchant) in &callers {
        let call = || server.call_as(key, reqwest::Method::POST, "/v1/payments").json(&samples::payment());
        let first = call().idempotency_key("order-1").send().await;
        let again = call().idempotency_key("order-1").send().await;
        assert_eq!((is_replay(&first), is_replay(&again), &first.body), (false, true, &again.body));
        let made = first.expect(201);
        assert!(merchant.as_ref().is_none_or(|merchant| made["merchant_id"] == *merchant), "{made}");
        payments.push(made["id"].to_string());
    }
    payments.sort_unstable();
    payments.dedup();
    assert_eq!(payments.len(), callers.len());
}

/// The answer was saved before the command could refuse, and it shows a secret.
#[tokio::test]
async fn a_limited_key_is_not_shown_the_answer_to_one_that_may_do_more() {
    let server = Server::start().await;
    let payment = server.succeeded().await;
    let other = server.post("/v1/merchants", &json!({"name": "Other"})).send().await.expect(201)["id"].clone();
    let limited = server.make_key(json!({"merchant_ids": [other]})).await;
    let limited = limited["secret"].as_str().unwrap();
    let table = [
        ("/v1/auth/api-keys".to_owned(), json!({"name": "all"}), 403, "forbidden"),
        (format!("/v1/payments/{}/refund", payment.id), json!({"amount": 5}), 404, "not_found"),
        ("/v1/merchants".to_owned(), json!({"name": "Third"}), 403, "forbidden"),
    ];
    for (path, body, status, code) in table {
        assert!(server.post(&path, &body).idempotency_key("once").send().await.status < 300, "{path}");
        let call = server.call_as(limited, reqwest::Method::POST, &path).json(&body);
        call.idempotency_key("once").send().await.refused(status, code);
    }
}
