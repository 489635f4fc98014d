//! Which receivers may be called.
//!
//! [`Target::parse`] is what is asked at registration: the form of the URL, the name of its host, and its address where
//! it is written out. [`Policy::address`] is what is asked of every address at the moment of connecting to it, because
//! a name that led to a public address yesterday may lead to the inside of our network today. A newcomer's usual
//! mistake is to look at the text of a host: `0x7f.1`, `2130706433` and `①②⑦.0.0.1` are all 127.0.0.1, so everything
//! here looks at what the `url` crate makes of it, and what is called is that, never the text.

pub mod address;
mod name;

use std::fmt;
use std::net::IpAddr;

use http::Uri;
use url::{Host, Url};

pub use address::Kind;

const LONGEST: usize = 2_048;

/// Ports above 1023 on which something other than HTTP listens, from the list of bad ports of the Fetch standard: a
/// server there must not be made to read what we write.
const BAD_PORTS: &[u16] = &[
    1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/// How strict to be; follows from the environment and the listener, never from the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Policy {
    /// `https` to public addresses.
    Production,
    /// `http` too, to public addresses.
    Sandbox,
    /// The server itself listens on loopback only, so it is somebody's machine, and may call that machine.
    SandboxOnLoopback,
}

/// Why a receiver may not be called, in words for its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the URL is longer than 2048 characters")]
    TooLong,
    #[error("this is not an absolute http or https URL")]
    Malformed,
    #[error("the URL must begin with https://")]
    NotHttps,
    #[error("the URL must not hold a user name or password")]
    UserInfo,
    #[error("port {0} is not one that webhooks are sent to")]
    Port(u16),
    #[error("the host name is not a public one")]
    Name,
    #[error("the address is {0}")]
    Address(Kind),
}

/// A receiver that may be called as far as its URL shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    uri: Uri,
}

impl Target {
    /// # Errors
    /// When the policy does not let this URL be called, or it is none.
    pub fn parse(text: &str, policy: Policy) -> Result<Self, Refused> {
        if text.len() > LONGEST {
            return Err(Refused::TooLong);
        }
        is_plain(text)?;
        let mut url = Url::parse(text).map_err(|_| Refused::Malformed)?;
        if url.scheme() != "https" && !policy.allows_http() {
            return Err(Refused::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::UserInfo);
        }
        let host = match url.host().ok_or(Refused::Malformed)? {
            Host::Domain(name) => policy.name(name)?.to_owned(),
            Host::Ipv4(address) => policy.address(IpAddr::V4(address)).map(|()| address.to_string())?,
            Host::Ipv6(address) => policy.address(IpAddr::V6(address)).map(|()| format!("[{address}]"))?,
        };
        policy.port(url.port_or_known_default().ok_or(Refused::Malformed)?)?;
        url.set_fragment(None);
        // Without the dot at the end of an absolute name, which certificates don't have.
        url.set_host(Some(&host)).map_err(|_| Refused::Malformed)?;
        Self::of(&url)
    }

    /// What is called. The two parsers must agree on where that is.
    fn of(url: &Url) -> Result<Self, Refused> {
        let uri: Uri = url.as_str().parse().map_err(|_| Refused::Malformed)?;
        let agreed = uri.host() == url.host_str()
            && uri.port_u16() == url.port()
            && uri.scheme_str() == Some(url.scheme())
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
        if agreed { Ok(Self { uri }) } else { Err(Refused::Malformed) }
    }

    #[must_use]
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Host and port, by which connections are shared and callers may share limits.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.uri.authority().map_or("", http::uri::Authority::as_str)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uri.fmt(formatter)
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Target({})", self.uri)
    }
}

impl Policy {
    /// Whether this very address may be connected to.
    ///
    /// # Errors
    /// When it is not a public one, and not one the policy makes an exception for.
    pub fn address(self, address: IpAddr) -> Result<(), Refused> {
        match address::kind(address) {
            None => Ok(()),
            Some(Kind::Loopback) if self.allows_loopback() => Ok(()),
            Some(kind) => Err(Refused::Address(kind)),
        }
    }

    /// The name without the dot at its end, if names like it may be looked up.
    pub(crate) fn name(self, name: &str) -> Result<&str, Refused> {
        let name = name.strip_suffix('.').unwrap_or(name);
        let allowed = name::is_public(name) || (self.allows_loopback() && name::is_localhost(name));
        if allowed { Ok(name) } else { Err(Refused::Name) }
    }

    pub(crate) const fn allows_http(self) -> bool {
        match self {
            Self::Production => false,
            Self::Sandbox | Self::SandboxOnLoopback => true,
        }
    }

    const fn allows_loopback(self) -> bool {
        match self {
            Self::Production | Self::Sandbox => false,
            Self::SandboxOnLoopback => true,
        }
    }

    fn port(self, port: u16) -> Result<(), Refused> {
        let usual = matches!(port, 80 | 443) || (port >= 1024 && !BAD_PORTS.contains(&port));
        if usual { Ok(()) } else { Err(Refused::Port(port)) }
    }
}

pub(crate) use name::is_localhost;

/// Refuses what parsers are known to disagree about, before any of them sees it.
fn is_plain(text: &str) -> Result<(), Refused> {
    let strange = |character: char| character.is_whitespace() || character.is_control() || character == '\\';
    let (scheme, rest) = text.split_once("://").ok_or(Refused::Malformed)?;
    let known = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    if !known || rest.is_empty() || rest.starts_with('/') || text.contains(strange) {
        return Err(Refused::Malformed);
    }
    Ok(())
}
