//! Whom the operator trusts: networks and names that may be called though they are not public.
//!
//! For a deployment whose receivers stand beside it. What a newcomer gets wrong: a name that is trusted leads where its
//! resolver says, so it opens private addresses and this machine, but never those where clouds answer with credentials; a
//! network opens all that is in it, for somebody has written it down.

use std::net::IpAddr;

use ipnet::IpNet;

use super::address::Kind;
use super::name;

/// Nobody, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trusted {
    networks: Vec<IpNet>,
    names: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Name {
    Of(String),
    /// Those below it.
    Below(String),
}

/// What is neither a network nor a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is neither a network such as 10.0.0.0/8, nor an address, nor a host name such as shop or *.shop.internal"
)]
pub struct Unclear(pub String);

impl Trusted {
    /// From a list with commas.
    ///
    /// # Errors
    /// When something in it is unclear.
    pub fn parse(list: &str) -> Result<Self, Unclear> {
        let mut trusted = Self::default();
        for one in list.split(',').map(str::trim).filter(|one| !one.is_empty()) {
            trusted.add(one).ok_or_else(|| Unclear(one.to_owned()))?;
        }
        Ok(trusted)
    }

    fn add(&mut self, one: &str) -> Option<()> {
        if let Ok(network) = one.parse() {
            self.networks.push(network);
        } else if let Ok(address) = one.parse::<IpAddr>() {
            self.networks.push(IpNet::from(address));
        } else if one.contains('/') || one.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return None;
        } else {
            let name = one.to_ascii_lowercase();
            let (name, of): (_, fn(String) -> Name) = match name.strip_prefix("*.") {
                Some(rest) => (rest.to_owned(), Name::Below),
                None => (name, Name::Of),
            };
            if !name::is_name(&name) {
                return None;
            }
            self.names.push(of(name));
        }
        Some(())
    }

    pub(super) fn address(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    pub(super) fn name(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.names.iter().any(|trusted| match trusted {
            Name::Of(whole) => *whole == name,
            Name::Below(end) => name.strip_suffix(end.as_str()).is_some_and(|start| start.ends_with('.')),
        })
    }
}

/// Whether a trusted name may lead to what is of this kind.
pub(super) const fn opens(kind: Kind) -> bool {
    match kind {
        Kind::Loopback | Kind::Private | Kind::Shared => true,
        Kind::LinkLocal
        | Kind::Metadata
        | Kind::Multicast
        | Kind::Benchmarking
        | Kind::Documentation
        | Kind::Unspecified
        | Kind::Broadcast
        | Kind::Translated
        | Kind::Reserved => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_addresses_and_names_are_told_apart() {
        let trusted = Trusted::parse("10.0.0.0/8, fd00::/8,192.168.7.9 , Shop, *.svc.cluster.local").expect("clear");
        for address in ["10.1.2.3", "fd00::1", "192.168.7.9"] {
            assert!(trusted.address(address.parse().expect("an address")), "{address}");
        }
        for address in ["11.0.0.1", "192.168.7.8", "fe80::1"] {
            assert!(!trusted.address(address.parse().expect("an address")), "{address}");
        }
        for (name, expected) in [
            ("shop", true),
            ("SHOP", true),
            ("a.svc.cluster.local", true),
            ("svc.cluster.local", false),
            ("asvc.cluster.local", false),
            ("shop.example.com", false),
        ] {
            assert_eq!(trusted.name(name), expected, "{name}");
        }
        assert_eq!(Trusted::parse(" , "), Ok(Trusted::default()));
    }

    #[test]
    fn what_is_unclear_is_refused() {
        for one in ["10.0.0.0/33", "10.0.0", "shop/24", "http://shop", "*", "a b", "*.*.internal", "shop:3000"] {
            assert_eq!(Trusted::parse(one), Err(Unclear(one.to_owned())), "{one}");
        }
    }
}
