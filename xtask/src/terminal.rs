//! What the commands say: results on standard output, complaints on standard error.
//!
//! A closed pipe is not an error here: `cargo xtask codegen --check | head` must end quietly.

use std::io::Write;

/// Prints one line of result.
pub fn say(line: &str) {
    // There is nobody left to tell when the reader has gone away.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints one line about something that went wrong.
pub fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
