//! How long one fdatasync takes on this disk, of the kind a write-ahead log makes: a page over an old one.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};

const PAGE: [u8; 4_096] = [7; 4_096];
const PAGES: u64 = 256;
const TIMES: u64 = 400;

/// In microseconds.
pub fn median_fdatasync(folder: &Path) -> Result<u128> {
    let path = folder.join("probe");
    let file = File::create(&path)?;
    for page in 0..PAGES {
        file.write_all_at(&PAGE, page * 4_096)?;
    }
    file.sync_all()?;
    let mut took = Vec::new();
    for time in 0..TIMES {
        let started = Instant::now();
        file.write_all_at(&PAGE, (time % PAGES) * 4_096)?;
        file.sync_data()?;
        took.push(started.elapsed().as_micros());
    }
    std::fs::remove_file(path)?;
    took.sort_unstable();
    took.get(took.len() / 2).copied().context("nothing was measured")
}
