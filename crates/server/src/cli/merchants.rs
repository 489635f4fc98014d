//! `hedge merchants show|price|restrict|reinstate`: the operator's word on any account's merchant, straight on the database.
//!
//! Works beside a running server: the next payment is decided by what stands in the database then.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use hedge_domain::fee::FeeSchedule;
use hedge_domain::merchant::{Merchant, MerchantId, MerchantStatus, RestrictMerchant, SetPrices};
use hedge_domain::{Actor, Timestamp};
use hedge_store::Clock;

use crate::clock::SystemClock;
use crate::config::Config;
use crate::hedge::merchants::shown;
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

/// A price reads as share in basis points, fixed part in cents, and perhaps the most it comes to: `290+30`, `80+0<500`.
#[derive(Args)]
pub(super) struct AskedPrices {
    #[arg(long, value_parser = schedule)]
    card: Option<FeeSchedule>,
    #[arg(long, value_parser = schedule)]
    ach: Option<FeeSchedule>,
    #[arg(long, value_parser = schedule)]
    crypto: Option<FeeSchedule>,
    /// From when on, as `2030-01-31T12:00:00Z`; at once if left out. A payment costs what counts when it succeeds.
    #[arg(long)]
    from: Option<DateTime<Utc>>,
}

fn schedule(text: &str) -> Result<FeeSchedule, String> {
    let malformed = || format!("{text:?} is no price; write 290+30, or 80+0<500");
    let (share, rest) = text.split_once('+').ok_or_else(malformed)?;
    let (fixed, cap) = match rest.split_once('<') {
        Some((fixed, cap)) => (fixed, Some(cap)),
        None => (rest, None),
    };
    let cents = |text: &str| text.parse::<u32>().map(i64::from).map_err(|_| malformed());
    let basis_points = cents(share)?;
    if basis_points > 10_000 {
        return Err("a price is not more than the payment: 10000 basis points at most".to_owned());
    }
    Ok(FeeSchedule { basis_points, fixed: cents(fixed)?, cap: cap.map(cents).transpose()? })
}

pub(super) async fn run(config: &Config, task: MerchantsTask, json: bool) -> Result<()> {
    let opened = super::open_for_a_task(config).await?;
    let merchant = match &task {
        MerchantsTask::Show { id } => find(&opened, id).await?,
        MerchantsTask::Price { id, prices } => price(&opened, id, prices).await?,
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
    opened.store.merchant(id).await?.context("there is no merchant with this id")
}

async fn put(opened: &Opened, id: &str, status: MerchantStatus) -> Result<Merchant> {
    let merchant = find(opened, id).await?;
    let actor = Actor::operator(merchant.account);
    open::run(&opened.store, RestrictMerchant { actor, id: merchant.id, status }).await
}

async fn price(opened: &Opened, id: &str, asked: &AskedPrices) -> Result<Merchant> {
    let merchant = find(opened, id).await?;
    let mut plan = merchant.prices.at(time_of(opened, &merchant).await?);
    plan.card = asked.card.unwrap_or(plan.card);
    plan.ach = asked.ach.unwrap_or(plan.ach);
    plan.crypto = asked.crypto.unwrap_or(plan.crypto);
    let from = asked.from.map(|at| Timestamp::from_millis(at.timestamp_millis()));
    let actor = Actor::operator(merchant.account);
    open::run(&opened.store, SetPrices { actor, id: merchant.id, plan, from }).await
}

/// The account's, which in the sandbox may have a clock of its own.
async fn time_of(opened: &Opened, merchant: &Merchant) -> Result<Timestamp> {
    let real = SystemClock.now();
    let clock = opened.store.test_clock(merchant.account).await?;
    Ok(clock.map_or(real, |clock| clock.read(real)))
}

fn show(merchant: &Merchant, now: Timestamp, json: bool) -> Result<()> {
    if json {
        return super::print(&serde_json::to_string_pretty(&shown::merchant(merchant, now))?);
    }
    // A name comes from the API and goes to a terminal, which must not obey it.
    let (id, status, name) = (merchant.id, merchant.status.code(), merchant.name.escape_debug());
    let plan = merchant.prices.at(now);
    super::print(&format!("{id}  {status}  {}  {name}", merchant.account))?;
    super::print(&format!("card {}; ach {}; crypto {}", plan.card, plan.ach, plan.crypto))
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
            ("1+1<", None),
        ];
        for (text, expected) in table {
            assert_eq!(schedule(text).ok(), expected, "{text}");
        }
    }
}
