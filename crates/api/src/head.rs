//! A request while it is being taken apart: everything but its body.
//!
//! The one thing to know: the body is kept apart because authentication, path, query and headers come first, and a
//! request that fails there must not have its body read.

use axum::body::Body;
use axum::extract::{FromRequestParts, RawPathParams, Request};
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::check::Violation;
use crate::query::Query;
use crate::{Credential, Operation, Rejection, RejectionKind, RequestParts, Service};

/// A request without its body, on its way to one operation.
pub struct Head<'s, S> {
    service: &'s S,
    operation: &'static Operation,
    parts: Parts,
}

/// The decoded path parameters, in the order of the template.
pub struct PathParams(Vec<String>);

impl PathParams {
    /// The parameter at a position of the template.
    ///
    /// # Errors
    /// When the router matched a path with fewer parameters, which the generated routes never do.
    pub fn at(&self, position: usize) -> Result<&str, Violation> {
        self.0.get(position).map(String::as_str).ok_or_else(|| Violation::new("is missing"))
    }
}

impl<'s, S: Service> Head<'s, S> {
    pub fn split(service: &'s S, operation: &'static Operation, request: Request) -> (Self, Body) {
        let (parts, body) = request.into_parts();
        (Self { service, operation, parts }, body)
    }

    pub(crate) const fn service(&self) -> &S {
        self.service
    }

    pub(crate) const fn raw(&self) -> &Parts {
        &self.parts
    }

    /// What the authenticator sees.
    #[must_use]
    pub const fn parts(&self) -> RequestParts<'_> {
        RequestParts {
            method: &self.parts.method,
            uri: &self.parts.uri,
            headers: &self.parts.headers,
            extensions: &self.parts.extensions,
            operation: self.operation,
        }
    }

    /// The family's error for a rejection of this request.
    pub fn reject(&self, kind: RejectionKind, field: Option<String>, message: impl Into<String>) -> S::Error {
        self.reject_with(Rejection { kind, field, message: message.into(), number: None })
    }

    pub(crate) fn reject_with(&self, rejection: Rejection) -> S::Error {
        self.service.reject(Some(self.operation), rejection)
    }

    /// The error for a request that carries none of the credentials its operation accepts.
    pub fn missing_credentials(&self) -> S::Error {
        self.reject(RejectionKind::MissingCredentials, None, "no credential was given")
    }

    /// The credential of an `Authorization` header with this scheme, in any case.
    #[must_use]
    pub fn authorization(&self, scheme: &str) -> Option<Credential> {
        let value = self.parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (given, text) = value.trim().split_once(' ')?;
        let text = text.trim();
        (given.eq_ignore_ascii_case(scheme) && !text.is_empty()).then(|| Credential::new(text))
    }

    /// The credential in a header of its own.
    #[must_use]
    pub fn header_key(&self, name: &str) -> Option<Credential> {
        let text = self.parts.headers.get(name)?.to_str().ok()?.trim();
        (!text.is_empty()).then(|| Credential::new(text))
    }

    /// The credential in a query parameter.
    #[must_use]
    pub fn query_key(&self, name: &str) -> Option<Credential> {
        let query = Query::parse(self.parts.uri.query());
        let text = query.one(name).ok()??;
        (!text.is_empty()).then(|| Credential::new(text))
    }

    /// Decodes the path parameters.
    ///
    /// # Errors
    /// When one of them is not UTF-8 after decoding.
    pub async fn path(&mut self) -> Result<PathParams, S::Error> {
        match RawPathParams::from_request_parts(&mut self.parts, &()).await {
            Ok(params) => Ok(PathParams(params.iter().map(|(_, value)| value.to_owned()).collect())),
            Err(_) => Err(self.reject(RejectionKind::Path, None, "the path is not valid UTF-8")),
        }
    }

    /// Splits the query string.
    ///
    /// # Errors
    /// When it has a parameter the operation does not know.
    pub fn query(&self, known: &[&str]) -> Result<Query<'_>, S::Error> {
        let query = Query::parse(self.parts.uri.query());
        match query.unknown(known) {
            None => Ok(query),
            Some(name) => {
                let message = format!("there is no query parameter `{name}` here");
                Err(self.reject(RejectionKind::Query, Some(name), message))
            }
        }
    }

    /// The value of a header; none when it was not sent.
    ///
    /// # Errors
    /// When it was sent twice, or holds more than visible ASCII.
    pub fn header(&self, name: &str) -> Result<Option<&str>, Violation> {
        let mut values = self.parts.headers.get_all(name).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(Violation::new("was given more than once"));
        }
        value.to_str().map(|text| Some(text.trim())).map_err(|_| Violation::new("must be visible ASCII characters"))
    }

    /// Runs the reading of one parameter and turns what it finds wrong into a rejection that names the parameter.
    ///
    /// # Errors
    /// What the reading found wrong.
    pub fn parameter<T>(
        &self,
        kind: RejectionKind,
        name: &'static str,
        read: impl FnOnce() -> Result<T, Violation>,
    ) -> Result<T, S::Error> {
        read().map_err(|violation| self.reject_with(violation.inside(name).into_rejection(kind)))
    }
}
