//! Which receivers may be called.
//!
//! [`Target::parse`] is what is asked at registration: the form of the URL, the name of its host, and its address where
//! it is written out. [`Guard::address`] is what is asked of every address at the moment of connecting to it, because
//! a name that led to a public address yesterday may lead to the inside of our network today. A newcomer's usual
//! mistake is to look at the text of a host: `0x7f.1`, `2130706433` and `①②⑦.0.0.1` are all 127.0.0.1, so everything
//! here looks at what the `url` crate makes of it, and what is called is that, never the text.

pub mod address;
mod name;
mod trusted;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use http::Uri;
use url::{Host, Url};

pub use address::Kind;
pub use trusted::{Trusted, Unclear};

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

/// What every receiver is asked by: how strict, and whom the operator trusts all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    policy: Policy,
    trusted: Arc<Trusted>,
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
    /// When the guard does not let this URL be called, or it is none.
    pub fn parse(text: &str, guard: &Guard) -> Result<Self, Refused> {
        if text.len() > LONGEST {
            return Err(Refused::TooLong);
        }
        is_plain(text)?;
        let mut url = Url::parse(text).map_err(|_| Refused::Malformed)?;
        let host = match url.host().ok_or(Refused::Malformed)? {
            Host::Domain(name) => guard.name(name).map(|(name, trust)| (name.to_owned(), trust)),
            Host::Ipv4(address) => guard.literal(IpAddr::V4(address)).map(|trust| (address.to_string(), trust)),
            Host::Ipv6(address) => guard.literal(IpAddr::V6(address)).map(|trust| (format!("[{address}]"), trust)),
        };
        let trust = host.as_ref().map_or(Trust::Public, |(_, trust)| *trust);
        if url.scheme() != "https" && !guard.allows_http(trust) {
            return Err(Refused::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::UserInfo);
        }
        let (host, _) = host?;
        guard.policy.port(url.port_or_known_default().ok_or(Refused::Malformed)?)?;
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

/// On whose word a host may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Nobody's: it has to be public.
    Public,
    /// The operator's.
    Operator,
}

impl Guard {
    #[must_use]
    pub fn new(policy: Policy, trusted: Trusted) -> Self {
        Self { policy, trusted: Arc::new(trusted) }
    }

    /// Whether this very address may be connected to, for a host that is trusted so.
    pub(crate) fn address(&self, address: IpAddr, trust: Trust) -> Result<(), Refused> {
        match address::kind(address) {
            None => Ok(()),
            Some(Kind::Loopback) if self.policy.allows_loopback() => Ok(()),
            Some(kind) if trust == Trust::Operator && trusted::opens(kind) => Ok(()),
            Some(_) if self.trusted.address(address) => Ok(()),
            Some(kind) => Err(Refused::Address(kind)),
        }
    }

    /// An address that is written out.
    pub(crate) fn literal(&self, address: IpAddr) -> Result<Trust, Refused> {
        self.address(address, Trust::Public)?;
        Ok(if self.trusted.address(address) { Trust::Operator } else { Trust::Public })
    }

    /// The name without the dot at its end, if names like it may be looked up.
    pub(crate) fn name<'a>(&self, name: &'a str) -> Result<(&'a str, Trust), Refused> {
        let name = name.strip_suffix('.').unwrap_or(name);
        if self.trusted.name(name) {
            return Ok((name, Trust::Operator));
        }
        let allowed = name::is_public(name) || (self.policy.allows_loopback() && name::is_localhost(name));
        if allowed { Ok((name, Trust::Public)) } else { Err(Refused::Name) }
    }

    /// Whom the operator trusts may be called without encryption: it is the operator's network.
    pub(crate) const fn allows_http(&self, trust: Trust) -> bool {
        match (self.policy, trust) {
            (Policy::Production, Trust::Public) => false,
            (Policy::Sandbox | Policy::SandboxOnLoopback, _) | (_, Trust::Operator) => true,
        }
    }
}

/// Nobody is trusted beyond it.
impl From<Policy> for Guard {
    fn from(policy: Policy) -> Self {
        Self::new(policy, Trusted::default())
    }
}

impl Policy {
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
