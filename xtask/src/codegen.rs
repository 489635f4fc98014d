//! `cargo xtask codegen`: reads the specs and the generated files, and makes the second agree with the first.
//!
//! Owns the file system side only; what is generated is decided by the crate `codegen`. A newcomer's usual mistake is
//! to write every file each time: cargo looks at modification times, so an unchanged file must not be touched.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail, ensure};
use hedge_codegen::{Diagnostic, GeneratedFile};

use crate::{cargo, terminal};

pub mod drift;
mod layout;
pub mod tree;

use drift::Drift;

/// What has to be run when the generated files are not those of the specs.
pub const COMMAND: &str = "cargo xtask codegen";

/// Writes what changed, deletes what no spec produces any more, and says so.
pub fn write() -> Result<()> {
    let started = Instant::now();
    let (drifts, total) = renew(&cargo::root())?;
    for drift in &drifts {
        terminal::say(&drift.done());
    }
    terminal::say(&format!("{total} generated files, {} changed, in {:.2?}", drifts.len(), started.elapsed()));
    Ok(())
}

/// Writes nothing; fails when the generated files are not those of the specs, and shows how they differ.
pub fn check() -> Result<()> {
    let started = Instant::now();
    let (drifts, total) = survey(&cargo::root())?;
    if drifts.is_empty() {
        terminal::say(&format!("{total} generated files are up to date (checked in {:.2?})", started.elapsed()));
        return Ok(());
    }
    for drift in &drifts {
        terminal::say(&drift.explained());
    }
    bail!("{} generated files are not those of the specs; run: {COMMAND}", drifts.len())
}

/// The differences between the generated files as they are and as the specs want them, and how many are wanted.
pub fn survey(root: &Path) -> Result<(Vec<Drift>, usize)> {
    let wanted = wanted(root)?;
    let drifts = drift::between(&wanted, &tree::generated(root)?);
    Ok((drifts, wanted.len()))
}

/// Removes the differences that `survey` finds, and gives them back.
pub fn renew(root: &Path) -> Result<(Vec<Drift>, usize)> {
    let (drifts, total) = survey(root)?;
    drifts.iter().try_for_each(|drift| apply(root, drift))?;
    Ok((drifts, total))
}

/// Every file the specs produce, by path. All problems of all specs come out in one error.
fn wanted(root: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, text) in tree::specs(root)? {
        match family(&name, &text) {
            Ok(generated) => {
                for GeneratedFile { path, content } in generated {
                    // Anywhere else, the file would neither be found again nor deleted when its spec is gone.
                    ensure!(
                        tree::is_generated_place(&path),
                        "openapi/{name}.yaml would write {path}; mend the generator"
                    );
                    let first = files.insert(path.clone(), content).is_none();
                    ensure!(first, "openapi/{name}.yaml would write {path} a second time; mend the generator");
                }
            }
            Err(found) => problems.extend(found.iter().map(Diagnostic::to_string)),
        }
    }
    match problems.len() {
        0 => layout::formatted(files),
        count => Err(anyhow!("{}\nproblems in openapi/: {count}; nothing was written", problems.join("\n"))),
    }
}

/// Both sides of one family. The client is made last: what progenitor cannot say well, the lint has said already.
fn family(name: &str, text: &str) -> Result<Vec<GeneratedFile>, Vec<Diagnostic>> {
    let mut files = hedge_codegen::family(name, text)?;
    files.push(hedge_codegen::client(name, text)?);
    Ok(files)
}

fn apply(root: &Path, drift: &Drift) -> Result<()> {
    let path = root.join(drift.path());
    match drift {
        Drift::Missing { content, .. } | Drift::Stale { content, .. } => {
            let folder = path.parent().with_context(|| format!("{} has no folder", path.display()))?;
            fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
            fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))
        }
        Drift::Orphaned { .. } => fs::remove_file(&path).with_context(|| format!("cannot delete {}", path.display())),
    }
}
