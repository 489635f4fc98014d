//! The facts of one operation, as a constant. Generated tables are made of these; handlers, the limiter, metrics and tests
//! go by them.
//!
//! The one thing a newcomer gets wrong: the order of parameters means something, because a handler takes them one by one.

use http::Method;

use crate::answer::{Output, Success};
use crate::parameter::Parameter;
use crate::wire::{Kind, Limits, Value, limits};

/// One operation of a spec.
pub struct Operation {
    /// The `operationId`.
    pub id: &'static str,
    pub method: Method,
    /// The path template of the spec, such as `/v1/payments/{id}`.
    pub path: &'static str,
    pub tag: &'static str,
    /// Alternatives, tried in order; empty when no credential is needed.
    pub security: &'static [Requirement],
    /// Whether anybody may call without a credential, too.
    pub open: bool,
    pub rate_limit: Option<RateLimit>,
    pub idempotent: bool,
    /// In the order in which they are read.
    pub parameters: &'static [Parameter],
    pub body: Option<Body>,
    /// What a handler can answer with.
    pub successes: fn() -> Vec<Success>,
    /// Every status the spec declares, ascending.
    pub statuses: &'static [u16],
    pub deprecated: bool,
    /// Names in the query that belong to credentials.
    pub(crate) query_keys: &'static [&'static str],
}

/// The body that an operation takes.
pub struct Body {
    pub required: bool,
    pub kind: fn() -> Kind,
    pub limits: Limits,
}

/// One acceptable kind of credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The name of the scheme in the spec.
    pub scheme: &'static str,
    pub scopes: &'static [&'static str],
}

/// `x-rate-limit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    pub requests: u32,
    pub per_seconds: u32,
}

macro_rules! methods {
    ($($name:ident $method:ident;)*) => {$(
        #[must_use]
        pub const fn $name(id: &'static str, path: &'static str, tag: &'static str) -> Self {
            Self::new(Method::$method, id, path, tag)
        }
    )*};
}

impl Operation {
    methods! {
        get GET; put PUT; post POST; delete DELETE; options OPTIONS; head HEAD; patch PATCH; trace TRACE;
    }

    const fn new(method: Method, id: &'static str, path: &'static str, tag: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            tag,
            security: &[],
            open: false,
            rate_limit: None,
            idempotent: false,
            parameters: &[],
            body: None,
            successes: Vec::new,
            statuses: &[],
            deprecated: false,
            query_keys: &[],
        }
    }

    #[must_use]
    pub const fn security(mut self, security: &'static [Requirement]) -> Self {
        self.security = security;
        self
    }

    #[must_use]
    pub const fn open(mut self) -> Self {
        self.open = true;
        self
    }

    #[must_use]
    pub const fn query_keys(mut self, names: &'static [&'static str]) -> Self {
        self.query_keys = names;
        self
    }

    #[must_use]
    pub const fn rate_limit(mut self, requests: u32, per_seconds: u32) -> Self {
        self.rate_limit = Some(RateLimit { requests, per_seconds });
        self
    }

    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    #[must_use]
    pub const fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    #[must_use]
    pub const fn parameters(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// A body that must be there.
    #[must_use]
    pub const fn body<T: Value>(mut self) -> Self {
        self.body = Some(Body { required: true, kind: T::kind, limits: limits() });
        self
    }

    /// A body that may be left out.
    #[must_use]
    pub const fn optional_body<T: Value>(mut self) -> Self {
        self.body = Some(Body { required: false, kind: T::kind, limits: limits() });
        self
    }

    /// The limits of a body that is no named type.
    #[must_use]
    pub const fn body_limits(mut self, limits: Limits) -> Self {
        if let Some(body) = &mut self.body {
            body.limits = limits;
        }
        self
    }

    /// What a handler can answer with, and every status that can come.
    #[must_use]
    pub const fn answers<T: Output>(mut self, statuses: &'static [u16]) -> Self {
        self.successes = T::successes;
        self.statuses = statuses;
        self
    }
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Operation").field(&self.id).finish()
    }
}
