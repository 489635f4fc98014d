//! Finishing a job.

use crate::command::{Command, Context, Stop};
use crate::ids::JobId;
use crate::{AccountId, State};

/// Ends a job whose work is done elsewhere or needs no record.
pub struct FinishJob {
    pub job: JobId,
}

impl Command for FinishJob {
    type Output = ();

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(None)
    }

    fn decide(&self, state: &mut State, _cx: &Context<'_>) -> Result<(), Stop> {
        state.finish(self.job);
        Ok(())
    }
}
