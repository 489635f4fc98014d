//! Connections to receivers, made only to addresses the policy allows.
//!
//! A connection is made in this order: look the name up, drop every address the policy refuses, connect to one of the
//! rest, and for `https` shake hands. There is no second look-up between the check and the connection, no proxy, and
//! no way round: the client above has nothing else to connect with. A newcomer's usual mistake is to use a ready-made
//! connector with a resolver that checks: those skip the resolver where the host is an address already.

mod error;
mod resolver;
mod stream;
mod tcp;
mod tls;

use std::task::{Context, Poll};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use rustls::pki_types::CertificateDer;
use tower_service::Service;

pub use error::{ConnectError, TlsProblem};
pub use resolver::Resolver;
pub(crate) use stream::Used;

use crate::target::{Guard, Trust};
use stream::Stream;
use tcp::Tcp;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How receivers are reached.
#[derive(Clone, Debug)]
pub struct Settings {
    pub guard: Guard,
    pub resolver: Resolver,
    /// For the name, the connection and the handshake together.
    pub connect_timeout: Duration,
    /// Authorities trusted beside those of Mozilla.
    pub extra_roots: Vec<CertificateDer<'static>>,
}

/// Makes guarded connections for the HTTP client.
#[derive(Clone)]
pub(crate) struct Connector {
    inner: HttpsConnector<Tcp>,
    guard: Guard,
    timeout: Duration,
}

impl Settings {
    /// The resolver of the system, five seconds, and the authorities of Mozilla.
    #[must_use]
    pub fn new(guard: impl Into<Guard>) -> Self {
        let guard = guard.into();
        Self { guard, resolver: Resolver::system(), connect_timeout: CONNECT_TIMEOUT, extra_roots: Vec::new() }
    }
}

impl Connector {
    /// # Errors
    /// When an extra authority is not a certificate.
    pub(crate) fn new(settings: Settings) -> Result<Self, rustls::Error> {
        let tls = tls::config(settings.extra_roots)?;
        let Settings { guard, resolver, connect_timeout, .. } = settings;
        let tcp = Tcp::new(guard.clone(), resolver, connect_timeout);
        Ok(Self { inner: HttpsConnector::from((tcp, tls)), guard, timeout: connect_timeout })
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Stream>;
    type Error = ConnectError;
    type Future = BoxFuture<'static, Result<Self::Response, ConnectError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let trust = uri.host().and_then(|host| tcp::trust(&self.guard, host).ok()).unwrap_or(Trust::Public);
        if uri.scheme_str() != Some("https") && !self.guard.allows_http(trust) {
            return futures::future::ready(Err(crate::Refused::NotHttps.into())).boxed();
        }
        let connecting = tokio::time::timeout(self.timeout, self.inner.call(uri));
        async move { connecting.await.map_err(|_| ConnectError::Timeout)?.map_err(error::classify) }.boxed()
    }
}
