//! `hedge restore FROM`: a backup becomes the database of an empty data folder.
//!
//! What a newcomer gets wrong: everything is checked aside first, and the database gets its name last, so that a server never
//! starts on half of it. Nothing that is there is ever replaced.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail};
use hedge_store::sqlite::backup as file;

use super::backup::{self, DATABASE_FILE};
use crate::config::Config;
use crate::open::{self, SECRET_FILE};
use crate::secret;

pub(super) async fn run(config: &Config, from: &Path) -> Result<()> {
    let to = backup::sqlite(config)?;
    let source = from.join(DATABASE_FILE);
    if !source.is_file() {
        bail!("{} is not a backup: it has no {DATABASE_FILE}", from.display());
    }
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for folder in [&config.data_dir, folder] {
        open::create_folder(folder)?;
        is_empty(folder)?;
    }
    file::check(&source, None).with_context(|| source.display().to_string())?;
    let aside = tempfile::Builder::new().prefix(".hedge-restore-").tempdir_in(folder)?;
    let copy = aside.path().join(DATABASE_FILE);
    file::copy(&source, &copy)?;
    let (installation, rows) = backup::examined(config, &copy).await?;
    let (text, of_file) = secret_text(config, from)?;
    backup::opens(text.trim(), &installation)?;
    if of_file {
        secret::put_in_place(&config.data_dir.join(SECRET_FILE), text.trim())?;
    }
    // Unlike a renaming, a link never replaces what somebody else has put there meanwhile.
    fs::hard_link(&copy, to).with_context(|| format!("cannot put it at {}", to.display()))?;
    aside.close()?;
    File::open(folder)?.sync_all()?;
    super::print(&format!("{rows}\nrestored to {}", to.display()))
}

/// A log or a secret that is left from another database would be taken for this one's.
fn is_empty(folder: &Path) -> Result<()> {
    if fs::read_dir(folder).with_context(|| folder.display().to_string())?.next().is_some() {
        bail!("{} is not empty: a backup is restored into an empty data folder", folder.display());
    }
    Ok(())
}

/// The secret, and whether it is the backup's own file: one from the settings goes first, as it does in service.
fn secret_text(config: &Config, from: &Path) -> Result<(String, bool)> {
    if let Some(text) = &config.server_secret {
        return Ok((text.clone(), false));
    }
    match fs::read_to_string(from.join(SECRET_FILE)) {
        Ok(text) => Ok((text, true)),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "the backup is without the server secret: put server.secret into {} or set HEDGE_SERVER_SECRET",
            from.display()
        ),
        Err(error) => Err(error).with_context(|| from.display().to_string()),
    }
}
