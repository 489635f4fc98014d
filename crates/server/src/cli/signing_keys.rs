//! `hedge signing-keys list|rotate`: what client tokens are signed with, straight on the database.
//!
//! Works beside running servers, which learn of a new key within a second, long before it signs.

use anyhow::Result;
use chrono::{DateTime, Utc};
use clap::Subcommand;
use hedge_domain::audit::Origin;
use hedge_domain::signing_key::SigningKey;
use hedge_domain::{Duration, Timestamp};
use hedge_store::SigningKeys;
use serde::Serialize;

use crate::config::Config;
use crate::hedge::convert::time;
use crate::signing_ring;

#[derive(Subcommand)]
pub(super) enum SigningKeysTask {
    /// List the keys, newest first.
    List,
    /// Bring in a new key. It is published at once and takes over after a while; the old one ends when its last token has.
    Rotate {
        /// For how many seconds the new key is published before it signs, so that whoever keeps a copy of the keys has it.
        #[arg(long, default_value_t = 300)]
        after_seconds: u32,
    },
}

#[derive(Serialize)]
struct Line {
    id: String,
    object: &'static str,
    created_at: DateTime<Utc>,
    activates_at: DateTime<Utc>,
    retires_at: Option<DateTime<Utc>>,
}

pub(super) async fn run(config: &Config, task: SigningKeysTask, json: bool) -> Result<()> {
    let opened = super::open_for_a_task(config).await?;
    let keys = match task {
        SigningKeysTask::List => opened.store.all(&SigningKeys).await?,
        SigningKeysTask::Rotate { after_seconds } => {
            let after = Duration::from_secs(after_seconds.into());
            signing_ring::rotate(&opened.store, &opened.secret, after, Origin::OPERATOR).await?;
            opened.store.all(&SigningKeys).await?
        }
    };
    show(&keys, json)?;
    opened.store.close().await;
    Ok(())
}

fn show(keys: &[SigningKey], json: bool) -> Result<()> {
    if json {
        let lines: Vec<_> = keys.iter().map(line).collect();
        return super::print(&serde_json::to_string_pretty(&lines)?);
    }
    for key in keys {
        let shown = |at: Timestamp| time(at).to_rfc3339();
        let end = key.retires_at.map_or("-".to_owned(), shown);
        super::print(&format!("{}  signs from {}  ends {end}", key.id, shown(key.activates_at)))?;
    }
    Ok(())
}

fn line(key: &SigningKey) -> Line {
    Line {
        id: key.id.to_string(),
        object: "signing_key",
        created_at: time(key.created_at),
        activates_at: time(key.activates_at),
        retires_at: key.retires_at.map(time),
    }
}
