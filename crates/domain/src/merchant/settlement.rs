//! How a merchant's money becomes available, and how it is paid out.
//!
//! What a newcomer gets wrong: settlement is not the payout. It moves a payment from pending to available; a payout takes
//! from what is available. A payment settles, and a payout goes, by what was configured when it was made; and what settled
//! at once can be paid out in USDC only, whatever is configured since ([`crate::ledger::Available`]).

use crate::bank_account::BankAccount;
use crate::banking_day::{self, Window};
use crate::{Currency, Duration, Money, Timestamp};

/// Both methods' details are kept; the method says which count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    pub method: SettlementMethod,
    /// An address on Solana, in base 58.
    pub solana_wallet: Option<String>,
    /// Whether USDC is paid out by itself.
    pub auto_settle: bool,
    pub bank_account: Option<BankAccount>,
    /// When US dollars are paid out by themselves.
    pub schedule: PayoutSchedule,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettlementMethod {
    Usdc,
    Usd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutSchedule {
    Daily,
    Weekly,
    Manual,
}

/// What a payout by a method costs, and how small it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub basis_points: i64,
    pub minimum: Money,
}

/// Where a payout goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    Wallet(String),
    Bank(BankAccount),
}

/// US dollars are good on the third banking day after a payment succeeded.
const USD_DAYS: u32 = 3;
/// The chain never closes: what is available goes out within the hour.
const USDC_EVERY: Duration = Duration::from_hours(1);

impl SettlementMethod {
    pub const ALL: [Self; 2] = [Self::Usdc, Self::Usd];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Usdc => "usdc",
            Self::Usd => "usd",
        }
    }

    /// The published prices: USDC 0.5 % from $1, US dollars 0.25 % from $25.
    #[must_use]
    pub const fn terms(self) -> Terms {
        match self {
            Self::Usdc => Terms { basis_points: 50, minimum: Money::new(100, Currency::Usd) },
            Self::Usd => Terms { basis_points: 25, minimum: Money::new(2_500, Currency::Usd) },
        }
    }
}

impl PayoutSchedule {
    pub const ALL: [Self; 3] = [Self::Daily, Self::Weekly, Self::Manual];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Manual => "manual",
        }
    }
}

impl Destination {
    #[must_use]
    pub const fn method(&self) -> SettlementMethod {
        match self {
            Self::Wallet(_) => SettlementMethod::Usdc,
            Self::Bank(_) => SettlementMethod::Usd,
        }
    }
}

impl Default for Settlement {
    /// In US dollars, daily, once there is a bank account.
    fn default() -> Self {
        Self {
            method: SettlementMethod::Usd,
            solana_wallet: None,
            auto_settle: false,
            bank_account: None,
            schedule: PayoutSchedule::Daily,
        }
    }
}

impl Settlement {
    /// When a payment that has succeeded now becomes available.
    #[must_use]
    pub const fn settles_at(&self, now: Timestamp) -> Timestamp {
        match self.method {
            SettlementMethod::Usdc => now,
            SettlementMethod::Usd => banking_day::after(now, USD_DAYS, Window::Morning),
        }
    }

    /// Where payouts go, as far as it is known.
    #[must_use]
    pub fn destination(&self) -> Option<Destination> {
        self.destination_by(self.method)
    }

    /// Where payouts by a method go, as far as it is known.
    #[must_use]
    pub fn destination_by(&self, method: SettlementMethod) -> Option<Destination> {
        match method {
            SettlementMethod::Usdc => self.solana_wallet.clone().map(Destination::Wallet),
            SettlementMethod::Usd => self.bank_account.clone().map(Destination::Bank),
        }
    }

    /// Where what is available goes when it is paid out by itself: what has settled in USDC too, whichever method is chosen since.
    pub fn swept_to(&self) -> impl Iterator<Item = Destination> {
        let rest = match self.method {
            SettlementMethod::Usd if self.auto_settle => self.destination_by(SettlementMethod::Usdc),
            SettlementMethod::Usd | SettlementMethod::Usdc => None,
        };
        self.destination().into_iter().chain(rest)
    }

    /// When a payout is next made by itself; `None` if the merchant asks for each, or has said nowhere to pay to.
    #[must_use]
    pub fn next_payout_after(&self, now: Timestamp) -> Option<Timestamp> {
        self.destination()?;
        match (self.method, self.schedule) {
            (SettlementMethod::Usdc, _) => self.auto_settle.then(|| next_hour(now)),
            (SettlementMethod::Usd, PayoutSchedule::Daily) => Some(banking_day::next(now, Window::Payouts)),
            (SettlementMethod::Usd, PayoutSchedule::Weekly) => Some(banking_day::next_week(now, Window::Payouts)),
            (SettlementMethod::Usd, PayoutSchedule::Manual) => None,
        }
    }
}

fn next_hour(now: Timestamp) -> Timestamp {
    let hour = USDC_EVERY.millis();
    Timestamp::from_millis(now.millis().div_euclid(hour).saturating_add(1).saturating_mul(hour))
}
