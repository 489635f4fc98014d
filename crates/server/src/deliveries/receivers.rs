//! The receivers as they are called: the URL parsed and the secrets opened, once for each state an endpoint is in.
//!
//! A newcomer's usual mistake is to look for who tells this of a change. Nobody does: every claim brings the endpoint's
//! URL and sealed secrets along, and what is kept here is only used where it was made of the very same ones.

use std::collections::HashMap;
use std::sync::Arc;

use hedge_domain::Duration;
use hedge_domain::delivery::{AttemptError, Report};
use hedge_domain::webhook_endpoint::{SealedSecret, WebhookEndpointId};
use hedge_store::DueDelivery;
use hedge_webhooks::{Failure, Guard, Secret, Target};
use parking_lot::Mutex;

use super::fault;
use crate::secret::ServerSecret;

/// More than are called within an hour, so that it is seldom emptied; small enough to be no matter.
const MOST: usize = 10_000;

#[derive(Default)]
pub struct Receivers(Mutex<HashMap<WebhookEndpointId, Arc<Receiver>>>);

/// One of them, ready to be called.
pub struct Receiver {
    pub target: Target,
    pub secret: Secret,
    pub previous: Option<Secret>,
    of: Sealed,
}

/// What it was made of.
#[derive(PartialEq, Eq)]
struct Sealed {
    url: String,
    secret: SealedSecret,
    previous: Option<SealedSecret>,
}

impl Receivers {
    /// What cannot be called comes back as the report of an attempt that failed.
    pub fn of(&self, due: &DueDelivery, secret: &ServerSecret, guard: &Guard) -> Result<Arc<Receiver>, Report> {
        if let Some(receiver) = self.0.lock().get(&due.delivery.endpoint).filter(|receiver| receiver.of.is_of(due)) {
            return Ok(Arc::clone(receiver));
        }
        let open = |sealed: &SealedSecret| secret.open_webhook_secret(sealed).map_err(|error| fault(&error));
        let receiver = Arc::new(Receiver {
            // It was checked when it was registered, but perhaps under a laxer guard.
            target: Target::parse(&due.url, guard).map_err(|refused| refusal(Failure::Refused(refused)))?,
            secret: open(&due.secret)?,
            previous: due.previous_secret.as_ref().map(open).transpose()?,
            of: Sealed::of(due),
        });
        let mut all = self.0.lock();
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(due.delivery.endpoint, Arc::clone(&receiver));
        Ok(receiver)
    }
}

impl Sealed {
    fn of(due: &DueDelivery) -> Self {
        Self { url: due.url.clone(), secret: due.secret.clone(), previous: due.previous_secret.clone() }
    }

    fn is_of(&self, due: &DueDelivery) -> bool {
        self.url == due.url && self.secret == due.secret && self.previous == due.previous_secret
    }
}

fn refusal(failure: Failure) -> Report {
    let error = Some(AttemptError { code: failure.kind(), message: failure.to_string() });
    Report { took: Duration::default(), status: None, error, response: String::new(), retry_after: None }
}
