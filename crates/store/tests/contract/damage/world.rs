//! One of everything that the rules are about.

use hedge_domain::delivery::AttemptErrorCode;
use hedge_domain::event::EventKind;
use hedge_domain::job::{JobId, Task};
use hedge_domain::payment::{BeginProcessing, CancelPayment, CreatePayment, Payment, RefundPayment, SettlePayment};
use hedge_domain::payout::{BeginPayout, PayoutFailure, PayoutId, PayoutOutcome, RecordPayout};
use hedge_domain::webhook_endpoint::{SendTestEvent, Wanted};
use hedge_domain::{Context, Currency, Duration, Money, State};

use crate::harness::Harness;
use crate::payouts::{earn, merchant, pay_out};
use crate::sample::{Tenant, another_merchant, card, create, customer, metadata, no_job, succeeded};
use crate::{checkout, webhooks};

pub async fn build(harness: &Harness) {
    let tenant = merchant(harness).await;
    another_merchant(harness, tenant.account).await;
    let endpoint = harness.run(webhooks::create_endpoint(tenant.account, Wanted::All)).await;
    payments(harness, &tenant).await;
    sessions(harness, &tenant).await;
    payouts(harness, &tenant).await;
    let [delivery, ..] = &webhooks::all_of(harness, &endpoint).await[..] else { panic!("there were events") };
    for error in [Some(AttemptErrorCode::ALL[0]), None] {
        harness.run(webhooks::report(delivery, error)).await;
    }
    let (account, id) = (tenant.account, endpoint.id);
    // The event alone: an endpoint is disabled only after days of failures.
    let disable = move |state: &mut State, cx: &Context<'_>| {
        let mut endpoint = state.webhook_endpoint(account, id)?;
        state.announce(cx, &mut endpoint, EventKind::WebhookEndpointDisabled);
        Ok(())
    };
    harness.act(disable).await;
    let (kind, endpoint) = (EventKind::PaymentCreated, Some(id));
    harness.run(SendTestEvent { account, kind, endpoint, object: 99, data: "{}".to_owned() }).await;
}

/// Pending, initiated, processing and succeeded; refunded in part before and after its settlement or without one, and
/// in full.
async fn payments(harness: &Harness, tenant: &Tenant) {
    let early = succeeded(harness, tenant, 9_999).await;
    refund(harness, tenant, &early, Some(1_000)).await;
    assert!(harness.run(SettlePayment { id: early.id }).await);
    let late = earn(harness, tenant).await;
    refund(harness, tenant, &late, Some(500)).await;
    let unsettled = succeeded(harness, tenant, 2_000).await;
    refund(harness, tenant, &unsettled, Some(200)).await;
    let whole = succeeded(harness, tenant, 3_000).await;
    refund(harness, tenant, &whole, None).await;
    earn(harness, tenant).await;

    let customer = Some(customer(harness, tenant).await);
    harness.run(CreatePayment { customer, ..create(tenant, 5) }).await;
    for processing in [false, true] {
        let token = Some(card(harness, tenant).await.id);
        let begun = CreatePayment { token, amount: Money::new(700, Currency::Eur), ..create(tenant, 1) };
        let payment = harness.run(begun).await.id;
        if processing {
            harness.run(BeginProcessing { payment, job: no_job() }).await;
        }
    }
}

async fn refund(harness: &Harness, tenant: &Tenant, payment: &Payment, amount: Option<i64>) {
    let actor = tenant.actor.clone();
    harness.run(RefundPayment { actor, id: payment.id, amount, reason: None, metadata: metadata(&[]) }).await;
}

/// One that is paid at the third attempt, one whose payment is under way, and one that nobody has tried to pay.
async fn sessions(harness: &Harness, tenant: &Tenant) {
    let mut sessions = Vec::new();
    for _ in 0..3 {
        sessions.push(harness.run(checkout::create(tenant, 500)).await.id);
    }
    let declined = checkout::paid(harness, tenant, sessions[0]).await;
    checkout::decline(harness, declined).await;
    let challenged = harness.run(checkout::pay(harness, tenant, sessions[0], true).await).await.id;
    harness.run(CancelPayment { actor: tenant.actor.clone(), id: challenged, reason: None }).await;
    let payment = checkout::paid(harness, tenant, sessions[0]).await;
    checkout::succeed(harness, payment).await;
    checkout::paid(harness, tenant, sessions[1]).await;
}

/// One that arrived, one that came back, one in transit and one that is yet to be sent.
async fn payouts(harness: &Harness, tenant: &Tenant) {
    let arrival = harness.now().plus(Duration::from_hours(1));
    let failed = PayoutOutcome::Failed(PayoutFailure::Declined);
    for outcome in [PayoutOutcome::Paid, failed, PayoutOutcome::UnderWay(arrival)] {
        let payout = harness.run(pay_out(tenant, Some(1_000))).await.id;
        let job = job(harness, payout).await;
        assert!(harness.run(BeginPayout { payout, job }).await.is_some());
        harness.run(RecordPayout { payout, job, outcome }).await;
    }
    harness.run(pay_out(tenant, None)).await;
}

/// The one that sends a payout.
async fn job(harness: &Harness, payout: PayoutId) -> JobId {
    let now = harness.now();
    let jobs = harness.store.claim_jobs(now, now, 100).await.unwrap();
    jobs.iter().find(|job| job.task == Task::SubmitPayout(payout)).unwrap().id
}
