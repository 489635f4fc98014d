//! What must hold after a crash, and at the end of it all, asked from outside.
//!
//! A newcomer's usual mistake is to check only what clients still talk about: after a restart everything that was
//! touched since the last one is looked at before any client gets to the new server.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use futures::stream::{self, StreamExt};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;

use crate::client::Counter;
use crate::wire::{Request, Wire};
use crate::witness::{Creation, compare, text};

const AT_ONCE: usize = 16;
/// A lease outlives the server that held it, on Postgres: that of a job for half a minute, that of a delivery for three
/// quarters of one. Then it must be done.
const JOBS_PATIENCE: Duration = Duration::from_secs(75);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Who asks, and what it compares with.
pub struct Verdict<'a> {
    pub counter: &'a Counter,
    pub wire: Wire,
}

impl Verdict<'_> {
    async fn read(&self, path: String) -> Value {
        let answer = self.wire.clone().ask(&Request::read(path.clone()), &mut StdRng::seed_from_u64(0)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json());
        answer.json()
    }

    /// Everything that was acknowledged since the last restart is there, and its last answers are repeated.
    pub async fn after_restart(&self) {
        let recent = self.counter.witness.take_recent();
        let look = |id: String| async move {
            let known = self.counter.witness.payment(&id).unwrap();
            compare(&known, &self.read(format!("/v1/payments/{id}")).await);
            self.counter.figures.rechecked.up();
        };
        stream::iter(recent).for_each_concurrent(AT_ONCE, look).await;
        self.repeats(40, usize::MAX).await;
    }

    /// A change sent again gets the same answer, byte for byte.
    pub async fn repeats(&self, last: usize, step: usize) {
        let again = |(request, answer): (Request, crate::wire::Answer)| async move {
            let mut first = answer;
            first.replayed = true;
            let second = self.wire.clone().ask(&request, &mut StdRng::seed_from_u64(0)).await;
            let texts = || (String::from_utf8_lossy(&first.body), String::from_utf8_lossy(&second.body));
            assert_eq!(first, second, "{request:?}: {:?}", texts());
            self.counter.figures.compared.up();
        };
        stream::iter(self.counter.witness.answers(last, step)).for_each_concurrent(AT_ONCE, again).await;
    }

    /// All jobs are done: those of the dead were taken over.
    pub async fn all_jobs_end(&self) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        let mut waiting = String::new();
        let wait = async {
            loop {
                looks.tick().await;
                waiting = self.metric("hedge_jobs_waiting").await;
                if waiting == "0" {
                    return;
                }
            }
        };
        let ended = tokio::time::timeout(JOBS_PATIENCE, wait).await;
        assert!(ended.is_ok(), "jobs were left behind: {waiting}");
    }

    /// Nothing waits to be delivered any more. How long that takes is the machine's; that it goes on is ours.
    pub async fn all_deliveries_end(&self) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        let (mut least, mut since) = (f64::INFINITY, Instant::now());
        while least > 0.0 {
            looks.tick().await;
            let waiting = self.metric("hedge_webhook_deliveries_waiting").await.parse().expect("a number");
            if waiting < least {
                (least, since) = (waiting, Instant::now());
            }
            assert!(since.elapsed() < JOBS_PATIENCE, "deliveries were left behind: {least}");
        }
    }

    async fn metric(&self, name: &str) -> String {
        let request = Request::read("/metrics".to_owned());
        let answer = self.wire.clone().ask(&request, &mut StdRng::seed_from_u64(0)).await;
        let metrics = String::from_utf8_lossy(&answer.body).into_owned();
        let value = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.unwrap_or("no such metric").to_owned()
    }

    /// All there are, newest first.
    pub async fn events(&self) -> Vec<Value> {
        self.list("/v1/events").await
    }

    async fn list(&self, of: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut path = format!("{of}?limit=100");
        loop {
            let page = self.read(path).await;
            all.extend(page["data"].as_array().unwrap().iter().cloned());
            if page["has_more"] != true {
                return all;
            }
            path = format!("{of}?limit=100&cursor={}", text(&page, "next_cursor"));
        }
    }

    /// Every acknowledged payout is listed and has arrived; no key made more than one.
    pub async fn every_payout_is_accounted_for(&self) -> usize {
        let list = self.list("/v1/payouts").await;
        let mut by_key: BTreeMap<&str, &Value> = BTreeMap::new();
        for payout in &list {
            assert_eq!(text(payout, "status"), "paid", "stuck: {payout}");
            let before = by_key.insert(text(&payout["metadata"], "key"), payout);
            assert_eq!(before, None, "two under one key: {payout}");
        }
        for (key, made) in self.counter.witness.payouts() {
            let now = by_key.get(key.as_str()).unwrap_or_else(|| panic!("lost: {made}"));
            for field in ["id", "amount", "fee", "net_amount", "destination", "created_at"] {
                assert_eq!(made[field], now[field], "{field} of {made} is now {now}");
            }
        }
        list.len()
    }

    /// Every acknowledged payment is listed as it was acknowledged or further on; every key made at most one, and one
    /// if that was acknowledged; none is on its way for ever.
    pub async fn every_payment_is_accounted_for(&self) -> usize {
        let list = self.list("/v1/payments").await;
        let mut by_key: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for payment in &list {
            let (id, status) = (text(payment, "id"), text(payment, "status"));
            assert!(!matches!(status, "initiated" | "processing"), "stuck: {payment}");
            let is_new = by_key.entry(text(&payment["metadata"], "key")).or_default().insert(id);
            assert!(is_new, "listed twice: {payment}");
        }
        let listed: BTreeMap<&str, &Value> = list.iter().map(|payment| (text(payment, "id"), payment)).collect();
        for (id, known) in self.counter.witness.payments() {
            let now = listed.get(id.as_str()).unwrap_or_else(|| panic!("lost: {known}"));
            compare(&known, now);
        }
        let creations = self.counter.witness.creations();
        for (key, made) in &by_key {
            assert!(creations.contains_key(*key), "made by nobody: {made:?} with {key:?}");
            assert_eq!(made.len(), 1, "the key {key} made {made:?}");
        }
        for (key, creation) in &creations {
            let made = by_key.get(key.as_str()).and_then(BTreeSet::first);
            match creation {
                Creation::Acknowledged(id) => assert_eq!(made, Some(&id.as_str()), "made by {key}"),
                Creation::Abandoned => {}
            }
        }
        list.len()
    }
}
