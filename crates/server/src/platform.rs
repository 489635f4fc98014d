//! What the handlers of every family share, and how a command is run under an idempotency key.
//!
//! An answer under a key is rendered inside the batch, so that it is saved in the same transaction as the effect; the
//! first caller and every replay get those same bytes.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use hedge_api::{Answer, Answered, Operation};
use hedge_domain::command::Command;
use hedge_domain::idempotency::{Claim, Fingerprint, IdempotencyKey, SavedAnswer};
use hedge_domain::installation::Environment;
use hedge_domain::ledger::StatementQuery;
use hedge_domain::test_clock::TestClock;
use hedge_domain::{AccountId, Actor, Duration, Refusal, Timestamp};
use hedge_rails::Rails;
use hedge_store::{Clock, Done, Keyed, Page, Query, Statement, Store, StoreError};
use hedge_webhooks::Guard;
use http::StatusCode;
use parking_lot::Mutex;
use serde::Serialize;

use crate::family::Surroundings;
use crate::keyring::Keyring;
use crate::public_url::PublicUrl;
use crate::secret::ServerSecret;
use crate::shares::Shares;
use crate::signing_ring::SigningRing;

pub struct Platform {
    pub store: Store,
    pub keyring: Keyring,
    pub secret: Arc<ServerSecret>,
    pub signing: SigningRing,
    pub rails: Rails,
    pub clock: Arc<dyn Clock>,
    pub environment: Environment,
    /// Where webhooks may be sent.
    pub webhook_guard: Guard,
    /// What links to this server begin with.
    pub public_url: PublicUrl,
    pub idempotency_kept: Duration,
    /// Keys whose first request is being carried out by this process.
    pub running: Mutex<HashSet<IdempotencyKey>>,
    pub shares: Shares,
}

/// One request to run a command for.
pub struct Call<'a, I> {
    /// Whose idempotency keys the request's meets: those of whoever has the same reach in the same account.
    pub actor: &'a Actor,
    /// The whole request: a replay must be of the same one.
    pub input: &'a I,
    pub answers: Answers,
}

/// What an operation is asked with that may come with an idempotency key.
pub trait Input: Serialize {
    /// Idempotency keys of different operations do not meet.
    const OPERATION: &'static Operation;

    fn idempotency_key(&self) -> Option<&str>;
}

/// How a saved answer may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    Plain,
    /// It shows a secret, so it is kept encrypted.
    Sealed,
}

/// A family's error type: what refusals and faults become on its wire.
pub trait FamilyError: From<Refusal> + From<StoreError> + Into<Answer> + Send + 'static {}

impl<E: From<Refusal> + From<StoreError> + Into<Answer> + Send + 'static> FamilyError for E {}

impl Platform {
    /// The time of an account, as its commands see it.
    pub async fn time_of(&self, account: AccountId) -> Result<Timestamp, StoreError> {
        let real = self.clock.now();
        let clock = self.store.get::<TestClock>(account).await?;
        Ok(clock.map_or(real, |clock| clock.read(real)))
    }

    /// A page of a list, when it is the account's turn.
    pub async fn list<Q: Query>(&self, account: AccountId, query: &Q) -> Result<Page<Q::Row>, StoreError> {
        let _turn = self.shares.turn(account).await;
        self.store.list(query).await
    }

    /// A page of a merchant's statement, likewise.
    pub async fn statement(&self, account: AccountId, query: &StatementQuery) -> Result<Statement, StoreError> {
        let _turn = self.shares.turn(account).await;
        self.store.statement(query).await
    }

    /// What events are rendered with.
    #[must_use]
    pub fn surroundings(&self) -> Surroundings {
        Surroundings { environment: self.environment, public_url: self.public_url.clone() }
    }

    /// Runs a command without an idempotency key.
    pub async fn run_once<C: Command, E: From<Refusal> + From<StoreError>>(&self, command: C) -> Result<C::Output, E> {
        match self.store.run(command).await? {
            Done::Fresh { result, .. } => Ok(result?),
            Done::Replayed(_) => Err(StoreError::Fault("a replay without a key".to_owned()).into()),
        }
    }

    /// Runs the command, under the request's idempotency key if it has one.
    pub async fn run<C, I, R, E>(
        &self,
        call: Call<'_, I>,
        command: C,
        render: impl Fn(&C::Output) -> R + Send + 'static,
    ) -> Result<Answered<R>, E>
    where
        C: Command,
        I: Input,
        R: Into<Answer>,
        E: FamilyError,
    {
        let Some(key) = call.input.idempotency_key() else {
            return self.run_once(command).await.map(|output| Answered::Fresh(render(&output)));
        };
        let claim = self.claim(&call, key);
        let _running = Running::enter(&self.running, claim.key).ok_or(Refusal::IdempotencyInProgress)?;
        let sealing = Sealing { secret: Arc::clone(&self.secret), key: key.to_owned(), answers: call.answers };
        let opening = sealing.clone();
        let render_saved = Box::new(move |result: Result<&C::Output, &Refusal>| {
            let answer: Answer = match result {
                Ok(output) => render(output).into(),
                Err(refusal) => E::from(refusal.clone()).into(),
            };
            sealing.close(&answer)
        });
        match self.store.run_keyed(command, Keyed { claim, render: render_saved }).await? {
            Done::Fresh { result: Err(refusal), saved: None } => Err(refusal.into()),
            Done::Fresh { saved: None, .. } => Err(StoreError::Fault("a keyed answer was not saved".to_owned()).into()),
            Done::Fresh { saved: Some(saved), .. } => Ok(Answered::Recorded(opening.open(saved)?)),
            Done::Replayed(saved) => {
                let answer = opening.open(saved)?.with_header("idempotent-replayed", "true");
                Ok(Answered::Recorded(answer))
            }
        }
    }

    fn claim<I: Input>(&self, call: &Call<'_, I>, key: &str) -> Claim {
        let account = call.actor.account.bits().to_be_bytes();
        let reach = reach(call.actor);
        let operation = I::OPERATION.id.as_bytes();
        let whose: &[&[u8]] = &[&account, operation, key.as_bytes(), &reach];
        let input = serde_json::to_vec(call.input).unwrap_or_default();
        Claim {
            key: IdempotencyKey(self.secret.request_hash(whose)),
            fingerprint: Fingerprint(self.secret.request_hash(&[operation, &input])),
            keep: self.idempotency_kept,
        }
    }
}

/// What an actor is limited to. A saved answer is shown before the command could refuse, so only to those who may see as
/// much as whoever got it first; and two shops of an account, or two customers, may well choose the same key.
fn reach(actor: &Actor) -> Vec<u8> {
    let customer = actor.customer.map(|customer| customer.to_string());
    let merchants = actor.merchants.as_ref().map(|some| some.iter().map(ToString::to_string).collect::<Vec<_>>());
    serde_json::to_vec(&(customer, merchants)).unwrap_or_default()
}

/// Marks a key as running for as long as it lives.
struct Running<'a> {
    keys: &'a Mutex<HashSet<IdempotencyKey>>,
    key: IdempotencyKey,
}

impl<'a> Running<'a> {
    fn enter(keys: &'a Mutex<HashSet<IdempotencyKey>>, key: IdempotencyKey) -> Option<Self> {
        let entered = keys.lock().insert(key);
        // Made only if it entered, and after the lock is let go: dropping one takes the lock and ends the claim.
        entered.then(|| Self { keys, key })
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.keys.lock().remove(&self.key);
    }
}

#[derive(Clone)]
struct Sealing {
    secret: Arc<ServerSecret>,
    key: String,
    answers: Answers,
}

impl Sealing {
    fn close(&self, answer: &Answer) -> SavedAnswer {
        let body = match self.answers {
            Answers::Plain => answer.body.to_vec(),
            // What cannot be sealed is not kept; the replay then fails to open instead of showing a secret.
            Answers::Sealed => self.secret.seal(&self.key, &answer.body).unwrap_or_default(),
        };
        SavedAnswer { status: answer.status.as_u16(), body }
    }

    fn open(&self, saved: SavedAnswer) -> Result<Answer, StoreError> {
        let fault = |error: &dyn std::fmt::Display| StoreError::Fault(error.to_string());
        let body = match self.answers {
            Answers::Plain => saved.body,
            Answers::Sealed => self.secret.open(&self.key, &saved.body).map_err(|error| fault(&error))?,
        };
        let status = StatusCode::from_u16(saved.status).map_err(|error| fault(&error))?;
        Ok(Answer { status, headers: Vec::new(), body: Bytes::from(body) })
    }
}
