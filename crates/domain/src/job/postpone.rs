//! Postponing a job, longer each time.

use crate::command::{Command, Context, Stop};
use crate::ids::JobId;
use crate::{AccountId, Duration, Key, State, Timestamp};

/// Puts a job off after an attempt that told nothing; the wait doubles up to an hour.
pub struct PostponeJob {
    pub job: JobId,
}

impl Command for PostponeJob {
    /// When it is due again; `None` when the job is gone, or waits for the end of its lease.
    type Output = Option<Timestamp>;

    fn account(&self, state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(state.job(self.job)?.map(|job| job.account))
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Job(self.job)]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Option<Timestamp>, Stop> {
        let Some(mut job) = state.job(self.job)? else {
            return Ok(None);
        };
        // Time that stands would never come to it. A lease goes by real time.
        let clock = state.test_clocks.find(job.account, Key::TestClock)?;
        if clock.is_some_and(|clock| clock.stands()) {
            return Ok(None);
        }
        job.due_at = cx.now.plus(wait_after(job.attempts));
        job.attempts = job.attempts.saturating_add(1);
        let due = job.due_at;
        state.jobs.put(job.id, job);
        Ok(Some(due))
    }
}

const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_hours(1);

fn wait_after(attempts: u32) -> Duration {
    FIRST_WAIT.times(1 << attempts.min(20)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let seconds: Vec<i64> = [0, 1, 2, 11, 12, 60, u32::MAX].map(|n| wait_after(n).millis() / 1_000).to_vec();
        assert_eq!(seconds, [1, 2, 4, 2_048, 3_600, 3_600, 3_600]);
    }
}
