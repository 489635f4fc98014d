//! `hedge merchants show|price|keep-prices|restrict|reinstate`: the operator's word on any account's merchant, straight on the database.
//!
//! Works beside a running server: the next payment is decided by what stands in the database then.

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use hedge_domain::fee::{FeePlan, FeeSchedule, PriceProblem};
use hedge_domain::merchant::{
    AlreadyAhead, CancelNextPrices, Merchant, MerchantId, MerchantStatus, PriceChange, RestrictMerchant, SetPrices,
};
use hedge_domain::test_clock::TestClock;
use hedge_domain::{Actor, Timestamp};
use hedge_store::Clock;

use crate::clock::SystemClock;
use crate::config::Config;
use crate::hedge::convert;
use crate::hedge::merchants::render;
use crate::open::{self, Opened};

#[derive(Subcommand)]
pub(super) enum MerchantsTask {
    /// Show a merchant.
    Show {
        /// The merchant's id, `merch_…`.
        id: String,
    },
    /// Set what payments cost a merchant. What is not mentioned stays as it is.
    Price {
        /// The merchant's id, `merch_…`.
        id: String,
        #[command(flatten)]
        prices: AskedPrices,
        /// From when on, as `2030-01-31T12:00:00Z`; at once if left out. A payment costs what counts when it succeeds.
        #[arg(long, value_name = "TIME")]
        from: Option<DateTime<Utc>>,
    },
    /// Take back what prices were to be from a later day on.
    KeepPrices {
        /// The merchant's id, `merch_…`.
        id: String,
    },
    /// Let no new payments and no payouts through a merchant. Refunds go on.
    Restrict {
        /// The merchant's id, `merch_…`.
        id: String,
    },
    /// Take a restriction back.
    Reinstate {
        /// The merchant's id, `merch_…`.
        id: String,
    },
}

#[derive(Args)]
#[group(required = true, multiple = true)]
pub(super) struct AskedPrices {
    /// Of a card payment: basis points, cents, and perhaps the most it comes to, as `290+30` or `80+0<500`.
    #[arg(long, value_parser = schedule, value_name = "PRICE")]
    card: Option<FeeSchedule>,
    /// Of an ACH payment, written the same way.
    #[arg(long, value_parser = schedule, value_name = "PRICE")]
    ach: Option<FeeSchedule>,
    /// Of a crypto payment, written the same way.
    #[arg(long, value_parser = schedule, value_name = "PRICE")]
    crypto: Option<FeeSchedule>,
}

fn schedule(text: &str) -> Result<FeeSchedule, String> {
    let malformed = || format!("{text:?} is no price; write 290+30, or 80+0<500");
    let (share, rest) = text.split_once('+').ok_or_else(malformed)?;
    let (fixed, cap) = match rest.split_once('<') {
        Some((fixed, cap)) => (fixed, Some(cap)),
        None => (rest, None),
    };
    let cents = |text: &str| text.parse::<u32>().map(i64::from).map_err(|_| malformed());
    FeeSchedule::new(cents(share)?, cents(fixed)?, cap.map(cents).transpose()?).map_err(|problem| match problem {
        PriceProblem::Share => {
            format!("a price is not more than the payment: {} basis points at most", FeeSchedule::MOST_BASIS_POINTS)
        }
        PriceProblem::Fixed => format!("the fixed part of a price is {} cents at most", FeeSchedule::MOST_FIXED),
        PriceProblem::Cap => format!("the ceiling of a price is {} cents at most", FeeSchedule::MOST_CAP),
    })
}

pub(super) async fn run(config: &Config, task: MerchantsTask, json: bool) -> Result<()> {
    let opened = super::open_for_a_task(config).await?;
    let merchant = match &task {
        MerchantsTask::Show { id } => find(&opened, id).await?,
        MerchantsTask::Price { id, prices, from } => price(&opened, id, prices, *from).await?,
        MerchantsTask::KeepPrices { id } => keep_prices(&opened, id).await?,
        MerchantsTask::Restrict { id } => put(&opened, id, MerchantStatus::Restricted).await?,
        MerchantsTask::Reinstate { id } => put(&opened, id, MerchantStatus::Active).await?,
    };
    let now = time_of(&opened, &merchant).await?;
    show(&merchant, now, json)?;
    opened.store.close().await;
    Ok(())
}

async fn find(opened: &Opened, id: &str) -> Result<Merchant> {
    let id: MerchantId = id.parse().ok().context("that is not the id of a merchant")?;
    opened.store.get::<Merchant>(id).await?.context("there is no merchant with this id")
}

async fn put(opened: &Opened, id: &str, status: MerchantStatus) -> Result<Merchant> {
    let merchant = find(opened, id).await?;
    let actor = Actor::operator(merchant.account);
    open::run(&opened.store, RestrictMerchant { actor, id: merchant.id, status }).await
}

async fn price(opened: &Opened, id: &str, asked: &AskedPrices, from: Option<DateTime<Utc>>) -> Result<Merchant> {
    let merchant = find(opened, id).await?;
    let change = PriceChange { card: asked.card, ach: asked.ach, crypto: asked.crypto };
    let from = from.map(convert::to_time);
    let actor = Actor::operator(merchant.account);
    match open::run(&opened.store, SetPrices { actor, id: merchant.id, change, from }).await? {
        Ok(merchant) => Ok(merchant),
        Err(AlreadyAhead(next)) => bail!(
            "prices are to change at {} already: name that time as well, or take it back with `hedge merchants keep-prices`",
            next.from
        ),
    }
}

async fn keep_prices(opened: &Opened, id: &str) -> Result<Merchant> {
    let merchant = find(opened, id).await?;
    let actor = Actor::operator(merchant.account);
    open::run(&opened.store, CancelNextPrices { actor, id: merchant.id }).await
}

/// The account's, which in the sandbox may have a clock of its own.
async fn time_of(opened: &Opened, merchant: &Merchant) -> Result<Timestamp> {
    let real = SystemClock.now();
    let clock = opened.store.get::<TestClock>(merchant.account).await?;
    Ok(clock.map_or(real, |clock| clock.read(real)))
}

fn show(merchant: &Merchant, now: Timestamp, json: bool) -> Result<()> {
    if json {
        return super::print(&serde_json::to_string_pretty(&render::merchant(merchant, now))?);
    }
    // A name comes from the API and goes to a terminal, which must not obey it.
    let (id, status, name) = (merchant.id, merchant.status.code(), merchant.name.escape_debug());
    super::print(&format!("{id}  {status}  {}  {name}", merchant.account))?;
    super::print(&told(&merchant.prices.at(now)))?;
    match merchant.prices.ahead(now) {
        Some(next) => super::print(&format!("from {}: {}", next.from, told(&next.plan))),
        None => Ok(()),
    }
}

fn told(plan: &FeePlan) -> String {
    format!("card {}; ach {}; crypto {}", plan.card, plan.ach, plan.crypto)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_as_they_are_written() {
        let price = |basis_points, fixed, cap| Some(FeeSchedule { basis_points, fixed, cap });
        let table = [
            ("290+30", price(290, 30, None)),
            ("80+0<500", price(80, 0, Some(500))),
            ("0+0", price(0, 0, None)),
            ("290", None),
            ("2.9+30", None),
            ("290+", None),
            ("290+-30", None),
            ("10001+0", None),
            ("10000+100000", price(10_000, 100_000, None)),
            ("10000+99999999", None),
            ("1+1<100000000", None),
            ("1+1<", None),
        ];
        for (text, expected) in table {
            assert_eq!(schedule(text).ok(), expected, "{text}");
        }
    }
}
