//! The command line of `cargo xtask`.
//!
//! Owns the names of the commands and their flags, nothing else: each command is a module of the library beside it.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{bench, codegen, test, tidy};

/// Developer commands of this workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generates the server side and the client from every openapi/*.yaml.
    Codegen {
        /// Writes nothing; fails and shows what differs when the generated files are not those of the specs.
        #[arg(long)]
        check: bool,
    },
    /// Runs every test; those on Postgres, with Python and in a browser when there is one.
    Test,
    /// Checks formatting, lints and structure.
    Tidy {
        /// Formats instead of checking the formatting.
        #[arg(long)]
        fix: bool,
    },
    /// Builds and runs the benchmark with optimisations; everything after `bench` is passed on to it.
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Codegen { check: false } => codegen::write(),
        Command::Codegen { check: true } => codegen::check(),
        Command::Test => test::run(),
        Command::Tidy { fix } => tidy::run(fix),
        Command::Bench { arguments } => bench::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            xtask::terminal::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
