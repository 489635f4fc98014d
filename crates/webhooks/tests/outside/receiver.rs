//! A receiver on loopback that says what it is told to, byte for byte, and remembers what it was sent.
//!
//! Written on a bare socket, so that it can also answer what no HTTP library would.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use hedge_webhooks::{Attempt, Contract, Policy, Report, Sender, Settings, Target};
use http::HeaderMap;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

pub const BODY: &[u8] = br#"{"id":"evt_1","type":"payment.succeeded"}"#;
/// Long enough that nothing but a mistake reaches it.
pub const LONG: Duration = Duration::from_secs(20);
pub const SHORT: Duration = Duration::from_millis(60);

/// What the receiver does with a request.
#[derive(Clone)]
pub enum Answer {
    Say(Bytes),
    /// Says it and hangs up.
    Last(Bytes),
    /// Says it and then nothing, without hanging up.
    Stall(Bytes),
    Close,
    Hang,
}

pub struct Receiver {
    pub port: u16,
    connections: Arc<AtomicUsize>,
    requests: UnboundedReceiver<(String, Vec<u8>)>,
}

impl Receiver {
    /// Starts one that does as `script` says with the nth request of the nth connection, both from 0.
    pub async fn start(script: impl Fn(usize, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let (tell, requests) = unbounded_channel();
        let (script, counter) = (Arc::new(script), Arc::clone(&connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = counter.fetch_add(1, Ordering::SeqCst);
                let (script, tell) = (Arc::clone(&script), tell.clone());
                tokio::spawn(async move { serve(stream, &tell, |request| script(connection, request)).await });
            }
        });
        Self { port, connections, requests }
    }

    pub async fn always(answer: Answer) -> Self {
        Self::start(move |_, _| answer.clone()).await
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn target(&self) -> Target {
        target(&format!("http://127.0.0.1:{}/hook?a=b", self.port))
    }

    /// The head and the body of the next request.
    pub async fn request(&mut self) -> (String, Vec<u8>) {
        self.requests.recv().await.unwrap()
    }
}

/// Answers the requests of one connection, until it is over.
pub async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    tell: &UnboundedSender<(String, Vec<u8>)>,
    script: impl Fn(usize) -> Answer,
) -> Option<()> {
    for request in 0.. {
        // Nobody needs to be looking.
        let _ = tell.send(read(&mut stream).await?);
        match script(request) {
            Answer::Say(bytes) => stream.write_all(&bytes).await.ok()?,
            Answer::Last(bytes) => return stream.write_all(&bytes).await.ok(),
            Answer::Stall(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                std::future::pending().await
            }
            Answer::Close => return None,
            Answer::Hang => std::future::pending().await,
        }
    }
    None
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(bytes[..head].to_vec()).unwrap();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let length: usize = length.parse().unwrap();
    while bytes.len() < head + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some((text, bytes[head..].to_vec()))
}

pub fn target(url: &str) -> Target {
    Target::parse(url, &Policy::SandboxOnLoopback.into()).unwrap()
}

pub fn sender() -> Sender {
    Sender::new(Settings::new(Policy::SandboxOnLoopback)).unwrap()
}

pub fn answer(status: &str, body: &str) -> Answer {
    Answer::Say(format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into())
}

pub fn attempt(target: &Target) -> Attempt<'_> {
    let body = Bytes::from_static(BODY);
    Attempt { target, contract: Contract::Hedge, patience: LONG, headers: HeaderMap::new(), body }
}

/// One attempt with the common settings.
pub async fn send(target: &Target) -> Report {
    sender().attempt(attempt(target)).await
}
