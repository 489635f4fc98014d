//! Test clocks: what an account with one has due goes by it, on every engine, and nobody else's does.

use hedge_domain::audit::Origin;
use hedge_domain::idempotency::{Claim, Fingerprint, IdempotencyKey, SavedAnswer};
use hedge_domain::job::{Job, PostponeJob, Task};
use hedge_domain::payment::{ExpirePayment, Payment, PaymentQuery, SettlePayment, UNPAID_LIFETIME};
use hedge_domain::test_clock::TestClock;
use hedge_domain::test_clock::{ClockMove, MoveClock, Reading};
use hedge_domain::{AccountId, Duration, Id, Timestamp};

use crate::harness::Harness;
use crate::sample::{Tenant, another_tenant, create, first_tenant, query, succeeded};

promises! {
    a_clock_keeps_its_reading,
    jobs_fall_due_by_the_clock_of_their_account,
    a_clock_that_runs_ahead_is_due_sooner,
    a_job_put_off_while_its_clock_stands_waits_out_its_lease,
    unpaid_payments_expire_by_the_clock,
    a_clock_far_ahead_takes_a_part_of_the_places_only,
    payments_settle_by_the_clock,
    idempotency_records_are_kept_while_any_clock_needs_them,
    a_time_range_goes_by_the_clock,
}

const HOUR: Duration = Duration::from_hours(1);
const CLOCKED: AccountId = Id::from_bits(71);
const OTHER: AccountId = Id::from_bits(72);

async fn move_clock(harness: &Harness, account: AccountId, to: ClockMove) -> Reading {
    harness.run(MoveClock { account, to, origin: Origin::SYSTEM }).await.reading
}

/// One job of each account, due in an hour.
async fn schedule(harness: &Harness) {
    harness
        .act(|state, cx| {
            for account in [CLOCKED, OTHER] {
                let task = Task::SubmitPayment(Id::from_bits(1));
                let due_at = cx.now.plus(HOUR);
                let job = Job { id: Id::from_bits(account.bits()), account, task, due_at, attempts: 0 };
                state.jobs.put(job.id, job);
            }
            Ok(())
        })
        .await;
}

async fn claim(harness: &Harness) -> Vec<AccountId> {
    let now = harness.now();
    let jobs = harness.store.claim_jobs(now, now.plus(Duration::from_secs(1)), 10).await.unwrap();
    jobs.iter().map(|job| job.account).collect()
}

async fn a_clock_keeps_its_reading(harness: Harness) {
    assert_eq!(harness.store.get::<TestClock>(CLOCKED).await.unwrap(), None);
    let frozen = move_clock(&harness, CLOCKED, ClockMove::Freeze(None)).await;
    assert_eq!(harness.store.get::<TestClock>(CLOCKED).await.unwrap().map(|clock| clock.reading), Some(frozen));
    let resumed = move_clock(&harness, CLOCKED, ClockMove::Resume).await;
    assert_eq!(resumed, Reading::Shifted(Duration::ZERO));
    assert_eq!(harness.store.get::<TestClock>(CLOCKED).await.unwrap().map(|clock| clock.reading), Some(resumed));
}

async fn jobs_fall_due_by_the_clock_of_their_account(harness: Harness) {
    schedule(&harness).await;
    move_clock(&harness, CLOCKED, ClockMove::Freeze(None)).await;
    assert_eq!(harness.store.next_job_due().await.unwrap(), Some(harness.now().plus(HOUR)));
    harness.clock.advance(HOUR);
    assert_eq!(claim(&harness).await, [OTHER], "a frozen clock holds its jobs back");
    move_clock(&harness, CLOCKED, ClockMove::AdvanceBy(HOUR)).await;
    assert_eq!(claim(&harness).await, [CLOCKED]);
}

async fn a_job_put_off_while_its_clock_stands_waits_out_its_lease(harness: Harness) {
    schedule(&harness).await;
    move_clock(&harness, CLOCKED, ClockMove::Freeze(Some(harness.now().plus(HOUR)))).await;
    assert_eq!(claim(&harness).await, [CLOCKED]);
    assert_eq!(harness.run(PostponeJob { job: Id::from_bits(CLOCKED.bits()) }).await, None);
    assert_eq!(claim(&harness).await, []);
    harness.clock.advance(Duration::from_secs(1));
    assert_eq!(claim(&harness).await, [CLOCKED]);
}

async fn a_clock_that_runs_ahead_is_due_sooner(harness: Harness) {
    schedule(&harness).await;
    move_clock(&harness, CLOCKED, ClockMove::AdvanceBy(HOUR)).await;
    assert_eq!(claim(&harness).await, [CLOCKED]);
}

async fn unpaid_payments_expire_by_the_clock(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let payment = harness.run(create(&tenant, 500)).await;
    move_clock(&harness, payment.account, ClockMove::Freeze(None)).await;
    harness.clock.advance(UNPAID_LIFETIME);
    assert_eq!(harness.store.unpaid_payments(harness.now(), 10).await.unwrap(), []);
    assert!(!harness.run(ExpirePayment { id: payment.id }).await);
    move_clock(&harness, payment.account, ClockMove::AdvanceBy(UNPAID_LIFETIME)).await;
    assert_eq!(harness.store.unpaid_payments(harness.now(), 10).await.unwrap(), [payment.id]);
    assert!(harness.run(ExpirePayment { id: payment.id }).await);
}

async fn payments_settle_by_the_clock(harness: Harness) {
    let (clocked, _) = first_tenant(&harness).await;
    let other = another_tenant(&harness).await;
    // A Saturday; the third banking day after it is a Thursday, for Juneteenth is a Wednesday.
    let theirs = succeeded(&harness, &other, 1_000).await.id;
    let first = succeeded(&harness, &clocked, 1_000).await.id;
    harness.clock.advance(HOUR.times(24 * 2));
    let second = succeeded(&harness, &clocked, 1_000).await.id;
    let unsettled = async |limit| harness.store.unsettled_payments(harness.now(), limit).await.unwrap();
    move_clock(&harness, clocked.account, ClockMove::Freeze(None)).await;
    assert_eq!(unsettled(10).await, []);
    harness.clock.advance(HOUR.times(24 * 10));
    assert_eq!(unsettled(10).await, [theirs]);
    move_clock(&harness, clocked.account, ClockMove::AdvanceBy(HOUR.times(24 * 365))).await;
    let mut all = unsettled(10).await;
    assert_eq!((all.len(), all[2]), (3, second), "soonest first");
    assert_eq!(unsettled(2).await, all[..2]);
    all.truncate(2);
    assert!(all.contains(&first) && all.contains(&theirs));
    for id in all {
        assert!(harness.run(SettlePayment { id }).await);
    }
    assert_eq!(unsettled(10).await, [second]);
}

async fn idempotency_records_are_kept_while_any_clock_needs_them(harness: Harness) {
    harness
        .act(|state, cx| {
            let claim = Claim {
                key: IdempotencyKey([1; 16]),
                fingerprint: Fingerprint([1; 16]),
                keep: Duration::from_hours(24),
            };
            claim.save(SavedAnswer { status: 200, body: Vec::new() }, state, cx);
            Ok(())
        })
        .await;
    move_clock(&harness, CLOCKED, ClockMove::Freeze(None)).await;
    harness.clock.advance(Duration::from_hours(25));
    assert_eq!(harness.store.prune_idempotency(harness.now(), 10).await.unwrap(), 0);
    move_clock(&harness, CLOCKED, ClockMove::AdvanceBy(Duration::from_hours(25))).await;
    assert_eq!(harness.store.prune_idempotency(harness.now(), 10).await.unwrap(), 1);
}

async fn a_time_range_goes_by_the_clock(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let before = harness.run(create(&tenant, 1)).await;
    move_clock(&harness, tenant.account, ClockMove::AdvanceBy(HOUR.times(24 * 365))).await;
    let far = harness.run(create(&tenant, 2)).await;
    let stranger = another_tenant(&harness).await;
    let theirs = harness.run(create(&stranger, 3)).await;
    let ids = async |tenant: &Tenant, from: Option<Timestamp>, until: Option<Timestamp>| {
        let range = PaymentQuery { created_from: from, created_until: until, ..query(&tenant.actor) };
        let page = harness.store.list(&range).await.unwrap();
        page.items.into_iter().map(|payment| payment.id).collect::<Vec<_>>()
    };
    let between = before.created_at.plus(HOUR);
    assert_eq!(ids(&tenant, Some(between), None).await, [far.id]);
    assert_eq!(ids(&tenant, None, Some(between)).await, [before.id]);
    assert_eq!(ids(&stranger, None, Some(between)).await, [theirs.id]);
    assert_eq!(ids(&stranger, Some(between), None).await, []);
    assert!(far.id < theirs.id, "ids go by real time");
}

async fn a_clock_far_ahead_takes_a_part_of_the_places_only(harness: Harness) {
    let (ahead, _) = first_tenant(&harness).await;
    let other = another_tenant(&harness).await;
    for amount in 1..=20 {
        harness.run(create(&ahead, amount)).await;
        harness.run(create(&other, amount)).await;
        harness.clock.advance(Duration::from_millis(1));
    }
    let far = ClockMove::AdvanceBy(Duration::from_hours(24 * 365));
    move_clock(&harness, ahead.account, ClockMove::Freeze(None)).await;
    move_clock(&harness, ahead.account, far).await;
    assert_eq!(harness.store.unpaid_payments(harness.now(), 32).await.unwrap().len(), 2);
    harness.clock.advance(UNPAID_LIFETIME);
    let due = harness.store.unpaid_payments(harness.now(), 32).await.unwrap();
    let mut of_other = 0;
    for id in &due {
        let payment = harness.store.get::<Payment>(*id).await.unwrap().unwrap();
        of_other += usize::from(payment.account == other.account);
    }
    assert_eq!((due.len(), of_other), (22, 20));
}
