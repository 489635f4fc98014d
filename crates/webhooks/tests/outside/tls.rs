//! Receivers that prove who they are, and those that don't.

use std::sync::Arc;

use hedge_webhooks::connect::TlsProblem;
use hedge_webhooks::{Failure, Outcome, Policy, Sender, Settings, Target};
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::TcpListener;
use tokio::sync::mpsc::unbounded_channel;
use tokio_rustls::TlsAcceptor;

use crate::receiver::{Answer, Receiver, SHORT, answer, attempt, serve, target};

/// An authority of our own, and certificates by it.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn root(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    /// A receiver at a port of loopback, with a certificate for the host that ends in that year.
    async fn receiver(&self, host: &str, year: i32) -> Target {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(year, 1, 1);
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(stream) = acceptor.accept(stream).await else { continue };
                let (tell, _requests) = unbounded_channel();
                serve(stream, &tell, |_| answer("200 OK", "over TLS")).await;
            }
        });
        target(&format!("https://localhost:{port}/"))
    }
}

fn trusting(extra_roots: Vec<CertificateDer<'static>>) -> Sender {
    Sender::new(Settings { extra_roots, ..Settings::new(Policy::SandboxOnLoopback) }).unwrap()
}

#[tokio::test]
async fn a_certificate_is_judged() {
    let authority = Authority::new();
    let refused = |problem| Outcome::Failed(Failure::Tls(problem));
    let table = [
        ("localhost", 2999, true, Outcome::Delivered { status: 200 }),
        ("localhost", 2999, false, refused(TlsProblem::UnknownIssuer)),
        ("localhost", 2002, true, refused(TlsProblem::Expired)),
        ("shop.example.com", 2999, true, refused(TlsProblem::WrongName)),
    ];
    for (host, year, trusted, expected) in table {
        let target = authority.receiver(host, year).await;
        let sender = trusting(if trusted { vec![authority.root()] } else { Vec::new() });
        let report = sender.attempt(attempt(&target)).await;
        assert_eq!(report.outcome, expected, "{host} {year} {trusted}");
    }
}

#[tokio::test]
async fn a_receiver_without_tls_fails_the_handshake() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut { stream }, b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let report = trusting(Vec::new()).attempt(attempt(&target(&format!("https://127.0.0.1:{plain}/")))).await;
    assert_eq!(report.outcome, Outcome::Failed(Failure::Tls(TlsProblem::Handshake)));
}

#[tokio::test]
async fn a_handshake_that_hangs_is_given_up() {
    let receiver = Receiver::always(Answer::Hang).await;
    let settings = Settings { connect_timeout: SHORT, ..Settings::new(Policy::SandboxOnLoopback) };
    let target = target(&format!("https://127.0.0.1:{}/", receiver.port));
    let report = Sender::new(settings).unwrap().attempt(attempt(&target)).await;
    assert_eq!(report.outcome, Outcome::Failed(Failure::Timeout));
}

#[test]
fn an_authority_that_is_no_certificate_is_refused() {
    let extra_roots = vec![CertificateDer::from(vec![1, 2, 3])];
    assert!(Sender::new(Settings { extra_roots, ..Settings::new(Policy::Production) }).is_err());
}
