//! Jobs: due ones are claimed once, and come back when a lease ends without a word.

use hedge_domain::job::{FinishJob, Job, JobId, PostponeJob, Task};
use hedge_domain::{Duration, Id, Timestamp};

use crate::harness::Harness;

promises! {
    due_jobs_are_claimed_once_and_in_order,
    a_lease_ends_at_its_time,
    a_postponed_job_is_nobodys_and_due_later,
    a_finished_job_is_gone,
    a_job_made_and_finished_in_one_batch_is_none,
    workers_at_once_claim_apart,
    accounts_take_turns,
}

const LEASE: Duration = Duration::from_secs(30);

/// Jobs numbered from 1, each due so many seconds from now.
async fn schedule(harness: &Harness, seconds: &'static [i64]) {
    harness
        .act(move |state, cx| {
            for (bits, &wait) in (1u128..).zip(seconds) {
                let task = Task::SubmitPayment(Id::from_bits(bits));
                let due_at = cx.now.plus(Duration::from_secs(wait));
                let job = Job { id: Id::from_bits(bits), account: Id::from_bits(1), task, due_at, attempts: 0 };
                state.jobs.put(job.id, job);
            }
            Ok(())
        })
        .await;
}

async fn claim(harness: &Harness, limit: u32) -> Vec<u128> {
    let now = harness.now();
    let jobs = harness.store.claim_jobs(now, now.plus(LEASE), limit).await.unwrap();
    jobs.iter().map(|job| job.id.bits()).collect()
}

async fn next_due(harness: &Harness) -> Option<Timestamp> {
    harness.store.next_job_due().await.unwrap()
}

const fn job(bits: u128) -> JobId {
    Id::from_bits(bits)
}

async fn due_jobs_are_claimed_once_and_in_order(harness: Harness) {
    schedule(&harness, &[0, -5, 10, 0]).await;
    assert_eq!(next_due(&harness).await, Some(harness.now().minus(Duration::from_secs(5))));
    assert_eq!(claim(&harness, 2).await, [2, 1], "the longest due first");
    assert_eq!(next_due(&harness).await, Some(harness.now()));
    assert_eq!(claim(&harness, 10).await, [4]);
    assert_eq!(claim(&harness, 10).await, []);
    assert_eq!(next_due(&harness).await, Some(harness.now().plus(Duration::from_secs(10))));
    assert_eq!(harness.store.jobs_waiting().await.unwrap(), 4);
}

async fn a_lease_ends_at_its_time(harness: Harness) {
    schedule(&harness, &[0]).await;
    assert_eq!(claim(&harness, 1).await, [1]);
    assert_eq!(next_due(&harness).await, Some(harness.now().plus(LEASE)));
    harness.clock.advance(Duration::from_millis(LEASE.millis() - 1));
    assert_eq!(claim(&harness, 1).await, []);
    harness.clock.advance(Duration::from_millis(1));
    assert_eq!(claim(&harness, 1).await, [1]);
    assert_eq!(claim(&harness, 1).await, []);
}

async fn a_postponed_job_is_nobodys_and_due_later(harness: Harness) {
    schedule(&harness, &[0, 0]).await;
    assert_eq!(claim(&harness, 1).await, [1]);
    let due = harness.run(PostponeJob { job: job(1) }).await.unwrap();
    assert_eq!(due, harness.now().plus(Duration::from_secs(1)));
    assert_eq!(next_due(&harness).await, Some(harness.now()));
    assert_eq!(claim(&harness, 5).await, [2]);
    assert_eq!(next_due(&harness).await, Some(due));
    harness.clock.advance(Duration::from_secs(1));
    let now = harness.now();
    let again = harness.store.claim_jobs(now, now.plus(LEASE), 5).await.unwrap();
    assert_eq!(again.iter().map(|job| (job.id.bits(), job.attempts)).collect::<Vec<_>>(), [(1, 1)]);
    assert_eq!(harness.run(PostponeJob { job: job(404) }).await, None);
}

async fn a_finished_job_is_gone(harness: Harness) {
    schedule(&harness, &[0, 0]).await;
    assert_eq!(claim(&harness, 1).await, [1]);
    harness.run(FinishJob { job: job(1) }).await;
    harness.run(FinishJob { job: job(1) }).await;
    assert_eq!(harness.store.jobs_waiting().await.unwrap(), 1);
    harness.clock.advance(LEASE);
    assert_eq!(claim(&harness, 5).await, [2]);
    harness.run(FinishJob { job: job(2) }).await;
    assert_eq!(next_due(&harness).await, None);
}

async fn a_job_made_and_finished_in_one_batch_is_none(harness: Harness) {
    harness
        .act(|state, cx| {
            state.schedule(cx, Id::from_bits(1), Task::SubmitPayment(Id::from_bits(1)), cx.now);
            let job = Job {
                id: Id::from_bits(8),
                account: Id::from_bits(1),
                task: Task::SubmitPayment(Id::from_bits(2)),
                due_at: cx.now,
                attempts: 0,
            };
            state.jobs.put(job.id, job);
            state.finish(Id::from_bits(8));
            Ok(())
        })
        .await;
    assert_eq!(harness.store.jobs_waiting().await.unwrap(), 1);
    let claimed = claim(&harness, 5).await;
    assert_eq!(claimed.len(), 1);
    assert_ne!(claimed, [8]);
}

async fn workers_at_once_claim_apart(harness: Harness) {
    schedule(&harness, &[0; 40]).await;
    let now = harness.now();
    let workers = (0..8).map(|_| {
        let store = harness.store.clone();
        tokio::spawn(async move { store.claim_jobs(now, now.plus(LEASE), 7).await.unwrap() })
    });
    let workers: Vec<_> = workers.collect();
    let mut claimed = Vec::new();
    for worker in workers {
        claimed.extend(worker.await.unwrap().into_iter().map(|job| job.id.bits()));
    }
    claimed.extend(claim(&harness, 40).await);
    claimed.sort_unstable();
    assert_eq!(claimed, (1..=40).collect::<Vec<_>>());
}

/// A thousand jobs of one hold up nobody else's by more than one.
async fn accounts_take_turns(harness: Harness) {
    harness
        .act(move |state, cx| {
            for bits in 1..=1_010u128 {
                let account = Id::from_bits(if bits <= 1_000 { 1 } else { 2 + bits % 2 });
                let task = Task::SubmitPayment(Id::from_bits(bits));
                state.jobs.put(
                    Id::from_bits(bits),
                    Job { id: Id::from_bits(bits), account, task, due_at: cx.now, attempts: 0 },
                );
            }
            Ok(())
        })
        .await;
    let sorted = async |limit| {
        let mut claimed = claim(&harness, limit).await;
        claimed.sort_unstable();
        claimed
    };
    assert_eq!(sorted(4).await, [1, 2, 1_001, 1_002]);
    assert_eq!(sorted(6).await, [3, 4, 1_003, 1_004, 1_005, 1_006]);
    assert_eq!(claim(&harness, 100).await.len(), 100, "nobody else wants the places");
}
