//! Two replicas, one merchant's balance.

use hedge_domain::job::{JobId, Task};
use hedge_domain::payment::SettlePayment;
use hedge_domain::payout::{
    BeginPayout, Payout, PayoutFailure, PayoutId, PayoutOutcome, PayoutStatus, RecordPayout, SweepMerchant,
};

use super::*;
use crate::payouts::{FUNDS, available, earn, merchant, pay_out};

async fn is_sound(harness: &Harness) {
    assert_eq!(harness.store.audit().await.unwrap().findings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_is_available_is_paid_out_once() {
    let Some((harness, other)) = pair().await else { return };
    let tenant = merchant(&harness).await;
    for _ in 0..24 {
        earn(&harness, &tenant).await;
        let payouts = race([&harness.store, &other], (0..12).map(|_| pay_out(&tenant, None)).collect()).await;
        let made: Vec<_> = payouts.iter().filter_map(|payout| payout.as_ref().ok()).collect();
        assert_eq!(made.iter().map(|payout| payout.amount.minor()).collect::<Vec<_>>(), [FUNDS]);
        let refused = |it: &&Result<Payout, Refusal>| matches!(it, Err(Refusal::BalanceInsufficient { .. }));
        assert_eq!(payouts.iter().filter(refused).count(), 11);
        assert_eq!(available(&harness, &tenant).await, 0);
    }
    is_sound(&harness).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_are_paid_out_while_they_last() {
    let Some((harness, other)) = pair().await else { return };
    let tenant = merchant(&harness).await;
    let mut left = 0;
    for _ in 0..8 {
        earn(&harness, &tenant).await;
        left += FUNDS;
        let payouts = race([&harness.store, &other], (0..16).map(|_| pay_out(&tenant, Some(1_000))).collect()).await;
        let made = payouts.iter().filter(|payout| payout.is_ok()).count();
        assert_eq!(i64::try_from(made).unwrap(), left / 1_000);
        left %= 1_000;
        assert_eq!(available(&harness, &tenant).await, left);
    }
    is_sound(&harness).await;
}

/// The schedule, the merchant, a payer's refund and another payment, all at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schedule_and_its_merchant_do_not_pay_out_the_same_money() {
    let Some((harness, other)) = pair().await else { return };
    let tenant = merchant(&harness).await;
    for _ in 0..16 {
        let paid = earn(&harness, &tenant).await;
        let late = succeeded(&harness, &tenant, 10_000).await;
        harness.clock.advance(Duration::from_hours(1));
        let before = available(&harness, &tenant).await;
        let refund = RefundPayment {
            actor: tenant.actor.clone(),
            id: paid.id,
            amount: Some(500),
            reason: None,
            metadata: metadata(&[]),
        };
        let sweep = || SweepMerchant { id: tenant.merchant };
        let (asked, swept, swept_too, refunded, settled) = tokio::join!(
            harness.store.run(pay_out(&tenant, None)),
            other.run(sweep()),
            harness.store.run(sweep()),
            other.run(refund),
            harness.store.run(SettlePayment { id: late.id }),
        );
        let asked = result(asked).map_or(0, |payout| payout.amount.minor());
        let swept = [result(swept).unwrap(), result(swept_too).unwrap()];
        assert_eq!(swept.iter().filter(|swept| **swept).count(), 1, "it was due once");
        assert!(result(refunded).is_ok() && result(settled).unwrap());
        assert!(asked <= before + FUNDS, "{asked} of {before}");
        is_sound(&harness).await;
    }
    // What was refunded after it had been paid out is owed; of the rest nothing is paid out twice.
    assert!(available(&harness, &tenant).await >= -500);
}

/// The jobs of a payout that are due, left for anybody.
async fn due(harness: &Harness, payout: PayoutId) -> Vec<JobId> {
    let jobs = harness.store.claim_jobs(harness.now(), harness.now(), 1_000).await.unwrap();
    let own = [Task::SubmitPayout(payout), Task::ConfirmPayout(payout)];
    jobs.into_iter().filter(|job| own.contains(&job.task)).map(|job| job.id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_on_one_payout_are_as_good_as_one() {
    let Some((harness, other)) = pair().await else { return };
    let tenant = merchant(&harness).await;
    let stores = [&harness.store, &other];
    for round in 0..12 {
        earn(&harness, &tenant).await;
        let payout = harness.run(pay_out(&tenant, None)).await.id;
        let [job] = due(&harness, payout).await[..] else { panic!("one job") };
        // The first one's lease ended while it asked the rail.
        let orders = race(stores, vec![BeginPayout { payout, job }, BeginPayout { payout, job }]).await;
        assert!(orders.iter().all(|order| order.as_ref().is_ok_and(Option::is_some)));
        let arrival = harness.now().plus(Duration::from_hours(1));
        let under_way = || RecordPayout { payout, job, outcome: PayoutOutcome::UnderWay(arrival) };
        assert!(race(stores, (0..4).map(|_| under_way()).collect()).await.iter().all(Result::is_ok));
        harness.clock.advance(Duration::from_hours(1));
        let [job] = due(&harness, payout).await[..] else { panic!("one job, not one for each worker") };

        let failure = PayoutOutcome::Failed(PayoutFailure::Declined);
        let ends = [PayoutOutcome::Paid, PayoutOutcome::Paid, failure, failure].into_iter().cycle().skip(round % 4);
        let ends = ends.take(4).map(|outcome| RecordPayout { payout, job, outcome }).collect();
        assert!(race(stores, ends).await.iter().all(Result::is_ok));
        let ended = harness.store.get::<Payout>(payout).await.unwrap().unwrap();
        let left = match ended.status {
            PayoutStatus::Paid => 0,
            PayoutStatus::Failed => FUNDS,
            PayoutStatus::Pending | PayoutStatus::InTransit => panic!("{ended:?}"),
        };
        assert_eq!((available(&harness, &tenant).await, ended.sequence), (left, 3));
        assert_eq!(due(&harness, payout).await, []);
        is_sound(&harness).await;
        if left > 0 {
            harness.run(pay_out(&tenant, None)).await;
        }
    }
}
