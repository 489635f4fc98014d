//! Domain objects as Hedge shows them. Nothing is decided here.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, Utc};
use hedge_api::hedge::types;
use hedge_domain::api_key::{ApiKey, KeyKind};
use hedge_domain::card::Brand;
use hedge_domain::checkout_session::{CheckoutSession, CheckoutStatus};
use hedge_domain::client_token::Scope;
use hedge_domain::customer::Customer;
use hedge_domain::metadata::MetadataChange;
use hedge_domain::payment::{Method, Payment, PaymentStatus, ThreeDSecure};
use hedge_domain::payment_method::PaymentMethod;
use hedge_domain::refund::{Refund, RefundStatus};
use hedge_domain::signing_key::SigningKey;
use hedge_domain::test_clock::{Reading, TestClock};
use hedge_domain::{Currency, Timestamp};

use crate::client_token;
use crate::public_url::PublicUrl;

/// Absent keeps what there is, null clears it.
#[must_use]
pub fn to_metadata_change(change: Option<Option<BTreeMap<String, Option<String>>>>) -> MetadataChange {
    match change {
        None => MetadataChange::Keep,
        Some(None) => MetadataChange::Clear,
        Some(Some(pairs)) => MetadataChange::Merge(pairs),
    }
}

/// Whole seconds, as the reference shows every time.
#[must_use]
pub fn time(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.millis()).unwrap_or_default().trunc_subsecs(0)
}

#[must_use]
pub const fn to_time(at: DateTime<Utc>) -> Timestamp {
    Timestamp::from_millis(at.timestamp_millis())
}

#[must_use]
pub fn payment(payment: &Payment) -> types::Payment {
    let cancellation = payment.cancellation.as_ref();
    let waits = payment.status == PaymentStatus::Pending;
    types::Payment {
        id: payment.id.to_string(),
        object: types::PaymentObject::Payment,
        amount: payment.amount.minor(),
        currency: currency(payment.amount.currency()),
        status: status(payment.status),
        payment_method: payment.method.map(method),
        customer_email: payment.customer_email.clone(),
        customer_id: payment.customer.map(|id| id.to_string()),
        description: payment.description.clone(),
        statement_descriptor: payment.statement_descriptor.clone(),
        merchant_id: payment.merchant.to_string(),
        checkout_session_id: payment.checkout_session.map(|id| id.to_string()),
        refunded_amount: payment.refunded,
        refunds: payment.refunds.iter().map(refund).collect(),
        fee: payment.fee,
        net_amount: payment.net().map_or(0, |net| net.minor()),
        metadata: payment.metadata.pairs().clone(),
        three_d_secure: payment.three_d_secure.map(three_d_secure),
        failure_code: payment.failure.map(|code| code.code().to_owned()),
        failure_message: payment.failure.map(|code| code.message().to_owned()),
        cancellation_reason: cancellation.and_then(|cancellation| cancellation.reason.clone()),
        canceled_at: cancellation.map(|cancellation| time(cancellation.at)),
        settled: payment.settled_at.is_some(),
        settled_at: payment.settled_at.map(time),
        expires_at: waits.then(|| time(payment.expires_at)),
        created_at: time(payment.created_at),
        updated_at: time(payment.updated_at),
    }
}

#[must_use]
pub fn checkout_session(session: &CheckoutSession, public: &PublicUrl) -> types::CheckoutSession {
    types::CheckoutSession {
        id: session.id.to_string(),
        object: types::CheckoutSessionObject::CheckoutSession,
        url: public.checkout_page(session.id),
        amount: session.amount.minor(),
        currency: currency(session.amount.currency()),
        description: session.description.clone(),
        status: checkout_status(session.status),
        customer_email: session.customer_email.clone(),
        customer_id: session.customer.map(|id| id.to_string()),
        merchant_id: session.merchant.to_string(),
        payment_id: session.payment.map(|id| id.to_string()),
        payment_methods: session.methods.iter().copied().map(method).collect(),
        success_url: session.success_url.clone(),
        cancel_url: session.cancel_url.clone(),
        metadata: session.metadata.pairs().clone(),
        expires_at: time(session.expires_at),
        completed_at: session.completed_at.map(time),
        expired_at: session.expired_at.map(time),
        created_at: time(session.created_at),
        updated_at: time(session.updated_at),
    }
}

fn refund(refund: &Refund) -> types::Refund {
    types::Refund {
        id: refund.id.to_string(),
        object: types::RefundObject::Refund,
        amount: refund.amount,
        reason: refund.reason.clone(),
        status: match refund.status {
            RefundStatus::Pending => types::RefundStatus::Pending,
            RefundStatus::Succeeded => types::RefundStatus::Succeeded,
            RefundStatus::Failed => types::RefundStatus::Failed,
        },
        metadata: refund.metadata.pairs().clone(),
        created_at: time(refund.created_at),
    }
}

#[must_use]
pub fn payment_method(method: &PaymentMethod) -> types::PaymentMethod {
    types::PaymentMethod {
        id: method.id.to_string(),
        object: types::PaymentMethodObject::PaymentMethod,
        r#type: types::TokenType::Card,
        card: types::Card {
            brand: brand(method.card.brand),
            last4: method.card.last4.clone(),
            exp_month: i32::try_from(method.card.exp_month).unwrap_or_default(),
            exp_year: method.card.exp_year,
        },
        customer_id: method.customer.map(|id| id.to_string()),
        created_at: time(method.created_at),
    }
}

#[must_use]
pub fn customer(customer: &Customer) -> types::Customer {
    types::Customer {
        id: customer.id.to_string(),
        merchant_id: customer.merchant.map(|id| id.to_string()),
        object: types::CustomerObject::Customer,
        email: customer.email.clone(),
        name: customer.name.clone(),
        phone: customer.phone.clone(),
        description: customer.description.clone(),
        metadata: customer.metadata.pairs().clone(),
        created_at: time(customer.created_at),
        updated_at: time(customer.updated_at),
    }
}

#[must_use]
pub fn jwk(key: &SigningKey) -> types::Jwk {
    types::Jwk {
        kty: "OKP".to_owned(),
        crv: "Ed25519".to_owned(),
        r#use: "sig".to_owned(),
        alg: "EdDSA".to_owned(),
        kid: key.id.to_string(),
        x: client_token::public_text(&key.public),
    }
}

#[must_use]
pub const fn to_scope(scope: types::ClientScope) -> Scope {
    match scope {
        types::ClientScope::Checkout => Scope::Checkout,
        types::ClientScope::PaymentMethods => Scope::PaymentMethods,
    }
}

#[must_use]
pub fn api_key(key: &ApiKey) -> types::ApiKey {
    types::ApiKey {
        id: key.id.to_string(),
        object: types::ApiKeyObject::ApiKey,
        name: key.name.clone(),
        r#type: key_type(key.kind),
        prefix: key.secret.prefix.clone(),
        last4: key.secret.last4.clone(),
        livemode: key.livemode,
        read_only: key.read_only,
        merchant_ids: key.merchants.as_ref().map(|some| some.iter().map(ToString::to_string).collect()),
        created_at: time(key.created_at),
        expires_at: key.expires_at.map(time),
        revoked_at: key.revoked_at.map(time),
        last_used_at: key.last_used_at.map(time),
    }
}

/// The one time that the secret is shown.
#[must_use]
pub fn api_key_with_secret(key: &ApiKey, secret: String) -> types::ApiKeyWithSecret {
    let types::ApiKey {
        id,
        object,
        name,
        r#type,
        prefix,
        last4,
        livemode,
        read_only,
        merchant_ids,
        created_at,
        expires_at,
        revoked_at,
        last_used_at,
    } = api_key(key);
    types::ApiKeyWithSecret {
        id,
        object,
        name,
        r#type,
        prefix,
        last4,
        livemode,
        read_only,
        merchant_ids,
        created_at,
        expires_at,
        revoked_at,
        last_used_at,
        secret,
    }
}

#[must_use]
pub fn test_clock(clock: Option<&TestClock>, real: Timestamp) -> types::TestClock {
    let status = match clock.map(|clock| clock.reading) {
        None => types::TestClockStatus::Real,
        Some(Reading::Frozen(_)) => types::TestClockStatus::Frozen,
        Some(Reading::Shifted(_)) => types::TestClockStatus::Running,
    };
    let now = clock.map_or(real, |clock| clock.read(real));
    types::TestClock { object: types::TestClockObject::TestClock, status, now: time(now) }
}

#[must_use]
pub const fn currency(currency: Currency) -> types::Currency {
    match currency {
        Currency::Usd => types::Currency::Usd,
        Currency::Eur => types::Currency::Eur,
        Currency::Gbp => types::Currency::Gbp,
        Currency::Brl => types::Currency::Brl,
    }
}

#[must_use]
pub const fn to_currency(currency: types::Currency) -> Currency {
    match currency {
        types::Currency::Usd => Currency::Usd,
        types::Currency::Eur => Currency::Eur,
        types::Currency::Gbp => Currency::Gbp,
        types::Currency::Brl => Currency::Brl,
    }
}

const fn status(status: PaymentStatus) -> types::PaymentStatus {
    match status {
        PaymentStatus::Pending => types::PaymentStatus::Pending,
        PaymentStatus::Initiated => types::PaymentStatus::Initiated,
        PaymentStatus::Processing => types::PaymentStatus::Processing,
        PaymentStatus::Succeeded => types::PaymentStatus::Succeeded,
        PaymentStatus::Failed => types::PaymentStatus::Failed,
        PaymentStatus::Canceled => types::PaymentStatus::Canceled,
        PaymentStatus::Refunded => types::PaymentStatus::Refunded,
        PaymentStatus::PartiallyRefunded => types::PaymentStatus::PartiallyRefunded,
    }
}

#[must_use]
pub const fn to_status(status: types::PaymentStatus) -> PaymentStatus {
    match status {
        types::PaymentStatus::Pending => PaymentStatus::Pending,
        types::PaymentStatus::Initiated => PaymentStatus::Initiated,
        types::PaymentStatus::Processing => PaymentStatus::Processing,
        types::PaymentStatus::Succeeded => PaymentStatus::Succeeded,
        types::PaymentStatus::Failed => PaymentStatus::Failed,
        types::PaymentStatus::Canceled => PaymentStatus::Canceled,
        types::PaymentStatus::Refunded => PaymentStatus::Refunded,
        types::PaymentStatus::PartiallyRefunded => PaymentStatus::PartiallyRefunded,
    }
}

const fn checkout_status(status: CheckoutStatus) -> types::CheckoutSessionStatus {
    match status {
        CheckoutStatus::Open => types::CheckoutSessionStatus::Open,
        CheckoutStatus::Complete => types::CheckoutSessionStatus::Complete,
        CheckoutStatus::Expired => types::CheckoutSessionStatus::Expired,
    }
}

#[must_use]
pub const fn to_checkout_status(status: types::CheckoutSessionStatus) -> CheckoutStatus {
    match status {
        types::CheckoutSessionStatus::Open => CheckoutStatus::Open,
        types::CheckoutSessionStatus::Complete => CheckoutStatus::Complete,
        types::CheckoutSessionStatus::Expired => CheckoutStatus::Expired,
    }
}

const fn method(method: Method) -> types::PaymentMethodType {
    match method {
        Method::Card => types::PaymentMethodType::Card,
        Method::Ach => types::PaymentMethodType::Ach,
        Method::Crypto => types::PaymentMethodType::Crypto,
    }
}

#[must_use]
pub const fn to_method(method: types::PaymentMethodType) -> Method {
    match method {
        types::PaymentMethodType::Card => Method::Card,
        types::PaymentMethodType::Ach => Method::Ach,
        types::PaymentMethodType::Crypto => Method::Crypto,
    }
}

const fn three_d_secure(result: ThreeDSecure) -> types::ThreeDSecure {
    match result {
        ThreeDSecure::NotSupported => types::ThreeDSecure::NotSupported,
        ThreeDSecure::NotRequired => types::ThreeDSecure::NotRequired,
        ThreeDSecure::Authenticated => types::ThreeDSecure::Authenticated,
        ThreeDSecure::Failed => types::ThreeDSecure::Failed,
    }
}

const fn brand(brand: Brand) -> types::CardBrand {
    match brand {
        Brand::Visa => types::CardBrand::Visa,
        Brand::Mastercard => types::CardBrand::Mastercard,
        Brand::Amex => types::CardBrand::Amex,
        Brand::Discover => types::CardBrand::Discover,
        Brand::Jcb => types::CardBrand::Jcb,
        Brand::Diners => types::CardBrand::Diners,
        Brand::UnionPay => types::CardBrand::Unionpay,
    }
}

const fn key_type(kind: KeyKind) -> types::ApiKeyType {
    match kind {
        KeyKind::Secret => types::ApiKeyType::Secret,
        KeyKind::Publishable => types::ApiKeyType::Publishable,
    }
}

#[must_use]
pub const fn to_key_kind(kind: types::ApiKeyType) -> KeyKind {
    match kind {
        types::ApiKeyType::Secret => KeyKind::Secret,
        types::ApiKeyType::Publishable => KeyKind::Publishable,
    }
}
