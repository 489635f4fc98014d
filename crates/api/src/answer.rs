//! What is sent back: a status, headers and bytes.
//!
//! The one thing to know: an [`Answer`] is final. It is what an idempotency record keeps, so that a replay is the same
//! status and the same bytes.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

/// A status by its number, for generated code, which knows it is one.
#[must_use]
pub fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A rendered response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub body: Bytes,
}

impl Answer {
    /// A response without a body.
    #[must_use]
    pub const fn empty(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new() }
    }

    /// A response with a JSON body.
    #[must_use]
    pub fn json<T: Serialize>(status: StatusCode, body: &T) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => Self { status, headers: Vec::new(), body: Bytes::from(bytes) },
            // Wire types have string keys only, so this cannot happen; if it does, the caller must not see half a body.
            Err(_) => Self::empty(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// Adds a header; a value that HTTP cannot carry is left out.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((HeaderName::from_static(name), value));
        }
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let has_body = !self.body.is_empty();
        let mut response = Response::new(self.body.into());
        *response.status_mut() = self.status;
        if has_body {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, value) in self.headers {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// What a handler of an idempotent operation returns: a fresh result, or the answer that was recorded the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered<R> {
    Fresh(R),
    Recorded(Answer),
}

impl<R: Into<Answer>> From<Answered<R>> for Answer {
    fn from(answered: Answered<R>) -> Self {
        match answered {
            Answered::Fresh(output) => output.into(),
            Answered::Recorded(answer) => answer,
        }
    }
}
