//! What a delivery costs: signs and delivers as fast as it can to a receiver in another process, and says how fast that
//! was and how much processor time it took on this side.
//!
//! `cargo run --release -p hedge-webhooks --example deliveries [deliveries] [at once] [receivers]`

use std::env;
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use bytes::Bytes;
use hedge_domain::Timestamp;
use hedge_webhooks::{Attempt, Contract, Message, Policy, Secret, Sender, Settings, Signers, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

#[tokio::main(worker_threads = 2)]
async fn main() -> Outcome {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "receive") {
        return receive().await;
    }
    let number = |index: usize, default: usize| arguments.get(index).map_or(Ok(default), |text| text.parse());
    let (total, at_once, receivers) = (number(0, 100_000)?, number(1, 32)?, number(2, 1)?);
    let mut children = Vec::new();
    let mut targets = Vec::new();
    for _ in 0..receivers {
        let mut child = Command::new(env::current_exe()?).arg("receive").stdout(Stdio::piped()).spawn()?;
        let mut port = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut port)?;
        targets
            .push(Target::parse(&format!("http://127.0.0.1:{}/hook", port.trim()), &Policy::SandboxOnLoopback.into())?);
        children.push(child);
    }
    let result = deliver(targets, total, at_once).await;
    for child in &mut children {
        child.kill()?;
        child.wait()?;
    }
    result
}

async fn deliver(targets: Vec<Target>, total: usize, at_once: usize) -> Outcome {
    let sender = Sender::new(Settings::new(Policy::SandboxOnLoopback))?;
    let (next, targets) = (Arc::new(AtomicUsize::new(0)), Arc::new(targets));
    let (started, processor) = (Instant::now(), processor_millis()?);
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..at_once {
        let (sender, next, targets) = (sender.clone(), Arc::clone(&next), Arc::clone(&targets));
        workers.spawn(async move {
            loop {
                let nth = next.fetch_add(1, Ordering::Relaxed);
                if nth >= total {
                    return Ok::<(), Box<dyn Error + Send + Sync>>(());
                }
                let target = targets.get(nth.checked_rem(targets.len()).unwrap_or(0)).ok_or("no target")?;
                one(&sender, target, nth).await?;
            }
        });
    }
    while let Some(ended) = workers.join_next().await {
        ended??;
    }
    let (took, processor) = (started.elapsed(), processor_millis()?.saturating_sub(processor));
    let count = u128::try_from(total)?;
    let rate = count.saturating_mul(1_000).checked_div(took.as_millis()).unwrap_or_default();
    let cost = u128::from(processor).saturating_mul(1_000).checked_div(count).unwrap_or_default();
    writeln!(std::io::stdout(), "{total} deliveries, {at_once} at once: {rate}/s, {cost} µs of processor each")?;
    Ok(())
}

/// One delivery as the worker makes it, with a body of the size of a payment's event.
async fn one(sender: &Sender, target: &Target, nth: usize) -> Outcome {
    let secret = Secret::from_bytes([7; 32]);
    let body = format!(r#"{{"id":"evt_{nth:026}","type":"payment.succeeded","data":{{"x":"{}"}}}}"#, "x".repeat(800));
    let id = format!("evt_{nth:026}");
    let covered = body.as_bytes();
    let message = Message { id: &id, at: Timestamp::from_millis(1_718_447_400_000), body: covered, covered };
    let headers = Signers { current: &secret, previous: None }.headers(&message)?;
    let contract = Contract::Hedge;
    let body = Bytes::from(body);
    let report = sender.attempt(Attempt { target, contract, patience: contract.patience(), headers, body }).await;
    if report.outcome.is_delivered() { Ok(()) } else { Err(format!("{report:?}").into()) }
}

/// Processor time of this process so far, user and system, as Linux counts it: in hundredths of a second.
fn processor_millis() -> Result<u64, Box<dyn Error + Send + Sync>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).map(str::parse::<u64>).sum::<Result<_, _>>()?;
    Ok(ticks.saturating_mul(10))
}

/// Takes requests whose head and body are small, and answers each with 200.
async fn receive() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?.port())?;
    loop {
        let (mut stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            let mut bytes = Vec::with_capacity(4_096);
            while let Ok(1..) = stream.read_buf(&mut bytes).await {
                // Bodies of the sender end with the only `}}` there is.
                if bytes.ends_with(b"}}") {
                    bytes.clear();
                    let answered = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
                    if answered.is_err() {
                        return;
                    }
                }
            }
        });
    }
}
