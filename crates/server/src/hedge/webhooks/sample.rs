//! What test events pretend to be about: an example for every kind of event, as if it had just happened.

use std::collections::BTreeMap;

use hedge_domain::checkout_session::{CheckoutSession, CheckoutStatus, LONGEST_LIFE};
use hedge_domain::event::{EventKind, Subject};
use hedge_domain::merchant::{Destination, SettlementMethod};
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{Cancellation, FailureCode, Method, Payment, PaymentStatus, UNPAID_LIFETIME};
use hedge_domain::payout::{Payout, PayoutFailure, PayoutStatus};
use hedge_domain::refund::{Refund, RefundStatus};
use hedge_domain::webhook_endpoint::{Disabled, DisabledReason, SealedSecret, Streak, Wanted, WebhookEndpoint};
use hedge_domain::{AccountId, Currency, Id, Money, Timestamp};
use serde_json::Value;

const AMOUNT: i64 = 9_999;
const FEE: i64 = 320;
const PAYOUT_FEE: i64 = 50;

/// An object that an event of this kind could be about.
pub fn subject(kind: EventKind, account: AccountId, now: Timestamp) -> Subject {
    let payment = |status| Subject::Payment(Box::new(payment(status, account, now)));
    let session = |status| Subject::CheckoutSession(Box::new(session(status, account, now)));
    let payout = |status| Subject::Payout(Box::new(payout(status, account, now)));
    match kind {
        EventKind::PaymentCreated => payment(PaymentStatus::Pending),
        EventKind::PaymentInitiated => payment(PaymentStatus::Initiated),
        EventKind::PaymentProcessing => payment(PaymentStatus::Processing),
        EventKind::PaymentSucceeded => payment(PaymentStatus::Succeeded),
        EventKind::PaymentFailed => payment(PaymentStatus::Failed),
        EventKind::PaymentCanceled => payment(PaymentStatus::Canceled),
        EventKind::PaymentRefunded => payment(PaymentStatus::Refunded),
        EventKind::PaymentPartiallyRefunded => payment(PaymentStatus::PartiallyRefunded),
        EventKind::PaymentSettled => {
            let settled = Payment { settled_at: Some(now), ..self::payment(PaymentStatus::Succeeded, account, now) };
            Subject::Payment(Box::new(settled))
        }
        EventKind::PayoutCreated => payout(PayoutStatus::Pending),
        EventKind::PayoutInTransit => payout(PayoutStatus::InTransit),
        EventKind::PayoutPaid => payout(PayoutStatus::Paid),
        EventKind::PayoutFailed => payout(PayoutStatus::Failed),
        EventKind::CheckoutCompleted => session(CheckoutStatus::Complete),
        EventKind::CheckoutExpired => session(CheckoutStatus::Expired),
        EventKind::WebhookEndpointDisabled => Subject::WebhookEndpoint(Box::new(endpoint(account, now))),
    }
}

/// The example with these members instead of its own, as text.
pub fn overlaid(mut data: Value, members: Option<&BTreeMap<String, Value>>) -> String {
    if let Value::Object(object) = &mut data {
        object.extend(members.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
    }
    data.to_string()
}

/// Of its own making, so that it is nobody's.
fn made_up<K>(now: Timestamp) -> Id<K> {
    let below_the_time: u128 = rand::random::<u128>() >> 48;
    Id::from_bits(Id::<K>::floor(now).bits() | below_the_time)
}

fn payment(status: PaymentStatus, account: AccountId, now: Timestamp) -> Payment {
    let refunded = match status {
        PaymentStatus::Refunded => AMOUNT,
        PaymentStatus::PartiallyRefunded => AMOUNT / 4,
        PaymentStatus::Pending
        | PaymentStatus::Initiated
        | PaymentStatus::Processing
        | PaymentStatus::Succeeded
        | PaymentStatus::Failed
        | PaymentStatus::Canceled => 0,
    };
    let was_paid = refunded > 0 || status == PaymentStatus::Succeeded;
    let refund = |amount| Refund {
        id: made_up(now),
        amount,
        reason: Some("Returned".to_owned()),
        status: RefundStatus::Succeeded,
        metadata: Metadata::default(),
        created_at: now,
    };
    Payment {
        id: made_up(now),
        account,
        merchant: made_up(now),
        amount: Money::new(AMOUNT, Currency::Usd),
        status,
        method: (status != PaymentStatus::Pending).then_some(Method::Card),
        payment_method: None,
        checkout_session: None,
        customer: None,
        customer_email: "customer@example.com".to_owned(),
        description: Some("A test event".to_owned()),
        statement_descriptor: "HEDGE PAYMENTS".to_owned(),
        metadata: Metadata::default(),
        fee: if was_paid { FEE } else { 0 },
        refunded,
        refunds: (refunded > 0).then(|| refund(refunded)).into_iter().collect(),
        failure: (status == PaymentStatus::Failed).then_some(FailureCode::CardDeclined),
        three_d_secure: None,
        cancellation: (status == PaymentStatus::Canceled).then_some(Cancellation { reason: None, at: now }),
        expires_at: now.plus(UNPAID_LIFETIME),
        settles_at: was_paid.then_some(now),
        settlement_method: was_paid.then_some(SettlementMethod::Usdc),
        settled_at: None,
        created_at: now,
        updated_at: now,
        sequence: 0,
    }
}

fn session(status: CheckoutStatus, account: AccountId, now: Timestamp) -> CheckoutSession {
    let is_complete = status == CheckoutStatus::Complete;
    CheckoutSession {
        attempts: 0,
        id: made_up(now),
        account,
        merchant: made_up(now),
        amount: Money::new(AMOUNT, Currency::Usd),
        description: Some("A test event".to_owned()),
        customer_email: Some("customer@example.com".to_owned()),
        customer: None,
        methods: vec![Method::Card],
        success_url: "https://shop.example.com/thanks".to_owned(),
        cancel_url: "https://shop.example.com/cart".to_owned(),
        metadata: Metadata::default(),
        status,
        payment: is_complete.then(|| made_up(now)),
        expires_at: now.plus(LONGEST_LIFE),
        completed_at: is_complete.then_some(now),
        expired_at: (status == CheckoutStatus::Expired).then_some(now),
        created_at: now,
        updated_at: now,
        sequence: 0,
    }
}

fn payout(status: PayoutStatus, account: AccountId, now: Timestamp) -> Payout {
    let failed = status == PayoutStatus::Failed;
    Payout {
        id: made_up(now),
        account,
        merchant: made_up(now),
        amount: Money::new(AMOUNT, Currency::Usd),
        fee: PAYOUT_FEE,
        usdc_only: 0,
        destination: Destination::Wallet("7vfCXTUXx5WJV5JADk17DUJ4ksgau7utNKj4b963voxs".to_owned()),
        status,
        automatic: false,
        description: Some("A test event".to_owned()),
        metadata: Metadata::default(),
        arrival_at: (status == PayoutStatus::Paid).then_some(now),
        paid_at: (status == PayoutStatus::Paid).then_some(now),
        failure: failed.then_some(PayoutFailure::Declined),
        failed_at: failed.then_some(now),
        created_at: now,
        updated_at: now,
        sequence: 0,
    }
}

fn endpoint(account: AccountId, now: Timestamp) -> WebhookEndpoint {
    WebhookEndpoint {
        id: made_up(now),
        account,
        url: "https://shop.example.com/webhooks/hedge".to_owned(),
        wanted: Wanted::All,
        description: Some("A test event".to_owned()),
        metadata: Metadata::default(),
        secret: SealedSecret::default(),
        previous: None,
        streak: Some(Streak { since: now, last: now }),
        disabled: Some(Disabled { at: now, reason: DisabledReason::Failing }),
        deleted_at: None,
        created_at: now,
        updated_at: now,
        sequence: 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_has_an_example_of_its_own_object() {
        let now = Timestamp::from_millis(1_718_447_400_000);
        for kind in EventKind::ALL {
            let name = match subject(kind, AccountId::from_bits(1), now) {
                Subject::Payment(_) => "payment",
                Subject::CheckoutSession(_) => "checkout",
                Subject::Payout(_) => "payout",
                Subject::WebhookEndpoint(_) => "webhook_endpoint",
                Subject::Test { .. } => "",
            };
            assert_eq!(kind.code().split_once('.').map(|(noun, _)| noun), Some(name));
        }
    }

    #[test]
    fn members_are_laid_over_the_example() {
        let members = BTreeMap::from([("amount".to_owned(), json!(1)), ("new".to_owned(), json!([null]))]);
        let text = overlaid(json!({"amount": 2, "id": "x"}), Some(&members));
        assert_eq!(text, r#"{"amount":1,"id":"x","new":[null]}"#);
        assert_eq!(overlaid(json!({"id": "x"}), None), r#"{"id":"x"}"#);
    }
}
