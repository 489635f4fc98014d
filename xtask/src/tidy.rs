//! `cargo xtask tidy`: formatting, lints and structure, each run even when the one before it failed.

use anyhow::{Result, bail};

use crate::structure::{self, sizes};
use crate::{cargo, terminal};

/// Checks everything; with `fix` the formatting is mended instead of checked.
pub fn run(fix: bool) -> Result<()> {
    let format: &[&str] = if fix { &["fmt", "--all"] } else { &["fmt", "--all", "--check"] };
    let lint = ["clippy", "--workspace", "--keep-going", "--all-targets", "--all-features", "--", "--deny", "warnings"];
    let outcomes = [("formatting", cargo::run(format)), ("structure", structure()), ("lints", cargo::run(&lint))];
    let mut failed = Vec::new();
    for (name, outcome) in outcomes {
        if let Err(error) = outcome {
            failed.push(format!("{name}: {error:#}"));
        }
    }
    if !failed.is_empty() {
        bail!("{}", failed.join("\n"));
    }
    terminal::say("tidy: formatting, structure and lints are in order");
    Ok(())
}

fn structure() -> Result<()> {
    let workspace = structure::Workspace::read(&cargo::root())?;
    for long in sizes::worth_a_look(&workspace) {
        terminal::say(&format!("worth a look: {long}"));
    }
    let mut count: usize = 0;
    for rule in structure::RULES {
        for finding in (rule.check)(&workspace) {
            terminal::say(&format!("{}: {finding}", rule.name));
            count = count.saturating_add(1);
        }
    }
    if count > 0 {
        bail!("{count} findings");
    }
    Ok(())
}
