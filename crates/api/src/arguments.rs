//! What an operation takes: its parameters in the order of its row, then its body.
//!
//! The one thing to know: parameters are read one after another by position, so an input lists them as the row does.

use axum::body::Body;

use crate::Service;
use crate::head::Head;
use crate::parameter::Given;
use crate::wire::Value;

/// The rest of a request whose caller is known.
pub struct Arguments<'h, S> {
    head: &'h Head<S>,
    given: Given<'h>,
    next: usize,
    body: Body,
}

impl<'h, S: Service> Arguments<'h, S> {
    pub(crate) const fn new(head: &'h Head<S>, given: Given<'h>, body: Body) -> Self {
        Self { head, given, next: 0, body }
    }

    /// The next parameter.
    ///
    /// # Errors
    /// When it is missing, is not of its kind, or breaks a limit.
    ///
    /// # Panics
    /// When the row has no more or, in a debug build, something else, which the generator sees to.
    pub fn take<T: Value>(&mut self) -> Result<T, S::Error> {
        let parameter = self.head.operation().parameters.get(self.next).expect("a row lists what its handler reads");
        self.next += 1;
        debug_assert!(
            parameter.fills::<T>(),
            "{} of {} is not what its field is",
            parameter.name,
            self.head.operation().id
        );
        self.given.read(self.head, parameter)
    }

    /// A body that must be there.
    ///
    /// # Errors
    /// When it is too large, not JSON, of the wrong shape, or breaks a limit.
    pub async fn body<T: Value>(&mut self) -> Result<T, S::Error> {
        let body = std::mem::take(&mut self.body);
        self.head.body(body).await
    }

    /// A body that may be left out; an empty one counts as absent.
    ///
    /// # Errors
    /// When there is one and it is too large, not JSON, of the wrong shape, or breaks a limit.
    pub async fn optional_body<T: Value>(&mut self) -> Result<Option<T>, S::Error> {
        let body = std::mem::take(&mut self.body);
        self.head.optional_body(body).await
    }

    /// A body that may be left out, which is the same as an empty object.
    ///
    /// # Errors
    /// When there is one and it is too large, not JSON, of the wrong shape, or breaks a limit.
    pub async fn body_or_empty<T: Value>(&mut self) -> Result<T, S::Error> {
        let body = std::mem::take(&mut self.body);
        self.head.body_or_empty(body).await
    }
}
