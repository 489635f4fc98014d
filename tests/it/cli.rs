//! The command line, through the real binary.

mod backup;
mod keys;
mod output;
mod settings;
mod start;
