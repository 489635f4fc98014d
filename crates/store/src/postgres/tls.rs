//! TLS towards Postgres: whom to believe, and what to show of ourselves.
//!
//! Whatever is believed, the handshake proves that the server has the key of its certificate, and its certificate is what
//! passwords are bound to (SCRAM-SHA-256-PLUS), where the server can do that.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
};

use super::failure::Failure;

/// Whose certificates are believed.
#[derive(Debug)]
pub(super) enum Trust {
    Anybody,
    /// Those that an authority signed, whatever host they name.
    Chain(Roots),
    Host(Roots),
}

/// The authorities.
#[derive(Debug)]
pub(super) enum Roots {
    /// Those that this machine trusts.
    System,
    File(PathBuf),
}

/// `own` is the certificate and the key that we show.
pub(super) fn config(trust: Trust, own: Option<(PathBuf, PathBuf)>) -> Result<ClientConfig, Failure> {
    // Named here, because a process that links two providers has no default one.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().map_err(|error| unfit(&error))?;
    let believed = match trust {
        Trust::Anybody => Believed { provider, chain: None, any_host: true },
        Trust::Chain(roots) => Believed { chain: Some(chain(&roots, &provider)?), provider, any_host: true },
        Trust::Host(roots) => Believed { chain: Some(chain(&roots, &provider)?), provider, any_host: false },
    };
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(believed));
    let Some((certificate, key)) = own else { return Ok(builder.with_no_client_auth()) };
    let certificates = certificates(&certificate, "sslcert")?;
    let key = PrivateKeyDer::from_pem_file(&key).map_err(|error| unreadable("sslkey", &key, &error))?;
    builder.with_client_auth_cert(certificates, key).map_err(|error| unfit(&error))
}

fn chain(roots: &Roots, provider: &Arc<CryptoProvider>) -> Result<Arc<WebPkiServerVerifier>, Failure> {
    let mut store = RootCertStore::empty();
    let found = match roots {
        Roots::System => rustls_native_certs::load_native_certs().certs,
        Roots::File(file) => certificates(file, "sslrootcert")?,
    };
    let (added, _ignored) = store.add_parsable_certificates(found);
    if added == 0 {
        return Err(Failure::Unfit(format!("sslrootcert: no certificate of an authority is in {roots:?}")));
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider)).build();
    verifier.map_err(|error| unfit(&error))
}

fn certificates(file: &Path, setting: &str) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    read.map_err(|error| unreadable(setting, file, &error))
}

fn unreadable(setting: &str, file: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::Unfit(format!("{setting}: cannot read {} as PEM: {error}", file.display()))
}

fn unfit(error: &dyn std::fmt::Display) -> Failure {
    Failure::Unfit(format!("TLS towards Postgres: {error}"))
}

/// Says of a certificate whether it is believed.
#[derive(Debug)]
struct Believed {
    provider: Arc<CryptoProvider>,
    /// Believes those of an authority that name the host; `None` believes any.
    chain: Option<Arc<WebPkiServerVerifier>>,
    /// Whether it may name another host.
    any_host: bool,
}

impl ServerCertVerifier for Believed {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        match chain.verify_server_cert(certificate, others, host, ocsp, now) {
            // The name is looked at last, so the rest is in order.
            Err(TlsError::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.any_host => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
