//! The Rust SDK: progenitor's output for each spec.
