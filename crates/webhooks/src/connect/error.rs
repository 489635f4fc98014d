//! Why there is no connection.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use crate::target::Refused;

/// Why a receiver could not be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    #[error("refused: {0}")]
    Refused(#[from] Refused),
    #[error("the host name has no address")]
    Dns,
    #[error("the connection took too long")]
    Timeout,
    #[error("no connection: {0}")]
    Tcp(io::ErrorKind),
    #[error("{0}")]
    Tls(#[from] TlsProblem),
}

/// Why a handshake failed, as far as the owner of the receiver can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsProblem {
    #[error("the certificate is not issued by a known authority")]
    UnknownIssuer,
    #[error("the certificate has expired or is not valid yet")]
    Expired,
    #[error("the certificate is for another host name")]
    WrongName,
    #[error("the certificate is not valid")]
    BadCertificate,
    #[error("the TLS handshake failed")]
    Handshake,
}

/// What the connector below meant: its own error, or one of the handshake, which is the only thing after it.
pub fn classify(error: Box<dyn Error + Send + Sync>) -> ConnectError {
    match error.downcast::<ConnectError>() {
        Ok(own) => *own,
        Err(other) => ConnectError::Tls(find_rustls(&*other).map_or(TlsProblem::Handshake, problem)),
    }
}

/// `io::Error` holds others in a way of its own, sometimes twice: its `source` skips what it holds.
fn find_rustls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(found) = error.downcast_ref::<rustls::Error>() {
        return Some(found);
    }
    let held = error.downcast_ref::<io::Error>()?.get_ref()?;
    find_rustls(held)
}

fn problem(error: &rustls::Error) -> TlsProblem {
    let rustls::Error::InvalidCertificate(certificate) = error else { return TlsProblem::Handshake };
    if matches!(certificate, CertificateError::UnknownIssuer) {
        return TlsProblem::UnknownIssuer;
    }
    if matches!(certificate, CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }) {
        return TlsProblem::WrongName;
    }
    let out_of_time = matches!(
        certificate,
        CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }
    );
    if out_of_time { TlsProblem::Expired } else { TlsProblem::BadCertificate }
}
