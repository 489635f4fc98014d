//! Creating a checkout session.

use super::{CheckoutSession, CheckoutStatus};
use crate::actor::Actor;
use crate::command::{Command, Context, Stop};
use crate::ids::{CustomerId, MerchantId};
use crate::metadata::Metadata;
use crate::payment::Method;
use crate::{AccountId, Duration, Key, Money, Refusal, State, Timestamp};

/// How far ahead a session may expire: time enough to find one's card, and no longer than prices hold.
pub const SHORTEST_LIFE: Duration = Duration::from_secs(30 * 60);
pub const LONGEST_LIFE: Duration = Duration::from_hours(24);
/// Times are told in whole seconds, so "in 30 minutes" may arrive as a little less.
const LEEWAY: Duration = Duration::from_secs(1);

pub struct CreateCheckoutSession {
    pub actor: Actor,
    pub merchant: MerchantId,
    pub amount: Money,
    pub description: Option<String>,
    /// `None` takes the customer's, if there is a customer.
    pub customer_email: Option<String>,
    pub customer: Option<CustomerId>,
    /// Empty is whatever can be paid with.
    pub methods: Vec<Method>,
    /// Both were checked to be addresses that a browser may be sent to.
    pub success_url: String,
    pub cancel_url: String,
    /// `None` is the longest life.
    pub expires_at: Option<Timestamp>,
    pub metadata: Metadata,
}

impl Command for CreateCheckoutSession {
    type Output = CheckoutSession;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(Some(self.actor.account))
    }

    fn wants(&self) -> Vec<Key> {
        std::iter::once(Key::Merchant(self.merchant)).chain(self.customer.map(Key::Customer)).collect()
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<CheckoutSession, Stop> {
        let merchant = state.merchant(&self.actor, self.merchant)?;
        merchant.must_be_active()?;
        let customer = self.customer.map(|id| state.paying_customer(&self.actor, id, merchant.id)).transpose()?;
        let methods = payable(&self.methods)?;
        let expires_at = self.expires_at.unwrap_or(cx.now.plus(LONGEST_LIFE));
        let (earliest, latest) = (cx.now.plus(SHORTEST_LIFE).minus(LEEWAY), cx.now.plus(LONGEST_LIFE).plus(LEEWAY));
        if expires_at < earliest || expires_at > latest {
            return Err(Refusal::CheckoutExpiryOutOfRange { asked: expires_at, now: cx.now }.into());
        }
        let session = CheckoutSession {
            id: cx.id(),
            account: merchant.account,
            merchant: merchant.id,
            amount: self.amount,
            description: self.description.clone(),
            customer_email: self.customer_email.clone().or(customer.map(|customer| customer.email)),
            customer: self.customer,
            methods,
            success_url: self.success_url.clone(),
            cancel_url: self.cancel_url.clone(),
            metadata: self.metadata.clone(),
            status: CheckoutStatus::Open,
            payment: None,
            attempts: 0,
            expires_at,
            completed_at: None,
            expired_at: None,
            created_at: cx.now,
            updated_at: cx.now,
            sequence: 0,
        };
        state.checkout_sessions.put(session.id, session.clone());
        Ok(session)
    }
}

/// Only cards can be paid with on the page: a session must not offer what nobody could pay with.
fn payable(asked: &[Method]) -> Result<Vec<Method>, Refusal> {
    for &method in asked {
        match method {
            Method::Card => {}
            Method::Ach | Method::Crypto => return Err(Refusal::CheckoutMethodUnavailable(method)),
        }
    }
    Ok(vec![Method::Card])
}
