//! Builds the shim that slows every fsync down, with the machine's C compiler.
//!
//! It is preloaded into processes, so it works on every dynamically linked program, Postgres included.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::plan::Delay;

const SOURCE: &str = include_str!("slow_fsync.c");

pub struct Shim {
    library: PathBuf,
}

impl Shim {
    pub fn build(folder: &Path) -> Result<Self> {
        let (source, library) = (folder.join("slow_fsync.c"), folder.join("slow_fsync.so"));
        std::fs::write(&source, SOURCE)?;
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
        let mut command = Command::new(&compiler);
        command.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&library).arg(&source).arg("-ldl");
        let done = command.stdin(Stdio::null()).output().with_context(|| format!("no C compiler ({compiler})"))?;
        if !done.status.success() {
            bail!("{compiler} could not build the fsync shim: {}", String::from_utf8_lossy(&done.stderr));
        }
        Ok(Self { library })
    }

    /// What a process needs in its environment to be slowed down by this much.
    pub fn environment(&self, delay: Delay) -> Vec<(String, String)> {
        vec![
            ("LD_PRELOAD".to_owned(), self.library.display().to_string()),
            ("HEDGE_BENCH_FSYNC_MICROS".to_owned(), delay.micros.to_string()),
        ]
    }
}
