//! A request while it is being taken apart: everything but its body.
//!
//! The one thing to know: the body is kept apart because authentication, path, query and headers come first, and a
//! request that fails there must not have its body read.

use axum::body::Body;
use axum::extract::{FromRequestParts, RawPathParams, Request};
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::arguments::Arguments;
use crate::check::Violation;
use crate::parameter::{Given, Location};
use crate::query::Query;
use crate::{Credential, Operation, Rejection, RejectionKind, RequestParts, Service};

/// A request without its body, on its way to one operation.
pub struct Head<S> {
    service: S,
    operation: &'static Operation,
    parts: Parts,
    /// None when it is not UTF-8, which is told after authentication.
    path: Option<PathParams>,
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

impl<S: Service> Head<S> {
    pub async fn split(service: S, operation: &'static Operation, request: Request) -> (Self, Body) {
        let (mut parts, body) = request.into_parts();
        let params = RawPathParams::from_request_parts(&mut parts, &()).await.ok();
        let path = params.map(|params| PathParams(params.iter().map(|(_, value)| value.to_owned()).collect()));
        (Self { service, operation, parts, path }, body)
    }

    pub const fn service(&self) -> &S {
        &self.service
    }

    pub(crate) const fn operation(&self) -> &'static Operation {
        self.operation
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

    /// The decoded path parameters.
    ///
    /// # Errors
    /// When one of them is not UTF-8 after decoding.
    pub fn path(&self) -> Result<&PathParams, S::Error> {
        self.path.as_ref().ok_or_else(|| self.reject(RejectionKind::Path, None, "the path is not valid UTF-8"))
    }

    /// The position of a path parameter in the template.
    pub(crate) fn position(&self, name: &str) -> usize {
        let mut names = self.operation.path.split('{').skip(1).filter_map(|part| part.split('}').next());
        names.position(|known| known == name).unwrap_or(usize::MAX)
    }

    /// Begins to read what the operation takes.
    ///
    /// # Errors
    /// When the path is not UTF-8, or the query has a parameter the operation does not know.
    pub fn arguments(&self, body: Body) -> Result<Arguments<'_, S>, S::Error> {
        let path = self.path()?;
        let operation = self.operation;
        let named = |name: &str| {
            let mut queries = operation.parameters.iter().filter(|parameter| parameter.location == Location::Query);
            queries.any(|parameter| parameter.name == name) || operation.query_keys.contains(&name)
        };
        let query = self.split_query(named)?;
        Ok(Arguments::new(self, Given { path, query }, body))
    }

    /// Splits the query string.
    ///
    /// # Errors
    /// When it has a parameter the operation does not know.
    pub fn query(&self, known: &[&str]) -> Result<Query<'_>, S::Error> {
        self.split_query(|name| known.contains(&name))
    }

    fn split_query(&self, known: impl Fn(&str) -> bool) -> Result<Query<'_>, S::Error> {
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

/// The alternatives of an operation's security, tried in order until one accepts the caller.
pub struct Attempts<'h, S: Service> {
    head: &'h Head<S>,
    caller: Option<S::Caller>,
    refused: Option<S::Error>,
}

impl<'h, S: Service> Attempts<'h, S> {
    #[must_use]
    pub const fn new(head: &'h Head<S>) -> Self {
        Self { head, caller: None, refused: None }
    }

    /// The credential to try next; none once a caller was accepted.
    pub fn next(&self, credential: Option<Credential>) -> Option<Credential> {
        if self.caller.is_none() { credential } else { None }
    }

    /// Keeps what came of a credential; the last refusal is the one that is told.
    pub fn made(&mut self, outcome: Result<S::Caller, S::Error>) {
        match outcome {
            Ok(caller) => self.caller = Some(caller),
            Err(error) => self.refused = Some(error),
        }
    }

    /// # Errors
    /// When no credential was accepted, or none was given.
    pub fn caller(self) -> Result<S::Caller, S::Error> {
        let head = self.head;
        self.caller.ok_or_else(|| self.refused.unwrap_or_else(|| head.missing_credentials()))
    }

    /// As [`Self::caller`], where a credential need not be given.
    ///
    /// # Errors
    /// When one was given and none was accepted.
    pub fn caller_or_nobody(self) -> Result<Option<S::Caller>, S::Error> {
        match (self.caller, self.refused) {
            (None, Some(error)) => Err(error),
            (caller, _) => Ok(caller),
        }
    }
}
