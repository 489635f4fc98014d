//! `hedge keys create|list|roll|revoke`: any account's keys, straight on the database. Without `--account` it is the first
//! account whose keys are made and listed; a key that is named says itself whose it is.
//!
//! Works beside a running server, which learns of a change within a second.

use anyhow::{Context, Result};
use clap::{Args, Subcommand, ValueEnum};
use hedge_domain::account::Account;
use hedge_domain::api_key::{ApiKey, CreateApiKey, KeyKind, NewKey, RevokeApiKey, RollApiKey};
use hedge_domain::{AccountId, Actor, Duration};
use hedge_store::ApiKeysOf;

use crate::config::Config;
use crate::hedge::convert;
use crate::open::{self, Opened};
use crate::secret;

#[derive(Subcommand)]
pub(super) enum KeysTask {
    /// Make a key and show it, this once.
    Create {
        /// What to call it.
        #[arg(long)]
        name: Option<String>,
        /// A secret key is for servers, a publishable one for browsers.
        #[arg(long, value_enum, default_value_t = Kind::Secret)]
        kind: Kind,
        /// Let it read only.
        #[arg(long)]
        read_only: bool,
        #[command(flatten)]
        whose: Whose,
    },
    /// List an account's keys, newest first, without their secrets.
    List {
        #[command(flatten)]
        whose: Whose,
    },
    /// Replace a key: show the new one, this once, and let the old one end.
    Roll {
        /// The key's id, `key_…`.
        id: String,
        /// For how many seconds the old key still works.
        #[arg(long, default_value_t = 86_400)]
        overlap_seconds: u32,
    },
    /// End a key at once.
    Revoke {
        /// The key's id, `key_…`.
        id: String,
    },
}

#[derive(Args)]
pub(super) struct Whose {
    /// The account's id, `acct_…` [default: the first account].
    #[arg(long, value_name = "ID")]
    account: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Kind {
    Secret,
    Publishable,
}

pub(super) async fn run(config: &Config, task: KeysTask, json: bool) -> Result<()> {
    let opened = super::open_for_a_task(config).await?;
    let store = &opened.store;
    match task {
        KeysTask::Create { name, kind, read_only, whose } => {
            let actor = Actor::operator(account(&opened, &whose).await?);
            let kind = match kind {
                Kind::Secret => KeyKind::Secret,
                Kind::Publishable => KeyKind::Publishable,
            };
            let (key, digest) = fresh(config, &opened, kind);
            let livemode = config.environment.livemode();
            let new = NewKey { name, kind, secret: digest, livemode, read_only, merchants: None };
            let made = open::run(store, CreateApiKey { actor, key: new }).await?;
            show_or_revoke(&opened, &made, key, json).await
        }
        KeysTask::List { whose } => {
            show_list(&store.all(&ApiKeysOf::all(account(&opened, &whose).await?)).await?, json)
        }
        KeysTask::Roll { id, overlap_seconds } => {
            let old = find(&opened, &id).await?;
            let (actor, id) = (Actor::operator(old.account), old.id);
            let (key, digest) = fresh(config, &opened, old.kind);
            let overlap = Duration::from_secs(overlap_seconds.into());
            let rolled = open::run(store, RollApiKey { actor, id, secret: digest, overlap }).await?;
            show_or_revoke(&opened, &rolled.new, key, json).await
        }
        KeysTask::Revoke { id } => {
            let key = find(&opened, &id).await?;
            let revoke = RevokeApiKey { actor: Actor::operator(key.account), id: key.id };
            let revoked = open::run(store, revoke).await?;
            show_list(&[revoked], json)
        }
    }?;
    opened.store.close().await;
    Ok(())
}

async fn account(opened: &Opened, whose: &Whose) -> Result<AccountId> {
    let Some(id) = &whose.account else { return Ok(opened.installation.first_account) };
    let id = id.parse().ok().context("that is not the id of an account")?;
    opened.store.get::<Account>(id).await?.context("there is no account with this id")?;
    Ok(id)
}

async fn find(opened: &Opened, id: &str) -> Result<ApiKey> {
    let id = id.parse().ok().context("that is not the id of a key")?;
    opened.store.get::<ApiKey>(id).await?.context("there is no key with this id")
}

fn fresh(config: &Config, opened: &Opened, kind: KeyKind) -> (String, hedge_domain::api_key::SecretDigest) {
    let prefix = secret::prefix(kind, config.environment);
    let key = secret::new_key(prefix);
    let digest = opened.secret.digest(&key, prefix);
    (key, digest)
}

async fn show_or_revoke(opened: &Opened, key: &ApiKey, secret: String, json: bool) -> Result<()> {
    let Err(unshown) = show_secret(key, secret, json) else { return Ok(()) };
    Err(revoked(opened, key, unshown).await?)
}

/// A key that could not be shown is nobody's, and must not stay active. Gives what to tell.
pub(super) async fn revoked(opened: &Opened, key: &ApiKey, unshown: anyhow::Error) -> Result<anyhow::Error> {
    open::run(&opened.store, RevokeApiKey { actor: Actor::operator(key.account), id: key.id }).await?;
    Ok(unshown.context(format!("the key could not be shown and is revoked again (id {})", key.id)))
}

fn show_secret(key: &ApiKey, secret: String, json: bool) -> Result<()> {
    if json {
        return super::print(&serde_json::to_string_pretty(&convert::api_key_with_secret(key, secret))?);
    }
    super::print(&format!("{} (id {}), shown only this once", secret, key.id))
}

fn show_list(keys: &[ApiKey], json: bool) -> Result<()> {
    if json {
        let keys: Vec<_> = keys.iter().map(convert::api_key).collect();
        return super::print(&serde_json::to_string_pretty(&keys)?);
    }
    for key in keys {
        // A name comes from the API and goes to a terminal, which must not obey it.
        let ends = match (key.revoked_at, key.expires_at) {
            (Some(at), _) => format!("revoked {}", convert::time(at).to_rfc3339()),
            (None, Some(at)) => format!("expires {}", convert::time(at).to_rfc3339()),
            (None, None) => "active".to_owned(),
        };
        let name = key.name.as_deref().unwrap_or("-").escape_debug();
        let (id, kind, prefix, last4) = (key.id, key.kind.code(), &key.secret.prefix, &key.secret.last4);
        super::print(&format!("{id}  {kind}  {prefix}…{last4}  {ends}  {name}"))?;
    }
    Ok(())
}
