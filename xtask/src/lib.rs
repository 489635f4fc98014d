//! Developer commands, a thin shell over `codegen` and cargo; and the rules this repository's structure is held to.
//!
//! Knows nothing of the running service, and builds without any of the generated code: `cargo xtask codegen` must
//! work while that code is broken. A newcomer's usual mistake is to add a check to a script: a rule about the tree
//! belongs in `structure`, where `cargo test` and `cargo xtask tidy` both find it.

pub mod bench;
pub mod browser;
pub mod cargo;
pub mod codegen;
mod debian;
pub mod postgres;
pub mod python;
pub mod structure;
pub mod terminal;
pub mod test;
pub mod tidy;
