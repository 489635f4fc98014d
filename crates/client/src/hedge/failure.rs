//! What the error envelope says, read off any error a call may end with.
//!
//! The one thing a newcomer gets wrong: an error without a code never reached the API, or did not come from it.

use serde_json::{Map, Value};

use super::{Error, types};

/// The parts of the API's error envelope.
pub trait Failure {
    /// For programs: branch on this.
    fn code(&self) -> Option<&str>;

    /// For people: show this.
    fn message(&self) -> Option<&str>;

    /// For logs: the facts behind it.
    fn details(&self) -> Option<&Map<String, Value>>;

    /// The server's name for the request; quote it when you ask for help.
    fn request_id(&self) -> Option<&str>;
}

impl Failure for Error<types::Error> {
    fn code(&self) -> Option<&str> {
        answer(self).map(|answer| answer.error.code.as_str())
    }

    fn message(&self) -> Option<&str> {
        answer(self).map(|answer| answer.error.message.as_str())
    }

    fn details(&self) -> Option<&Map<String, Value>> {
        answer(self).map(|answer| &answer.error.details)
    }

    fn request_id(&self) -> Option<&str> {
        answer(self)?.headers().get("x-request-id")?.to_str().ok()
    }
}

fn answer(error: &Error<types::Error>) -> Option<&super::ResponseValue<types::Error>> {
    if let Error::ErrorResponse(answer) = error { Some(answer) } else { None }
}
