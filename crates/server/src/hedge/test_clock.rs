//! `test_clock`: an account's own time, in the sandbox only.

use hedge_api::Answered;
use hedge_api::hedge::{
    MoveTestClockInput, MoveTestClockOutput, RetrieveTestClockInput, RetrieveTestClockOutput, TestClock, types,
};
use hedge_domain::Duration;
use hedge_domain::installation::Environment;
use hedge_domain::test_clock::{self, ClockMove, MoveClock};

use super::{Caller, Error, Hedge, convert};

const HERE: &str = "Test clocks exist in the sandbox only.";

impl TestClock for Hedge {
    async fn retrieve_test_clock(
        &self,
        caller: Caller,
        _input: RetrieveTestClockInput,
    ) -> Result<RetrieveTestClockOutput, Error> {
        self.sandbox_only(HERE)?;
        let clock = self.platform.store.get::<test_clock::TestClock>(caller.actor.account).await?;
        Ok(RetrieveTestClockOutput::Ok(convert::test_clock(clock.as_ref(), self.platform.clock.now())))
    }

    async fn move_test_clock(
        &self,
        caller: Caller,
        input: MoveTestClockInput,
    ) -> Result<Answered<MoveTestClockOutput>, Error> {
        self.sandbox_only(HERE)?;
        // It is the time of all its merchants: what it makes due settles, expires and is paid out for each of them.
        let account = caller.whole_account()?;
        let call = caller.call(&input);
        let command = MoveClock { account, to: clock_move(&input.body)?, origin: caller.actor.origin };
        let now = self.platform.clock.now();
        let render = move |clock: &_| MoveTestClockOutput::Ok(convert::test_clock(Some(clock), now));
        self.platform.run(call, command, render).await
    }
}

impl Hedge {
    pub(super) fn sandbox_only(&self, otherwise: &str) -> Result<(), Error> {
        match self.platform.environment {
            Environment::Sandbox => Ok(()),
            Environment::Production => Err(Error::forbidden(otherwise)),
        }
    }
}

fn clock_move(body: &types::MoveTestClockRequest) -> Result<ClockMove, Error> {
    let to = body.to.map(convert::to_time);
    match (body.action, body.seconds, to) {
        (types::TestClockAction::Freeze, None, to) => Ok(ClockMove::Freeze(to)),
        (types::TestClockAction::Advance, Some(seconds), None) => {
            Ok(ClockMove::AdvanceBy(Duration::from_secs(seconds)))
        }
        (types::TestClockAction::Advance, None, Some(to)) => Ok(ClockMove::AdvanceTo(to)),
        (types::TestClockAction::Resume, None, None) => Ok(ClockMove::Resume),
        (types::TestClockAction::Advance, _, _) => {
            Err(Error::invalid_request("seconds", "To advance, give either seconds or to."))
        }
        (types::TestClockAction::Freeze | types::TestClockAction::Resume, Some(_), _) => {
            Err(Error::invalid_request("seconds", "Only advance takes seconds."))
        }
        (types::TestClockAction::Resume, None, Some(_)) => {
            Err(Error::invalid_request("to", "To resume takes no time."))
        }
    }
}
