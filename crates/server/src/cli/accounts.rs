//! `hedge accounts create`: another tenant in the same database, with its default merchant and its first secret key.
//!
//! Works beside a running server, which knows the new key at once. `hedge keys --account` makes the account others.

use anyhow::Result;
use chrono::{DateTime, Utc};
use clap::Subcommand;
use clap::builder::NonEmptyStringValueParser;
use hedge_api::hedge::types::ApiKeyWithSecret;
use hedge_domain::account::{CreateAccount, Created};
use hedge_domain::api_key::{KeyKind, NewKey};
use hedge_domain::audit::Origin;
use serde::Serialize;

use super::keys;
use crate::config::Config;
use crate::hedge::convert;
use crate::{open, secret};

#[derive(Subcommand)]
pub(super) enum AccountsTask {
    /// Make an account and show its first secret key, this once.
    Create {
        /// What to call it.
        #[arg(long, value_parser = NonEmptyStringValueParser::new())]
        name: String,
    },
}

#[derive(Serialize)]
struct NewAccount<'a> {
    id: String,
    object: &'static str,
    name: &'a str,
    default_merchant_id: String,
    created_at: DateTime<Utc>,
    key: ApiKeyWithSecret,
}

pub(super) async fn run(config: &Config, task: AccountsTask, json: bool) -> Result<()> {
    let AccountsTask::Create { name } = task;
    let opened = super::open_for_a_task(config).await?;
    let prefix = secret::prefix(KeyKind::Secret, config.environment);
    let shown = secret::new_key(prefix);
    let first_key = NewKey {
        name: None,
        kind: KeyKind::Secret,
        secret: opened.secret.digest(&shown, prefix),
        livemode: config.environment.livemode(),
        read_only: false,
        merchants: None,
    };
    let created = open::run(&opened.store, CreateAccount { name, first_key, origin: Origin::OPERATOR }).await?;
    if let Err(unshown) = show(&created, shown, json) {
        return Err(keys::revoked(&opened, &created.key, unshown).await?);
    }
    opened.store.close().await;
    Ok(())
}

fn show(created: &Created, secret: String, json: bool) -> Result<()> {
    let Created { account, key } = created;
    if !json {
        let (id, name) = (account.id, &account.name);
        return super::print(&format!("{id}  {name}\n{secret} (id {}), shown only this once", key.id));
    }
    let account = NewAccount {
        id: account.id.to_string(),
        object: "account",
        name: &account.name,
        default_merchant_id: account.default_merchant.to_string(),
        created_at: convert::time(account.created_at),
        key: convert::api_key_with_secret(key, secret),
    };
    super::print(&serde_json::to_string_pretty(&account)?)
}
