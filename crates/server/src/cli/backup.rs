//! `hedge backup TO`: the database of one moment, and the server secret, in a folder that `hedge restore` takes.
//!
//! Works beside a running server, which goes on as before. The folder gets its name last, when what is in it was read again
//! and adds up: a backup that was cut short is none.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use hedge_domain::installation::Installation;
use hedge_store::sqlite::backup;

use crate::config::{Config, Database};
use crate::open::{self, SECRET_FILE};
use crate::secret::{self, ServerSecret};
use crate::serve;

/// The database's name in a backup, whatever it is called in service.
pub(super) const DATABASE_FILE: &str = "hedge.db";

pub(super) async fn run(config: &Config, to: &Path, without_secret: bool) -> Result<()> {
    let source = sqlite(config)?;
    if !source.exists() {
        bail!("there is no database at {}", source.display());
    }
    if fs::symlink_metadata(to).is_ok() {
        bail!("there is something at {} already: a backup is never written over another", to.display());
    }
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let private = Permissions::from_mode(0o700);
    let aside = tempfile::Builder::new().prefix(".hedge-backup-").permissions(private).tempdir_in(parent);
    let aside = aside.with_context(|| format!("cannot write to {}", parent.display()))?;
    let copy = aside.path().join(DATABASE_FILE);
    backup::copy(source, &copy)?;
    let (installation, rows) = examined(config, &copy).await?;
    let kept = if without_secret { None } else { file_secret(config, &installation)? };
    if let Some(text) = &kept {
        secret::put_in_place(&aside.path().join(SECRET_FILE), text)?;
    }
    File::open(aside.path())?.sync_all()?;
    fs::rename(aside.path(), to).with_context(|| format!("cannot name it {}", to.display()))?;
    // It has its name now; the guard would look for the old one.
    let _renamed = aside.keep();
    File::open(parent)?.sync_all()?;
    let secret = if kept.is_some() { "with" } else { "without" };
    super::print(&format!("{rows}\nbacked up to {}, {secret} the server secret", to.display()))
}

pub(super) fn sqlite(config: &Config) -> Result<&PathBuf> {
    match &config.database {
        Database::Sqlite(path) => Ok(path),
        Database::Postgres(_) => bail!("Postgres has its own tools for this: pg_basebackup, or pg_dump and pg_restore"),
    }
}

/// Reads the whole of a copy: is the file whole, does everything in it add up, and whose is it. Tells what is in it.
pub(super) async fn examined(config: &Config, copy: &Path) -> Result<(Installation, String)> {
    let config = Config { database: Database::Sqlite(copy.to_owned()), ..config.clone() };
    let store = open::existing(&config, &serve::families()).await?;
    let installation = store.get::<Installation>(()).await?.context("no server has ever started on this database")?;
    let audit = store.audit().await?;
    store.close().await;
    if let Some(finding) = audit.findings.first() {
        bail!("it does not add up: {}: {}: hedge verify tells all of it", finding.rule, finding.subject);
    }
    backup::one_file(copy)?;
    let rows: Vec<_> = audit.rows.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    Ok((installation, rows.join(", ")))
}

/// The text of the secret's file; `None` where the secret comes from a setting, which the operator keeps.
fn file_secret(config: &Config, installation: &Installation) -> Result<Option<String>> {
    if config.server_secret.is_some() {
        return Ok(None);
    }
    let path = config.data_dir.join(SECRET_FILE);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    opens(text.trim(), installation)?;
    Ok(Some(text))
}

/// Without the very secret the rows are of no use: no key is recognised, and what is sealed stays sealed.
pub(super) fn opens(text: &str, installation: &Installation) -> Result<()> {
    if ServerSecret::from_text(text)?.check() != installation.secret_check {
        bail!("the server secret is not the one this database was made with");
    }
    Ok(())
}
