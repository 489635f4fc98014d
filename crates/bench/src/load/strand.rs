//! One connection: a request, its answer, the next request.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use super::request::Stream;
use super::wire::{Answer, Wire};
use super::{Phase, Tally};

/// Enough to read many different rows later, few enough to cost nothing.
const MOST_IDS: usize = 2_000;
/// Whoever breaks the connection this often is not going to get better.
const MOST_BREAKS: u64 = 5;

pub struct Strand {
    target: SocketAddr,
    requests: Stream,
    phase: Arc<Phase>,
    tally: Tally,
}

impl Strand {
    pub fn new(target: SocketAddr, requests: Stream, phase: Arc<Phase>) -> Self {
        Self { target, requests, phase, tally: Tally::default() }
    }

    pub async fn run(mut self) -> Tally {
        let mut breaks = 0u64;
        while breaks < MOST_BREAKS {
            match self.talk().await {
                Ok(()) => break,
                Err(error) => {
                    breaks = breaks.saturating_add(1);
                    self.fail(|| error.to_string());
                }
            }
        }
        self.tally
    }

    async fn talk(&mut self) -> std::io::Result<()> {
        let mut wire = Wire::open(self.target).await?;
        while !self.phase.is_over() {
            let started = Instant::now();
            let answer = wire.ask(self.requests.next()).await?;
            let took = started.elapsed();
            if !(200..300).contains(&answer.status) {
                let complaint = || format!("{}: {}", answer.status, String::from_utf8_lossy(answer.body));
                note(&mut self.tally, complaint);
                continue;
            }
            if self.phase.is_measured() {
                self.tally.latencies.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
            }
            if self.requests.creates() && self.tally.ids.len() < MOST_IDS {
                self.tally.ids.extend(id(&answer));
            }
        }
        Ok(())
    }

    fn fail(&mut self, complaint: impl FnOnce() -> String) {
        note(&mut self.tally, complaint);
    }
}

fn note(tally: &mut Tally, complaint: impl FnOnce() -> String) {
    tally.failures = tally.failures.saturating_add(1);
    tally.complaint.get_or_insert_with(complaint);
}

/// The id of what was created; our answers begin with it, so nothing is parsed.
fn id(answer: &Answer<'_>) -> Option<String> {
    let start = answer.body.strip_prefix(br#"{"id":""#)?;
    let end = start.iter().position(|&byte| byte == b'"')?;
    String::from_utf8(start[..end].to_vec()).ok()
}
