//! When to try again, and how long to wait before it.
//!
//! It must not know what a request means, only how it ended. The one thing a newcomer gets wrong: a 409 is final unless
//! the server says when to come back, which it does while the first request with the same idempotency key is running.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};

const FIRST_DELAY: Duration = Duration::from_millis(500);
const LONGEST_DELAY: Duration = Duration::from_secs(8);
/// A caller who is told to wait longer than this is better served by the error.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

/// The retries one request has left.
#[derive(Debug)]
pub struct Retries {
    left: u32,
    delay: Duration,
}

impl Retries {
    pub const fn new(retries: u32) -> Self {
        Self { left: retries, delay: FIRST_DELAY }
    }

    pub const fn remain(&self) -> bool {
        self.left > 0
    }

    /// How long to wait before the next attempt, or nothing if this outcome is to be kept.
    pub fn delay_after(&mut self, outcome: &reqwest::Result<Response>) -> Option<Duration> {
        self.left = self.left.checked_sub(1)?;
        match outcome {
            Ok(response) => {
                let asked = retry_after(response);
                if !may_pass(response.status(), asked) || asked.is_some_and(|delay| delay > LONGEST_RETRY_AFTER) {
                    return None;
                }
                Some(asked.unwrap_or_else(|| self.back_off()))
            }
            // What could not even be built will not be built the second time.
            Err(error) if error.is_builder() || error.is_redirect() => None,
            Err(_) => Some(self.back_off()),
        }
    }

    /// Twice as long each time, and a random half of it off, so that many clients do not come back together.
    fn back_off(&mut self) -> Duration {
        let delay = self.delay;
        self.delay = delay.saturating_mul(2).min(LONGEST_DELAY);
        rand::random_range(delay / 2..=delay)
    }
}

fn may_pass(status: StatusCode, retry_after: Option<Duration>) -> bool {
    match status {
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::CONFLICT => retry_after.is_some(),
        status => status.is_server_error(),
    }
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}
