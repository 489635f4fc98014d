//! One request, until it is answered: a server that dies meanwhile is asked again after its restart, or another one at
//! once, with the same idempotency key.
//!
//! It must not know what a request means. A newcomer's usual mistake is to count an answer as received when its head is
//! in: only a whole body is an acknowledgement.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use tokio::sync::watch;

use crate::deployment::SECRET_KEY;
use crate::figures::Figures;
use crate::fleet::Roster;

/// Much longer than all servers together are ever down.
const PATIENCE: Duration = Duration::from_secs(90);

#[derive(Clone)]
pub struct Wire {
    http: Client,
    roster: watch::Receiver<Roster>,
    figures: Arc<Figures>,
}

#[derive(Clone, Debug)]
pub struct Request {
    pub path: String,
    /// A change has a key and a body; a read has neither.
    pub change: Option<(String, Value)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    /// Whether the server said that it had answered this before.
    pub replayed: bool,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }
}

/// What one attempt came to.
enum Attempt {
    Answered(Answer),
    Broken,
    Refused,
}

/// A server that has already failed this request.
type Failed = Vec<(usize, u64)>;

impl Request {
    pub fn read(path: String) -> Self {
        Self { path, change: None }
    }

    pub fn change(path: &str, key: String, body: Value) -> Self {
        Self { path: path.to_owned(), change: Some((key, body)) }
    }
}

impl Wire {
    pub fn new(roster: watch::Receiver<Roster>, figures: Arc<Figures>) -> Self {
        let http = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        Self { http, roster, figures }
    }

    /// Asks until there is an answer.
    pub async fn ask(&mut self, request: &Request, rng: &mut StdRng) -> Answer {
        self.ask_unless(request, rng, |_| false).await.unwrap()
    }

    /// The same, but gives up after an attempt without an answer when `gives_up` says so.
    pub async fn ask_unless(
        &mut self,
        request: &Request,
        rng: &mut StdRng,
        gives_up: impl FnMut(&mut StdRng) -> bool,
    ) -> Option<Answer> {
        let asked = tokio::time::timeout(PATIENCE, self.insist(request, rng, gives_up)).await;
        asked.unwrap_or_else(|_elapsed| panic!("never answered: {request:?}"))
    }

    async fn insist(
        &mut self,
        request: &Request,
        rng: &mut StdRng,
        mut gives_up: impl FnMut(&mut StdRng) -> bool,
    ) -> Option<Answer> {
        let mut failed = Failed::new();
        let mut was_broken = false;
        loop {
            let (slot, generation, url) = self.pick(&failed, rng).await;
            match self.attempt(&url, request).await {
                Attempt::Answered(answer) if may_pass(&answer) => self.figures.put_off.up(),
                Attempt::Answered(answer) => {
                    if was_broken && request.change.is_some() {
                        let figures = &self.figures;
                        let outcome = if answer.replayed { &figures.were_done } else { &figures.were_not_done };
                        outcome.up();
                    }
                    return Some(answer);
                }
                Attempt::Refused => failed.push((slot, generation)),
                Attempt::Broken => {
                    self.figures.broken.up();
                    was_broken = true;
                    failed.push((slot, generation));
                    if gives_up(rng) {
                        return None;
                    }
                }
            }
        }
    }

    /// A server that is up and has not failed this request; waits for one if there is none.
    async fn pick(&mut self, failed: &Failed, rng: &mut StdRng) -> (usize, u64, String) {
        let up = |roster: &Roster| -> Vec<(usize, u64, String)> {
            let all = roster.iter().enumerate();
            let up = all.filter_map(|(index, slot)| Some((index, slot.generation, slot.url.clone()?)));
            up.filter(|(index, generation, _)| !failed.contains(&(*index, *generation))).collect()
        };
        let roster = self.roster.wait_for(|roster| !up(roster).is_empty()).await.unwrap();
        let mut up = up(&roster);
        up.swap_remove(rng.random_range(0..up.len()))
    }

    async fn attempt(&self, url: &str, request: &Request) -> Attempt {
        let method = if request.change.is_some() { Method::POST } else { Method::GET };
        let mut call = self.http.request(method, format!("{url}{}", request.path)).bearer_auth(SECRET_KEY);
        if let Some((key, body)) = &request.change {
            call = call.header("idempotency-key", key).json(body);
        }
        let response = match call.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Attempt::Refused,
            Err(_) => {
                self.figures.requests.up();
                return Attempt::Broken;
            }
        };
        self.figures.requests.up();
        let status = response.status().as_u16();
        let replayed = response.headers().contains_key("idempotent-replayed");
        match response.bytes().await {
            Ok(body) => Attempt::Answered(Answer { status, body: body.to_vec(), replayed }),
            Err(_) => Attempt::Broken,
        }
    }
}

/// Busy, or the outcome is unknown: the same key finds out.
fn may_pass(answer: &Answer) -> bool {
    answer.status == StatusCode::SERVICE_UNAVAILABLE.as_u16()
}
