//! The facts of one operation, as a constant. Generated tables are made of these; the limiter, metrics and tests read them.

use http::Method;

/// One operation of a spec.
#[derive(Debug)]
pub struct Operation {
    /// The `operationId`.
    pub id: &'static str,
    pub method: Method,
    /// The path template of the spec, such as `/v1/payments/{id}`.
    pub path: &'static str,
    pub tag: &'static str,
    /// Alternatives, tried in order; empty when no credential is needed.
    pub security: &'static [Requirement],
    pub rate_limit: Option<RateLimit>,
    pub idempotent: bool,
    /// Every status the spec declares, ascending.
    pub statuses: &'static [u16],
    pub deprecated: bool,
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
