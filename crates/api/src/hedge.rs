//! The Hedge API, `/v1/*`: everything here is generated from `openapi/hedge.yaml`.

#[rustfmt::skip]
#[allow(clippy::all, rustdoc::all, reason = "generated code is formatted and judged by its generator")]
mod generated;

pub use generated::*;
