//! chromedriver as a child process, and what of its protocol no client knows.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;
use url::{ParseError, Url};

pub struct Programs {
    pub chromium: PathBuf,
    chromedriver: PathBuf,
}

/// Where they are, if they are.
pub fn find() -> Option<Programs> {
    let chromium = named("HEDGE_TEST_CHROMIUM").or_else(|| in_path("chromium"));
    let chromedriver = named("HEDGE_TEST_CHROMEDRIVER").or_else(|| in_path("chromedriver"));
    let found = chromium.zip(chromedriver).map(|(chromium, chromedriver)| Programs { chromium, chromedriver });
    if found.is_none() {
        eprintln!("not run: no Chromium with chromedriver");
    }
    found
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|path: &OsString| !path.is_empty()).map(PathBuf::from)
}

fn in_path(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}

pub struct Driver {
    child: Child,
    port: u16,
    /// The browser that it drives.
    pub session: Option<String>,
    /// A home of its own, so that no developer's settings are read or changed.
    _home: TempDir,
}

impl Driver {
    pub fn start(programs: &Programs) -> Self {
        let home = TempDir::new().unwrap();
        let mut command = Command::new(&programs.chromedriver);
        command.arg("--port=0").env("HOME", home.path()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let port = loop {
            line.clear();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "chromedriver ended before it listened");
            let words = line.trim().trim_end_matches('.').split_once("started successfully on port ");
            if let Some((_, port)) = words {
                break port.parse().unwrap();
            }
        };
        Self { child, port, session: None, _home: home }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks it to end its browser, which would outlive it otherwise.
    fn end_browser(&self, session: &str) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let request = format!("DELETE /session/{session} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        stream.read_to_end(&mut Vec::new()).map(|_| ())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(session) = &self.session {
            // Already gone is as good.
            let _ = self.end_browser(session);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A log of chromedriver's; what was told once is not told again.
#[derive(Debug)]
pub struct Log(pub &'static str);

impl WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"type": self.0}).to_string()))
    }
}
