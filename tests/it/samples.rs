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
        "createCheckoutSession" => Sample::post("/v1/checkout/sessions".to_owned(), checkout_session()),
        "listCheckoutSessions" => Sample::get("/v1/checkout/sessions"),
        "retrieveCheckoutSession" => Sample::get(&format!("/v1/checkout/sessions/{}", server.open_session().await)),
        "expireCheckoutSession" => {
            Sample::get(&format!("/v1/checkout/sessions/{}/expire", server.open_session().await))
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
        "listAuditLog" => Sample::get("/v1/audit-log"),
        "retrieveTestClock" => Sample::get("/v1/test/clock"),
        "moveTestClock" => Sample::post("/v1/test/clock".to_owned(), json!({"action": "freeze"})),
        "createWebhookEndpoint" => Sample::post("/v1/webhooks/endpoints".to_owned(), webhook_endpoint()),
        "listWebhookEndpoints" => Sample::get("/v1/webhooks/endpoints"),
        "retrieveWebhookEndpoint" | "deleteWebhookEndpoint" => Sample::get(&endpoint_path(server).await),
        "updateWebhookEndpoint" => Sample::post(endpoint_path(server).await, json!({"description": "one"})),
        "rotateWebhookSecret" => {
            Sample::post(format!("{}/rotate", endpoint_path(server).await), json!({"overlap_seconds": 60}))
        }
        "listWebhookDeliveries" => Sample::get(&format!("{}/deliveries", endpoint_path(server).await)),
        "retrieveWebhookDelivery" => Sample::get(&delivery_path(server).await),
        "resendWebhookDelivery" => Sample { path: format!("{}/resend", delivery_path(server).await), body: None },
        "resendWebhookEvents" => {
            let path = format!("{}/resend", endpoint_path(server).await);
            Sample::post(path, json!({"since": "2024-06-15T00:00:00Z"}))
        }
        "sendTestWebhook" => Sample::post("/v1/webhooks/test".to_owned(), json!({"event": "payment.succeeded"})),
        "listEvents" => Sample::get("/v1/events"),
        "retrieveEvent" => {
            server.pending().await;
            let events = server.get("/v1/events").send().await.expect(200);
            Sample::get(&format!("/v1/events/{}", events["data"][0]["id"].as_str().unwrap()))
        }
        _ => sample_of_merchants(server, operation).await,
    }
}

/// The same for merchants and their payouts.
async fn sample_of_merchants(server: &Server, operation: &Operation) -> Sample {
    match operation.id {
        "createMerchant" => Sample::post("/v1/merchants".to_owned(), merchant()),
        "listMerchants" => Sample::get("/v1/merchants"),
        "retrieveMerchant" => Sample::get(&merchant_path(server).await),
        "updateMerchant" => Sample::post(merchant_path(server).await, json!({"name": "Another shop"})),
        "retrieveMerchantBalance" => Sample::get(&format!("{}/balance", merchant_path(server).await)),
        "retrieveMerchantStatement" => Sample::get(&format!("{}/statement", merchant_path(server).await)),
        "createPayout" => {
            server.funded().await;
            Sample::post("/v1/payouts".to_owned(), json!({"amount": 100}))
        }
        "listPayouts" => Sample::get("/v1/payouts"),
        "retrievePayout" => Sample::get(&format!("/v1/payouts/{}", server.payout().await)),
        unknown => panic!("{unknown} has no sample"),
    }
}

/// Another good request, for a key that was used before.
pub async fn another(server: &Server, operation: &Operation, first: Sample) -> Sample {
    match operation.id {
        // It has no body to be another one.
        "expireCheckoutSession" => sample(server, operation).await,
        "resendWebhookDelivery" => sample(server, operation).await,
        _ => Sample { body: Some(another_body(operation)), ..first },
    }
}

fn another_body(operation: &Operation) -> Value {
    match operation.id {
        "createPayment" => with(payment(), "amount", json!(5000)),
        "confirmPayment" => json!({"payment_method_token": "tok_0000000000000000000000000z"}),
        "cancelPayment" => json!({"reason": "another"}),
        "refundPayment" => json!({"amount": 2501}),
        "createCheckoutSession" => with(checkout_session(), "amount", json!(5000)),
        "createPaymentMethod" => {
            let mut body = card();
            body["card"]["exp_year"] = json!(2035);
            body
        }
        "createCustomer" => with(customer(), "name", json!("Another")),
        "createMerchant" => with(merchant(), "name", json!("Another")),
        "createPayout" => json!({"amount": 101}),
        "createClientToken" => json!({"customer_id": NOBODY, "scopes": ["checkout"]}),
        "createApiKey" => json!({"name": "another"}),
        "rollApiKey" => json!({"overlap_seconds": 61}),
        "moveTestClock" => json!({"action": "resume"}),
        "createWebhookEndpoint" => with(webhook_endpoint(), "description", json!("Another")),
        "rotateWebhookSecret" => json!({"overlap_seconds": 61}),
        "resendWebhookEvents" => json!({"since": "2024-06-16T00:00:00Z"}),
        "sendTestWebhook" => json!({"event": "payment.failed"}),
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
        "createCheckoutSession" => (with(checkout_session(), "amount", json!(0)), "invalid_amount", "amount"),
        "createPaymentMethod" => (with(card(), "customer_id", json!("")), "invalid_value", "customer_id"),
        "createCustomer" => (with(customer(), "email", json!("nobody")), "invalid_value", "email"),
        "updateCustomer" => (json!({"name": ""}), "invalid_value", "name"),
        "createMerchant" => (with(merchant(), "country", json!("ZZ")), "invalid_value", "country"),
        "updateMerchant" => {
            let bank = json!({"routing_number": "011401534", "account_number": "1234", "account_type": "checking"});
            let body = json!({"settlement": {"bank_account": bank}});
            (body, "invalid_value", "settlement.bank_account.routing_number")
        }
        "createPayout" => (json!({"amount": 0}), "invalid_amount", "amount"),
        "createClientToken" => (json!({"customer_id": NOBODY, "scopes": []}), "invalid_value", "scopes"),
        "createApiKey" => (json!({"name": ""}), "invalid_value", "name"),
        "rollApiKey" => (json!({"overlap_seconds": -1}), "invalid_value", "overlap_seconds"),
        "moveTestClock" => (json!({"action": "advance", "seconds": 0}), "invalid_value", "seconds"),
        "createWebhookEndpoint" => (with(webhook_endpoint(), "events", json!([])), "invalid_value", "events"),
        "updateWebhookEndpoint" => (json!({"description": ""}), "invalid_value", "description"),
        "rotateWebhookSecret" => (json!({"overlap_seconds": 86_401}), "invalid_value", "overlap_seconds"),
        "resendWebhookEvents" => (json!({"since": "2024-06-15T00:00:00Z", "limit": 0}), "invalid_value", "limit"),
        "sendTestWebhook" => (json!({"event": ""}), "invalid_event_type", "event"),
        unknown => panic!("{unknown} has no body that will not do"),
    }
}

/// A body that names something that is not there, where the path names nothing, and the field that names it.
pub fn dangling_body(operation: &Operation) -> (Value, &'static str) {
    match operation.id {
        "createCustomer" => (with(customer(), "merchant_id", json!("merch_00000000000000000000000001")), "merchant_id"),
        "createPayment" => (with(payment(), "merchant_id", json!("merch_00000000000000000000000001")), "merchant_id"),
        "createCheckoutSession" => (with(checkout_session(), "customer_id", json!(NOBODY)), "customer_id"),
        "createPaymentMethod" => (with(card(), "customer_id", json!(NOBODY)), "customer_id"),
        "createPayout" => (json!({"merchant_id": "merch_00000000000000000000000001"}), "merchant_id"),
        "createClientToken" => (json!({"customer_id": NOBODY, "scopes": ["checkout"]}), "customer_id"),
        "createApiKey" => (json!({"merchant_ids": ["merch_00000000000000000000000001"]}), "merchant_ids"),
        "sendTestWebhook" => {
            (json!({"event": "payment.created", "endpoint_id": "we_00000000000000000000000001"}), "endpoint_id")
        }
        unknown => panic!("{unknown} declares 404 and names nothing"),
    }
}

/// A request for an object whose state does not allow it, and the code of the refusal.
pub async fn wrong_state(server: &Server, operation: &Operation) -> (Sample, &'static str) {
    match operation.id {
        "createPayment" => {
            let body = with(payment(), "merchant_id", json!(restricted(server).await));
            (Sample::post("/v1/payments".to_owned(), body), "merchant_restricted")
        }
        "createCheckoutSession" => {
            let body = with(checkout_session(), "merchant_id", json!(restricted(server).await));
            (Sample::post("/v1/checkout/sessions".to_owned(), body), "merchant_restricted")
        }
        "createPayout" => {
            let path = merchant_path(server).await;
            let body = json!({"merchant_id": path.rsplit('/').next().unwrap()});
            (Sample::post("/v1/payouts".to_owned(), body), "payout_destination_missing")
        }
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
        "expireCheckoutSession" => {
            let path = format!("/v1/checkout/sessions/{}/expire", server.open_session().await);
            server.call(Method::POST, &path).send().await.expect(200);
            (Sample::get(&path), "checkout_session_not_open")
        }
        "rollApiKey" => {
            let id = key_id(server).await;
            server.call(Method::DELETE, &format!("/v1/auth/api-keys/{id}")).send().await.expect(200);
            (Sample::post(format!("/v1/auth/api-keys/{id}/roll"), json!({})), "api_key_not_rollable")
        }
        "resendWebhookDelivery" => {
            let path = delivery_path(server).await;
            let endpoint = path.split("/deliveries/").next().unwrap();
            disable(server, endpoint).await;
            (Sample { path: format!("{path}/resend"), body: None }, "webhook_endpoint_disabled")
        }
        "resendWebhookEvents" => {
            let endpoint = endpoint_path(server).await;
            disable(server, &endpoint).await;
            let body = json!({"since": "2024-06-15T00:00:00Z"});
            (Sample::post(format!("{endpoint}/resend"), body), "webhook_endpoint_disabled")
        }
        "sendTestWebhook" => {
            let endpoint = endpoint_path(server).await;
            disable(server, &endpoint).await;
            let body = json!({"event": "payment.created", "endpoint_id": endpoint.rsplit('/').next().unwrap()});
            (Sample::post("/v1/webhooks/test".to_owned(), body), "webhook_endpoint_disabled")
        }
        unknown => panic!("{unknown} has no state that does not allow it"),
    }
}

pub fn payment() -> Value {
    json!({"amount": 9999, "currency": "USD", "customer_email": "customer@example.com"})
}

pub fn checkout_session() -> Value {
    json!({
        "amount": 9999, "currency": "USD",
        "success_url": "https://shop.example/thanks", "cancel_url": "https://shop.example/cart"
    })
}

pub fn customer() -> Value {
    json!({"email": "customer@example.com", "name": "Ada Lovelace"})
}

pub fn merchant() -> Value {
    json!({"name": "Another shop", "country": "US"})
}

/// A merchant of the first account that is not its default one.
async fn merchant_path(server: &Server) -> String {
    let made = server.post("/v1/merchants", &merchant()).send().await.expect(201);
    format!("/v1/merchants/{}", made["id"].as_str().unwrap())
}

/// The id of a merchant that takes no payments.
async fn restricted(server: &Server) -> String {
    let path = merchant_path(server).await;
    let id = path.rsplit('/').next().unwrap();
    let shown = crate::harness::hedge(server.folder()).json(&["merchants", "restrict", id, "--json"]);
    assert_eq!(shown["status"], "restricted");
    id.to_owned()
}

/// Nobody answers there.
pub fn webhook_endpoint() -> Value {
    json!({"url": "http://127.0.0.1:9999/hooks", "events": ["payment.created"]})
}

/// An endpoint of the first account. An account has few, so those of earlier samples go.
async fn endpoint_path(server: &Server) -> String {
    let path = "/v1/webhooks/endpoints";
    for old in server.get(path).send().await.expect(200)["data"].as_array().unwrap() {
        let old = format!("{path}/{}", old["id"].as_str().unwrap());
        server.call(Method::DELETE, &old).send().await.expect(200);
    }
    let made = server.post(path, &webhook_endpoint()).send().await.expect(201);
    format!("{path}/{}", made["id"].as_str().unwrap())
}

/// A delivery to a new endpoint.
async fn delivery_path(server: &Server) -> String {
    let path = format!("{}/deliveries", endpoint_path(server).await);
    server.pending().await;
    let listed = server.get(&path).send().await.expect(200);
    format!("{path}/{}", listed["data"][0]["id"].as_str().unwrap())
}

async fn disable(server: &Server, endpoint: &str) {
    server.call(Method::PATCH, endpoint).json(&json!({"enabled": false})).send().await.expect(200);
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
