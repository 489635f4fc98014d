//! The real `hedge` binary: its command line, and a server of it as a child process.
//!
//! The one thing a newcomer gets wrong: a server logs nothing unless the test asks for it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::program;

/// The binary on a data folder.
pub fn hedge(folder: &Path) -> Binary {
    Binary { command: program::command(folder) }
}

/// The binary on a data folder that is a disk of its own, which nobody else sees; `None` where that takes more rights
/// than the tests have.
pub fn on_small_disk(folder: &Path, bytes: usize) -> Option<Binary> {
    const MOUNT: &str = r#"mount -t tmpfs -o size="$1" none "$HEDGE_DATA_DIR" && shift && exec "$@""#;
    let size = bytes.to_string();
    let apart = ["--map-root-user", "--mount", "sh", "-c", MOUNT, "sh", &size];
    let allowed = Command::new("unshare").args(apart).arg("true").env("HEDGE_DATA_DIR", folder).output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        eprintln!("not run: no right to mount a disk");
        return None;
    }
    let inner = hedge(folder).command;
    let mut command = Command::new("unshare");
    command.args(apart).arg(inner.get_program());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    Some(Binary { command })
}

/// A run of the binary, about to start.
pub struct Binary {
    command: Command,
}

impl Binary {
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Serves with everything logged, into this file.
    pub fn serve_logging(self, log: &Path) -> Serving {
        self.env("RUST_LOG", "trace").serving(&[], File::create(log).unwrap().into())
    }

    pub fn run(mut self, arguments: &[&str]) -> Output {
        self.command.args(arguments).output().unwrap()
    }

    /// Standard output of a run that succeeds.
    #[track_caller]
    pub fn text(self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    pub fn json(self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.text(arguments)).unwrap()
    }

    /// Standard error of a run that fails.
    #[track_caller]
    pub fn complaint(self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?} should have failed");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!told.contains("panicked"), "{told}");
        told
    }

    /// Starts a server and waits until it listens.
    pub fn serve(self, arguments: &[&str]) -> Serving {
        self.serving(arguments, Stdio::null())
    }

    fn serving(mut self, arguments: &[&str], log: Stdio) -> Serving {
        let listen = ["--listen", "127.0.0.1:0"];
        let command = self.command.args(arguments).args(listen).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let url = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{line:?}");
        Serving { url, first_line: line, out, child }
    }
}

/// A server in a process of its own.
pub struct Serving {
    pub url: String,
    pub first_line: String,
    out: BufReader<std::process::ChildStdout>,
    child: Child,
}

impl Serving {
    /// What it prints of its first key: the lines up to the end of the curl command.
    pub fn banner(&mut self) -> String {
        let mut text = String::new();
        while !text.contains("-d '") {
            assert_ne!(self.out.read_line(&mut text).unwrap(), 0, "no curl line: {text}");
        }
        text
    }

    /// The key of the banner.
    pub fn key(&mut self) -> String {
        let banner = self.banner();
        let key = banner.split_whitespace().find(|word| word.starts_with("sk_"));
        key.expect("a key").to_owned()
    }

    /// Where the server sees this path, which may be on a disk of its own.
    pub fn sees(&self, path: &Path) -> PathBuf {
        Path::new(&format!("/proc/{}/root", self.child.id())).join(path.strip_prefix("/").unwrap())
    }

    /// Asks it to stop as an operator does, without waiting.
    pub fn terminate(&self) {
        let asked = Command::new("sh").arg("-c").arg(format!("kill -TERM {}", self.child.id())).status().unwrap();
        assert!(asked.success());
    }

    /// How it ended, and what it printed after what was read.
    pub fn end(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap(), rest)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A data folder that is not there afterwards.
pub fn folder() -> TempDir {
    TempDir::new().unwrap()
}
