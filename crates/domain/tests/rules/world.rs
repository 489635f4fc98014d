//! A small world to run commands in: one account, one merchant, a clock set by hand, ids that count.

use std::cell::Cell;

use hedge_domain::card::{Brand, Card};
use hedge_domain::command::{Command, Context, Stop};
use hedge_domain::customer::{CreateCustomer, CustomerId};
use hedge_domain::event::Event;
use hedge_domain::job::JobId;
use hedge_domain::merchant::{MerchantId, NewMerchant};
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{
    BeginProcessing, CreatePayment, Outcome, Payment, PaymentId, PaymentStatus, RecordOutcome, ThreeDSecure,
};
use hedge_domain::payment_method::{PaymentMethod, PaymentMethodId};
use hedge_domain::{Account, AccountId, Actor, Currency, IdSource, Key, Money, Refusal, State, Timestamp};

/// 2024-06-15T10:30:00Z
pub const START: Timestamp = Timestamp::from_millis(1_718_447_400_000);
pub const ACCOUNT: AccountId = AccountId::from_bits(1);
pub const MERCHANT: MerchantId = MerchantId::from_bits(2);
pub const TOKEN: PaymentMethodId = PaymentMethodId::from_bits(3);
pub const JOB: JobId = JobId::from_bits(4);

pub struct World {
    pub state: State,
    pub now: Timestamp,
    ids: Counter,
}

struct Counter(Cell<u128>);

impl IdSource for Counter {
    fn next(&self, _now: Timestamp) -> u128 {
        self.0.set(self.0.get() + 1);
        self.0.get()
    }
}

impl World {
    pub fn new() -> Self {
        let mut state = State::default();
        let account = Account { id: ACCOUNT, name: "Shop".into(), default_merchant: MERCHANT, created_at: START };
        state.accounts.put(ACCOUNT, account);
        let merchant = NewMerchant::named("Shop").made(MERCHANT, ACCOUNT, START);
        state.merchants.put(MERCHANT, merchant);
        let token = PaymentMethod {
            id: TOKEN,
            account: ACCOUNT,
            merchant: None,
            customer: None,
            card: Card { brand: Brand::Visa, last4: "4242".into(), exp_month: 12, exp_year: 2034 },
            fingerprint: [0; 16],
            rail_token: "sandbox_succeeds".into(),
            created_at: START,
        };
        state.payment_methods.put(TOKEN, token);
        state.keep();
        Self { state, now: START, ids: Counter(Cell::new(1_000)) }
    }

    /// Runs a command as the store would: what is missing is not there, what is refused leaves nothing.
    pub fn run<C: Command>(&mut self, command: C) -> Result<C::Output, Refusal> {
        loop {
            let decided = self.now_of(&command).and_then(|now| {
                let cx = Context { now, real: self.now, ids: &self.ids };
                command.decide(&mut self.state, &cx)
            });
            match decided {
                Ok(output) => {
                    self.state.keep();
                    return Ok(output);
                }
                Err(Stop::Refused(refusal)) => {
                    self.state.discard();
                    return Err(refusal);
                }
                Err(Stop::Missing(key)) => {
                    self.state.discard();
                    self.state.supply_none(key);
                }
            }
        }
    }

    fn now_of(&self, command: &impl Command) -> Result<Timestamp, Stop> {
        let Some(account) = command.account(&self.state)? else {
            return Ok(self.now);
        };
        let clock = self.state.test_clocks.find(account, Key::TestClock)?;
        Ok(clock.map_or(self.now, |clock| clock.read(self.now)))
    }

    pub fn events(&self) -> Vec<Event> {
        self.state.events().to_vec()
    }

    pub fn payment(&self, id: PaymentId) -> Payment {
        self.state.payment(&owner(), id).expect("the payment is there")
    }

    pub fn pending(&mut self) -> PaymentId {
        self.run(create(9_999)).expect("created").id
    }

    pub fn initiated(&mut self) -> PaymentId {
        self.run(CreatePayment { token: Some(TOKEN), ..create(9_999) }).expect("created").id
    }

    pub fn processing(&mut self) -> PaymentId {
        let payment = self.initiated();
        self.run(BeginProcessing { payment, job: JOB }).expect("begun");
        payment
    }

    pub fn succeeded(&mut self) -> PaymentId {
        let payment = self.processing();
        let outcome = Outcome::Approved(ThreeDSecure::NotSupported);
        self.run(RecordOutcome { payment, job: JOB, outcome }).expect("recorded");
        payment
    }

    pub fn customer(&mut self) -> CustomerId {
        let command = CreateCustomer {
            actor: owner(),
            merchant: None,
            email: "ada@example.com".into(),
            name: None,
            phone: None,
            description: None,
            metadata: Metadata::default(),
        };
        self.run(command).expect("made").id
    }

    pub fn status(&self, id: PaymentId) -> PaymentStatus {
        self.payment(id).status
    }
}

pub fn owner() -> Actor {
    Actor::of(ACCOUNT)
}

pub fn stranger() -> Actor {
    Actor::of(AccountId::from_bits(99))
}

pub fn create(amount: i64) -> CreatePayment {
    CreatePayment {
        actor: owner(),
        merchant: MERCHANT,
        amount: Money::new(amount, Currency::Usd),
        customer: None,
        customer_email: "customer@example.com".into(),
        description: None,
        statement_descriptor: None,
        method: None,
        token: None,
        metadata: Metadata::default(),
    }
}
