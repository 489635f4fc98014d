//! How the domain's own values read in columns: codes, and texts that hold several things.
//!
//! Values that take several columns stand here if more than one entity has them, else with their entity in `records/`.

use std::collections::BTreeSet;
use std::net::IpAddr;

use hedge_domain::Id;
use hedge_domain::audit::FieldChange;
use hedge_domain::bank_account::{BankAccount, BankAccountKind, RoutingNumber, SealedNumber};
use hedge_domain::event::EventKind;
use hedge_domain::fee::{FeePlan, FeeSchedule};
use hedge_domain::idempotency::Fingerprint;
use hedge_domain::ledger::LedgerAccount;
use hedge_domain::merchant::{Color, MerchantId, NextPrices};
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::Method;
use hedge_domain::webhook_endpoint::{SealedSecret, Subscription, Wanted};
use hedge_domain::{Currency, Money, Timestamp};

use crate::record::{Cell, Column, Columns, Get, Kind, Malformed, Put};

/// An enum kept as its published code, so that an operator can read the tables.
pub(crate) trait Coded: Copy + 'static {
    const EVERY: &'static [Self];
    fn text(self) -> &'static str;

    fn parse(text: &str) -> Result<Self, Malformed> {
        let found = Self::EVERY.iter().copied().find(|value| value.text() == text);
        found.ok_or_else(|| Malformed(format!("{:?} has no value {text:?}", std::any::type_name::<Self>())))
    }
}

macro_rules! coded {
    ($($name:ident),+) => {$(
        impl $crate::column::Coded for $name {
            const EVERY: &'static [Self] = &Self::ALL;
            fn text(self) -> &'static str {
                self.code()
            }
        }
    )+};
}

coded!(BankAccountKind, Currency);
pub(crate) use coded;

impl<T: Coded> Column for T {
    const KIND: Kind = Kind::Text;

    fn cell(&self) -> Cell<'_> {
        Cell::Text(self.text().into())
    }

    fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
        let Cell::Text(text) = cell else { return Err(Malformed(format!("{cell:?} is no code"))) };
        Self::parse(&text)
    }
}

/// A value of its own text.
macro_rules! texts {
    ($($name:ty: $write:expr, $read:expr;)+) => {$(
        impl Column for $name {
            const KIND: Kind = Kind::Text;

            fn cell(&self) -> Cell<'_> {
                Cell::text(($write)(self))
            }

            fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
                let read: fn(&str) -> Result<Self, Malformed> = $read;
                read(&String::read(cell)?)
            }
        }
    )+};
}

texts! {
    Color: Self::to_string, |text| Self::parse(text).ok_or_else(|| Malformed(format!("no color is {text:?}")));
    LedgerAccount: Self::to_string, |text| text.parse().map_err(|()| Malformed(format!("no ledger account is {text:?}")));
    NextPrices: next_prices_text, next_prices;
    IpAddr: Self::to_string, |text| text.parse().map_err(|_| Malformed(format!("no address is {text:?}")));
    RoutingNumber: Self::as_str, |text| {
        Self::parse(text).ok_or_else(|| Malformed(format!("no routing number is {text:?}")))
    };
    // How a checkout may be paid.
    Vec<Method>: |it: &Self| methods_text(it), methods;
    // Which events an endpoint wants.
    Wanted: wanted_text, wanted;
    // A line for each endpoint of an account.
    Vec<Subscription>: |it: &Self| subscriptions_text(it), subscriptions;
    // What an entry of the audit log tells.
    Vec<FieldChange>: |it: &Self| changes_text(it), changes;
}

/// A value of bytes.
macro_rules! bytes {
    ($($name:ident),+) => {$(
        impl Column for $name {
            const KIND: Kind = Kind::Bytes;

            fn cell(&self) -> Cell<'_> {
                self.0.cell()
            }

            fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
                Column::read(cell).map(Self)
            }
        }
    )+};
}

bytes!(Fingerprint, SealedNumber, SealedSecret);

/// The merchants that a key is limited to.
impl Column for BTreeSet<MerchantId> {
    const KIND: Kind = Kind::Uuids;

    fn cell(&self) -> Cell<'_> {
        Cell::Uuids(self.iter().map(|id| id.bits()).collect())
    }

    fn read(cell: Cell<'_>) -> Result<Self, Malformed> {
        let Cell::Uuids(ids) = cell else { return Err(Malformed(format!("{cell:?} is no set of ids"))) };
        Ok(ids.into_iter().map(Id::from_bits).collect())
    }
}

/// A JSON object of strings; NULL when empty, which most are.
impl Columns for Metadata {
    fn put<'a>(&'a self, row: &mut (dyn Put<'a> + '_)) {
        // A map of strings always has a JSON form.
        let text = if self.is_empty() { None } else { serde_json::to_string(self.pairs()).ok() };
        row.cell(text.map_or(Cell::Null, Cell::text));
    }

    fn get(row: &mut (dyn Get + '_)) -> Result<Self, Malformed> {
        let text: Option<String> = row.take()?;
        let parse = |text: String| serde_json::from_str(&text).map_err(|error| Malformed(format!("metadata: {error}")));
        Ok(text.map(parse).transpose()?.map_or_else(Self::default, Self::trusted))
    }
}

/// The amount, then its currency.
impl Columns for Money {
    fn put<'a>(&'a self, row: &mut (dyn Put<'a> + '_)) {
        row.cell(Cell::Int(self.minor()));
        row.cell(Cell::Text(self.currency().code().into()));
    }

    fn get(row: &mut (dyn Get + '_)) -> Result<Self, Malformed> {
        Ok(Self::new(row.take()?, row.take()?))
    }
}

/// The cell of what may be part of nothing.
pub(crate) fn part<T: Column>(value: Option<&T>) -> Cell<'_> {
    value.map_or(Cell::Null, T::cell)
}

/// Routing number, kind, last four digits and sealed number.
pub(crate) fn bank_cells(account: Option<&BankAccount>) -> [Cell<'_>; 4] {
    [
        part(account.map(|it| &it.routing_number)),
        part(account.map(|it| &it.kind)),
        part(account.map(|it| &it.last4)),
        part(account.map(|it| &it.number)),
    ]
}

/// All of them, or none.
impl Columns for Option<BankAccount> {
    fn put<'a>(&'a self, row: &mut (dyn Put<'a> + '_)) {
        bank_cells(self.as_ref()).into_iter().for_each(|cell| row.cell(cell));
    }

    fn get(row: &mut (dyn Get + '_)) -> Result<Self, Malformed> {
        let (routing_number, kind): (Option<_>, Option<_>) = (row.take()?, row.take()?);
        let (last4, number): (Option<_>, Option<_>) = (row.take()?, row.take()?);
        let whole = routing_number.zip(kind).zip(last4.zip(number));
        Ok(whole.map(|((routing_number, kind), (last4, number))| BankAccount { routing_number, kind, last4, number }))
    }
}

/// A JSON array: from when, then share, fixed part and ceiling of card, ACH and crypto.
fn next_prices_text(next: &NextPrices) -> String {
    let schedule = |it: FeeSchedule| (it.basis_points, it.fixed, it.cap);
    let FeePlan { card, ach, crypto } = next.plan;
    // Numbers always have a JSON form.
    serde_json::to_string(&(next.from.millis(), schedule(card), schedule(ach), schedule(crypto))).unwrap_or_default()
}

fn next_prices(text: &str) -> Result<NextPrices, Malformed> {
    type Schedule = (i64, i64, Option<i64>);
    let (from, card, ach, crypto): (i64, Schedule, Schedule, Schedule) =
        serde_json::from_str(text).map_err(|error| Malformed(format!("prices: {error}")))?;
    let schedule = |(basis_points, fixed, cap)| FeeSchedule { basis_points, fixed, cap };
    let plan = FeePlan { card: schedule(card), ach: schedule(ach), crypto: schedule(crypto) };
    Ok(NextPrices { plan, from: Timestamp::from_millis(from) })
}

/// Codes with commas between.
fn methods_text(methods: &[Method]) -> String {
    methods.iter().map(|method| method.text()).collect::<Vec<_>>().join(",")
}

fn methods(text: &str) -> Result<Vec<Method>, Malformed> {
    text.split(',').filter(|code| !code.is_empty()).map(Method::parse).collect()
}

/// A JSON array of `[field, before, after]`.
fn changes_text(changes: &[FieldChange]) -> String {
    let rows: Vec<_> = changes.iter().map(|it| (&it.field, &it.before, &it.after)).collect();
    // Texts always have a JSON form, and in it no NUL character.
    serde_json::to_string(&rows).unwrap_or_default()
}

fn changes(text: &str) -> Result<Vec<FieldChange>, Malformed> {
    let rows: Vec<(String, Option<String>, Option<String>)> =
        serde_json::from_str(text).map_err(|error| Malformed(format!("changes: {error}")))?;
    Ok(rows.into_iter().map(|(field, before, after)| FieldChange { field, before, after }).collect())
}

const EVERY_KIND: &str = "*";

/// The kinds of events that an endpoint wants, separated by commas, or a star.
fn wanted_text(wanted: &Wanted) -> String {
    match wanted {
        Wanted::All => EVERY_KIND.to_owned(),
        Wanted::Kinds(kinds) => kinds.iter().map(|kind| kind.text()).collect::<Vec<_>>().join(","),
    }
}

fn wanted(text: &str) -> Result<Wanted, Malformed> {
    if text == EVERY_KIND {
        return Ok(Wanted::All);
    }
    let kinds = text.split(',').filter(|kind| !kind.is_empty()).map(EventKind::parse);
    kinds.collect::<Result<_, _>>().map(Wanted::Kinds)
}

const ON: &str = "on";
const OFF: &str = "off";

/// A line for each endpoint of an account: its id, whether it is on, and what it wants.
fn subscriptions_text(subscriptions: &[Subscription]) -> String {
    let line = |one: &Subscription| {
        let state = if one.enabled { ON } else { OFF };
        format!("{}:{state}:{}", one.endpoint, wanted_text(&one.wanted))
    };
    subscriptions.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn subscriptions(text: &str) -> Result<Vec<Subscription>, Malformed> {
    let read = |line: &str| {
        let malformed = || Malformed(format!("no subscription is {line:?}"));
        let mut parts = line.splitn(3, ':');
        let mut part = || parts.next().ok_or_else(malformed);
        let endpoint = part()?.parse().map_err(|_| malformed())?;
        let enabled = match part()? {
            ON => true,
            OFF => false,
            _ => return Err(malformed()),
        };
        Ok(Subscription { endpoint, enabled, wanted: wanted(part()?)? })
    };
    text.lines().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscriptions_survive_their_text() {
        let kinds = Wanted::Kinds([EventKind::PaymentCreated, EventKind::WebhookEndpointDisabled].into());
        let one = |bits, enabled, wanted| Subscription { endpoint: Id::from_bits(bits), enabled, wanted };
        let table = [
            vec![],
            vec![one(1, true, Wanted::All)],
            vec![one(u128::MAX, false, kinds), one(7, true, Wanted::All), one(8, false, Wanted::Kinds([].into()))],
        ];
        for subscribed in table {
            let text = subscriptions_text(&subscribed);
            assert_eq!(subscriptions(&text).expect("reads"), subscribed, "{text}");
        }
    }

    #[test]
    fn what_was_never_written_is_malformed() {
        let id = hedge_domain::webhook_endpoint::WebhookEndpointId::from_bits(1);
        for text in ["x", "we_1:on:*", &format!("{id}:maybe:*"), &format!("{id}:on"), &format!("{id}:on:no.such")] {
            assert!(subscriptions(text).is_err(), "{text}");
        }
    }
}
