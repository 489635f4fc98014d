//! The generated code of every fixture, compiled and asked over its router.
//!
//! The one thing to know: `generated` holds the very files that the snapshots pin, so what is reviewed is what runs here;
//! they find the runtime at the root of their crate, which is why everything of `hedge_api` is re-exported here.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

pub use hedge_api::*;

#[path = "../roundtrip/canonical.rs"]
mod canonical;
#[path = "../roundtrip/code.rs"]
mod code;
mod collections;
mod features;
mod fidelity;
mod formats;
mod generated;
mod harness;
mod null;
mod numbers;
mod objects;
mod parameters;
#[path = "../roundtrip/rebuilt.rs"]
mod rebuilt;
mod refusals;
mod requests;
mod texts;
