//! What the client puts on the wire, told by a server that notes each request and answers from a script.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response};
use hedge_client::hedge::types::{Currency, PaymentStatus};
use hedge_client::hedge::{Client, Failure as _};
use hedge_client::{Settings, SettingsError};
use serde_json::{Value, json};

#[tokio::test]
async fn every_request_carries_the_key_and_says_who_is_calling() {
    let server = Server::answering([ok(&payment("pending"))]).await;
    server.client().retrieve_payment().id("pay_1").send().await.unwrap();
    let [request] = server.requests();
    assert_eq!(request.line, "GET /v1/payments/pay_1");
    assert_eq!(request.headers["authorization"], "Bearer sk_test_1");
    assert!(request.headers["user-agent"].to_str().unwrap().starts_with("hedge-rust/"));
}

#[tokio::test]
async fn a_payment_is_created_from_plain_numbers_and_text() {
    let server = Server::answering([answer(201, &payment("pending"))]).await;
    let made = server
        .client()
        .create_payment()
        .idempotency_key("order-1234")
        .body_map(|body| {
            body.amount(9999).currency(Currency::Usd).customer_email("customer@example.com").description(None)
        })
        .send()
        .await
        .unwrap();
    assert_eq!(made.status, PaymentStatus::Pending);
    let [request] = server.requests();
    assert_eq!(request.headers["idempotency-key"], "order-1234");
    assert_eq!(request.body, json!({"amount": 9999, "currency": "USD", "customer_email": "customer@example.com"}));
}

#[tokio::test]
async fn a_body_that_may_be_left_out_is_sent_as_an_empty_object() {
    let server = Server::answering([ok(&payment("refunded")), ok(&payment("canceled"))]).await;
    server.client().refund_payment().id("pay_1").send().await.unwrap();
    server.client().cancel_payment().id("pay_1").send().await.unwrap();
    let [refund, cancel] = server.requests();
    assert_eq!((refund.line.as_str(), refund.body), ("POST /v1/payments/pay_1/refund", json!({})));
    assert_eq!((cancel.line.as_str(), cancel.body), ("POST /v1/payments/pay_1/cancel", json!({})));
}

#[tokio::test]
async fn what_the_caller_does_not_say_is_left_to_the_server() {
    let server = Server::answering([refusal(404, "not_found")]).await;
    let _ = server.client().roll_api_key().id("key_1").send().await;
    let [request] = server.requests();
    assert_eq!(request.body, json!({}));
}

#[tokio::test]
async fn all_attempts_of_a_post_share_one_key() {
    let server = Server::answering([busy(503), busy(429), ok(&payment("refunded"))]).await;
    server.client().refund_payment().id("pay_1").send().await.unwrap();
    let [first, second, third] = server.requests();
    assert_eq!(first.headers["idempotency-key"].len(), 36);
    assert_eq!(first.headers["idempotency-key"], second.headers["idempotency-key"]);
    assert_eq!(second.headers["idempotency-key"], third.headers["idempotency-key"]);
}

#[tokio::test]
async fn two_calls_do_not_share_a_key() {
    let server = Server::answering([ok(&payment("refunded")), ok(&payment("refunded"))]).await;
    server.client().refund_payment().id("pay_1").send().await.unwrap();
    server.client().refund_payment().id("pay_1").send().await.unwrap();
    let [first, second] = server.requests();
    assert_ne!(first.headers["idempotency-key"], second.headers["idempotency-key"]);
}

#[tokio::test]
async fn a_post_without_a_key_is_sent_once() {
    let server = Server::answering([busy(503)]).await;
    let client = Settings::new(&server.url, "sk_test_1").without_automatic_idempotency_keys().hedge().unwrap();
    let error = client.refund_payment().id("pay_1").send().await.unwrap_err();
    assert_eq!(error.code(), Some("busy"));
    let [request] = server.requests();
    assert!(!request.headers.contains_key("idempotency-key"));
}

#[tokio::test]
async fn a_get_and_a_delete_are_tried_again() {
    let deleted = json!({"id": "key_1", "object": "api_key", "deleted": true});
    let server = Server::answering([busy(500), ok(&payment("pending")), busy(503), ok(&deleted)]).await;
    server.client().retrieve_payment().id("pay_1").send().await.unwrap();
    server.client().revoke_api_key().id("key_1").send().await.unwrap();
    let lines = server.requests::<4>().map(|request| request.line);
    assert_eq!(lines[1], "GET /v1/payments/pay_1");
    assert_eq!(lines[3], "DELETE /v1/auth/api-keys/key_1");
}

#[tokio::test]
async fn a_key_in_progress_is_asked_for_again_and_a_reused_one_is_not() {
    let server = Server::answering([busy(409), ok(&payment("refunded")), refusal(409, "idempotency_key_reused")]).await;
    server.client().refund_payment().id("pay_1").send().await.unwrap();
    let error = server.client().refund_payment().id("pay_1").send().await.unwrap_err();
    assert_eq!(error.code(), Some("idempotency_key_reused"));
    let [_, _, _] = server.requests();
}

#[tokio::test]
async fn a_refusal_is_final_and_says_all_it_knows() {
    let server = Server::answering([refusal(412, "payment_not_refundable")]).await;
    let error = server.client().refund_payment().id("pay_1").send().await.unwrap_err();
    assert_eq!(error.code(), Some("payment_not_refundable"));
    assert_eq!(error.message(), Some("No."));
    assert_eq!(error.details().unwrap()["payment_id"], "pay_1");
    assert_eq!(error.request_id(), Some("req_1"));
    let [_] = server.requests();
}

#[tokio::test]
async fn a_wait_of_more_than_a_minute_is_left_to_the_caller() {
    let mut patience = busy(429);
    patience.headers_mut().insert("retry-after", "61".parse().unwrap());
    let server = Server::answering([patience]).await;
    let error = server.client().retrieve_payment().id("pay_1").send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 429);
    let [_] = server.requests();
}

#[tokio::test]
async fn retries_come_to_an_end() {
    let server = Server::answering([busy(503), busy(503), busy(503)]).await;
    let error = server.client().retrieve_payment().id("pay_1").send().await.unwrap_err();
    assert_eq!(error.code(), Some("busy"));
    let [_, _, _] = server.requests();
}

#[tokio::test]
async fn filters_go_into_the_query() {
    let empty = json!({"object": "list", "data": [], "has_more": false, "next_cursor": null});
    let server = Server::answering([ok(&empty)]).await;
    let page = server
        .client()
        .list_payments()
        .limit(5)
        .status(PaymentStatus::PartiallyRefunded)
        .customer_id("cust_xyz789")
        .send()
        .await
        .unwrap();
    assert!(!page.has_more && page.next_cursor.is_none());
    let [request] = server.requests();
    assert_eq!(request.line, "GET /v1/payments?customer_id=cust_xyz789&limit=5&status=partially_refunded");
}

#[test]
fn settings_that_cannot_work_are_refused() {
    assert!(matches!(hedge_client::hedge("localhost:8080", "sk_test_1"), Err(SettingsError::BaseUrl)));
    assert!(matches!(hedge_client::hedge("", "sk_test_1"), Err(SettingsError::BaseUrl)));
    assert!(matches!(hedge_client::hedge("http://127.0.0.1:8080", "sk\n"), Err(SettingsError::Key(_))));
}

#[test]
fn the_key_is_not_printed() {
    let settings = Settings::new("http://127.0.0.1:8080", "sk_test_1");
    assert!(!format!("{settings:?}").contains("sk_test_1"));
    assert!(!format!("{:?}", settings.hedge().unwrap()).contains("sk_test_1"));
}

struct Server {
    url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

#[derive(Debug)]
struct Seen {
    line: String,
    headers: HeaderMap,
    body: Value,
}

impl Server {
    /// One answer for each request, in this order.
    async fn answering<const N: usize>(answers: [Response<Body>; N]) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let answers = Arc::new(Mutex::new(VecDeque::from(answers)));
        let notes = Arc::clone(&seen);
        let app = Router::new().fallback(move |request: Request| {
            let (notes, answers) = (Arc::clone(&notes), Arc::clone(&answers));
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, usize::MAX).await.unwrap();
                notes.lock().unwrap().push(Seen {
                    line: format!("{} {}", parts.method, parts.uri),
                    headers: parts.headers,
                    body: serde_json::from_slice(&body).unwrap_or(Value::Null),
                });
                answers.lock().unwrap().pop_front().expect("a request that the script does not have")
            }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, app).into_future());
        Self { url, seen }
    }

    fn client(&self) -> Client {
        hedge_client::hedge(&self.url, "sk_test_1").unwrap()
    }

    /// All of them, which must be so many.
    fn requests<const N: usize>(&self) -> [Seen; N] {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap());
        seen.try_into().unwrap()
    }
}

fn answer(status: u16, body: &Value) -> Response<Body> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("x-request-id", "req_1")
        .body(Body::from(body.to_string()))
        .unwrap()
}

fn ok(body: &Value) -> Response<Body> {
    answer(200, body)
}

fn refusal(status: u16, code: &str) -> Response<Body> {
    answer(status, &json!({"error": {"code": code, "message": "No.", "details": {"payment_id": "pay_1"}}}))
}

/// An answer that asks to come back at once, so that no test waits.
fn busy(status: u16) -> Response<Body> {
    let mut response = answer(status, &json!({"error": {"code": "busy", "message": "Later."}}));
    response.headers_mut().insert("retry-after", "0".parse().unwrap());
    response
}

fn payment(status: &str) -> Value {
    json!({
        "id": "pay_1", "object": "payment", "amount": 9999, "currency": "USD", "status": status, "payment_method": null,
        "customer_email": "customer@example.com", "customer_id": null, "description": null,
        "statement_descriptor": "HEDGE PAYMENTS", "merchant_id": "merch_1", "checkout_session_id": null,
        "refunded_amount": 0, "refunds": [], "fee": 0, "net_amount": 9999, "metadata": {}, "three_d_secure": null,
        "failure_code": null, "failure_message": null, "cancellation_reason": null, "canceled_at": null,
        "settled": false, "settled_at": null, "expires_at": null,
        "created_at": "2024-06-15T10:30:00Z", "updated_at": "2024-06-15T10:30:00Z"
    })
}
