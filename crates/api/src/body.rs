//! Request bodies: bounded, JSON, straight into the type, then checked.
//!
//! The one thing to know: the good case is parsed without tracking paths; only a body that fails is parsed a second time
//! to learn where.

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::check::Violation;
use crate::fault::Fault;
use crate::head::Head;
use crate::nul;
use crate::{Rejection, RejectionKind, Service};

impl<S: Service> Head<'_, S> {
    /// Reads a body that must be there.
    ///
    /// # Errors
    /// When it is too large, not JSON, of the wrong shape, or breaks a constraint.
    pub async fn body<T: DeserializeOwned>(
        &self,
        body: Body,
        check: impl FnOnce(&T) -> Result<(), Violation>,
    ) -> Result<T, S::Error> {
        let bytes = self.bytes(body).await?;
        if bytes.is_empty() {
            return Err(self.reject(RejectionKind::BodySyntax, None, "a JSON body is required"));
        }
        self.json(&bytes, check)
    }

    /// Reads a body that may be left out; an empty one counts as absent.
    ///
    /// # Errors
    /// When there is one and it is too large, not JSON, of the wrong shape, or breaks a constraint.
    pub async fn optional_body<T: DeserializeOwned>(
        &self,
        body: Body,
        check: impl FnOnce(&T) -> Result<(), Violation>,
    ) -> Result<Option<T>, S::Error> {
        let bytes = self.bytes(body).await?;
        if bytes.is_empty() { Ok(None) } else { self.json(&bytes, check).map(Some) }
    }

    /// Reads a body that may be left out, which is the same as an empty object.
    ///
    /// # Errors
    /// When there is one and it is too large, not JSON, of the wrong shape, or breaks a constraint.
    pub async fn body_or_empty<T: DeserializeOwned>(
        &self,
        body: Body,
        check: impl FnOnce(&T) -> Result<(), Violation>,
    ) -> Result<T, S::Error> {
        let bytes = self.bytes(body).await?;
        if bytes.is_empty() { self.parsed(b"{}", check) } else { self.json(&bytes, check) }
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
            Err(_) => Err(self.reject(RejectionKind::BodyRead, None, "the body ended early")),
        }
    }

    fn json<T: DeserializeOwned>(
        &self,
        bytes: &[u8],
        check: impl FnOnce(&T) -> Result<(), Violation>,
    ) -> Result<T, S::Error> {
        if !is_json(self.raw().headers.get(CONTENT_TYPE).map(http::HeaderValue::as_bytes)) {
            let message = "the body must be sent as application/json";
            return Err(self.reject(RejectionKind::ContentType, Some("Content-Type".to_owned()), message));
        }
        self.parsed(bytes, check)
    }

    fn parsed<T: DeserializeOwned>(
        &self,
        bytes: &[u8],
        check: impl FnOnce(&T) -> Result<(), Violation>,
    ) -> Result<T, S::Error> {
        let value = match serde_json::from_slice::<T>(bytes) {
            Ok(value) => value,
            Err(error) => return Err(self.explain::<T>(bytes, &error)),
        };
        let checked = check(&value).and_then(|()| nul::check_body(bytes));
        checked.map_err(|violation| self.reject_with(violation.into_rejection(RejectionKind::BodyConstraint)))?;
        Ok(value)
    }

    fn explain<T: DeserializeOwned>(&self, bytes: &[u8], error: &serde_json::Error) -> S::Error {
        if !error.is_data() {
            return self.reject(RejectionKind::BodySyntax, None, format!("the body is not JSON: {error}"));
        }
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let (path, message) = match serde_path_to_error::deserialize::<_, T>(&mut reader) {
            Ok(_) => (String::new(), error.to_string()),
            Err(located) => (located.path().to_string(), located.into_inner().to_string()),
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
