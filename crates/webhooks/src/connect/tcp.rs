//! The guard: from a host to a TCP connection to an address that may be connected to.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use http::Uri;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tower_service::Service;

use super::error::ConnectError;
use super::resolver::Resolver;
use super::stream::Stream;
use crate::target::{self, Guard, Refused, Trust};

/// How many addresses of a name are tried.
const TRIES: usize = 4;

#[derive(Clone)]
pub struct Tcp {
    guard: Guard,
    resolver: Resolver,
    timeout: Duration,
}

impl Tcp {
    pub fn new(guard: Guard, resolver: Resolver, timeout: Duration) -> Self {
        Self { guard, resolver, timeout }
    }

    async fn connect(self, uri: Uri) -> Result<Stream, ConnectError> {
        let deadline = Instant::now().checked_add(self.timeout).ok_or(ConnectError::Timeout)?;
        let host = uri.host().ok_or(Refused::Malformed)?;
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
        let (mut addresses, trust) = self.addresses(host).await?;
        addresses.truncate(TRIES);
        let mut problem = ConnectError::Dns;
        for (tried, address) in addresses.iter().enumerate() {
            // Those that are left share what is left of the time.
            let left = u32::try_from(addresses.len().saturating_sub(tried)).unwrap_or(1).max(1);
            let share = deadline.saturating_duration_since(Instant::now()) / left;
            let until = Instant::now().checked_add(share).unwrap_or(deadline);
            match timeout_at(until, self.open(SocketAddr::new(*address, port), trust)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => problem = error,
                Err(_) => problem = ConnectError::Timeout,
            }
        }
        Err(problem)
    }

    /// The addresses of the host that may be connected to, at least one, and on whose word.
    async fn addresses(&self, host: &str) -> Result<(Vec<IpAddr>, Trust), ConnectError> {
        if let Some(address) = literal(host) {
            let trust = self.guard.literal(address)?;
            return Ok((vec![address], trust));
        }
        let (name, trust) = self.guard.name(host)?;
        let found = if target::is_localhost(name) {
            vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)]
        } else {
            self.resolver.lookup(name).await.map_err(|_| ConnectError::Dns)?
        };
        let (allowed, refused): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|address| self.guard.address(*address, trust).is_ok());
        match (allowed.is_empty(), refused.first()) {
            (false, _) => Ok((allowed, trust)),
            (true, Some(address)) => Err(self.guard.address(*address, trust).err().unwrap_or(Refused::Name).into()),
            (true, None) => Err(ConnectError::Dns),
        }
    }

    /// The only place where this crate connects. It asks once more, so that no change above can get round it.
    async fn open(&self, address: SocketAddr, trust: Trust) -> Result<Stream, ConnectError> {
        self.guard.address(address.ip(), trust)?;
        let failed = |error: io::Error| ConnectError::Tcp(error.kind());
        let tcp = TcpStream::connect(address).await.map_err(failed)?;
        tcp.set_nodelay(true).map_err(failed)?;
        Ok(Stream::new(tcp))
    }
}

/// On whose word this host may be called, if it may.
pub fn trust(guard: &Guard, host: &str) -> Result<Trust, Refused> {
    match literal(host) {
        Some(address) => guard.literal(address),
        None => guard.name(host).map(|(_, trust)| trust),
    }
}

fn literal(host: &str) -> Option<IpAddr> {
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.unwrap_or(host).parse().ok()
}

impl Service<Uri> for Tcp {
    type Response = Stream;
    type Error = ConnectError;
    type Future = BoxFuture<'static, Result<Stream, ConnectError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        self.clone().connect(uri).boxed()
    }
}
