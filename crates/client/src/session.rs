//! What goes with every request, and how it is sent: the hooks of all generated clients come here.
//!
//! The one thing a newcomer gets wrong: the idempotency key is put on before the first attempt, so all attempts share it.

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::{Client, Method, Request, Response};
use uuid::Uuid;

use crate::retry::Retries;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The credentials and the patience of one client.
#[derive(Clone, Debug)]
pub struct Session {
    authorization: HeaderValue,
    retries: u32,
    automatic_idempotency_keys: bool,
}

impl Session {
    pub(crate) fn new(authorization: HeaderValue, retries: u32, automatic_idempotency_keys: bool) -> Self {
        Self { authorization, retries, automatic_idempotency_keys }
    }

    pub(crate) fn prepare(&self, request: &mut Request) {
        request.headers_mut().insert(AUTHORIZATION, self.authorization.clone());
        let lacks_key = request.method() == Method::POST && !request.headers().contains_key(IDEMPOTENCY_KEY);
        if lacks_key
            && self.automatic_idempotency_keys
            && let Ok(key) = HeaderValue::try_from(Uuid::new_v4().to_string())
        {
            request.headers_mut().insert(IDEMPOTENCY_KEY, key);
        }
    }

    pub(crate) async fn execute(&self, http: &Client, mut request: Request) -> reqwest::Result<Response> {
        let mut retries = Retries::new(if is_repeatable(&request) { self.retries } else { 0 });
        loop {
            let next = if retries.remain() { request.try_clone() } else { None };
            let outcome = http.execute(request).await;
            let (Some(again), Some(delay)) = (next, retries.delay_after(&outcome)) else {
                return outcome;
            };
            tokio::time::sleep(delay).await;
            request = again;
        }
    }
}

/// Whether sending it twice does no more than sending it once.
fn is_repeatable(request: &Request) -> bool {
    request.method() == Method::GET
        || request.method() == Method::DELETE
        || request.headers().contains_key(IDEMPOTENCY_KEY)
}
