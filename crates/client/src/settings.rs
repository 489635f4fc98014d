//! How a client is made: where the server is, which key opens it, how patient to be.
//!
//! The one thing a newcomer gets wrong: the timeout is for one attempt, not for all of them together.

use std::time::Duration;

use reqwest::header::{HeaderValue, InvalidHeaderValue};
use reqwest::redirect::Policy;

use crate::{Session, hedge};

/// The settings of a client, of whichever family.
#[derive(Clone, Debug)]
pub struct Settings {
    base_url: String,
    key: Key,
    retries: u32,
    timeout: Duration,
    automatic_idempotency_keys: bool,
}

/// Keeps the key out of logs.
#[derive(Clone)]
struct Key(String);

/// Why no client could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    #[error("the base URL must be one like https://api-sandbox.hedgepayments.com")]
    BaseUrl,
    #[error("the key has characters that no key has")]
    Key(#[from] InvalidHeaderValue),
    #[error("the HTTP client cannot be made: {0}")]
    Http(#[from] reqwest::Error),
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Settings {
    /// Two retries, half a minute for each attempt, and an idempotency key on every POST.
    #[must_use]
    pub fn new(base_url: &str, key: &str) -> Self {
        Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            key: Key(key.to_owned()),
            retries: 2,
            timeout: Duration::from_secs(30),
            automatic_idempotency_keys: true,
        }
    }

    /// How often to try again after the first attempt, where that is safe and may help.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// How long one attempt may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Leaves a POST that was given no idempotency key without one. It is then sent once only.
    #[must_use]
    pub fn without_automatic_idempotency_keys(mut self) -> Self {
        self.automatic_idempotency_keys = false;
        self
    }

    /// A client of the Hedge API.
    ///
    /// # Errors
    /// The base URL is none, or the key has characters that no key has.
    pub fn hedge(self) -> Result<hedge::Client, SettingsError> {
        let base_url = reqwest::Url::parse(&self.base_url).map_err(|_| SettingsError::BaseUrl)?;
        if !base_url.has_host() {
            return Err(SettingsError::BaseUrl);
        }
        let mut authorization = HeaderValue::try_from(format!("Bearer {}", self.key.0))?;
        authorization.set_sensitive(true);
        let http = reqwest::Client::builder()
            .user_agent(concat!("hedge-rust/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(self.timeout.min(Duration::from_secs(10)))
            .timeout(self.timeout)
            // The API redirects nowhere; whoever does is not to be handed the request.
            .redirect(Policy::none())
            .build()?;
        let session = Session::new(authorization, self.retries, self.automatic_idempotency_keys);
        Ok(hedge::Client::new_with_client(&self.base_url, http, session))
    }
}
