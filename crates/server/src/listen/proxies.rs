//! Proxies that the operator trusts: whose word is taken for where a request comes from.
//!
//! What a newcomer gets wrong: whatever stands left of the address that the nearest trusted proxy has written is the
//! caller's to make up. So the list is read from its right end, and ends at the first that is no proxy of ours.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// None, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// From a list of networks and addresses with commas; the one that is neither, if there is one.
    pub fn parse(list: &str) -> Result<Self, String> {
        let network = |one: &str| {
            let network = one.parse().or_else(|_| one.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_| one.to_owned())
        };
        list.split(',').map(str::trim).filter(|one| !one.is_empty()).map(network).collect::<Result<_, _>>().map(Self)
    }

    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whose request it is that came over a connection of this peer.
    #[must_use]
    pub fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let by = |name| self.nearest(&told(headers, name));
        match (by(&X_FORWARDED_FOR), by(&header::FORWARDED)) {
            // A proxy writes one of them and may let the caller's own other one through.
            (Some(one), Some(other)) if one != other => peer,
            (Some(caller), _) | (None, Some(caller)) => caller,
            (None, None) => peer,
        }
    }

    /// The last of a list that is no proxy of ours. One that cannot be read ends it.
    fn nearest(&self, list: &[Option<IpAddr>]) -> Option<IpAddr> {
        list.iter().rev().find(|address| address.is_none_or(|address| !self.trusts(address))).copied().flatten()
    }
}

/// The addresses that all headers of this name tell, in their order.
fn told(headers: &HeaderMap, name: &HeaderName) -> Vec<Option<IpAddr>> {
    let values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("?"));
    values.flat_map(|value| value.split(',')).map(|one| address(one, *name == header::FORWARDED)).collect()
}

fn address(text: &str, is_forwarded: bool) -> Option<IpAddr> {
    let text = if is_forwarded { forwarded_for(text)? } else { text.trim() };
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(inner, _)| inner);
    let plain = bracketed.unwrap_or(text);
    let without_port = || plain.rsplit_once(':').map_or(plain, |(host, _)| host);
    plain.parse().or_else(|_| without_port().parse()).ok().map(|address: IpAddr| address.to_canonical())
}

/// The `for` of an element of `Forwarded` (RFC 7239).
fn forwarded_for(element: &str) -> Option<&str> {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let found = pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    found.map(|(_, value)| value.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Headers<'a> = &'a [(&'a HeaderName, &'a str)];

    fn caller(peer: &str, headers: Headers<'_>) -> String {
        let proxies = TrustedProxies::parse("10.0.0.0/8, fd00::/8").expect("networks");
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().expect("a value"));
        }
        proxies.caller(peer.parse().expect("an address"), &map).to_string()
    }

    #[test]
    fn the_caller_is_the_last_that_is_no_proxy_of_ours() {
        let (xff, forwarded) = (&X_FORWARDED_FOR, &header::FORWARDED);
        let table: &[(&str, Headers<'_>, &str)] = &[
            ("192.0.2.1", &[(xff, "198.51.100.7")], "192.0.2.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &[(xff, "198.51.100.7")], "198.51.100.7"),
            ("::ffff:10.0.0.1", &[(xff, "198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", &[(xff, "1.1.1.1, 198.51.100.7, 10.0.0.2")], "198.51.100.7"),
            ("10.0.0.1", &[(xff, "1.1.1.1"), (xff, "198.51.100.7:5000")], "198.51.100.7"),
            ("10.0.0.1", &[(xff, "198.51.100.7, unknown")], "10.0.0.1"),
            ("10.0.0.1", &[(xff, "10.0.0.3, 10.0.0.2")], "10.0.0.1"),
            ("10.0.0.1", &[(forwarded, "for=1.1.1.1, for=198.51.100.7;proto=https")], "198.51.100.7"),
            ("fd00::1", &[(forwarded, "proto=https;For=\"[2001:db8::7]:4711\"")], "2001:db8::7"),
            ("10.0.0.1", &[(forwarded, "for=_hidden")], "10.0.0.1"),
            ("10.0.0.1", &[(xff, "198.51.100.7"), (forwarded, "for=198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", &[(xff, "198.51.100.7"), (forwarded, "for=1.1.1.1")], "10.0.0.1"),
        ];
        for (peer, headers, expected) in table {
            assert_eq!(caller(peer, headers), *expected, "{peer} {headers:?}");
        }
    }

    #[test]
    fn nobody_is_trusted_unless_told() {
        let nobody = TrustedProxies::default();
        let mut headers = HeaderMap::new();
        headers.insert(X_FORWARDED_FOR, "198.51.100.7".parse().expect("a value"));
        let peer = "127.0.0.1".parse().expect("an address");
        assert_eq!(nobody.caller(peer, &headers), peer);
        assert_eq!(TrustedProxies::parse("10.0.0.0/8,proxy"), Err("proxy".to_owned()));
    }
}
