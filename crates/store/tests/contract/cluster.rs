//! A Postgres of the test's own, for what a running one cannot be asked: certificates, standbys, a crash. Runs where its
//! programs are installed; elsewhere the tests say that they were not run.
//!
//! Postgres refuses to run as root; then it runs as the user `postgres`.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

const DEBIAN: &str = "/usr/lib/postgresql";

/// A folder, and who its servers run as.
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    user: Option<(u32, u32)>,
}

/// One that is running, until it is dropped.
pub struct Server<'c> {
    cluster: &'c Cluster,
    pub data: PathBuf,
    pub port: u16,
}

fn programs() -> Option<PathBuf> {
    let mut versions: Vec<_> = fs::read_dir(DEBIAN).ok()?.flatten().map(|entry| entry.path().join("bin")).collect();
    versions.retain(|bin| bin.join("initdb").exists());
    versions.sort();
    versions.pop()
}

/// `None` for whoever is not root and so runs servers as itself.
fn unprivileged(folder: &Path) -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    if fs::metadata(folder).unwrap().uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let line = users.lines().find(|line| line.starts_with("postgres:")).expect("root needs the user postgres");
    let mut ids = line.split(':').skip(2).map(|id| id.parse().unwrap());
    Some((ids.next().unwrap(), ids.next().unwrap()))
}

impl Cluster {
    pub fn new() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("not run: no programs of Postgres in {DEBIAN}");
            return None;
        };
        let folder = TempDir::new().unwrap();
        let user = unprivileged(folder.path());
        let cluster = Self { folder, programs, user };
        cluster.hand_over(cluster.folder.path());
        Some(cluster)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file that only the server reads.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        self.hand_over(&path);
        path
    }

    /// A folder that only the server writes to.
    pub fn folder(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir(&path).unwrap();
        self.hand_over(&path);
        path
    }

    fn hand_over(&self, path: &Path) {
        if let Some((uid, gid)) = self.user {
            chown(path, Some(uid), Some(gid)).unwrap();
        }
    }

    /// A fresh database with these lines in its `pg_hba.conf`.
    pub fn init(&self, name: &str, hba: &str) -> PathBuf {
        let data = self.path(name);
        let mut command = self.command("initdb");
        command.arg("-D").arg(&data).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        run(&mut command);
        if !hba.is_empty() {
            fs::write(data.join("pg_hba.conf"), hba).unwrap();
        }
        data
    }

    pub fn start(&self, data: &Path, options: &str) -> Server<'_> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let always =
            "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=40 -c shared_buffers=16MB";
        let mut command = self.command("pg_ctl");
        command.arg("start").arg("-D").arg(data).args(["-w", "-t", "60"]).arg("-l").arg(data.join("log"));
        command.args(["-o", &format!("-p {port} {always} {options}")]);
        run(&mut command);
        Server { cluster: self, data: data.to_owned(), port }
    }

    /// Runs statements, one a line, on a database that nobody serves.
    pub fn execute(&self, data: &Path, statements: &str) {
        let file = self.write("statements.sql", statements);
        let mut command = self.command("postgres");
        command.arg("--single").arg("-D").arg(data).arg("postgres").stdin(fs::File::open(file).unwrap());
        run(&mut command);
    }

    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }
}

pub fn run(command: &mut Command) {
    // What a server goes on to write must not keep the pipes of the program that started it open.
    let output = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(output.success(), "{command:?}: {output}");
}

impl Server<'_> {
    pub fn stop(&self, how: &str) {
        let mut command = self.cluster.command("pg_ctl");
        let _gone = command
            .arg("stop")
            .arg("-D")
            .arg(&self.data)
            .args(["-w", "-m", how])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        self.stop("immediate");
    }
}
