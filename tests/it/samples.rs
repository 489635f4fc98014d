//! One good request for every operation, and what it takes to have it refused: what the tests that go over all
//! operations send.
//!
//! The one thing a newcomer gets wrong: a new operation needs a row in each table here. Until it has one, those tests
//! panic with its name.

use hedge_api::Operation;
use hedge_api::hedge::OPERATIONS;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::server::VISA;
use crate::harness::{Call, Server};

/// A request that succeeds, once.
pub struct Sample {
    pub path: String,
    pub body: Option<Value>,
}

impl Sample {
    fn get(path: &str) -> Self {
        Self { path: path.to_owned(), body: None }
    }

    fn post(path: String, body: Value) -> Self {
        Self { path, body: Some(body) }
    }

    /// The request, without a key.
    pub fn call(&self, operation: &Operation, url: &str) -> Call {
        let call = Call::new(operation.method.clone(), url, &self.path);
        match &self.body {
            Some(body) => call.json(body),
            None => call,
        }
    }
}

pub fn names_an_object(operation: &Operation) -> bool {
    operation.path.contains("{id}")
}

pub fn operations() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().copied()
}

/// Those that not everybody may call.
pub fn guarded() -> impl Iterator<Item = &'static Operation> {
    operations().filter(|operation| !operation.security.is_empty())
}

/// With everything it needs already there, in the first account.
pub async fn sample(server: &Server, operation: &Operation) -> Sample {
    match operation.id {
        "createPayment" => Sample::post("/v1/payments".to_owned(), payment()),
        "listPayments" => Sample::get("/v1/payments"),
        "retrievePayment" => Sample::get(&format!("/v1/payments/{}", server.pending().await.id)),
        "confirmPayment" => {
            let path = format!("/v1/payments/{}/confirm", server.pending().await.id);
            Sample::post(path, json!({"payment_method_token": server.token(VISA).await}))
        }
        "cancelPayment" => {
            Sample::post(format!("/v1/payments/{}/cancel", server.pending().await.id), json!({"reason": "one"}))
        }
        "refundPayment" => {
            Sample::post(format!("/v1/payments/{}/refund", server.succeeded().await.id), json!({"amount": 2500}))
        }
        "createPaymentMethod" => Sample::post("/v1/payment_methods".to_owned(), card()),
        "listPaymentMethods" => Sample::get(&format!("/v1/payment_methods?customer_id={}", server.customer().await)),
        "createCustomer" => Sample::post("/v1/customers".to_owned(), customer()),
        "listCustomers" => Sample::get("/v1/customers"),
        "retrieveCustomer" => Sample::get(&format!("/v1/customers/{}", server.customer().await)),
        "updateCustomer" => {
            Sample::post(format!("/v1/customers/{}", server.customer().await), json!({"name": "Ada King"}))
        }
        "createClientToken" => {
            let body = json!({"customer_id": server.customer().await, "scopes": ["checkout"]});
            Sample::post("/v1/auth/client-token".to_owned(), body)
        }
        "retrieveSigningKeys" => Sample::get("/.well-known/jwks.json"),
        "listApiKeys" => Sample::get("/v1/auth/api-keys"),
        "createApiKey" => Sample::post("/v1/auth/api-keys".to_owned(), json!({"name": "one"})),
        "revokeApiKey" => Sample::get(&format!("/v1/auth/api-keys/{}", key_id(server).await)),
        "rollApiKey" => {
            Sample::post(format!("/v1/auth/api-keys/{}/roll", key_id(server).await), json!({"overlap_seconds": 60}))
        }
        "retrieveTestClock" => Sample::get("/v1/test/clock"),
        "moveTestClock" => Sample::post("/v1/test/clock".to_owned(), json!({"action": "freeze"})),
        unknown => panic!("{unknown} has no sample"),
    }
}

/// The body of another good request, for a key that was used before.
pub fn another_body(operation: &Operation) -> Value {
    match operation.id {
        "createPayment" => with(payment(), "amount", json!(5000)),
        "confirmPayment" => json!({"payment_method_token": "tok_0000000000000000000000000z"}),
        "cancelPayment" => json!({"reason": "another"}),
        "refundPayment" => json!({"amount": 2501}),
        "createPaymentMethod" => {
            let mut body = card();
            body["card"]["exp_year"] = json!(2035);
            body
        }
        "createCustomer" => with(customer(), "name", json!("Another")),
        "createClientToken" => json!({"customer_id": NOBODY, "scopes": ["checkout"]}),
        "createApiKey" => json!({"name": "another"}),
        "rollApiKey" => json!({"overlap_seconds": 61}),
        "moveTestClock" => json!({"action": "resume"}),
        unknown => panic!("{unknown} has no other body"),
    }
}

/// A well-formed body with a value that will not do.
pub fn unprocessable_body(operation: &Operation) -> (Value, &'static str, &'static str) {
    match operation.id {
        "createPayment" => (with(payment(), "amount", json!(0)), "invalid_amount", "amount"),
        "confirmPayment" => (json!({"payment_method_token": ""}), "invalid_value", "payment_method_token"),
        "cancelPayment" => (json!({"reason": ""}), "invalid_value", "reason"),
        "refundPayment" => (json!({"amount": 0}), "invalid_amount", "amount"),
        "createPaymentMethod" => (with(card(), "customer_id", json!("")), "invalid_value", "customer_id"),
        "createCustomer" => (with(customer(), "email", json!("nobody")), "invalid_value", "email"),
        "updateCustomer" => (json!({"name": ""}), "invalid_value", "name"),
        "createClientToken" => (json!({"customer_id": NOBODY, "scopes": []}), "invalid_value", "scopes"),
        "createApiKey" => (json!({"name": ""}), "invalid_value", "name"),
        "rollApiKey" => (json!({"overlap_seconds": -1}), "invalid_value", "overlap_seconds"),
        "moveTestClock" => (json!({"action": "advance", "seconds": 0}), "invalid_value", "seconds"),
        unknown => panic!("{unknown} has no body that will not do"),
    }
}

/// A body that names something that is not there, where the path names nothing, and the field that names it.
pub fn dangling_body(operation: &Operation) -> (Value, &'static str) {
    match operation.id {
        "createPayment" => (with(payment(), "merchant_id", json!("merch_00000000000000000000000001")), "merchant_id"),
        "createPaymentMethod" => (with(card(), "customer_id", json!(NOBODY)), "customer_id"),
        "createClientToken" => (json!({"customer_id": NOBODY, "scopes": ["checkout"]}), "customer_id"),
        "createApiKey" => (json!({"merchant_ids": ["merch_00000000000000000000000001"]}), "merchant_ids"),
        unknown => panic!("{unknown} declares 404 and names nothing"),
    }
}

/// A request for an object whose state does not allow it, and the code of the refusal.
pub async fn wrong_state(server: &Server, operation: &Operation) -> (Sample, &'static str) {
    match operation.id {
        "confirmPayment" => {
            let body = json!({"payment_method_token": server.token(VISA).await});
            let path = format!("/v1/payments/{}/confirm", server.succeeded().await.id);
            (Sample::post(path, body), "payment_not_confirmable")
        }
        "cancelPayment" => {
            let path = format!("/v1/payments/{}/cancel", server.succeeded().await.id);
            (Sample::post(path, json!({})), "payment_not_cancelable")
        }
        "refundPayment" => {
            let path = format!("/v1/payments/{}/refund", server.pending().await.id);
            (Sample::post(path, json!({})), "payment_not_refundable")
        }
        "rollApiKey" => {
            let id = key_id(server).await;
            server.call(Method::DELETE, &format!("/v1/auth/api-keys/{id}")).send().await.expect(200);
            (Sample::post(format!("/v1/auth/api-keys/{id}/roll"), json!({})), "api_key_not_rollable")
        }
        unknown => panic!("{unknown} has no state that does not allow it"),
    }
}

pub fn payment() -> Value {
    json!({"amount": 9999, "currency": "USD", "customer_email": "customer@example.com"})
}

pub fn customer() -> Value {
    json!({"email": "customer@example.com", "name": "Ada Lovelace"})
}

/// Of the right form, and nobody's.
pub const NOBODY: &str = "cust_00000000000000000000000001";

pub fn card() -> Value {
    json!({"type": "card", "card": {"number": VISA, "exp_month": 12, "exp_year": 2034, "cvc": "123"}})
}

/// The same object with one field set.
pub fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

async fn key_id(server: &Server) -> String {
    server.make_key(json!({})).await["id"].as_str().unwrap().to_owned()
}
