//! The worker on a store in memory, one step at a time.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use hedge_domain::account::Account;
use hedge_domain::api_key::{KeyKind, NewKey, SecretDigest};
use hedge_domain::bank_account::{BankAccount, BankAccountKind, RoutingNumber, SealedNumber};
use hedge_domain::card::{Brand, Card};
use hedge_domain::command::Command;
use hedge_domain::installation::{Environment, Install};
use hedge_domain::merchant::{MerchantChange, MerchantId, SettlementChange, UpdateMerchant};
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::CreatePayment;
use hedge_domain::payment_method::CreatePaymentMethod;
use hedge_domain::payout::PayoutQuery;
use hedge_domain::{Actor, Currency, Duration, IdSource, Money, Timestamp};
use hedge_rails::{Rails, Sandbox, Step, Worker};
use hedge_store::memory::Memory;
use hedge_store::{Ambient, Clock, Done, Options, Store};

struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

struct Counter(AtomicU64);

impl IdSource for Counter {
    fn next(&self, now: Timestamp) -> u128 {
        u128::try_from(now.millis()).unwrap() << 80 | u128::from(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

struct World {
    clock: Arc<Hands>,
    store: Store,
    worker: Worker,
    actor: Actor,
    merchant: MerchantId,
}

impl World {
    async fn new() -> Self {
        // A Monday.
        let clock = Arc::new(Hands(AtomicI64::new(1_795_000_000_000)));
        let ambient = Ambient {
            clock: clock.clone(),
            ids: Arc::new(Counter(AtomicU64::new(1))),
            render_event: Box::new(|_event| Vec::new()),
            committed: Box::new(|_news| {}),
        };
        let store = Store::start(Memory::new(), ambient, Options::default()).await.unwrap();
        let rails = Rails { cards: Arc::new(Sandbox), payouts: Arc::new(Sandbox) };
        let worker = Worker::new(store.clone(), rails);
        let secret = SecretDigest { hash: [1; 32], prefix: "sk_test_".to_owned(), last4: "x7Qz".to_owned() };
        let kind = KeyKind::Secret;
        let first_key = NewKey { name: None, kind, secret, livemode: false, read_only: false, merchants: None };
        let install = Install { environment: Environment::Sandbox, secret_check: [7; 32], first_key };
        let account = run(&store, install).await.installation.first_account;
        let merchant = store.get::<Account>(account).await.unwrap().unwrap().default_merchant;
        Self { clock, store, worker, actor: Actor::of(account), merchant }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn step(&self) -> Step {
        self.worker.step(self.now()).await.unwrap()
    }

    async fn names_a_bank(&self) {
        let bank = BankAccount {
            routing_number: RoutingNumber::parse("021000021").unwrap(),
            kind: BankAccountKind::Checking,
            last4: "0000".to_owned(),
            number: SealedNumber(vec![1]),
        };
        let settlement = SettlementChange { bank_account: Some(Some(bank)), ..SettlementChange::default() };
        let change = MerchantChange { settlement, ..MerchantChange::default() };
        run(&self.store, UpdateMerchant { actor: self.actor.clone(), id: self.merchant, change }).await;
    }

    async fn sells(&self, payments: usize) {
        let card = CreatePaymentMethod {
            actor: self.actor.clone(),
            merchant: None,
            customer: None,
            card: Card { brand: Brand::Visa, last4: "4242".to_owned(), exp_month: 12, exp_year: 2099 },
            fingerprint: [0xfe; 16],
            rail_token: "sandbox_succeeds".to_owned(),
        };
        let token = Some(run(&self.store, card).await.id);
        for _ in 0..payments {
            let payment = CreatePayment {
                actor: self.actor.clone(),
                merchant: self.merchant,
                amount: Money::new(10_000, Currency::Usd),
                customer: None,
                customer_email: "payer@example.com".to_owned(),
                description: None,
                statement_descriptor: None,
                method: None,
                token,
                metadata: Metadata::default(),
            };
            run(&self.store, payment).await;
        }
        while let Step::Did(_) = self.step().await {}
    }

    /// The amounts of all payouts, newest first.
    async fn payouts(&self) -> Vec<i64> {
        let query = PayoutQuery {
            actor: self.actor.clone(),
            merchant: None,
            status: None,
            created_from: None,
            created_until: None,
            after: None,
            limit: 100,
        };
        let found = self.store.list(&query).await.unwrap();
        found.items.iter().map(|payout| payout.amount.minor()).collect()
    }
}

async fn run<C: Command>(store: &Store, command: C) -> C::Output {
    match store.run(command).await.unwrap() {
        Done::Fresh { result, .. } => result.unwrap(),
        Done::Replayed(_) => panic!("nobody asked for idempotency"),
    }
}

/// A payment of 100.00, less its fee.
const NET: i64 = 9_680;

#[tokio::test]
async fn a_payout_takes_all_that_was_due_and_does_not_wait_for_a_quiet_moment() {
    for (payments, steps) in [(10, 1), (100, 1), (300, 2)] {
        let world = World::new().await;
        world.names_a_bank().await;
        world.sells(payments).await;
        assert!(world.payouts().await.is_empty());
        world.clock.0.fetch_add(Duration::from_hours(24 * 7).millis(), Ordering::SeqCst);
        for step in 1..=steps {
            assert!(world.payouts().await.is_empty(), "{payments} payments, before step {step}");
            assert!(matches!(world.step().await, Step::Did(_)));
        }
        let all = NET * i64::try_from(payments).unwrap();
        assert_eq!(world.payouts().await, [all], "{payments} payments");
    }
}

#[tokio::test]
async fn a_clock_that_jumps_years_makes_one_payout() {
    let world = World::new().await;
    world.names_a_bank().await;
    world.sells(3).await;
    world.clock.0.fetch_add(Duration::from_hours(24 * 365 * 70).millis(), Ordering::SeqCst);
    while let Step::Did(_) = world.step().await {}
    assert_eq!(world.payouts().await, [3 * NET]);
}
