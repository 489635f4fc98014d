//! The accept loop: HTTP/1.1 over TCP, bounded in connections and in time, with an orderly end.
//!
//! What a newcomer gets wrong: hyper's own time limit begins with the wait for a head, so it is the one for idle
//! connections. A head that has begun, and an answer that is not read, are watched here. That a bare LF ends a line is not:
//! RFC 9112, 2.2 lets a recipient take it, hyper does in heads (in chunks it refuses it), and tells nobody.

mod limits;
mod proxies;
mod pulse;
mod reworded;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::uri::Authority;
use http::{Request, Version, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tower::ServiceExt;

use limits::Place;
pub use limits::{ConnectionLimits, Connections, default_total, shared_by};
pub use proxies::TrustedProxies;
use pulse::{Felt, Pulse, UnderWay};
use reworded::Reworded;
pub use reworded::{Unserved, Words};

/// How long requests under way may take to finish once the server is told to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(30);

/// The caller's address, as an extension of every request: the other end of the connection, or whom a trusted proxy names.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Where connections come in, and what they are served with.
pub struct Listening {
    pub listener: TcpListener,
    pub router: Router,
    /// What is said to who is not served.
    pub words: Words,
}

/// What every connection of a listener is served with. The last sender to go tells that all have ended.
#[derive(Clone)]
struct Served {
    router: Router,
    words: Words,
    open: Arc<Connections>,
    stop: watch::Receiver<bool>,
    alive: mpsc::Sender<Infallible>,
}

/// Serves until `stop` turns true, then finishes what was accepted.
pub async fn serve(listening: Listening, open: Arc<Connections>, mut stop: watch::Receiver<bool>) {
    let Listening { listener, router, words } = listening;
    let (alive, mut ended) = mpsc::channel(1);
    let served = Served { router, words, open: Arc::clone(&open), stop: stop.clone(), alive };
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _stopped = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, peer)) => match open.place(peer.ip()) {
                Some(place) => connect(stream, peer, place, served.clone()),
                // A fresh connection takes these few bytes at once, or never will.
                None => drop(stream.try_write(&reworded::rendered(&(served.words)(Unserved::Full), ""))),
            },
            // Out of file descriptors, or the peer is gone already: neither ends the server.
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop((listener, served));
    if tokio::time::timeout(DRAIN_TIMEOUT, ended.recv()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

fn connect(stream: TcpStream, peer: SocketAddr, place: Place, served: Served) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    tokio::spawn(async move {
        let alive = served.alive.clone();
        attend((stream, peer.ip()), served).await;
        drop((place, alive));
    });
}

async fn attend((stream, peer): (TcpStream, IpAddr), served: Served) {
    let Served { router, words, open, mut stop, .. } = served;
    let Connections { limits, proxies, .. } = &*open;
    let pulse = Arc::new(Pulse::default());
    let service = service_fn(|mut request: Request<Incoming>| {
        pulse.begin();
        let homeless = !has_one_host(&request);
        let caller = proxies.caller(peer, request.headers());
        request.extensions_mut().insert(Peer(caller));
        let (router, words, pulse) = (&router, &words, &pulse);
        async move {
            let answer = if homeless {
                reworded::last(words(Unserved::Host)).map(Body::from)
            } else {
                router.clone().oneshot(request.map(Body::new)).await?
            };
            Ok::<_, Infallible>(answer.map(|body| UnderWay::new(body, pulse)))
        }
    });
    let felt = Reworded::new(Felt { stream, pulse: Arc::clone(&pulse) }, Arc::clone(&words));
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.idle)
            .max_header_size(limits.head_bytes)
            .max_buf_size(limits.head_bytes.max(64 << 10))
            .serve_connection(TokioIo::new(felt), service)
    );
    let mut look = tokio::time::interval(limits.look);
    let mut stopping = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "connection ended");
                }
                return;
            }
            _stopped = stop.wait_for(|stop| *stop), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            _now = look.tick() => {
                if let Some(reason) = pulse.overdue(limits) {
                    tracing::debug!(reason, "connection closed");
                    return;
                }
                // Half a head is no request yet.
                if stopping && pulse.rests() {
                    return;
                }
            }
        }
    }
}

/// As RFC 9112, 3.2 asks: proxies on the way may have gone by another one.
fn has_one_host<B>(request: &Request<B>) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, None) => request.version() < Version::HTTP_11,
        (Some(only), None) => only.is_empty() || is_host(only.as_bytes()),
        (_, Some(_)) => false,
    }
}

fn is_host(value: &[u8]) -> bool {
    Authority::try_from(value).is_ok() && !value.contains(&b'@')
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const LIMIT: Duration = Duration::from_millis(300);
    /// Far beyond every limit: what is waited for happened or did not.
    const LONG: Duration = Duration::from_secs(20);
    const REQUEST: &[u8] = b"GET /small HTTP/1.1\r\nhost: here\r\n\r\n";

    fn small() -> ConnectionLimits {
        let look = Duration::from_millis(20);
        ConnectionLimits { head: LIMIT, write_window: LIMIT, look, ..ConnectionLimits::new(2, 2) }
    }

    async fn started(limits: ConnectionLimits) -> (SocketAddr, watch::Sender<bool>, tokio::task::JoinHandle<()>) {
        let router = Router::new()
            .route("/small", get(async || "small"))
            .route("/large", get(async || vec![b'a'; 64 << 20]))
            .route("/slow", get(async || Body::from_stream(futures::stream::unfold(0, part))));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopping) = watch::channel(false);
        let words: Words = Arc::new(|unserved| http::Response::new(format!("{unserved:?}").into()));
        let listening = Listening { listener, router, words };
        let task = tokio::spawn(serve(listening, Connections::new(limits, TrustedProxies::default()), stopping));
        (address, stop, task)
    }

    async fn part(number: usize) -> Option<(Result<&'static str, Infallible>, usize)> {
        let part = ["first", "then", "last"].get(number)?;
        tokio::time::sleep(LIMIT * u32::try_from(number).unwrap_or_default()).await;
        Some((Ok(part), number + 1))
    }

    async fn sent(address: SocketAddr, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.expect("connected");
        stream.write_all(bytes).await.expect("sent");
        stream
    }

    async fn answer(stream: &mut TcpStream) -> String {
        let mut bytes = [0; 1024];
        let read = tokio::time::timeout(LONG, stream.read(&mut bytes)).await.expect("in time");
        String::from_utf8_lossy(&bytes[..read.unwrap_or_default()]).into_owned()
    }

    /// Whether others are let in within a long time, though all places were taken.
    async fn a_place_is_free(address: SocketAddr) -> bool {
        let again = async {
            while !answer(&mut sent(address, REQUEST).await).await.starts_with("HTTP/1.1 200") {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(LONG, again).await.is_ok()
    }

    #[tokio::test]
    async fn an_answer_that_is_not_read_loses_its_connection() {
        let (address, _stop, _task) = started(small()).await;
        let pipelined = b"GET /large HTTP/1.1\r\nhost: here\r\n\r\n".repeat(4);
        let silent = sent(address, &pipelined).await;
        let mut slow = sent(address, &pipelined).await;
        assert!(answer(&mut sent(address, b"").await).await.ends_with("\r\n\r\nFull"), "both places are taken");
        let dribbling = async {
            while slow.read_u8().await.is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! {
            () = dribbling => {}
            free = a_place_is_free(address) => assert!(free),
        }
        assert!(a_place_is_free(address).await);
        drop((silent, slow));
    }

    #[tokio::test]
    async fn half_a_head_is_closed_in_time_and_an_idle_connection_is_kept_longer() {
        let (address, _stop, _task) = started(small()).await;
        let mut idle = sent(address, REQUEST).await;
        assert!(answer(&mut idle).await.starts_with("HTTP/1.1 200"));
        let mut half = sent(address, b"GET /small HTTP/1.1\r\nho").await;
        assert_eq!(answer(&mut half).await, "");
        idle.write_all(REQUEST).await.expect("it is open");
        assert!(answer(&mut idle).await.starts_with("HTTP/1.1 200"));
    }

    #[tokio::test]
    async fn a_head_beyond_its_most_is_refused() {
        let (address, _stop, _task) = started(small()).await;
        let head = format!("GET /small HTTP/1.1\r\nhost: here\r\nx: {}\r\n\r\n", "a".repeat(65 << 10));
        let mut stream = sent(address, head.as_bytes()).await;
        let told = answer(&mut stream).await;
        assert!(told.ends_with("\r\n\r\nHeadTooLarge"), "{told}");
    }

    #[tokio::test]
    async fn a_stop_lets_an_answer_that_is_still_being_made_come_to_its_end() {
        let (address, stop, task) = started(small()).await;
        let mut slow = sent(address, b"GET /slow HTTP/1.1\r\nhost: here\r\n\r\n").await;
        assert!(answer(&mut slow).await.starts_with("HTTP/1.1 200"));
        stop.send_replace(true);
        let mut rest = String::new();
        slow.read_to_string(&mut rest).await.expect("a whole answer");
        assert!(rest.contains("last") && rest.ends_with("0\r\n\r\n"), "{rest}");
        tokio::time::timeout(LONG, task).await.expect("in time").expect("an orderly end");
    }

    #[tokio::test]
    async fn a_stop_closes_idle_connections_and_half_heads_at_once() {
        let limits = ConnectionLimits { head: LONG * 10, ..small() };
        let (address, stop, task) = started(limits).await;
        let mut idle = sent(address, REQUEST).await;
        assert!(answer(&mut idle).await.starts_with("HTTP/1.1 200"));
        let half = sent(address, b"GET /small HTTP/1.1\r\nho").await;
        stop.send_replace(true);
        tokio::time::timeout(LONG, task).await.expect("in time").expect("an orderly end");
        drop((idle, half));
    }
}
