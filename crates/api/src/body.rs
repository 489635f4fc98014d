//! Request bodies: bounded, JSON, straight into the type, checked on the way.
//!
//! The one thing to know: the good case is parsed without tracking paths; only a body that fails is parsed a second time
//! to learn where.

use std::error::Error;
use std::io::{self, ErrorKind};

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_path_to_error::Track;

use crate::fault::Fault;
use crate::head::Head;
use crate::nul;
use crate::wire::{self, Checked, Erased, Limits, Value, limits};
use crate::{Rejection, RejectionKind, Service};

impl<S: Service> Head<S> {
    /// Reads a body that must be there.
    ///
    /// # Errors
    /// When it is too large, not JSON, of the wrong shape, or breaks a constraint.
    pub async fn body<T: Value>(&self, body: Body) -> Result<T, S::Error> {
        let bytes = self.bytes(body).await?;
        if bytes.is_empty() {
            return Err(self.reject(RejectionKind::BodySyntax, None, "a JSON body is required"));
        }
        self.json(&bytes)
    }

    /// Reads a body that may be left out; an empty one counts as absent.
    ///
    /// # Errors
    /// When there is one and it is too large, not JSON, of the wrong shape, or breaks a constraint.
    pub async fn optional_body<T: Value>(&self, body: Body) -> Result<Option<T>, S::Error> {
        let bytes = self.bytes(body).await?;
        if bytes.is_empty() { Ok(None) } else { self.json(&bytes).map(Some) }
    }

    /// Reads a body that may be left out, which is the same as an empty object.
    ///
    /// # Errors
    /// When there is one and it is too large, not JSON, of the wrong shape, or breaks a constraint.
    pub async fn body_or_empty<T: Value>(&self, body: Body) -> Result<T, S::Error> {
        let bytes = self.bytes(body).await?;
        if bytes.is_empty() { self.parsed(b"{}") } else { self.json(&bytes) }
    }

    async fn bytes(&self, body: Body) -> Result<Bytes, S::Error> {
        let limit = self.service().body_limit();
        let too_large =
            || self.reject(RejectionKind::BodyTooLarge, None, format!("the body is larger than {limit} bytes"));
        let declared = self.raw().headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        if declared
            .and_then(|text| text.parse::<u64>().ok())
            .is_some_and(|n| usize::try_from(n).is_ok_and(|n| n > limit))
        {
            return Err(too_large());
        }
        match Limited::new(body, limit).collect().await {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
            Err(error) if is_misframed(&*error) => {
                Err(self.reject(RejectionKind::BodyFraming, None, "the chunks of the body are not of their form"))
            }
            Err(_) => Err(self.reject(RejectionKind::BodyRead, None, "the body ended early")),
        }
    }

    fn json<T: Value>(&self, bytes: &[u8]) -> Result<T, S::Error> {
        if !is_json(self.raw().headers.get(CONTENT_TYPE).map(http::HeaderValue::as_bytes)) {
            let message = "the body must be sent as application/json";
            return Err(self.reject(RejectionKind::ContentType, Some("Content-Type".to_owned()), message));
        }
        if !is_plain(&self.raw().headers) {
            let message = "the body must be sent as it is, not compressed";
            return Err(self.reject(RejectionKind::ContentType, Some("Content-Encoding".to_owned()), message));
        }
        // RFC 8259 lets a reader overlook a byte order mark, which some editors and clients put before everything.
        self.parsed(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
    }

    fn parsed<T: Value>(&self, bytes: &[u8]) -> Result<T, S::Error> {
        let Checked { value, wrong } = match wire::from_slice::<T>(bytes, self.limits()) {
            Ok(checked) => checked,
            Err(error) => return Err(self.explain::<T>(bytes, &error)),
        };
        match wrong.map_or_else(|| nul::check_body(bytes), |wrong| Err(*wrong)) {
            Ok(()) => Ok(value),
            Err(violation) => Err(self.reject_with(violation.into_rejection(RejectionKind::BodyConstraint))),
        }
    }

    fn limits(&self) -> &'static Limits {
        const NONE: &Limits = &limits();
        self.operation().body.as_ref().map_or(NONE, |body| &body.limits)
    }

    fn explain<T: Value>(&self, bytes: &[u8], error: &serde_json::Error) -> S::Error {
        if !error.is_data() {
            return self.reject(RejectionKind::BodySyntax, None, format!("the body is not JSON: {error}"));
        }
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let mut track = Track::new();
        let tracked = serde_path_to_error::Deserializer::new(&mut reader, &mut track);
        let (path, message) = match Erased::read_from(tracked, |from| T::read(from, self.limits())) {
            Ok(_) => (String::new(), error.to_string()),
            Err(located) => (track.path().to_string(), located.to_string()),
        };
        let Fault { path, message, constraint, number } = Fault::of(&path, &message);
        let kind = if constraint { RejectionKind::BodyConstraint } else { RejectionKind::BodySchema };
        self.reject_with(Rejection { kind, field: path, message, number })
    }
}

/// `application/json`, with any parameters.
fn is_json(content_type: Option<&[u8]>) -> bool {
    let Some(value) = content_type.and_then(|value| std::str::from_utf8(value).ok()) else { return false };
    let essence = value.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// Without any encoding but the one that is none.
fn is_plain(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().all(|value| value.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// Whether the sender has broken the rules for chunks, rather than gone silent or away.
#[must_use]
pub fn is_misframed(error: &(dyn Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    causes.any(|cause| {
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        matches!(kind, Some(ErrorKind::InvalidData | ErrorKind::InvalidInput))
    })
}
