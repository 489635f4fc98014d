//! How domain values read in columns, alike in every SQL dialect.
//!
//! What cannot be read back is a fault of the database, never of a caller: it surfaces as [`Malformed`].

use std::fmt;
use std::net::IpAddr;

use hedge_domain::api_key::{ApiKeyId, KeyKind};
use hedge_domain::audit::{Agent, AuditAction, FieldChange};
use hedge_domain::bank_account::{BankAccount, BankAccountKind, RoutingNumber, SealedNumber};
use hedge_domain::card::Brand;
use hedge_domain::checkout_session::CheckoutStatus;
use hedge_domain::delivery::{AttemptErrorCode, DeliveryStatus};
use hedge_domain::event::EventKind;
use hedge_domain::fee::{FeePlan, FeeSchedule};
use hedge_domain::installation::Environment;
use hedge_domain::job::Task;
use hedge_domain::ledger::{BalanceTransactionKind, Cause};
use hedge_domain::merchant::{Color, Destination, MerchantStatus, NextPrices, PayoutSchedule, SettlementMethod};
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{FailureCode, Method, PaymentStatus, ThreeDSecure};
use hedge_domain::payout::{PayoutFailure, PayoutStatus};
use hedge_domain::refund::RefundStatus;
use hedge_domain::webhook_endpoint::{DisabledReason, Subscription, Wanted};
use hedge_domain::{Currency, Id, Timestamp};

/// A column holds what this version never wrote.
#[derive(Debug)]
pub(crate) struct Malformed(pub String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed column: {}", self.0)
    }
}

impl std::error::Error for Malformed {}

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
    ($($name:ident: $every:expr;)+) => {$(
        impl Coded for $name {
            const EVERY: &'static [Self] = &$every;
            fn text(self) -> &'static str {
                self.code()
            }
        }
    )+};
}

coded! {
    AuditAction: AuditAction::ALL;
    AttemptErrorCode: AttemptErrorCode::ALL;
    BalanceTransactionKind: BalanceTransactionKind::ALL;
    BankAccountKind: BankAccountKind::ALL;
    Brand: Brand::ALL;
    CheckoutStatus: CheckoutStatus::ALL;
    Currency: Currency::ALL;
    DeliveryStatus: DeliveryStatus::ALL;
    DisabledReason: DisabledReason::ALL;
    Environment: [Environment::Sandbox, Environment::Production];
    EventKind: EventKind::ALL;
    FailureCode: FailureCode::ALL;
    KeyKind: KeyKind::ALL;
    MerchantStatus: MerchantStatus::ALL;
    Method: Method::ALL;
    PaymentStatus: PaymentStatus::ALL;
    PayoutFailure: PayoutFailure::ALL;
    PayoutSchedule: PayoutSchedule::ALL;
    PayoutStatus: PayoutStatus::ALL;
    RefundStatus: RefundStatus::ALL;
    SettlementMethod: SettlementMethod::ALL;
    ThreeDSecure: ThreeDSecure::ALL;
}

const SUBMIT_PAYMENT: &str = "submit_payment";
const SUBMIT_REFUND: &str = "submit_refund";
const SUBMIT_PAYOUT: &str = "submit_payout";
const CONFIRM_PAYOUT: &str = "confirm_payout";

/// An id of whatever the code beside it says.
pub(crate) type AnyId = Id<()>;

/// The columns `task`, `subject_id` and `detail_id` of a job.
pub(crate) const fn task_columns(task: Task) -> (&'static str, AnyId, Option<AnyId>) {
    match task {
        Task::SubmitPayment(payment) => (SUBMIT_PAYMENT, any(payment), None),
        Task::SubmitRefund { payment, refund } => (SUBMIT_REFUND, any(payment), Some(any(refund))),
        Task::SubmitPayout(payout) => (SUBMIT_PAYOUT, any(payout), None),
        Task::ConfirmPayout(payout) => (CONFIRM_PAYOUT, any(payout), None),
    }
}

pub(crate) fn task(text: &str, subject: AnyId, detail: Option<AnyId>) -> Result<Task, Malformed> {
    match (text, detail) {
        (SUBMIT_PAYMENT, None) => Ok(Task::SubmitPayment(one(subject))),
        (SUBMIT_REFUND, Some(refund)) => Ok(Task::SubmitRefund { payment: one(subject), refund: one(refund) }),
        (SUBMIT_PAYOUT, None) => Ok(Task::SubmitPayout(one(subject))),
        (CONFIRM_PAYOUT, None) => Ok(Task::ConfirmPayout(one(subject))),
        _ => Err(Malformed(format!(
            "no task is {text:?} with {}",
            if detail.is_some() { "a detail" } else { "no detail" }
        ))),
    }
}

/// The columns `cause`, `subject_id` and `detail_id` of a transfer.
pub(crate) const fn cause_columns(cause: Cause) -> (&'static str, AnyId, Option<AnyId>) {
    match cause {
        Cause::Payment(payment) => ("payment", any(payment), None),
        Cause::Refund(payment, refund) => ("refund", any(payment), Some(any(refund))),
        Cause::Settlement(payment) => ("settlement", any(payment), None),
        Cause::Payout(payout) => ("payout", any(payout), None),
        Cause::PayoutPaid(payout) => ("payout_paid", any(payout), None),
        Cause::PayoutFailed(payout) => ("payout_failed", any(payout), None),
    }
}

const fn any<K>(id: Id<K>) -> AnyId {
    Id::from_bits(id.bits())
}

const fn one<K>(id: AnyId) -> Id<K> {
    Id::from_bits(id.bits())
}

/// A bank account in its columns: all of them, or none.
#[derive(Default)]
pub(crate) struct BankColumns {
    pub routing_number: Option<String>,
    pub kind: Option<String>,
    pub last4: Option<String>,
    pub number: Option<Vec<u8>>,
}

impl BankColumns {
    pub fn of(account: Option<&BankAccount>) -> Self {
        account.map_or_else(Self::default, |account| Self {
            routing_number: Some(account.routing_number.as_str().to_owned()),
            kind: Some(account.kind.text().to_owned()),
            last4: Some(account.last4.clone()),
            number: Some(account.number.0.clone()),
        })
    }

    pub fn account(self) -> Result<Option<BankAccount>, Malformed> {
        let Self { routing_number: Some(routing), kind: Some(kind), last4: Some(last4), number: Some(number) } = self
        else {
            return Ok(None);
        };
        let routing_number =
            RoutingNumber::parse(&routing).ok_or_else(|| Malformed(format!("no routing number is {routing:?}")))?;
        Ok(Some(BankAccount {
            routing_number,
            kind: BankAccountKind::parse(&kind)?,
            last4,
            number: SealedNumber(number),
        }))
    }
}

/// The wallet or the bank account.
pub(crate) fn destination_columns(destination: &Destination) -> (Option<String>, BankColumns) {
    match destination {
        Destination::Wallet(wallet) => (Some(wallet.clone()), BankColumns::default()),
        Destination::Bank(account) => (None, BankColumns::of(Some(account))),
    }
}

pub(crate) fn destination(wallet: Option<String>, bank: BankColumns) -> Result<Destination, Malformed> {
    match (wallet, bank.account()?) {
        (Some(wallet), None) => Ok(Destination::Wallet(wallet)),
        (None, Some(account)) => Ok(Destination::Bank(account)),
        (Some(_), Some(_)) | (None, None) => Err(Malformed("a payout goes to one place".to_owned())),
    }
}

pub(crate) fn color(text: Option<&str>) -> Result<Option<Color>, Malformed> {
    let parse = |text| Color::parse(text).ok_or_else(|| Malformed(format!("no color is {text:?}")));
    text.map(parse).transpose()
}

/// A JSON array: from when, then share, fixed part and ceiling of card, ACH and crypto.
pub(crate) fn next_prices_text(next: Option<NextPrices>) -> Option<String> {
    let next = next?;
    let schedule = |it: FeeSchedule| (it.basis_points, it.fixed, it.cap);
    let FeePlan { card, ach, crypto } = next.plan;
    // Numbers always have a JSON form.
    serde_json::to_string(&(next.from.millis(), schedule(card), schedule(ach), schedule(crypto))).ok()
}

pub(crate) fn next_prices(text: Option<&str>) -> Result<Option<NextPrices>, Malformed> {
    type Schedule = (i64, i64, Option<i64>);
    let Some(text) = text else {
        return Ok(None);
    };
    let (from, card, ach, crypto): (i64, Schedule, Schedule, Schedule) =
        serde_json::from_str(text).map_err(|error| Malformed(format!("prices: {error}")))?;
    let schedule = |(basis_points, fixed, cap)| FeeSchedule { basis_points, fixed, cap };
    let plan = FeePlan { card: schedule(card), ach: schedule(ach), crypto: schedule(crypto) };
    Ok(Some(NextPrices { plan, from: Timestamp::from_millis(from) }))
}

/// Codes with commas between.
pub(crate) fn methods_text(methods: &[Method]) -> String {
    methods.iter().map(|method| method.text()).collect::<Vec<_>>().join(",")
}

pub(crate) fn methods(text: &str) -> Result<Vec<Method>, Malformed> {
    text.split(',').filter(|code| !code.is_empty()).map(Method::parse).collect()
}

/// A JSON object of strings; `None` when empty, which most are.
pub(crate) fn metadata_text(metadata: &Metadata) -> Option<String> {
    if metadata.is_empty() {
        return None;
    }
    // A map of strings always has a JSON form.
    serde_json::to_string(metadata.pairs()).ok()
}

pub(crate) fn metadata(text: Option<&str>) -> Result<Metadata, Malformed> {
    let Some(text) = text else {
        return Ok(Metadata::default());
    };
    serde_json::from_str(text).map(Metadata::trusted).map_err(|error| Malformed(format!("metadata: {error}")))
}

/// Who acted, by the columns `actor` and `key_id`.
pub(crate) fn agent(text: &str, key: Option<ApiKeyId>) -> Result<Agent, Malformed> {
    Agent::parse(text, key).ok_or_else(|| Malformed(format!("no actor is {text:?} with {key:?}")))
}

pub(crate) fn address(text: Option<&str>) -> Result<Option<IpAddr>, Malformed> {
    let parse = |text: &str| text.parse().map_err(|_| Malformed(format!("no address is {text:?}")));
    text.map(parse).transpose()
}

/// A JSON array of `[field, before, after]`.
pub(crate) fn changes_text(changes: &[FieldChange]) -> String {
    let rows: Vec<_> = changes.iter().map(|it| (&it.field, &it.before, &it.after)).collect();
    // Texts always have a JSON form, and in it no NUL character.
    serde_json::to_string(&rows).unwrap_or_default()
}

pub(crate) fn changes(text: &str) -> Result<Vec<FieldChange>, Malformed> {
    let rows: Vec<(String, Option<String>, Option<String>)> =
        serde_json::from_str(text).map_err(|error| Malformed(format!("changes: {error}")))?;
    Ok(rows.into_iter().map(|(field, before, after)| FieldChange { field, before, after }).collect())
}

const EVERY_KIND: &str = "*";

/// The kinds of events that an endpoint wants, separated by commas, or a star.
pub(crate) fn wanted_text(wanted: &Wanted) -> String {
    match wanted {
        Wanted::All => EVERY_KIND.to_owned(),
        Wanted::Kinds(kinds) => kinds.iter().map(|kind| kind.text()).collect::<Vec<_>>().join(","),
    }
}

pub(crate) fn wanted(text: &str) -> Result<Wanted, Malformed> {
    if text == EVERY_KIND {
        return Ok(Wanted::All);
    }
    let kinds = text.split(',').filter(|kind| !kind.is_empty()).map(EventKind::parse);
    kinds.collect::<Result<_, _>>().map(Wanted::Kinds)
}

const ON: &str = "on";
const OFF: &str = "off";

/// A line for each endpoint of an account: its id, whether it is on, and what it wants.
pub(crate) fn subscriptions_text(subscriptions: &[Subscription]) -> String {
    let line = |one: &Subscription| {
        let state = if one.enabled { ON } else { OFF };
        format!("{}:{state}:{}", one.endpoint, wanted_text(&one.wanted))
    };
    subscriptions.iter().map(line).collect::<Vec<_>>().join("\n")
}

pub(crate) fn subscriptions(text: &str) -> Result<Vec<Subscription>, Malformed> {
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
