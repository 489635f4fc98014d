//! What a server brings along: who calls, how errors look, how large a body may be.

use std::fmt;

use http::{Extensions, HeaderMap, Method, Uri};

use crate::{Answer, Operation, Rejection};

/// The ground that the generated traits of a family stand on.
pub trait Service: Clone + Send + Sync + 'static {
    /// Who calls, as the authenticator found out.
    type Caller: Send + 'static;
    /// The family's one error type.
    type Error: Into<Answer> + Send;

    /// Puts a rejection into the family's envelope; no operation when none was reached.
    fn reject(&self, operation: Option<&'static Operation>, rejection: Rejection) -> Self::Error;

    /// The largest request body, in bytes.
    fn body_limit(&self) -> usize;
}

/// A secret as the caller sent it. It never prints itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential(String);

impl Credential {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text after `Bearer` or `Basic`, or the whole value of a key in a header or the query.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(..)")
    }
}

/// What an authenticator may look at besides the credential.
#[derive(Clone, Copy, Debug)]
pub struct RequestParts<'a> {
    pub method: &'a Method,
    pub uri: &'a Uri,
    pub headers: &'a HeaderMap,
    pub extensions: &'a Extensions,
    pub operation: &'static Operation,
}
