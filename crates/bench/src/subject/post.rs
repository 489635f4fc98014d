//! The least that sending webhooks can cost: some loops that sign a body and post it with reqwest, and remember nothing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Result, ensure};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Client;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use tokio::task::JoinSet;

use crate::accounting::Meter;

/// What to post where, and how often.
#[derive(clap::Args)]
pub struct Posting {
    pub url: String,
    pub body: std::path::PathBuf,
    pub count: u64,
    pub at_once: u32,
}

/// Both in microseconds, for all of them.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Posted {
    pub took: u64,
    pub cpu: u64,
}

pub async fn run(posting: Posting) -> Result<Posted> {
    let body = Bytes::from(std::fs::read(Path::new(&posting.body))?);
    let client = Client::builder().no_proxy().build()?;
    let meter = Meter { process: std::process::id(), family: None };
    let (started, before) = (Instant::now(), meter.read()?);
    let left = Arc::new(AtomicU64::new(posting.count));
    let mut loops = JoinSet::new();
    for _ in 0..posting.at_once {
        let (client, url, body, left) = (client.clone(), posting.url.clone(), body.clone(), Arc::clone(&left));
        loops.spawn(async move {
            let take = |left: u64| left.checked_sub(1);
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok() {
                let signature = sign(&body)?;
                let request = client.post(&url).header("content-type", "application/json");
                let answer = request.header("x-signature", signature).body(body.clone()).send().await?;
                ensure!(answer.status().is_success(), "the receiver said {}", answer.status());
                answer.bytes().await?;
            }
            Ok(())
        });
    }
    while let Some(ended) = loops.join_next().await {
        ended??;
    }
    let took = u64::try_from(started.elapsed().as_micros())?;
    Ok(Posted { took, cpu: meter.read()?.subject.saturating_sub(before.subject) })
}

fn sign(body: &[u8]) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"whsec_a secret of this length or so, as they usually are")?;
    mac.update(body);
    Ok(hex::encode(mac.finalize().into_bytes()))
}
