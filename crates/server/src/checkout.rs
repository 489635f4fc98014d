//! What the hosted page does for a payer: pays a session with a card, and answers the issuer's challenge.
//!
//! The card's number and code live in the arguments of [`pay`] and nowhere else. What a newcomer gets wrong: one form
//! sent twice is one attempt, kept apart by the form's own nonce; two forms at a time are one attempt too, but by the
//! domain's rule. A nonce is only for the form that comes *after* its attempt has failed, as when a browser repeats it.

use hedge_domain::card::CardDetails;
use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionId, PayCheckoutSession, PayingCard};
use hedge_domain::idempotency::{Claim, Fingerprint, IdempotencyKey, SavedAnswer};
use hedge_domain::payment::{AnswerChallenge, Method, Payment, PaymentId};
use hedge_domain::{Refusal, Timestamp};
use hedge_rails::RailError;
use hedge_store::{Done, Keyed, StoreError};
use thiserror::Error;

use crate::platform::Platform;

/// A form as the payer sent it. Not to be printed.
pub struct Form<'a> {
    pub session: CheckoutSessionId,
    /// Digits and nothing else.
    pub number: &'a str,
    pub exp_month: u32,
    pub exp_year: i32,
    pub cvc: &'a str,
    pub email: &'a str,
    /// Made anew for each form that is shown.
    pub nonce: &'a str,
}

#[derive(Clone, Debug, Error)]
pub enum CheckoutError {
    /// The payer can do something about it, or it is over.
    #[error("{0}")]
    Refused(Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

const ATTEMPTED: u16 = 303;
const REFUSED: u16 = 412;

/// Makes an attempt, or finds the one that this form, or another one just now, has made. What becomes of it shows in the
/// payment: [`Payment::awaits_challenge`], or the rail's word some moments later.
pub async fn pay(platform: &Platform, form: Form<'_>) -> Result<PaymentId, CheckoutError> {
    let Form { number, exp_month, exp_year, cvc, .. } = form;
    let play = platform.environment.play_money().ok_or(RailError::Absent)?;
    let typed = CardDetails { play, number, exp_month, exp_year, cvc };
    let now = time_of(platform, form.session).await?;
    let card = typed.check(now).map_err(|problem| CheckoutError::Refused(Refusal::CardInvalid(problem)))?;
    let cards = &platform.rails.cards;
    let rail_token = cards.tokenize(&typed).await?;
    let challenge = cards.needs_challenge(&rail_token).await?;
    let fingerprint = platform.secret.card_fingerprint(number);
    let session = form.session.bits().to_be_bytes();
    let what = [b"payCheckoutSession".as_slice(), &session, form.nonce.as_bytes(), &fingerprint, form.email.as_bytes()];
    let claim = Claim {
        // With the card in it: whoever goes back to a form and takes another card makes another attempt.
        key: IdempotencyKey(platform.secret.request_hash(&what)),
        fingerprint: Fingerprint(platform.secret.request_hash(&what)),
        keep: platform.idempotency_kept,
    };
    let command = || PayCheckoutSession {
        id: form.session,
        card: PayingCard { card: card.clone(), fingerprint, rail_token: rail_token.clone(), challenge },
        email: form.email.to_owned(),
    };
    let render = Box::new(|result: Result<&Payment, &Refusal>| match result {
        Ok(payment) => SavedAnswer { status: ATTEMPTED, body: payment.id.bits().to_be_bytes().to_vec() },
        Err(_) => SavedAnswer { status: REFUSED, body: Vec::new() },
    });
    match platform.store.run_keyed(command(), Keyed { claim, render }).await? {
        Done::Fresh { result, .. } => result.map(|payment| payment.id).map_err(CheckoutError::Refused),
        Done::Replayed(saved) => match <[u8; 16]>::try_from(saved.body) {
            Ok(bits) if saved.status == ATTEMPTED => Ok(PaymentId::from_bits(u128::from_be_bytes(bits))),
            // It was refused; a session that is over stays so, and is refused in the same words.
            Ok(_) | Err(_) => platform.run_once::<_, CheckoutError>(command()).await.map(|payment| payment.id),
        },
    }
}

/// The time of whose session it is; of one that is not there, any time.
async fn time_of(platform: &Platform, id: CheckoutSessionId) -> Result<Timestamp, StoreError> {
    match platform.store.get::<CheckoutSession>(id).await? {
        Some(session) => platform.time_of(session.account).await,
        None => Ok(platform.clock.now()),
    }
}

/// The issuer's word on the cardholder.
pub async fn answer(platform: &Platform, answer: AnswerChallenge) -> Result<Payment, CheckoutError> {
    platform.run_once(answer).await
}

impl From<Refusal> for CheckoutError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<RailError> for CheckoutError {
    fn from(error: RailError) -> Self {
        match error {
            RailError::Absent => Self::Refused(Refusal::MethodUnavailable(Method::Card)),
            RailError::Unknown(_) => {
                tracing::error!(%error, "the card rail does not answer");
                Self::Store(StoreError::Unavailable("the card rail does not answer".to_owned()))
            }
        }
    }
}
