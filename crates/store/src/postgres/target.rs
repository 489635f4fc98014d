//! Where Postgres is and how it is reached: a URL as libpq has it, with what libpq says of TLS.
//!
//! The library knows three of the six `sslmode`s and no certificates, so those are taken out of the URL here. What a newcomer
//! gets wrong: `require` encrypts and believes any certificate; it is `verify-full` that keeps somebody in between out.

use std::path::PathBuf;

use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::failure::Failure;
use super::tls::{self, Roots, Trust};

/// How to reach a database. Cheap to clone.
#[derive(Clone)]
pub(super) struct Target {
    pub config: Config,
    pub tls: MakeRustlsConnect,
}

/// What the URL says of TLS.
#[derive(Default)]
struct Said {
    mode: Option<String>,
    roots: Option<String>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
}

impl Target {
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let mut said = Said::default();
        let rest = match text.split_once("://") {
            Some(_) => said.take_from_url(text),
            None => said.take_from_pairs(text),
        };
        let mut config: Config = rest.parse().map_err(Failure::Postgres)?;
        let (mode, trust) = said.trust()?;
        config.ssl_mode(mode);
        let own = match (said.certificate, said.key) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => {
                return Err(Failure::Unfit("sslcert and sslkey go together: name both files or neither".to_owned()));
            }
        };
        let tls = MakeRustlsConnect::new(tls::config(trust, own)?);
        Ok(Self { config, tls })
    }
}

impl Said {
    /// The URL without what was taken.
    fn take_from_url(&mut self, url: &str) -> String {
        let Some((base, query)) = url.split_once('?') else { return url.to_owned() };
        let left: Vec<_> = query
            .split('&')
            .filter(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                !self.take(name, &percent_encoding::percent_decode_str(value).decode_utf8_lossy())
            })
            .collect();
        if left.is_empty() { base.to_owned() } else { format!("{base}?{}", left.join("&")) }
    }

    /// The same of `name=value name='a value'`.
    fn take_from_pairs(&mut self, text: &str) -> String {
        let left: Vec<_> = pairs(text)
            .into_iter()
            .filter(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                !self.take(name.trim(), value.trim().trim_matches('\''))
            })
            .collect();
        left.join(" ")
    }

    fn take(&mut self, name: &str, value: &str) -> bool {
        match name {
            "sslmode" => self.mode = Some(value.to_owned()),
            "sslrootcert" => self.roots = Some(value.to_owned()),
            "sslcert" => self.certificate = Some(PathBuf::from(value)),
            "sslkey" => self.key = Some(PathBuf::from(value)),
            _ => return false,
        }
        true
    }

    /// As libpq does, down to `require` with authorities being `verify-ca`.
    fn trust(&self) -> Result<(SslMode, Trust), Failure> {
        let roots = || -> Result<Roots, Failure> {
            match self.roots.as_deref() {
                Some("system") => Ok(Roots::System),
                Some(file) => Ok(Roots::File(PathBuf::from(file))),
                None => Err(Failure::Unfit(
                    "verify-ca and verify-full need to know whom to believe: add sslrootcert=FILE with the authority that \
                     signed the server's certificate, or sslrootcert=system"
                        .to_owned(),
                )),
            }
        };
        match self.mode.as_deref() {
            Some("disable") => Ok((SslMode::Disable, Trust::Anybody)),
            None if self.roots.as_deref() == Some("system") => Ok((SslMode::Require, Trust::Host(Roots::System))),
            Some("allow" | "prefer") | None => Ok((SslMode::Prefer, Trust::Anybody)),
            Some("require") if self.roots.is_none() => Ok((SslMode::Require, Trust::Anybody)),
            Some("require" | "verify-ca") => Ok((SslMode::Require, Trust::Chain(roots()?))),
            Some("verify-full") => Ok((SslMode::Require, Trust::Host(roots()?))),
            Some(other) => Err(Failure::Unfit(format!(
                "sslmode={other} is none of disable, allow, prefer, require, verify-ca and verify-full"
            ))),
        }
    }
}

/// The pairs of a text, with blanks inside quotes left where they are.
fn pairs(text: &str) -> Vec<&str> {
    let (mut pairs, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'\'' => quoted = !quoted,
            b' ' if !quoted => {
                pairs.extend(text.get(start..at).filter(|pair| !pair.is_empty()));
                start = at + 1;
            }
            _ => {}
        }
    }
    pairs.extend(text.get(start..).filter(|pair| !pair.is_empty()));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> (String, Said) {
        let mut said = Said::default();
        let rest = if text.contains("://") { said.take_from_url(text) } else { said.take_from_pairs(text) };
        (rest, said)
    }

    #[test]
    fn what_is_about_tls_is_taken_out_and_the_rest_is_left_as_it_was() {
        let table = [
            ("postgres://a@b/c", "postgres://a@b/c"),
            ("postgres://a@b/c?sslmode=require", "postgres://a@b/c"),
            ("postgres://a@b/c?x=1&sslmode=verify-full&sslrootcert=%2Fetc%2Froot.crt&y=2", "postgres://a@b/c?x=1&y=2"),
            ("host=b sslmode=require user='a b'", "host=b user='a b'"),
            ("host=b options='-c x=1 -c y=2' sslrootcert='/a b'", "host=b options='-c x=1 -c y=2'"),
        ];
        for (text, rest) in table {
            assert_eq!(said(text).0, rest, "{text}");
        }
        assert_eq!(said(table[2].0).1.roots.as_deref(), Some("/etc/root.crt"));
        assert_eq!(said(table[4].0).1.roots.as_deref(), Some("/a b"));
    }

    #[test]
    fn every_mode_believes_whom_libpq_believes() {
        let table = [
            ("", Some((SslMode::Prefer, "anybody"))),
            ("sslmode=disable", Some((SslMode::Disable, "anybody"))),
            ("sslmode=prefer", Some((SslMode::Prefer, "anybody"))),
            ("sslmode=require", Some((SslMode::Require, "anybody"))),
            ("sslmode=require sslrootcert=/r", Some((SslMode::Require, "chain"))),
            ("sslmode=verify-ca sslrootcert=/r", Some((SslMode::Require, "chain"))),
            ("sslmode=verify-full sslrootcert=/r", Some((SslMode::Require, "host"))),
            ("sslmode=verify-full sslrootcert=system", Some((SslMode::Require, "host"))),
            ("sslrootcert=system", Some((SslMode::Require, "host"))),
            ("sslmode=verify-full", None),
            ("sslmode=on", None),
        ];
        for (text, expected) in table {
            let trust = said(text).1.trust().ok().map(|(mode, trust)| {
                let whom = match trust {
                    Trust::Anybody => "anybody",
                    Trust::Chain(_) => "chain",
                    Trust::Host(_) => "host",
                };
                (mode, whom)
            });
            assert_eq!(trust, expected, "{text}");
        }
    }
}
