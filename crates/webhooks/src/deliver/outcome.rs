//! What came of an attempt, in a code for machines and words for the owner of the endpoint.
//!
//! The words never hold an address that a name led to: that would tell strangers what our resolver knows. The whole
//! reason is in the `Debug` form, for the log.

use std::error::Error as _;
use std::time::Duration;

use hedge_domain::delivery::{self, AttemptError, AttemptErrorCode};
use hyper_util::client::legacy::Error;

use crate::connect::{ConnectError, TlsProblem};
use crate::target::Refused;

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub outcome: Outcome,
    /// The beginning of the answer's body, at most a kilobyte.
    pub answer: String,
    pub took: Duration,
    /// `Retry-After` of an answer that says so: 429 or 503.
    pub retry_after: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Delivered { status: u16 },
    Failed(Failure),
}

/// Why an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error("{}", answered(*.0))]
    Status(u16),
    #[error("no answer in time")]
    Timeout,
    #[error("the host name could not be resolved")]
    Dns,
    #[error("the host has no address that webhooks may be sent to")]
    Refused(Refused),
    #[error("no connection could be made")]
    Connect,
    #[error("{0}")]
    Tls(TlsProblem),
    #[error("the connection was closed before an answer")]
    Closed,
    #[error("the head of the answer was larger than 16 KiB")]
    HeadTooLarge,
    #[error("the answer was not HTTP")]
    NotHttp,
}

impl Failure {
    /// What it is called in the record.
    #[must_use]
    pub const fn kind(self) -> AttemptErrorCode {
        match self {
            Self::Status(_) => AttemptErrorCode::Status,
            Self::Timeout => AttemptErrorCode::Timeout,
            Self::Dns => AttemptErrorCode::Dns,
            Self::Refused(_) => AttemptErrorCode::TargetRefused,
            Self::Connect => AttemptErrorCode::Connect,
            Self::Tls(_) => AttemptErrorCode::Tls,
            Self::Closed => AttemptErrorCode::Closed,
            Self::NotHttp | Self::HeadTooLarge => AttemptErrorCode::NotHttp,
        }
    }

    #[must_use]
    pub const fn code(self) -> &'static str {
        self.kind().code()
    }
}

impl Report {
    /// What is recorded of the attempt.
    #[must_use]
    pub fn record(self) -> delivery::Report {
        let millis = i64::try_from(self.took.as_millis()).unwrap_or(i64::MAX);
        let error = match self.outcome {
            Outcome::Delivered { .. } => None,
            Outcome::Failed(failure) => Some(AttemptError { code: failure.kind(), message: failure.to_string() }),
        };
        delivery::Report {
            took: hedge_domain::Duration::from_millis(millis),
            status: self.outcome.status(),
            error,
            response: self.answer,
            retry_after: self
                .retry_after
                .and_then(|wait| i64::try_from(wait.as_secs()).ok())
                .map(hedge_domain::Duration::from_secs),
        }
    }
}

impl Outcome {
    /// The status of the answer, if there was one.
    #[must_use]
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Delivered { status } | Self::Failed(Failure::Status(status)) => Some(status),
            Self::Failed(_) => None,
        }
    }

    #[must_use]
    pub const fn is_delivered(self) -> bool {
        matches!(self, Self::Delivered { .. })
    }
}

fn answered(status: u16) -> String {
    let redirects = matches!(status, 301 | 302 | 303 | 307 | 308);
    format!("the answer was {status}{}", if redirects { ", and redirects are not followed" } else { "" })
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let mut source = error.source();
        while let Some(inner) = source {
            if let Some(connect) = inner.downcast_ref::<ConnectError>() {
                return Self::from(*connect);
            }
            let told = inner.downcast_ref::<hyper::Error>();
            if told.is_some_and(hyper::Error::is_parse_too_large) {
                return Self::HeadTooLarge;
            }
            if told.is_some_and(hyper::Error::is_parse) {
                return Self::NotHttp;
            }
            source = inner.source();
        }
        if error.is_connect() { Self::Connect } else { Self::Closed }
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Refused(refused) => Self::Refused(refused),
            ConnectError::Dns => Self::Dns,
            ConnectError::Timeout => Self::Timeout,
            ConnectError::Tcp(_) => Self::Connect,
            ConnectError::Tls(problem) => Self::Tls(problem),
        }
    }
}
