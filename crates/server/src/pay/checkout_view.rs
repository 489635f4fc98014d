//! How a session stands at the moment of a request: what every page of it is made from.
//!
//! Finding it is also where the page is guarded: whoever asks for sessions that do not exist is slowed down by address,
//! and what is asked of one session by session. A newcomer's usual mistake is to read the session's status alone: whether
//! it is being paid shows in its payment.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionId, CheckoutStatus};
use hedge_domain::installation::Environment;
use hedge_domain::merchant::Merchant;
use hedge_domain::payment::{FailureCode, Payment, PaymentId, PaymentStatus};
use hedge_domain::{Duration, Timestamp};
use hedge_store::StoreError;
use http::request::Parts;

use super::brand::Brand;
use super::page_error::PageError;
use super::{Name, PayState};
use crate::limiter::Limit;
use crate::listen::{Peer, shared_by};
use crate::platform::Platform;

/// For whoever asks for sessions that are none.
const PER_ADDRESS: Limit = Limit { requests: 100, window: Duration::from_secs(60) };
/// Two tabs that wait for a bank stay below it.
const PER_SESSION: Limit = Limit { requests: 200, window: Duration::from_secs(60) };
/// Nobody has so many cards; who tries out stolen ones does. A session has a most of its own.
const ATTEMPTS: Limit = Limit { requests: 20, window: Duration::from_secs(60) };
/// From one address over all sessions: of a shop with many payers behind one, fewer than this pay at a time.
const ATTEMPTS_OF_ADDRESS: Limit = Limit { requests: 60, window: Duration::from_secs(600) };

pub struct CheckoutView {
    pub session: CheckoutSession,
    /// The last attempt.
    pub payment: Option<Payment>,
    pub brand: Brand,
    /// The account's time.
    pub now: Timestamp,
    pub environment: Environment,
    /// Who asks.
    peer: IpAddr,
}

/// What there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To pay; there may have been an attempt before.
    Form {
        ended: Option<Ended>,
    },
    /// To be authenticated by the card's issuer.
    Challenge(PaymentId),
    /// To wait for the rail.
    Waiting,
    Paid,
    Expired,
}

/// What became of the attempt before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Failed(FailureCode),
    /// By the merchant: an attempt that the payer has turned away from is followed by another one.
    Canceled,
}

impl CheckoutView {
    pub async fn load(platform: &Platform, id: CheckoutSessionId) -> Result<Option<Self>, StoreError> {
        let Some(session) = platform.store.get::<CheckoutSession>(id).await? else {
            return Ok(None);
        };
        let payment = match session.payment {
            Some(id) => platform.store.get::<Payment>(id).await?,
            None => None,
        };
        let Some(merchant) = platform.store.get::<Merchant>(session.merchant).await? else {
            return Ok(None);
        };
        let now = platform.time_of(session.account).await?;
        let (brand, peer) = (Brand::of(&merchant), IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        Ok(Some(Self { session, payment, brand, now, environment: platform.environment, peer }))
    }

    pub fn step(&self) -> Step {
        let expired = match self.session.status_at(self.now) {
            CheckoutStatus::Complete => return Step::Paid,
            CheckoutStatus::Expired => true,
            CheckoutStatus::Open => false,
        };
        let Some(payment) = &self.payment else {
            return if expired { Step::Expired } else { Step::Form { ended: None } };
        };
        match payment.status {
            // Also when the session's time is up: it goes on, and may yet complete the session.
            PaymentStatus::Initiated | PaymentStatus::Processing => Step::Waiting,
            PaymentStatus::Succeeded | PaymentStatus::Refunded | PaymentStatus::PartiallyRefunded => Step::Paid,
            PaymentStatus::Pending | PaymentStatus::Failed | PaymentStatus::Canceled if expired => Step::Expired,
            PaymentStatus::Pending if payment.awaits_challenge() => Step::Challenge(payment.id),
            PaymentStatus::Canceled => Step::Form { ended: Some(Ended::Canceled) },
            PaymentStatus::Pending | PaymentStatus::Failed => Step::Form { ended: payment.failure.map(Ended::Failed) },
        }
    }

    /// An address of this session's.
    pub fn path(&self, rest: &str) -> String {
        format!("/pay/{}{rest}", self.session.id)
    }
}

impl PayState {
    async fn find(&self, id: Option<CheckoutSessionId>, peer: IpAddr) -> Result<CheckoutView, PageError> {
        let found = match id {
            Some(id) => CheckoutView::load(&self.platform, id).await?,
            None => None,
        };
        let now = self.platform.clock.now();
        let rate_limit = match &found {
            Some(checkout) => self.sessions.admit(checkout.session.id.bits(), PER_SESSION, now),
            None => self.anonymous.admit(peer, PER_ADDRESS, now),
        };
        if self.rate_limits && !rate_limit.admitted {
            return Err(PageError::TooMany { retry_after: rate_limit.retry_after_seconds(now) });
        }
        found.map(|checkout| CheckoutView { peer, ..checkout }).ok_or(PageError::Unknown)
    }

    pub(super) fn admit_attempt(&self, checkout: &CheckoutView) -> Result<(), PageError> {
        let now = self.platform.clock.now();
        let of_session = self.attempts.admit(checkout.session.id.bits(), ATTEMPTS, now);
        // Behind a proxy that is not known as one all payers have the proxy's address, which is not a public one.
        let is_public = hedge_webhooks::target::address::kind(checkout.peer).is_none();
        let of_address = is_public.then(|| self.payers.admit(shared_by(checkout.peer), ATTEMPTS_OF_ADDRESS, now));
        for rate_limit in std::iter::once(of_session).chain(of_address) {
            if self.rate_limits && !rate_limit.admitted {
                return Err(PageError::TooMany { retry_after: rate_limit.retry_after_seconds(now) });
            }
        }
        Ok(())
    }
}

/// The session that the address names. An id that is none names nothing.
impl FromRequestParts<Arc<PayState>> for CheckoutView {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<PayState>) -> Result<Self, PageError> {
        let peer = parts.extensions.get().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Peer(address)| *address);
        let name: Name = Path::from_request_parts(parts, state).await;
        let id = name.ok().and_then(|Path(text)| text.parse().ok());
        state.find(id, peer).await
    }
}
