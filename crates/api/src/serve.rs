//! The last step of every request: from a handler's result, or a route that was not found, to a response.

use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::ALLOW;

use crate::{Answer, Operation, Rejection, RejectionKind, Service};

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
