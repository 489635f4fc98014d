//! A Postgres of our own: a fresh cluster in a folder, on a free port, with the shim in its environment.
//!
//! A running server cannot be slowed down from outside, and its processor time is not ours alone. Postgres refuses to
//! run as root; then it runs as the user `postgres`, if there is one.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use tokio_postgres::NoTls;

pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    user: Option<User>,
    port: u16,
    /// The postmaster: all backends are its children.
    pub process: u32,
}

#[derive(Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
}

const DEBIAN: &str = "/usr/lib/postgresql";
const ROLE: &str = "bench";

impl Cluster {
    /// Makes and starts a cluster in `folder`, which must not exist.
    pub fn start(folder: &Path, environment: &[(String, String)]) -> Result<Self> {
        let programs = programs()?;
        let user = unprivileged(folder.parent().unwrap_or(folder))?;
        fs::create_dir(folder)?;
        if let Some(user) = user {
            chown(folder, Some(user.uid), Some(user.gid))?;
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut cluster = Self { programs, folder: folder.to_owned(), user, port, process: 0 };

        let data = cluster.data();
        let mut make = cluster.command("initdb");
        make.arg("-D").arg(&data).args(["-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        run(&mut make)?;

        // Checkpoints are pushed out of the measured time: when they fall is chance, and both sides would pay the same.
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=100 \
             -c checkpoint_timeout=30min -c max_wal_size=8GB -c log_min_messages=panic"
        );
        let mut start = cluster.command("pg_ctl");
        start.arg("start").arg("-D").arg(&data).arg("-w").args(["-t", "30"]).args(["-o", &options]);
        start.arg("-l").arg(cluster.folder.join("log")).envs(environment.iter().cloned());
        run(&mut start)?;
        let written = fs::read_to_string(data.join("postmaster.pid"))?;
        cluster.process = written.lines().next().and_then(|line| line.parse().ok()).context("no process id")?;
        Ok(cluster)
    }

    /// An empty database, and what `--database-url` takes for it. One of the same name is thrown away.
    pub fn fresh_database(&self, name: &str) -> Result<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&self.url("postgres"), NoTls).await?;
            tokio::spawn(connection);
            client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
            client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
            Ok(self.url(name))
        })
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://{ROLE}@127.0.0.1:{}/{database}", self.port)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        if let Some(user) = self.user {
            command.uid(user.uid).gid(user.gid);
        }
        command.current_dir(&self.folder).stdin(Stdio::null());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        stop.arg("stop").arg("-D").arg(self.data()).args(["-m", "immediate", "-w", "-t", "30"]);
        let _stopped = run(&mut stop);
    }
}

/// The folder of the newest installed version's programs: on Debian they are not on the path.
fn programs() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let mut candidates: Vec<_> = versions.collect();
    candidates.sort();
    candidates.extend(std::env::split_paths(&path));
    let found = candidates.into_iter().rev().find(|folder| folder.join("initdb").exists());
    found.context("no Postgres is installed (initdb was not found)")
}

/// Who to run as: ourselves, unless we are root.
fn unprivileged(folder: &Path) -> Result<Option<User>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd")?;
    let line = accounts.lines().find(|line| line.starts_with("postgres:"));
    let line = line.context("Postgres does not run as root, and there is no user postgres")?;
    let mut fields = line.split(':').skip(2).map(str::parse);
    let (Some(Ok(uid)), Some(Ok(gid))) = (fields.next(), fields.next()) else {
        bail!("/etc/passwd has no number for postgres");
    };
    // It has to get through to its own folder.
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(Some(User { uid, gid }))
}

/// To a file, not a pipe: the server that `pg_ctl` leaves behind would keep a pipe open.
fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = tempfile::tempfile()?;
    command.stdout(output.try_clone()?).stderr(output.try_clone()?);
    let status = command.status().with_context(|| format!("cannot run {name}"))?;
    if !status.success() {
        bail!("{name} failed: {}", read_back(output)?);
    }
    Ok(())
}

fn read_back(mut output: fs::File) -> Result<String> {
    use std::io::{Read, Seek};
    output.rewind()?;
    let mut text = String::new();
    output.read_to_string(&mut text)?;
    Ok(text)
}
