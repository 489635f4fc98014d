//! The command line, through the real binary.

mod keys;
mod settings;
mod start;
