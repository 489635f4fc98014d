//! The first and the last step of every request: from what was routed to an operation, and from its result, or a route that
//! was not found, to a response.
//!
//! The one thing a newcomer gets wrong: a path that is not UTF-8 is found out when a request is split, but told only after
//! authentication, so that a stranger learns nothing.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::response::IntoResponse;
pub use axum::response::Response;
use axum::routing::MethodRouter;
use http::HeaderValue;
use http::header::ALLOW;

use crate::head::Head;
use crate::{Answer, Operation, Rejection, RejectionKind, Service};

/// A request that was routed, and who serves it.
pub struct Call<S> {
    service: S,
    request: Request,
}

impl<S: Service> FromRequest<S> for Call<S> {
    type Rejection = Infallible;

    async fn from_request(request: Request, service: &S) -> Result<Self, Infallible> {
        Ok(Self { service: service.clone(), request })
    }
}

/// Runs an operation: hands out the request in two parts, and renders what comes of it.
pub async fn operation<S: Service, R: Into<Answer>>(
    call: Call<S>,
    operation: &'static Operation,
    run: impl AsyncFnOnce(Head<S>, Body) -> Result<R, S::Error>,
) -> Response {
    let (head, body) = Head::split(call.service, operation, call.request).await;
    finish(operation, run(head, body).await)
}

/// Renders the result of an operation and leaves the operation in the response's extensions, for whoever counts and logs.
pub fn finish<R: Into<Answer>, E: Into<Answer>>(operation: &'static Operation, result: Result<R, E>) -> Response {
    let answer: Answer = match result {
        Ok(output) => output.into(),
        Err(error) => error.into(),
    };
    debug_assert!(
        operation.statuses.contains(&answer.status.as_u16()),
        "{} answered {}, which its spec does not declare",
        operation.id,
        answer.status
    );
    let mut response = answer.into_response();
    response.extensions_mut().insert(operation);
    response
}

/// The methods of a path, to be added to; any other is refused.
pub fn methods<S: Service>(allow: &'static str) -> MethodRouter<S> {
    MethodRouter::new().fallback(move |State(service): State<S>| async move { method_not_allowed(&service, allow) })
}

/// What answers where there is no path.
pub async fn nothing_here<S: Service>(State(service): State<S>) -> Response {
    unknown_route(&service)
}

/// The answer to a path the spec does not have.
pub fn unknown_route<S: Service>(service: &S) -> Response {
    let rejection = Rejection {
        kind: RejectionKind::UnknownRoute,
        field: None,
        message: "there is nothing at this path".to_owned(),
        number: None,
    };
    let answer: Answer = service.reject(None, rejection).into();
    answer.into_response()
}

/// The answer to a method a path does not have, with the `Allow` header that HTTP demands.
pub fn method_not_allowed<S: Service>(service: &S, allow: &'static str) -> Response {
    let rejection = Rejection {
        kind: RejectionKind::MethodNotAllowed { allow },
        field: None,
        message: format!("this path answers to {allow}"),
        number: None,
    };
    let answer: Answer = service.reject(None, rejection).into();
    let mut response = answer.into_response();
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
    response
}
