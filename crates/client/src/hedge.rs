//! The Hedge API: `/v1/*`.
//!
//! The one thing a newcomer gets wrong: a body is filled in with `body_map`, and one that may be left out is then sent as
//! `{}`, which means the same.

#[rustfmt::skip]
#[allow(
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "progenitor's output is not ours to style"
)]
mod generated;

mod failure;

pub use failure::Failure;
pub use generated::*;

use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::{Request, Response};

use crate::Session;

impl ClientHooks<Session> for Client {
    async fn pre<E>(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error<E>> {
        self.inner().prepare(request);
        Ok(())
    }

    async fn exec(&self, request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
        self.inner().execute(self.client(), request).await
    }
}
