//! What connections may take: how many there are, of one address and in all, and how long each may stand still.
//!
//! What a newcomer gets wrong: an address of IPv6 is cheap, so a share goes to the network of 64 bits that one customer of
//! a provider is given.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::TrustedProxies;

/// The most by default, however many files the process may open.
const MOST: u32 = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    pub total: u32,
    /// Of one address; loopback and trusted proxies are not counted, for they bring everybody.
    pub per_address: u32,
    /// Longer than proxies keep theirs, so that none sends a request into a connection that is being closed.
    pub idle: Duration,
    /// From the first byte of a head to its last.
    pub head: Duration,
    pub head_bytes: usize,
    /// While an answer waits for its reader, so many bytes must leave in each such time.
    pub write_window: Duration,
    pub write_bytes: usize,
    /// How often a connection is looked at.
    pub look: Duration,
}

impl ConnectionLimits {
    #[must_use]
    pub const fn new(total: u32, per_address: u32) -> Self {
        Self {
            total,
            per_address,
            idle: Duration::from_secs(75),
            head: Duration::from_secs(30),
            head_bytes: 64 << 10,
            write_window: Duration::from_secs(30),
            write_bytes: 4 << 10,
            look: Duration::from_secs(1),
        }
    }
}

/// Half of the files that the process may open: the others are the database's and the webhooks'.
#[must_use]
pub fn default_total() -> u32 {
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let half = files.map_or(MOST, |files| u32::try_from(files / 2).unwrap_or(MOST));
    half.clamp(1, MOST)
}

/// Those that are open, of all listeners together.
pub struct Connections {
    pub limits: ConnectionLimits,
    pub proxies: TrustedProxies,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    total: u32,
    by_address: HashMap<IpAddr, u32>,
}

impl Connections {
    #[must_use]
    pub fn new(limits: ConnectionLimits, proxies: TrustedProxies) -> Arc<Self> {
        Arc::new(Self { limits, proxies, open: Mutex::default() })
    }

    /// A place for one more, until it is dropped; none if the server or the address has all it may have.
    pub fn place(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let address = shared_by(peer);
        let mut open = self.open.lock();
        let of_address = open.by_address.get(&address).copied().unwrap_or_default();
        let many = address.is_loopback() || self.proxies.trusts(peer);
        let full = of_address >= self.limits.per_address && !many;
        if full || open.total >= self.limits.total {
            return None;
        }
        open.total += 1;
        open.by_address.insert(address, of_address + 1);
        Some(Place { connections: Arc::clone(self), address })
    }
}

/// What one caller has of addresses.
pub fn shared_by(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
        address @ (IpAddr::V4(_) | IpAddr::V6(_)) => address,
    }
}

pub struct Place {
    connections: Arc<Connections>,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.connections.open.lock();
        open.total = open.total.saturating_sub(1);
        let left = open.by_address.get(&self.address).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            open.by_address.remove(&self.address);
        } else {
            open.by_address.insert(self.address, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_the_places_of_all() {
        let connections = Connections::new(ConnectionLimits::new(4, 2), TrustedProxies::default());
        let place = |text: &str| connections.place(text.parse().expect("an address"));
        let (first, second) = (place("192.0.2.1"), place("::ffff:192.0.2.1"));
        assert!(first.is_some() && second.is_some() && place("192.0.2.1").is_none());
        let (third, fourth) = (place("2001:db8::1"), place("2001:db8::2"));
        assert!(third.is_some() && fourth.is_some() && place("2001:db8::3").is_none());
        assert!(place("127.0.0.1").is_none(), "all are taken");
        drop((first, third));
        assert!(place("192.0.2.1").is_some(), "a place that was left is free");
        let here = (place("127.0.0.1"), place("127.0.0.1"));
        assert!(here.0.is_some() && here.1.is_some());
    }
}
