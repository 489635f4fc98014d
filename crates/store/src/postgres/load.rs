//! Loading what a batch needs: one query for each kind of row, all of them on their way at once.
//!
//! None of this locks anything, nor needs a transaction. A row that the batch then writes is written only if its
//! version is still the one read here. A row that it merely reads (a merchant, a token, a key) may change before the
//! commit; then the batch counts as having come first. That is sound because no rule spans two rows: everything a
//! rule bounds, such as the sum of refunds, lives in one row, and whoever changes it holds that row's version. A checkout
//! session takes a new payment when its last one has failed, which it reads from that payment's row: a failure is for good.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use futures::future::try_join_all;
use hedge_domain::idempotency::IdempotencyKey;
use hedge_domain::state::{BalanceKey, Table, Turnover, Version};
use hedge_domain::{Id, Key, State};
use tokio_postgres::Row;
use uuid::Uuid;

use super::failure::Failure;
use super::fields::Fields;
use super::rows;
use super::session::{Session, within};

/// Supplies every key to the state, with `None` where there is no row.
pub(super) async fn load(session: &Session, keys: &BTreeSet<Key>, state: &mut State) -> Result<(), Failure> {
    let mut wanted: BTreeMap<Kind, Vec<Uuid>> = BTreeMap::new();
    let mut balances = Vec::new();
    for &key in keys {
        match Kind::of(key) {
            Found::ById(kind, id) => wanted.entry(kind).or_default().push(id),
            Found::Balance(key) => balances.push(key),
        }
    }
    let answers = try_join_all(wanted.iter().map(|(kind, ids)| async move {
        let statement = session.prepared(&SQL[kind]).await?;
        within(session.client.query(&statement, &[ids])).await
    }));
    for ((kind, ids), found) in wanted.iter().zip(answers.await?) {
        kind.supply(ids, &found, state)?;
    }
    load_balances(session, &balances, state).await
}

/// What a key is found by.
enum Found {
    ById(Kind, Uuid),
    Balance(BalanceKey),
}

/// They have no version: commands only read them.
async fn load_balances(session: &Session, keys: &[BalanceKey], state: &mut State) -> Result<(), Failure> {
    const SQL: &str = "SELECT account, currency, debits, credits FROM balances WHERE account = ANY($1)";
    if keys.is_empty() {
        return Ok(());
    }
    let accounts: Vec<String> = keys.iter().map(|(account, _)| account.to_string()).collect();
    let statement = session.prepared(SQL).await?;
    for row in within(session.client.query(&statement, &[&accounts])).await? {
        let row = rows::balance(&row)?;
        let sides = Turnover { debits: row.debits, credits: row.credits };
        state.balances.supply((row.account, row.currency), Some((sides, 0)));
    }
    keys.iter().for_each(|&key| state.balances.supply(key, None));
    Ok(())
}

/// The kinds of rows that are found by their id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Installation,
    Account,
    Merchant,
    ApiKey,
    Customer,
    PaymentMethod,
    Payment,
    CheckoutSession,
    Payout,
    Job,
    Idempotency,
    SigningKey,
    TestClock,
    WebhookEndpoint,
    Roster,
    Delivery,
}

static SQL: LazyLock<BTreeMap<Kind, String>> =
    LazyLock::new(|| Kind::ALL.into_iter().map(|kind| (kind, kind.sql())).collect());

impl Kind {
    const ALL: [Self; 16] = [
        Self::Installation,
        Self::Account,
        Self::Merchant,
        Self::ApiKey,
        Self::Customer,
        Self::PaymentMethod,
        Self::Payment,
        Self::CheckoutSession,
        Self::Payout,
        Self::Job,
        Self::Idempotency,
        Self::SigningKey,
        Self::TestClock,
        Self::WebhookEndpoint,
        Self::Roster,
        Self::Delivery,
    ];

    const fn of(key: Key) -> Found {
        let (kind, id) = match key {
            Key::Installation => (Self::Installation, Uuid::nil()),
            Key::Account(id) => (Self::Account, Uuid::from_u128(id.bits())),
            Key::Merchant(id) => (Self::Merchant, Uuid::from_u128(id.bits())),
            Key::ApiKey(id) => (Self::ApiKey, Uuid::from_u128(id.bits())),
            Key::Customer(id) => (Self::Customer, Uuid::from_u128(id.bits())),
            Key::PaymentMethod(id) => (Self::PaymentMethod, Uuid::from_u128(id.bits())),
            Key::Payment(id) => (Self::Payment, Uuid::from_u128(id.bits())),
            Key::CheckoutSession(id) => (Self::CheckoutSession, Uuid::from_u128(id.bits())),
            Key::Payout(id) => (Self::Payout, Uuid::from_u128(id.bits())),
            Key::Job(id) => (Self::Job, Uuid::from_u128(id.bits())),
            Key::TestClock(id) => (Self::TestClock, Uuid::from_u128(id.bits())),
            Key::Idempotency(key) => (Self::Idempotency, Uuid::from_bytes(key.0)),
            Key::SigningKey(id) => (Self::SigningKey, Uuid::from_u128(id.bits())),
            Key::WebhookEndpoint(id) => (Self::WebhookEndpoint, Uuid::from_u128(id.bits())),
            Key::Roster(id) => (Self::Roster, Uuid::from_u128(id.bits())),
            Key::Delivery(id) => (Self::Delivery, Uuid::from_u128(id.bits())),
            Key::Balance(key) => return Found::Balance(key),
        };
        Found::ById(kind, id)
    }

    fn sql(self) -> String {
        let by_id = |table: &str, columns: &str| format!("SELECT {columns} FROM {table} WHERE id = ANY($1)");
        match self {
            // There is one row and no id to find it by; the parameter keeps the statements alike.
            Self::Installation => {
                format!("SELECT {} FROM installation WHERE $1::uuid[] IS NOT NULL", rows::INSTALLATION)
            }
            Self::Account => by_id("accounts", rows::ACCOUNT),
            Self::Merchant => by_id("merchants", rows::MERCHANT),
            Self::ApiKey => by_id("api_keys", rows::API_KEY),
            Self::Customer => by_id("customers", rows::CUSTOMER),
            Self::PaymentMethod => by_id("payment_methods", rows::PAYMENT_METHOD),
            Self::Payment => rows::select_payments("SELECT * FROM payments WHERE id = ANY($1)"),
            Self::CheckoutSession => by_id("checkout_sessions", rows::CHECKOUT_SESSION),
            Self::Payout => by_id("payouts", rows::PAYOUT),
            Self::Job => by_id("jobs", rows::JOB),
            Self::TestClock => by_id("test_clocks", rows::TEST_CLOCK),
            Self::Idempotency => format!("SELECT {} FROM idempotency WHERE key = ANY($1)", rows::IDEMPOTENCY),
            Self::SigningKey => by_id("signing_keys", rows::SIGNING_KEY),
            Self::WebhookEndpoint => by_id("webhook_endpoints", rows::WEBHOOK_ENDPOINT),
            Self::Roster => by_id("webhook_rosters", rows::ROSTER),
            Self::Delivery => by_id("deliveries", rows::DELIVERY),
        }
    }

    fn supply(self, ids: &[Uuid], found: &[Row], state: &mut State) -> Result<(), Failure> {
        match self {
            Self::Installation => {
                let stored = found.first().map(rows::installation).transpose()?;
                state.installation.supply((), stored);
            }
            Self::Account => supply(&mut state.accounts, ids, found, rows::account)?,
            Self::Merchant => supply(&mut state.merchants, ids, found, rows::merchant)?,
            Self::ApiKey => supply(&mut state.api_keys, ids, found, rows::api_key)?,
            Self::Customer => supply(&mut state.customers, ids, found, rows::customer)?,
            Self::PaymentMethod => supply(&mut state.payment_methods, ids, found, rows::payment_method)?,
            Self::Payment => {
                for (id, stored) in rows::payments(found)? {
                    state.payments.supply(id, Some(stored));
                }
                ids.iter().for_each(|id| state.payments.supply(Id::from_bits(id.as_u128()), None));
            }
            Self::CheckoutSession => {
                supply(&mut state.checkout_sessions, ids, found, rows::checkout_session)?;
            }
            Self::Payout => supply(&mut state.payouts, ids, found, rows::payout)?,
            Self::Job => supply(&mut state.jobs, ids, found, rows::job)?,
            Self::TestClock => supply(&mut state.test_clocks, ids, found, rows::test_clock)?,
            Self::Idempotency => {
                for row in found {
                    let (record, version) = rows::idempotency(row)?;
                    state.idempotency.supply(record.key, Some((record, version)));
                }
                ids.iter().for_each(|id| state.idempotency.supply(IdempotencyKey(id.into_bytes()), None));
            }
            Self::SigningKey => supply(&mut state.signing_keys, ids, found, rows::signing_key)?,
            Self::WebhookEndpoint => supply(&mut state.webhook_endpoints, ids, found, rows::webhook_endpoint)?,
            Self::Roster => supply(&mut state.rosters, ids, found, rows::roster)?,
            Self::Delivery => supply(&mut state.deliveries, ids, found, rows::delivery)?,
        }
        Ok(())
    }
}

/// A key that is supplied keeps its first answer, so those without a row may come after those with one.
fn supply<K, E: Clone>(
    table: &mut Table<Id<K>, E>,
    ids: &[Uuid],
    found: &[Row],
    read: fn(&Row) -> Result<(E, Version), Failure>,
) -> Result<(), Failure> {
    for row in found {
        table.supply(Fields::of(row).id()?, Some(read(row)?));
    }
    ids.iter().for_each(|id| table.supply(Id::from_bits(id.as_u128()), None));
    Ok(())
}
