//! Fills a data folder with payments, each under an idempotency key and with its event, as requests would.

use std::path::Path;

use anyhow::{Result, bail};
use futures::StreamExt;
use hedge_domain::idempotency::{Claim, Fingerprint, IdempotencyKey, SavedAnswer};
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{CreatePayment, PaymentId};
use hedge_domain::{Account, Actor, Currency, Duration, Money, Refusal};
use hedge_server::hedge::convert;
use hedge_server::{Config, Settings, open, serve};
use hedge_store::sqlite::Access;
use hedge_store::{Done, Keyed, Store};
use uuid::Uuid;

use crate::load::SECRET_KEY;

/// Two full batches: one being committed, one queueing up.
const AT_ONCE: usize = 512;
/// Enough of them to read all over the table.
const IDS_WANTED: u32 = 4_000;
const TOLD_EVERY: u32 = 250_000;

/// Adds this many payments; answers the ids of some, spread evenly.
pub fn fill(folder: &Path, payments: u32) -> Result<Vec<String>> {
    let settings = Settings {
        data_dir: Some(folder.to_owned()),
        bootstrap_secret_key: Some(SECRET_KEY.to_owned()),
        ..Settings::default()
    };
    let config = settings.resolve()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(add(&config, payments))
}

async fn add(config: &Config, payments: u32) -> Result<Vec<String>> {
    let opened = open::open(config, Access::Server, serve::families(), |_news| {}).await?;
    let store = opened.store;
    let Some(account) = store.get::<Account>(opened.installation.first_account).await? else {
        bail!("the first account is missing");
    };
    let step = (payments / IDS_WANTED).max(1);
    let mut ids = Vec::new();
    let mut made = futures::stream::iter(0..payments).map(|_| create(&store, &account)).buffer_unordered(AT_ONCE);
    let mut count = 0;
    while let Some(id) = made.next().await {
        let id = id?;
        if count % step == 0 {
            ids.push(id.to_string());
        }
        count += 1;
        if count % TOLD_EVERY == 0 {
            eprintln!("growth, {count} of {payments} payments");
        }
    }
    drop(made);
    store.close().await;
    Ok(ids)
}

async fn create(store: &Store, account: &Account) -> Result<PaymentId> {
    let (key, fingerprint) = (Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes());
    let claim =
        Claim { key: IdempotencyKey(key), fingerprint: Fingerprint(fingerprint), keep: Duration::from_hours(24) };
    let render = Box::new(|result: Result<&_, &Refusal>| {
        let body = result.map(|payment| serde_json::to_vec(&convert::payment(payment)).unwrap_or_default());
        SavedAnswer { status: 201, body: body.unwrap_or_default() }
    });
    let command = CreatePayment {
        actor: Actor::of(account.id),
        merchant: account.default_merchant,
        amount: Money::new(9_999, Currency::Usd),
        customer: None,
        customer_email: "customer@example.com".to_owned(),
        description: None,
        statement_descriptor: None,
        method: None,
        token: None,
        metadata: Metadata::default(),
    };
    match store.run_keyed(command, Keyed { claim, render }).await? {
        Done::Fresh { result: Ok(payment), .. } => Ok(payment.id),
        Done::Fresh { result: Err(refusal), .. } => bail!("refused: {refusal}"),
        Done::Replayed(_) => bail!("two keys were the same"),
    }
}
