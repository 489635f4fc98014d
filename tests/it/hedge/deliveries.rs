//! What arrives at receivers: when, how often, with which bytes and which signatures.
//!
//! The operations on endpoints and deliveries have tests of their own beside this. A newcomer's usual mistake is to wait
//! for a request and then to look at the delivery: it is recorded a moment after the receiver has answered.

mod failures;
mod fairness;
mod order;
mod signatures;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Call, Server, until};

/// An endpoint, asked for at one server with one key.
struct Endpoint {
    server: String,
    key: String,
    id: String,
    secret: String,
}

impl Endpoint {
    async fn create(server: &Server, url: &str, events: &[&str]) -> Self {
        Self::create_at(&server.url, &server.key, &json!({"url": url, "events": events})).await
    }

    async fn create_at(server: &str, key: &str, body: &Value) -> Self {
        let call = Call::new(Method::POST, server, "/v1/webhooks/endpoints").key(key).json(body);
        let made = call.send().await.expect(201);
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Self { server: server.to_owned(), key: key.to_owned(), id: text("id"), secret: text("secret") }
    }

    fn call(&self, method: Method, rest: &str) -> Call {
        Call::new(method, &self.server, &format!("/v1/webhooks/endpoints/{}{rest}", self.id)).key(&self.key)
    }

    async fn get(&self, rest: &str) -> Value {
        self.call(Method::GET, rest).send().await.expect(200)
    }

    async fn post(&self, rest: &str, body: &Value) -> Value {
        self.call(Method::POST, rest).json(body).send().await.expect(200)
    }

    /// All of them, that of the oldest event first.
    async fn deliveries(&self) -> Vec<Value> {
        let page = self.get("/deliveries?limit=100").await;
        assert_eq!(page["has_more"], false);
        let mut deliveries = page["data"].as_array().unwrap().clone();
        deliveries.reverse();
        deliveries
    }

    /// The deliveries once they are as they should be.
    async fn deliveries_once(&self, what: &str, is_so: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        until(async || {
            let deliveries = self.deliveries().await;
            if is_so(&deliveries) { Ok(deliveries) } else { Err(format!("never {what}: {deliveries:?}")) }
        })
        .await
    }

    /// The only delivery, with its attempts, once there were so many of them.
    async fn attempted(&self, attempts: u64) -> Value {
        let is_so = |all: &[Value]| all.len() == 1 && all[0]["attempts"].as_u64() >= Some(attempts);
        let all = self.deliveries_once(&format!("attempted {attempts} times"), is_so).await;
        self.get(&format!("/deliveries/{}", all[0]["id"].as_str().unwrap())).await
    }

    /// All of so many deliveries, once they have been delivered.
    async fn delivered(&self, count: usize) -> Vec<Value> {
        let is_so = |all: &[Value]| all.len() == count && all.iter().all(|one| one["status"] == "delivered");
        self.deliveries_once(&format!("delivered, all {count}"), is_so).await
    }
}
