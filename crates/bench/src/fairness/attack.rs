//! What the hostile tenant and an outsider do, each until it is told to stop. All of it is within the published limits: what
//! is refused is asked again a moment later.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::tenants::{Caller, Hostile};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Attack {
    /// Lists by a rare status, with keys that are limited to a hundred merchants.
    Lists,
    /// Refunds with much metadata, and the events of them that nobody reads.
    Unread,
    /// Connections of an outsider that ask and never read.
    Connections,
    /// Forty keys at once.
    Keys,
    /// Receivers that never answer, deleted and made again.
    Receivers,
    /// A clock far ahead of thousands of unpaid payments.
    Clock,
}

impl Attack {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lists => "lists",
            Self::Unread => "unread",
            Self::Connections => "connections",
            Self::Keys => "keys",
            Self::Receivers => "receivers",
            Self::Clock => "clock",
        }
    }
}

type Stop = watch::Receiver<bool>;

pub async fn carry_out(attack: Attack, by: Arc<Hostile>, stop: Stop) -> Result<()> {
    match attack {
        Attack::Lists => {
            by_each(&by.limited, stop, async |it| it.get("/v1/payments?limit=1&status=canceled").await).await
        }
        Attack::Keys => by_each(&by.keys, stop, async |it| it.get("/v1/payments?limit=100").await).await,
        Attack::Unread => unread(&by, stop).await,
        Attack::Connections => connections(&by, stop).await,
        Attack::Receivers => receivers(&by, stop).await,
        Attack::Clock => clock(&by, stop).await,
    }
}

/// All keys at once, each without a pause but where it is refused.
async fn by_each(
    callers: &[Caller],
    stop: Stop,
    ask: impl AsyncFn(Caller) -> Result<u16> + Clone + Send + Sync + 'static,
) -> Result<()> {
    let all = callers.iter().map(|caller| {
        let (caller, ask, mut stop) = (caller.clone(), ask.clone(), stop.clone());
        async move {
            while !*stop.borrow_and_update() {
                if ask(caller.clone()).await? == 429 {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
            anyhow::Ok(())
        }
    });
    futures::future::try_join_all(all).await.map(drop)
}

async fn unread(by: &Hostile, mut stop: Stop) -> Result<()> {
    let metadata: serde_json::Map<_, _> = (0..50).map(|key| (format!("k{key}"), json!("x".repeat(500)))).collect();
    let refund = json!({"amount": 1, "metadata": metadata});
    for caller in by.keys.iter().take(10) {
        // At most as many as there may be; then it is the reading that is left.
        let _refused = caller.post(&format!("/v1/payments/{}/refund", by.paid), &refund).await?;
    }
    let mut held = Vec::new();
    for caller in &by.keys {
        let request = caller.raw("GET", "/v1/events?limit=100");
        let mut stream = TcpStream::connect(by.address).await?;
        stream.write_all(request.repeat(4).as_bytes()).await?;
        held.push(stream);
    }
    stop.wait_for(|stop| *stop).await?;
    Ok(())
}

async fn connections(by: &Hostile, mut stop: Stop) -> Result<()> {
    let request = "GET /pay/assets/page.css HTTP/1.1\r\nhost: x\r\n\r\n".repeat(200);
    let mut held = Vec::new();
    for _ in 0..250 {
        let Ok(mut stream) = TcpStream::connect(by.address).await else { break };
        let sent = tokio::time::timeout(Duration::from_millis(20), stream.write_all(request.as_bytes())).await;
        held.extend(sent.is_ok().then_some(stream));
    }
    stop.wait_for(|stop| *stop).await?;
    Ok(())
}

async fn receivers(by: &Hostile, mut stop: Stop) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/never", listener.local_addr()?);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    let mut keys = by.keys.iter().cycle();
    while !*stop.borrow_and_update() {
        let mut made = Vec::new();
        for caller in keys.by_ref().take(16) {
            let (status, endpoint) =
                caller.post("/v1/webhooks/endpoints", &json!({"url": url, "events": ["*"]})).await?;
            made.extend((status == 201).then(|| endpoint["id"].as_str().map(str::to_owned)).flatten());
        }
        for caller in keys.by_ref().take(16) {
            let _refused = caller.pay().await?;
        }
        for (caller, id) in keys.by_ref().zip(made) {
            let _refused = caller.delete(&format!("/v1/webhooks/endpoints/{id}")).await?;
        }
    }
    Ok(())
}

async fn clock(by: &Hostile, mut stop: Stop) -> Result<()> {
    let Some(caller) = by.keys.first() else { return Ok(()) };
    let _was = caller.post("/v1/test/clock", &json!({"action": "freeze"})).await?;
    let _was = caller.post("/v1/test/clock", &json!({"action": "advance", "seconds": 30 * 86_400})).await?;
    stop.wait_for(|stop| *stop).await?;
    Ok(())
}
