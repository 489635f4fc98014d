//! Finds the browser that the tests open the hosted page in: Chromium, and the chromedriver that goes with it.
//!
//! The convention for tests of every crate: they read `HEDGE_TEST_CHROMIUM` and `HEDGE_TEST_CHROMEDRIVER`, and without a
//! browser they print "not run: no Chromium with chromedriver". A newcomer's usual mistake is to install something on a
//! developer's machine: that is done where `CI=true` says that the machine is there for nothing else.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::debian;

/// The variables that name the two programs.
pub const VARIABLES: [&str; 2] = ["HEDGE_TEST_CHROMIUM", "HEDGE_TEST_CHROMEDRIVER"];

/// By the names that distributions give them.
const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome"];
const CHROMEDRIVER: &[&str] = &["chromedriver"];

/// What the tests have to work with.
#[derive(Debug, PartialEq, Eq)]
pub enum Browser {
    Found {
        chromium: PathBuf,
        chromedriver: PathBuf,
    },
    /// None, and why.
    Absent(String),
}

impl Browser {
    /// The programs to hand to the tests, in the order of [`VARIABLES`].
    pub fn paths(&self) -> Option<[&Path; 2]> {
        match self {
            Self::Found { chromium, chromedriver } => Some([chromium, chromedriver]),
            Self::Absent(_) => None,
        }
    }
}

/// Takes what the environment names, else what is in the `PATH`, else what can be installed if that may be.
pub fn find(may_install: bool) -> Browser {
    match look() {
        Browser::Absent(why) if may_install => match debian::install(&["chromium", "chromium-driver"]) {
            Ok(()) => look(),
            Err(error) => Browser::Absent(format!("{why}; {error}")),
        },
        browser @ (Browser::Found { .. } | Browser::Absent(_)) => browser,
    }
}

fn look() -> Browser {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let [chromium, chromedriver] = VARIABLES.map(std::env::var_os);
    let chromium = named(chromium).or_else(|| in_path(&path, CHROMIUM));
    let chromedriver = named(chromedriver).or_else(|| in_path(&path, CHROMEDRIVER));
    match (chromium, chromedriver) {
        (Some(chromium), Some(chromedriver)) => Browser::Found { chromium, chromedriver },
        (None, Some(_)) => Browser::Absent("no chromium".to_owned()),
        (Some(_), None) => Browser::Absent("no chromedriver".to_owned()),
        (None, None) => Browser::Absent("no chromium and no chromedriver".to_owned()),
    }
}

fn named(value: Option<std::ffi::OsString>) -> Option<PathBuf> {
    value.filter(|value| !value.is_empty()).map(PathBuf::from)
}

pub(crate) fn in_path(path: &OsStr, names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<_> = std::env::split_paths(path).collect();
    let places = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.into_iter().find(|place| place.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_that_is_a_file_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        std::fs::create_dir_all(one.join("chromium")).unwrap();
        std::fs::create_dir_all(&two).unwrap();
        let path = std::env::join_paths([&one, &two]).unwrap();
        assert_eq!(in_path(&path, CHROMIUM), None);
        std::fs::write(one.join("google-chrome"), "").unwrap();
        assert_eq!(in_path(&path, CHROMIUM), Some(one.join("google-chrome")));
        std::fs::write(two.join("chromium"), "").unwrap();
        assert_eq!(in_path(&path, CHROMIUM), Some(two.join("chromium")));
    }

    #[test]
    fn an_empty_name_is_none() {
        assert_eq!(named(Some("".into())), None);
        assert_eq!(named(Some("/opt/chromium".into())), Some("/opt/chromium".into()));
    }
}
