//! Two replicas, one checkout session.

use hedge_domain::checkout_session::{CheckoutSessionId, CheckoutStatus, ExpireCheckoutSession, LapseCheckoutSession};
use hedge_domain::payment::AnswerChallenge;

use super::*;
use crate::checkout::{self, pay, session, succeed};

/// All payments that there are.
async fn payments(harness: &Harness, tenant: &Tenant) -> Vec<Payment> {
    harness.store.list(&PaymentQuery { limit: 100, ..query(&tenant.actor) }).await.unwrap().items
}

async fn is_sound(harness: &Harness) {
    assert_eq!(harness.store.audit().await.unwrap().findings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_paid_on_two_replicas_at_once_has_one_payment() {
    let Some((harness, other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    for round in 1..=8 {
        let id = harness.run(checkout::create(&tenant, 1_000)).await.id;
        let mut commands = Vec::new();
        for turn in 0..16 {
            // Different cards too: whichever comes first is the one.
            let mut command = pay(&harness, &tenant, id, false).await;
            command.card.fingerprint = [turn; 16];
            commands.push(command);
        }
        let attempts = race([&harness.store, &other], commands).await;
        let ids: BTreeSet<PaymentId> = attempts.into_iter().map(|attempt| attempt.unwrap().id).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(payments(&harness, &tenant).await.len(), round);
        succeed(&harness, *ids.first().unwrap()).await;
        assert_eq!(session(&harness, id).await.status, CheckoutStatus::Complete);
    }
    is_sound(&harness).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_paid_or_expired_but_never_both() {
    let Some((harness, other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    let mut expired = 0;
    for round in 0..24 {
        let id = harness.run(checkout::create(&tenant, 1_000)).await.id;
        let attempt = pay(&harness, &tenant, id, round % 2 == 0).await;
        let expire = ExpireCheckoutSession { actor: tenant.actor.clone(), id };
        let (attempt, ended) = tokio::join!(harness.store.run(attempt), other.run(expire));
        let (attempt, ended) = (result(attempt), result(ended));
        let after = session(&harness, id).await;
        match ended {
            Ok(_) => {
                assert_eq!(after.status, CheckoutStatus::Expired);
                let payment = attempt.ok().map(|made| made.id);
                assert_eq!(after.payment, payment, "refused, or there and canceled with the session");
                expired += 1;
            }
            Err(refusal) => {
                let payment = attempt.unwrap().id;
                assert_eq!(refusal, Refusal::CheckoutSessionInPayment { session: id, payment });
                succeed(&harness, payment).await;
                assert_eq!(session(&harness, id).await.status, CheckoutStatus::Complete);
            }
        }
    }
    for payment in payments(&harness, &tenant).await {
        assert!(matches!(payment.status, PaymentStatus::Succeeded | PaymentStatus::Canceled), "{payment:?}");
    }
    assert!(expired > 0, "one side never won");
    is_sound(&harness).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge_is_answered_or_its_session_ends_but_never_both() {
    let Some((harness, other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    let mut sessions: Vec<(CheckoutSessionId, PaymentId)> = Vec::new();
    for _ in 0..24 {
        let id = harness.run(checkout::create(&tenant, 1_000)).await.id;
        let payment = harness.run(pay(&harness, &tenant, id, true).await).await.id;
        sessions.push((id, payment));
    }
    for (id, payment) in sessions {
        let answer = AnswerChallenge { session: id, payment, passed: true };
        let expire = ExpireCheckoutSession { actor: tenant.actor.clone(), id };
        let (answered, ended) = tokio::join!(harness.store.run(answer), other.run(expire));
        let (answered, ended) = (result(answered), result(ended));
        let status = harness.payment(payment).await.status;
        match ended {
            Ok(_) => assert_eq!(status, PaymentStatus::Canceled),
            Err(_) => {
                assert_eq!(answered.unwrap().status, PaymentStatus::Initiated);
                assert_eq!(status, PaymentStatus::Initiated);
            }
        }
        assert!(!harness.run(LapseCheckoutSession { id }).await, "its time is not up");
    }
}
