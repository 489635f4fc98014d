//! What is sent back: a status, headers and bytes.
//!
//! The one thing to know: an [`Answer`] is final. It is what an idempotency record keeps, so that a replay is the same
//! status and the same bytes.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::wire::{Kind, Value};

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

    /// Adds a header if it has a value.
    #[must_use]
    pub fn with_optional_header<T: Value>(self, name: &'static str, value: Option<&T>) -> Self {
        match value {
            Some(value) => self.with_header(name, &value.to_text()),
            None => self,
        }
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

/// What a handler of an operation can answer with.
pub trait Output: Into<Answer> {
    fn successes() -> Vec<Success>;
}

/// One answer that is no refusal, as a description has it.
pub struct Success {
    pub status: u16,
    pub body: Option<fn() -> Kind>,
    /// Those that a handler sets.
    pub headers: Vec<Header>,
}

/// A header that a handler sets.
pub struct Header {
    pub name: &'static str,
    /// Whether it is always there.
    pub required: bool,
    pub kind: fn() -> Kind,
}

impl Success {
    /// An answer with a JSON body.
    #[must_use]
    pub fn json<T: Value>(status: u16) -> Self {
        Self { status, body: Some(T::kind), headers: Vec::new() }
    }

    /// An answer without a body.
    #[must_use]
    pub const fn empty(status: u16) -> Self {
        Self { status, body: None, headers: Vec::new() }
    }

    /// With a header, and whether it is always there.
    #[must_use]
    pub fn header<T: Value>(mut self, name: &'static str, required: bool) -> Self {
        self.headers.push(Header { name, required, kind: T::kind });
        self
    }
}

macro_rules! successes {
    ($($status:literal $name:ident;)*) => {$(
        #[doc = concat!("The only success of an operation: a ", stringify!($status), " with a JSON body.")]
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name<T> {
            $name(T),
        }

        impl<T: Serialize> From<$name<T>> for Answer {
            fn from($name::$name(body): $name<T>) -> Self {
                Self::json(status($status), &body)
            }
        }

        impl<T: Value> Output for $name<T> {
            fn successes() -> Vec<Success> {
                vec![Success::json::<T>($status)]
            }
        }
    )*};
}

successes! {
    200 Ok;
    201 Created;
    202 Accepted;
}

/// The only success of an operation: a 204.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoContent {
    NoContent,
}

impl From<NoContent> for Answer {
    fn from(NoContent::NoContent: NoContent) -> Self {
        Self::empty(StatusCode::NO_CONTENT)
    }
}

impl Output for NoContent {
    fn successes() -> Vec<Success> {
        vec![Success::empty(204)]
    }
}
