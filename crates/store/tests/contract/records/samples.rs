//! One of everything that is written, with something in every field and with as little as there may be.
//!
//! What a newcomer gets wrong: the literal names every kind of change, so that a new entity does not compile until it has
//! a sample here.

use hedge_domain::api_key::{ApiKey, KeyKind, SecretDigest};
use hedge_domain::audit::{Agent, AuditAction, AuditEntry, FieldChange, Origin};
use hedge_domain::card::{Brand, Card};
use hedge_domain::checkout_session::{CheckoutSession, CheckoutStatus};
use hedge_domain::customer::Customer;
use hedge_domain::delivery::{Attempt, AttemptError, AttemptErrorCode, Delivery, DeliveryStatus};
use hedge_domain::event::EventKind;
use hedge_domain::fee::FeePlan;
use hedge_domain::idempotency::{Fingerprint, IdempotencyKey, IdempotencyRecord, SavedAnswer};
use hedge_domain::installation::{Environment, Installation};
use hedge_domain::job::{Job, Task};
use hedge_domain::ledger::{self, Cause, Posting};
use hedge_domain::merchant::{
    Branding, Color, Destination, Merchant, NewMerchant, NextPrices, Prices, Settlement, SettlementMethod,
};
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{Cancellation, FailureCode, Method, Payment, PaymentStatus, ThreeDSecure};
use hedge_domain::payment_method::PaymentMethod;
use hedge_domain::payout::{Payout, PayoutFailure, PayoutStatus};
use hedge_domain::refund::{Refund, RefundStatus};
use hedge_domain::signing_key::SigningKey;
use hedge_domain::state::{Change, Changes};
use hedge_domain::test_clock::{Reading, TestClock};
use hedge_domain::webhook_endpoint::{
    Disabled, DisabledReason, PreviousSecret, SealedSecret, Streak, Subscription, Subscriptions, Wanted,
    WebhookEndpoint,
};
use hedge_domain::{Account, Currency, Duration, Id, Money, Timestamp};
use hedge_store::OutboxRow;

use crate::sample::{bank_account, metadata};

const AT: Timestamp = Timestamp::from_millis(1_718_447_400_000);

/// How much of a sample there is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    Full,
    Bare,
}

impl Fill {
    /// What may be missing.
    fn some<T>(self, value: T) -> Option<T> {
        (self == Self::Full).then_some(value)
    }

    fn metadata(self) -> Metadata {
        if self == Self::Full { metadata(&[("key", "value")]) } else { Metadata::default() }
    }

    fn text(self, text: &str) -> Option<String> {
        self.some(text.to_owned())
    }
}

/// A row that is new.
fn new<I, E>(id: I, after: E) -> Vec<Change<I, E>> {
    vec![Change { id, before: None, after }]
}

pub fn everything(fill: Fill) -> (Changes, Vec<OutboxRow>) {
    let changes = Changes {
        installation: new((), installation()),
        accounts: new(Id::from_bits(1), account()),
        merchants: new(Id::from_bits(2), merchant(fill)),
        api_keys: new(Id::from_bits(3), api_key(fill)),
        customers: new(Id::from_bits(4), customer(fill)),
        payment_methods: new(Id::from_bits(5), payment_method(fill)),
        payments: new(Id::from_bits(6), payment(fill)),
        checkout_sessions: new(Id::from_bits(7), checkout_session(fill)),
        payouts: [new(Id::from_bits(8), payout(fill)), new(Id::from_bits(9), by_bank(payout(fill)))].concat(),
        jobs: new(Id::from_bits(10), job(fill)),
        idempotency: new(IdempotencyKey([7; 16]), idempotency()),
        signing_keys: new(Id::from_bits(11), signing_key(fill)),
        test_clocks: [new(Id::from_bits(1), clock(Fill::Full)), new(Id::from_bits(12), clock(Fill::Bare))].concat(),
        webhook_endpoints: new(Id::from_bits(13), webhook_endpoint(fill)),
        subscriptions: new(Id::from_bits(1), subscriptions()),
        deliveries: new(Id::from_bits(14), delivery(fill)),
        attempts: vec![attempt(fill)],
        finished_jobs: Vec::new(),
        postings: vec![posting(fill)],
        events: Vec::new(),
        audit: vec![audit_entry(fill)],
    };
    (changes, vec![event()])
}

fn installation() -> Installation {
    let (environment, secret_check) = (Environment::Sandbox, [7; 32]);
    Installation { environment, secret_check, first_account: Id::from_bits(1), created_at: AT }
}

fn account() -> Account {
    Account { id: Id::from_bits(1), name: "日本".to_owned(), default_merchant: Id::from_bits(2), created_at: AT }
}

fn merchant(fill: Fill) -> Merchant {
    let new = NewMerchant::named("A \"Bar\"").made(Id::from_bits(2), Id::from_bits(1), AT);
    let color = Color([0, 1, 255]);
    let mut plan = FeePlan::STANDARD;
    plan.card.cap = fill.some(9);
    plan.ach.cap = fill.some(8);
    plan.crypto.cap = fill.some(7);
    Merchant {
        email: fill.text("zoë@example.com"),
        country: fill.text("FR"),
        settlement: Settlement {
            solana_wallet: fill.text("a wallet"),
            bank_account: fill.some(bank_account()),
            ..new.settlement
        },
        branding: Branding {
            logo_url: fill.text("https://a.example/é.png"),
            primary_color: fill.some(color),
            secondary_color: fill.some(color),
        },
        prices: Prices { current: plan, next: fill.some(NextPrices { plan, from: AT }) },
        metadata: fill.metadata(),
        next_payout_at: fill.some(AT),
        payouts: u32::MAX,
        ..new
    }
}

fn api_key(fill: Fill) -> ApiKey {
    ApiKey {
        id: Id::from_bits(3),
        account: Id::from_bits(1),
        name: fill.text("a key"),
        kind: KeyKind::Secret,
        secret: SecretDigest { hash: [9; 32], prefix: "sk_test_".to_owned(), last4: "x7Qz".to_owned() },
        livemode: false,
        read_only: true,
        merchants: fill.some([Id::from_bits(2), Id::from_bits(u128::MAX)].into()),
        created_at: AT,
        expires_at: fill.some(AT),
        revoked_at: fill.some(AT),
        last_used_at: fill.some(AT),
    }
}

fn customer(fill: Fill) -> Customer {
    Customer {
        id: Id::from_bits(4),
        account: Id::from_bits(1),
        merchant: fill.some(Id::from_bits(2)),
        email: "payer@example.com".to_owned(),
        name: fill.text("A name"),
        phone: fill.text("+1 555 0100"),
        description: fill.text("two\nlines"),
        metadata: fill.metadata(),
        created_at: AT,
        updated_at: AT,
    }
}

fn payment_method(fill: Fill) -> PaymentMethod {
    PaymentMethod {
        id: Id::from_bits(5),
        account: Id::from_bits(1),
        merchant: fill.some(Id::from_bits(2)),
        customer: fill.some(Id::from_bits(4)),
        card: Card { brand: Brand::UnionPay, last4: "0005".to_owned(), exp_month: 1, exp_year: 2099 },
        fingerprint: [0; 16],
        rail_token: "token".to_owned(),
        created_at: AT,
    }
}

fn payment(fill: Fill) -> Payment {
    let refund = Refund {
        id: Id::from_bits(20),
        amount: 3,
        reason: fill.text("asked"),
        status: RefundStatus::Succeeded,
        metadata: fill.metadata(),
        created_at: AT,
    };
    Payment {
        id: Id::from_bits(6),
        account: Id::from_bits(1),
        merchant: Id::from_bits(2),
        amount: Money::new(99_999_999, Currency::Brl),
        status: PaymentStatus::PartiallyRefunded,
        method: fill.some(Method::Crypto),
        payment_method: fill.some(Id::from_bits(5)),
        customer: fill.some(Id::from_bits(4)),
        customer_email: "payer@example.com".to_owned(),
        description: fill.text("what for"),
        statement_descriptor: "S".to_owned(),
        metadata: fill.metadata(),
        checkout_session: fill.some(Id::from_bits(7)),
        fee: 5,
        refunded: 3,
        refunds: vec![refund],
        failure: fill.some(FailureCode::StolenCard),
        three_d_secure: fill.some(ThreeDSecure::Authenticated),
        cancellation: fill.some(Cancellation { reason: Some("no".to_owned()), at: AT }),
        expires_at: AT,
        settles_at: fill.some(AT),
        settlement_method: fill.some(SettlementMethod::Usdc),
        settled_at: fill.some(AT),
        created_at: AT,
        updated_at: AT,
        sequence: 7,
    }
}

fn checkout_session(fill: Fill) -> CheckoutSession {
    CheckoutSession {
        attempts: 3,
        id: Id::from_bits(7),
        account: Id::from_bits(1),
        merchant: Id::from_bits(2),
        amount: Money::new(1, Currency::Usd),
        description: fill.text("a thing"),
        customer_email: fill.text("payer@example.com"),
        customer: fill.some(Id::from_bits(4)),
        methods: vec![Method::Card, Method::Ach],
        success_url: "https://a.example/yes".to_owned(),
        cancel_url: "https://a.example/no".to_owned(),
        metadata: fill.metadata(),
        status: if fill == Fill::Full { CheckoutStatus::Expired } else { CheckoutStatus::Open },
        payment: fill.some(Id::from_bits(6)),
        expires_at: AT,
        completed_at: fill.some(AT),
        expired_at: fill.some(AT),
        created_at: AT,
        updated_at: AT,
        sequence: 2,
    }
}

fn payout(fill: Fill) -> Payout {
    Payout {
        id: Id::from_bits(8),
        account: Id::from_bits(1),
        merchant: Id::from_bits(2),
        amount: Money::new(9, Currency::Usd),
        fee: 1,
        usdc_only: 2,
        destination: Destination::Wallet("a wallet".to_owned()),
        status: if fill == Fill::Full { PayoutStatus::Failed } else { PayoutStatus::Pending },
        automatic: true,
        description: fill.text("rent"),
        metadata: fill.metadata(),
        arrival_at: fill.some(AT),
        paid_at: None,
        failure: fill.some(PayoutFailure::Declined),
        failed_at: fill.some(AT),
        created_at: AT,
        updated_at: AT,
        sequence: 1,
    }
}

/// A payout goes to one place, and one that was paid has not failed.
fn by_bank(payout: Payout) -> Payout {
    let paid = payout.failed_at.is_some();
    Payout {
        id: Id::from_bits(9),
        destination: Destination::Bank(bank_account()),
        status: if paid { PayoutStatus::Paid } else { payout.status },
        paid_at: payout.failed_at,
        failed_at: None,
        ..payout
    }
}

fn job(fill: Fill) -> Job {
    let payment = Id::from_bits(6);
    let task = match fill {
        Fill::Full => Task::SubmitRefund { payment, refund: Id::from_bits(20) },
        Fill::Bare => Task::SubmitPayment(payment),
    };
    Job { id: Id::from_bits(10), account: Id::from_bits(1), task, due_at: AT, attempts: 3 }
}

fn idempotency() -> IdempotencyRecord {
    IdempotencyRecord {
        key: IdempotencyKey([7; 16]),
        fingerprint: Fingerprint([8; 16]),
        answer: SavedAnswer { status: 201, body: vec![0, 1, 2] },
        created_at: AT,
        expires_at: AT,
    }
}

fn signing_key(fill: Fill) -> SigningKey {
    let (public, sealed) = ([1; 32], vec![2, 3]);
    let (id, retires_at) = (Id::from_bits(11), fill.some(AT));
    SigningKey { id, public, sealed, created_at: AT, activates_at: AT, retires_at }
}

fn clock(fill: Fill) -> TestClock {
    match fill {
        Fill::Full => TestClock { account: Id::from_bits(1), reading: Reading::Frozen(AT) },
        Fill::Bare => TestClock { account: Id::from_bits(12), reading: Reading::Shifted(Duration::from_secs(1)) },
    }
}

fn webhook_endpoint(fill: Fill) -> WebhookEndpoint {
    WebhookEndpoint {
        id: Id::from_bits(13),
        account: Id::from_bits(1),
        url: "https://a.example/hook".to_owned(),
        wanted: Wanted::Kinds([EventKind::PaymentCreated].into()),
        description: fill.text("ours"),
        metadata: fill.metadata(),
        secret: SealedSecret(vec![1]),
        previous: fill.some(PreviousSecret { secret: SealedSecret(vec![2]), until: AT }),
        streak: fill.some(Streak { since: AT, last: AT }),
        disabled: fill.some(Disabled { at: AT, reason: DisabledReason::Failing }),
        deleted_at: fill.some(AT),
        created_at: AT,
        updated_at: AT,
        sequence: 1,
    }
}

fn subscriptions() -> Subscriptions {
    let subscription = Subscription { endpoint: Id::from_bits(13), enabled: true, wanted: Wanted::All };
    Subscriptions { account: Id::from_bits(1), list: vec![subscription] }
}

fn delivery(fill: Fill) -> Delivery {
    Delivery {
        id: Id::from_bits(14),
        account: Id::from_bits(1),
        endpoint: Id::from_bits(13),
        event: Id::from_bits(15),
        kind: EventKind::PaymentCreated,
        status: DeliveryStatus::Delivered,
        attempts: 1,
        failures: 0,
        due_at: AT,
        settled_at: fill.some(AT),
        created_at: AT,
    }
}

fn attempt(fill: Fill) -> Attempt {
    Attempt {
        delivery: Id::from_bits(14),
        number: 1,
        at: AT,
        took: Duration::from_secs(1),
        status: fill.some(500),
        error: fill.some(AttemptError { code: AttemptErrorCode::Status, message: "500".to_owned() }),
        response: "no".to_owned(),
    }
}

fn posting(fill: Fill) -> Posting {
    let of = ledger::Parties { account: Id::from_bits(1), merchant: Id::from_bits(2) };
    let (amount, payment) = (Money::new(100, Currency::Usd), Id::from_bits(6));
    let (cause, transfers) = match fill {
        Fill::Full => (Cause::Refund(payment, Id::from_bits(20)), ledger::card_refund(of, amount, None)),
        Fill::Bare => {
            let fee = Money::new(3, Currency::Usd);
            (Cause::Payment(payment), ledger::card_payment(of, amount, fee))
        }
    };
    Posting { id: Id::from_bits(16), account: of.account, cause, transfers, at: AT }
}

fn event() -> OutboxRow {
    OutboxRow {
        id: Id::from_bits(15),
        account: Id::from_bits(1),
        kind: EventKind::PaymentCreated,
        object: 6,
        sequence: 1,
        payload: b"{}".to_vec(),
        at: AT,
    }
}

fn audit_entry(fill: Fill) -> AuditEntry {
    let agent = fill.some(Agent::ApiKey(Id::from_bits(3))).unwrap_or(Agent::System);
    let address = fill.some([127, 0, 0, 1].into());
    AuditEntry {
        id: Id::from_bits(17),
        account: fill.some(Id::from_bits(1)),
        origin: Origin { agent, request: fill.some(Id::from_bits(18)), address },
        action: AuditAction::ApiKeyCreated,
        object: "key_1".to_owned(),
        changes: vec![FieldChange::secret("secret")],
        at: AT,
    }
}
