//! One of the clients: it makes payments and does to them whatever the API lets it, one story after the other.
//!
//! Its own payments nobody else touches until it shelves them; so it knows what the answers must be, also when they come
//! only after a restart. A newcomer's usual mistake is a new idempotency key for a second attempt: [`Wire`] keeps it.

use std::sync::Arc;

use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::figures::Figures;
use crate::wire::{Answer, Request, Wire};
use crate::witness::{Creation, Witness, compare, number, text};

/// Cards that succeed, with and without 3-D Secure, and two that are declined.
const CARDS: [&str; 5] =
    ["4242424242424242", "5555555555554444", "4000000000003220", "4000000000000002", "4000000000009995"];
/// How often a client looks after a payment that is on its way before it turns to something else.
const LOOKS: usize = 40;
const SHELF: usize = 400;

/// What all clients of an ordeal share.
#[derive(Default)]
pub struct Counter {
    pub witness: Witness,
    pub figures: Arc<Figures>,
    /// Payments that any client may go on with.
    shelf: Mutex<Vec<String>>,
}

pub struct Client {
    number: usize,
    merchant: String,
    changes: u64,
    rng: StdRng,
    wire: Wire,
    counter: Arc<Counter>,
    tokens: Vec<String>,
}

impl Client {
    pub fn new((number, merchant): (usize, &str), seed: u64, wire: Wire, counter: Arc<Counter>) -> Self {
        let rng = StdRng::seed_from_u64(seed.wrapping_mul(1_000).wrapping_add(u64::try_from(number).unwrap()));
        Self { number, merchant: merchant.to_owned(), changes: 0, rng, wire, counter, tokens: Vec::new() }
    }

    /// Tells stories until it is stopped; the last one is told to its end.
    pub async fn run(mut self, stop: watch::Receiver<bool>) {
        for card in CARDS {
            self.tokenise(card).await;
        }
        while !*stop.borrow() {
            match self.rng.random_range(0..100) {
                0..35 => self.pay_at_once().await,
                35..55 => self.confirm_later().await,
                55..65 => self.think_better_of_it().await,
                65..72 => self.race_the_worker().await,
                72..75 => drop(self.create(None).await),
                75..90 => self.go_on_with_another().await,
                90..95 => self.be_paid_out().await,
                _ => {
                    let card = CARDS[self.rng.random_range(0..CARDS.len())];
                    self.tokenise(card).await;
                }
            }
        }
    }

    async fn pay_at_once(&mut self) {
        let token = self.token();
        let Some(payment) = self.create(Some(&token)).await else {
            return;
        };
        self.see_through(payment).await;
    }

    async fn confirm_later(&mut self) {
        let Some(payment) = self.create(None).await else {
            return;
        };
        let token = self.token();
        let path = format!("/v1/payments/{}/confirm", text(&payment, "id"));
        let confirmed = self.change(&path, json!({ "payment_method_token": token }), &[200]).await;
        self.see_through(confirmed.json()).await;
    }

    async fn think_better_of_it(&mut self) {
        let Some(payment) = self.create(None).await else {
            return;
        };
        let path = format!("/v1/payments/{}/cancel", text(&payment, "id"));
        let canceled = self.change(&path, json!({ "reason": "thought better of it" }), &[200]).await.json();
        assert_eq!(text(&canceled, "status"), "canceled", "{canceled}");
    }

    /// Cancels a payment that is on its way: it works, or comes too late.
    async fn race_the_worker(&mut self) {
        let token = self.token();
        let Some(payment) = self.create(Some(&token)).await else {
            return;
        };
        let path = format!("/v1/payments/{}/cancel", text(&payment, "id"));
        self.change(&path, json!({}), &[200, 412]).await;
    }

    /// Waits for a payment on its way, and gives some of it back or leaves that to others.
    async fn see_through(&mut self, mut payment: Value) {
        for _look in 0..LOOKS {
            if !matches!(text(&payment, "status"), "initiated" | "processing") {
                break;
            }
            payment = self.look(text(&payment, "id")).await;
        }
        let id = text(&payment, "id").to_owned();
        if text(&payment, "status") == "succeeded" && self.rng.random_ratio(1, 2) {
            let part = self.rng.random_range(1..=number(&payment, "amount"));
            let refunded = self.refund(&id, json!({ "amount": part }), &[200]).await;
            assert_eq!(number(&refunded.json(), "refunded_amount"), part, "{id}");
        }
        let mut shelf = self.counter.shelf.lock();
        if shelf.len() >= SHELF {
            let oldest_or_so = self.rng.random_range(0..SHELF);
            shelf.swap_remove(oldest_or_so);
        }
        shelf.push(id);
    }

    /// Refunds a payment that others may be refunding at this moment.
    async fn go_on_with_another(&mut self) {
        let picked = {
            let shelf = self.counter.shelf.lock();
            (!shelf.is_empty()).then(|| shelf[self.rng.random_range(0..shelf.len())].clone())
        };
        let Some(id) = picked else {
            return;
        };
        let payment = self.look(&id).await;
        let body = match self.rng.random_range(0..4) {
            0 => json!({}),
            1 => json!({ "amount": number(&payment, "amount") }),
            _ => json!({ "amount": self.rng.random_range(1..=2_000), "reason": "customer_requested" }),
        };
        self.refund(&id, body, &[200, 412, 422]).await;
    }

    /// Takes something of what is available, which all clients add to and take from.
    async fn be_paid_out(&mut self) {
        let key = self.key();
        let mut body = json!({ "merchant_id": self.merchant, "metadata": { "key": key } });
        if self.rng.random_ratio(3, 4) {
            body["amount"] = json!(self.rng.random_range(100..=500_000));
        }
        let request = Request::change("/v1/payouts", key.clone(), body);
        let answer = self.wire.ask(&request, &mut self.rng).await;
        self.take_note(&request, &answer, &[201, 422]);
        if answer.status == 201 {
            self.counter.witness.paid_out(&key, &answer.json());
        }
    }

    async fn refund(&mut self, id: &str, body: Value, expected: &[u16]) -> Answer {
        self.change(&format!("/v1/payments/{id}/refund"), body, expected).await
    }

    fn token(&mut self) -> String {
        self.tokens[self.rng.random_range(0..self.tokens.len())].clone()
    }

    async fn tokenise(&mut self, card: &str) {
        let card = json!({ "number": card, "exp_month": 12, "exp_year": 2034, "cvc": "123" });
        let made = self.change("/v1/payment_methods", json!({ "type": "card", "card": card }), &[201]).await;
        self.tokens.push(text(&made.json(), "id").to_owned());
    }

    /// Makes a payment; `None` when it gave up waiting for the answer.
    async fn create(&mut self, token: Option<&str>) -> Option<Value> {
        let key = self.key();
        let mut body = json!({
            "amount": self.rng.random_range(1..=1_000_000),
            "currency": if self.rng.random_ratio(1, 4) { "EUR" } else { "USD" },
            "customer_email": "customer@example.com",
            "merchant_id": self.merchant,
            "metadata": { "key": key },
        });
        if let Some(token) = token {
            body["payment_method_token"] = json!(token);
        }
        let request = Request::change("/v1/payments", key.clone(), body);
        let gives_up = |rng: &mut StdRng| rng.random_ratio(1, 4);
        let Some(answer) = self.wire.ask_unless(&request, &mut self.rng, gives_up).await else {
            self.counter.figures.abandoned.up();
            self.counter.witness.created(&key, Creation::Abandoned);
            return None;
        };
        self.take_note(&request, &answer, &[201]);
        let payment = answer.json();
        self.counter.witness.created(&key, Creation::Acknowledged(text(&payment, "id").to_owned()));
        let status = if token.is_some() { "initiated" } else { "pending" };
        assert_eq!(text(&payment, "status"), status, "{payment}");
        Some(payment)
    }

    async fn look(&mut self, id: &str) -> Value {
        let known = self.counter.witness.payment(id);
        let request = Request::read(format!("/v1/payments/{id}"));
        let answer = self.wire.ask(&request, &mut self.rng).await;
        assert_eq!(answer.status, 200, "{id}, known as {known:?}: {}", answer.json());
        let payment = answer.json();
        if let Some(known) = known {
            compare(&known, &payment);
        }
        self.counter.witness.saw(&payment);
        payment
    }

    async fn change(&mut self, path: &str, body: Value, expected: &[u16]) -> Answer {
        let request = Request::change(path, self.key(), body);
        let answer = self.wire.ask(&request, &mut self.rng).await;
        self.take_note(&request, &answer, expected);
        answer
    }

    #[track_caller]
    fn take_note(&self, request: &Request, answer: &Answer, expected: &[u16]) {
        let status = answer.status;
        assert!(expected.contains(&status), "{status} for {request:?}: {}", answer.json());
        let Counter { witness, figures, .. } = &*self.counter;
        witness.answered(request, answer);
        if status >= 400 {
            figures.refused.up();
            return;
        }
        figures.acknowledged.up();
        if request.path.starts_with("/v1/payments") {
            witness.saw(&answer.json());
        }
    }

    fn key(&mut self) -> String {
        self.changes += 1;
        format!("client-{}-{}", self.number, self.changes)
    }
}
