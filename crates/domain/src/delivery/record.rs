//! Recording an attempt: what becomes of the delivery, and of its endpoint.
//!
//! A success writes no row of the endpoint unless it ends a streak, and a failure only now and then: everybody who
//! delivers to an endpoint would otherwise write that one row for every attempt.

use super::schedule::{Contract, Next, Pace};
use super::{Attempt, AttemptError, Delivery, DeliveryStatus};
use crate::command::{Command, Context, Stop};
use crate::event_kind::EventKind;
use crate::ids::{DeliveryId, WebhookEndpointId};
use crate::webhook_endpoint::health::{Streak, Verdict, judge};
use crate::webhook_endpoint::{Disabled, DisabledReason, WebhookEndpoint};
use crate::{AccountId, Duration, Key, State, Timestamp};

/// What came of an attempt that has just ended.
pub struct RecordAttempt {
    pub account: AccountId,
    pub endpoint: WebhookEndpointId,
    pub delivery: DeliveryId,
    pub contract: Contract,
    pub pace: Pace,
    /// The roll of a dice over the whole range of its type.
    pub jitter: u16,
    pub report: Report,
}

/// An attempt as whoever made it saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub took: Duration,
    pub status: Option<u16>,
    /// `None` says that it was delivered.
    pub error: Option<AttemptError>,
    pub response: String,
    /// How long a receiver that is busy asks not to be called again.
    pub retry_after: Option<Duration>,
}

/// "410 Gone": the receiver asks not to be called again.
const GONE: u16 = 410;
/// The longest that a receiver can put an attempt off.
const LONGEST_WAIT: Duration = Duration::from_hours(24);
/// How far a streak may have gone on before that is written down.
const STREAK_STEP: Duration = Duration::from_secs(60);

impl Command for RecordAttempt {
    /// The delivery as it is now; `None` if there is none.
    type Output = Option<Delivery>;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Delivery(self.delivery), Key::WebhookEndpoint(self.endpoint)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Option<Delivery>, Stop> {
        let Some(mut delivery) = state.deliveries.find(self.delivery, Key::Delivery)? else {
            return Ok(None);
        };
        let endpoint = state.webhook_endpoints.find(delivery.endpoint, Key::WebhookEndpoint)?;
        if let Some(endpoint) = endpoint.filter(WebhookEndpoint::is_called) {
            self.judge(endpoint, state, cx)?;
        }
        self.apply(&mut delivery, cx.now);
        let Report { took, status, error, response, retry_after: _ } = self.report.clone();
        let number = delivery.attempts;
        state.log_attempt(Attempt { delivery: delivery.id, number, at: cx.now, took, status, error, response });
        state.deliveries.put(delivery.id, delivery.clone());
        Ok(Some(delivery))
    }
}

impl RecordAttempt {
    const fn delivered(&self) -> bool {
        self.report.error.is_none()
    }

    /// A worker whose lease ran out reports late, when another one has settled the delivery: a success still counts,
    /// a failure no longer does.
    fn apply(&self, delivery: &mut Delivery, now: Timestamp) {
        delivery.attempts = delivery.attempts.saturating_add(1);
        if self.delivered() {
            if delivery.status != DeliveryStatus::Delivered {
                delivery.status = DeliveryStatus::Delivered;
                delivery.settled_at = Some(now);
            }
            return;
        }
        if delivery.status != DeliveryStatus::Pending {
            return;
        }
        delivery.failures = delivery.failures.saturating_add(1);
        match self.contract.after_failure(delivery.failures, self.pace, now, self.jitter) {
            // A receiver can ask for more time than the schedule gives it, not for less, and for a day at most.
            Next::Retry(due) => {
                let asked = self.report.retry_after.map(|wait| now.plus(wait.min(LONGEST_WAIT)));
                delivery.due_at = asked.map_or(due, |asked| asked.max(due));
            }
            Next::GiveUp => {
                delivery.status = DeliveryStatus::Failed;
                delivery.settled_at = Some(now);
            }
        }
    }

    /// Whoever says that the receiver is gone is not called for five days more.
    fn verdict(&self, endpoint: &WebhookEndpoint, now: Timestamp) -> Verdict {
        match judge(endpoint.streak, self.delivered(), now) {
            Verdict::Failing(streak) if self.report.status == Some(GONE) => Verdict::Disable(streak),
            verdict @ (Verdict::Healthy | Verdict::Failing(_) | Verdict::Disable(_)) => verdict,
        }
    }

    fn judge(&self, mut endpoint: WebhookEndpoint, state: &mut State, cx: &Context<'_>) -> Result<(), Stop> {
        let streak = match self.verdict(&endpoint, cx.now) {
            Verdict::Healthy => None,
            Verdict::Failing(streak) => Some(streak),
            Verdict::Disable(streak) => {
                let mut subscriptions = state.subscriptions(endpoint.account)?;
                endpoint.streak = Some(streak);
                endpoint.disabled = Some(Disabled { at: cx.now, reason: DisabledReason::Failing });
                endpoint.updated_at = cx.now;
                subscriptions.put(&endpoint);
                state.subscriptions.put(endpoint.account, subscriptions);
                // The subscriptions have it disabled by now, so this goes to the others.
                state.announce(cx, &mut endpoint, EventKind::WebhookEndpointDisabled);
                return Ok(());
            }
        };
        if is_worth_writing(endpoint.streak, streak) {
            state.webhook_endpoints.put(endpoint.id, WebhookEndpoint { streak, ..endpoint });
        }
        Ok(())
    }
}

fn is_worth_writing(before: Option<Streak>, after: Option<Streak>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) if before.since == after.since => after.last >= before.last.plus(STREAK_STEP),
        (before, after) => before != after,
    }
}
