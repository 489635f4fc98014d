//! A request that was turned away before its handler ran, and why.
//!
//! The one thing to know: a rejection has no wording of its own on the wire; the family's [`Service`](crate::Service)
//! turns it into its own error envelope.

/// What was wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub kind: RejectionKind,
    /// The parameter, or the path inside the body such as `metadata.orderId`.
    pub field: Option<String>,
    /// Fit for the caller's eyes.
    pub message: String,
    /// The number that was out of bounds. Text is never repeated: it may be a secret.
    pub number: Option<String>,
}

/// The kinds of rejection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectionKind {
    Path,
    Query,
    Header,
    /// Not JSON.
    BodySyntax,
    /// JSON of the wrong shape: a wrong type, a missing or an unknown field.
    BodySchema,
    /// The right shape, but a value outside its limits.
    BodyConstraint,
    ContentType,
    BodyTooLarge,
    /// The body could not be read to its end.
    BodyRead,
    /// Where the body ends, or one of its chunks, is not told as HTTP has it.
    BodyFraming,
    UnknownRoute,
    MethodNotAllowed {
        allow: &'static str,
    },
    MissingCredentials,
}
