//! Values to test with, and the shortest way to a tenant with a card.

use std::collections::BTreeMap;

use hedge_domain::api_key::{ApiKey, KeyKind, NewKey, SecretDigest};
use hedge_domain::bank_account::{BankAccount, BankAccountKind, RoutingNumber, SealedNumber};
use hedge_domain::card::{Brand, Card};
use hedge_domain::customer::{CreateCustomer, CustomerId};
use hedge_domain::installation::{Environment, Install};
use hedge_domain::job::JobId;
use hedge_domain::merchant::{MerchantId, NewMerchant};
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{
    BeginProcessing, CreatePayment, Outcome, Payment, PaymentId, PaymentQuery, RecordOutcome, ThreeDSecure,
};
use hedge_domain::payment_method::{CreatePaymentMethod, PaymentMethod};
use hedge_domain::{Account, AccountId, Actor, Currency, Id, Money};

use crate::harness::Harness;

/// An account with a merchant.
#[derive(Clone)]
pub struct Tenant {
    pub account: AccountId,
    pub merchant: MerchantId,
    pub actor: Actor,
}

pub fn install() -> Install {
    Install { environment: Environment::Sandbox, secret_check: [7; 32], first_key: new_key(1) }
}

/// Every key needs a hash of its own.
pub fn new_key(tag: u8) -> NewKey {
    NewKey {
        name: Some(format!("key ‘{tag}’")),
        kind: KeyKind::Secret,
        secret: SecretDigest { hash: [tag; 32], prefix: "sk_test_".to_owned(), last4: "x7Qz".to_owned() },
        livemode: false,
        read_only: false,
        merchants: None,
    }
}

/// The tenant of the first start, and its key.
pub async fn first_tenant(harness: &Harness) -> (Tenant, ApiKey) {
    let installed = harness.run(install()).await;
    let account = installed.installation.first_account;
    let merchant = harness.store.get::<Account>(account).await.unwrap().unwrap().default_merchant;
    (Tenant { account, merchant, actor: Actor::of(account) }, installed.key.unwrap())
}

/// One more account, which no command makes yet.
pub async fn another_tenant(harness: &Harness) -> Tenant {
    harness
        .act(|state, cx| {
            let account =
                Account { id: cx.id(), name: "Another".to_owned(), default_merchant: cx.id(), created_at: cx.now };
            let tenant =
                Tenant { account: account.id, merchant: account.default_merchant, actor: Actor::of(account.id) };
            let merchant = NewMerchant::named("Default").made(tenant.merchant, tenant.account, cx.now);
            state.merchants.put(account.default_merchant, merchant);
            state.accounts.put(account.id, account);
            Ok(tenant)
        })
        .await
}

/// One more merchant of an account.
pub async fn another_merchant(harness: &Harness, account: AccountId) -> MerchantId {
    harness
        .act(move |state, cx| {
            let id = cx.id();
            state.merchants.put(id, NewMerchant::named("Another merchant").made(id, account, cx.now));
            Ok(id)
        })
        .await
}

pub fn metadata(pairs: &[(&str, &str)]) -> Metadata {
    let pairs: BTreeMap<_, _> = pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
    Metadata::new(pairs).unwrap()
}

/// A payment without a method and with little else.
pub fn create(tenant: &Tenant, minor: i64) -> CreatePayment {
    CreatePayment {
        actor: tenant.actor.clone(),
        merchant: tenant.merchant,
        amount: Money::new(minor, Currency::Usd),
        customer: None,
        customer_email: "payer@example.com".to_owned(),
        description: None,
        statement_descriptor: None,
        method: None,
        token: None,
        metadata: Metadata::default(),
    }
}

pub fn create_customer(tenant: &Tenant, email: &str) -> CreateCustomer {
    CreateCustomer {
        actor: tenant.actor.clone(),
        merchant: None,
        email: email.to_owned(),
        name: None,
        phone: None,
        description: None,
        metadata: Metadata::default(),
    }
}

pub async fn customer(harness: &Harness, tenant: &Tenant) -> CustomerId {
    harness.run(create_customer(tenant, "payer@example.com")).await.id
}

pub async fn card(harness: &Harness, tenant: &Tenant) -> PaymentMethod {
    harness
        .run(CreatePaymentMethod {
            actor: tenant.actor.clone(),
            merchant: None,
            customer: None,
            card: Card { brand: Brand::Mastercard, last4: "4444".to_owned(), exp_month: 12, exp_year: 2031 },
            fingerprint: [0xfe; 16],
            rail_token: "rail ‘token’".to_owned(),
        })
        .await
}

pub fn bank_account() -> BankAccount {
    BankAccount {
        routing_number: RoutingNumber::parse("011401533").unwrap(),
        kind: BankAccountKind::Savings,
        last4: "0000".to_owned(),
        number: SealedNumber(vec![0, 255, 0]),
    }
}

/// Any job id will do for a command that ends one.
pub const fn no_job() -> JobId {
    Id::from_bits(0)
}

pub fn approve(payment: PaymentId, job: JobId) -> RecordOutcome {
    RecordOutcome { payment, job, outcome: Outcome::Approved(ThreeDSecure::NotRequired) }
}

/// A payment that went all the way.
pub async fn succeeded(harness: &Harness, tenant: &Tenant, minor: i64) -> Payment {
    let token = card(harness, tenant).await.id;
    let payment = harness.run(CreatePayment { token: Some(token), ..create(tenant, minor) }).await;
    let _charge = harness.run(BeginProcessing { payment: payment.id, job: no_job() }).await;
    harness.run(approve(payment.id, no_job())).await;
    harness.payment(payment.id).await
}

/// Everything the actor can see, twenty at a time.
pub fn query(actor: &Actor) -> PaymentQuery {
    PaymentQuery {
        actor: actor.clone(),
        merchant: None,
        status: None,
        customer: None,
        created_from: None,
        created_until: None,
        after: None,
        limit: 20,
    }
}
