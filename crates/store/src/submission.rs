//! A command on its way through a batch, with its idempotency key and whoever waits for the answer.
//!
//! The waiting side may hang up at any time; that cancels nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hedge_domain::command::{Command, Context, Stop};
use hedge_domain::idempotency::{Claim, SavedAnswer};
use hedge_domain::{Key, Refusal, State};
use tokio::sync::oneshot;
use tracing::{Level, Span};

use crate::SPANS;
use crate::error::StoreError;

/// What became of a command.
#[derive(Debug)]
pub enum Done<T> {
    /// It ran. `saved` is the rendered answer if the request carried an idempotency key.
    Fresh { result: Result<T, Refusal>, saved: Option<SavedAnswer> },
    /// It ran before; this is what was answered then.
    Replayed(SavedAnswer),
}

type Render<T> = Box<dyn Fn(Result<&T, &Refusal>) -> SavedAnswer + Send>;

/// The idempotency of a request: its claim, and how its answer reads.
pub struct Keyed<T> {
    pub claim: Claim,
    pub render: Render<T>,
}

/// Where one round left a command.
pub(crate) enum Progress {
    Settled,
    Missing(Key),
}

pub(crate) trait Work: Send {
    /// The span that was current when the command was submitted, if spans are made.
    fn asked_in(&self) -> &Span;
    /// The keys it is sure to need, by a state that knows nothing yet.
    fn wants(&self, nothing: &State) -> Vec<Key>;
    /// Runs the command once, keeping what it changed or discarding it.
    fn pass(&mut self, state: &mut State, cx: &Context<'_>) -> Progress;
    fn answer(self: Box<Self>, end: Result<(), StoreError>);
}

pub(crate) struct Submission<C: Command> {
    command: C,
    keyed: Option<Keyed<C::Output>>,
    done: Option<Result<Done<C::Output>, StoreError>>,
    asked_in: Span,
    reply: oneshot::Sender<Result<Done<C::Output>, StoreError>>,
}

pub(crate) type Reply<T> = oneshot::Receiver<Result<Done<T>, StoreError>>;

impl<C: Command> Submission<C> {
    pub(crate) fn with_reply(command: C, keyed: Option<Keyed<C::Output>>) -> (Box<dyn Work>, Reply<C::Output>) {
        let (reply, receiver) = oneshot::channel();
        let spans_are_made = tracing::span_enabled!(target: SPANS, Level::TRACE);
        let asked_in = if spans_are_made { Span::current() } else { Span::none() };
        (Box::new(Self { command, keyed, done: None, asked_in, reply }), receiver)
    }

    /// The context by the time of the command's account.
    fn local<'a>(&self, state: &State, cx: &Context<'a>) -> Result<Context<'a>, Stop> {
        let clock = match self.command.account(state)? {
            Some(account) => state.test_clocks.find(account, Key::TestClock)?,
            None => None,
        };
        Ok(Context { now: clock.map_or(cx.now, |clock| clock.read(cx.real)), ..*cx })
    }

    fn run(&self, state: &mut State, cx: &Context<'_>) -> Result<Done<C::Output>, Key> {
        let cx = &match self.local(state, cx) {
            Ok(local) => local,
            Err(Stop::Missing(key)) => return Err(key),
            Err(Stop::Refused(refusal)) => return Ok(Done::Fresh { result: Err(refusal), saved: None }),
        };
        if let Some(keyed) = &self.keyed {
            match keyed.claim.replay(state, cx) {
                Ok(Some(answer)) => return Ok(Done::Replayed(answer)),
                Ok(None) => {}
                Err(Stop::Missing(key)) => return Err(key),
                Err(Stop::Refused(refusal)) => return Ok(Done::Fresh { result: Err(refusal), saved: None }),
            }
        }
        let result = match self.command.decide(state, cx) {
            Ok(output) => Ok(output),
            Err(Stop::Missing(key)) => return Err(key),
            Err(Stop::Refused(refusal)) => {
                state.discard();
                Err(refusal)
            }
        };
        let saved = self.keyed.as_ref().map(|keyed| {
            let answer = (keyed.render)(result.as_ref());
            keyed.claim.save(answer.clone(), state, cx);
            answer
        });
        Ok(Done::Fresh { result, saved })
    }
}

impl<C: Command> Work for Submission<C> {
    fn asked_in(&self) -> &Span {
        &self.asked_in
    }

    fn wants(&self, nothing: &State) -> Vec<Key> {
        let mut keys = self.command.wants();
        // A command that finds its account in a row finds it in the second pass.
        keys.extend(self.command.account(nothing).ok().flatten().map(Key::TestClock));
        keys.extend(self.keyed.as_ref().map(|keyed| Key::Idempotency(keyed.claim.key)));
        keys
    }

    fn pass(&mut self, state: &mut State, cx: &Context<'_>) -> Progress {
        // A panic is a bug in one command; it must not take the other requests of the batch along.
        match catch_unwind(AssertUnwindSafe(|| self.run(state, cx))) {
            Ok(Ok(done)) => {
                state.keep();
                self.done = Some(Ok(done));
                Progress::Settled
            }
            Ok(Err(key)) => {
                state.discard();
                Progress::Missing(key)
            }
            Err(_panic) => {
                state.discard();
                self.done = Some(Err(StoreError::Fault("a command panicked".to_owned())));
                Progress::Settled
            }
        }
    }

    fn answer(self: Box<Self>, end: Result<(), StoreError>) {
        let Self { done, reply, .. } = *self;
        let unsettled = || Err(StoreError::Fault("a command never settled".to_owned()));
        let answer = end.and_then(|()| done.unwrap_or_else(unsettled));
        // The caller may have hung up; the work is done all the same.
        let _hung_up = reply.send(answer);
    }
}
