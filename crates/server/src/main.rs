//! The `hedge` binary: everything is in the library, so that tests can start a server in their own process too.

use std::process::ExitCode;

fn main() -> ExitCode {
    hedge_server::cli::main()
}
