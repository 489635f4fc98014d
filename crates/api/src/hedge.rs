//! The Hedge API, `/v1/*`: everything here is generated from `openapi/hedge.yaml`.

#[allow(clippy::all, rustdoc::all, reason = "generated code is judged by its generator")]
mod generated;

pub use generated::*;
