//! The test clock of a server's first account.
//!
//! The one thing a newcomer gets wrong: workers are woken by the move, and done a moment later; wait for what they do.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Server;

impl Server {
    /// The account's time stands still from here on.
    pub async fn freeze(&self) -> DateTime<Utc> {
        self.move_clock(&json!({"action": "freeze"})).await
    }

    /// It stands still at this time.
    pub async fn freeze_at(&self, to: &str) {
        self.move_clock(&json!({"action": "freeze", "to": to})).await;
    }

    pub async fn advance(&self, seconds: i64) {
        self.move_clock(&json!({"action": "advance", "seconds": seconds})).await;
    }

    pub async fn advance_to(&self, to: &str) {
        self.move_clock(&json!({"action": "advance", "to": to})).await;
    }

    async fn move_clock(&self, body: &Value) -> DateTime<Utc> {
        let clock = self.post("/v1/test/clock", body).send().await.expect(200);
        clock["now"].as_str().unwrap().parse().unwrap()
    }
}
