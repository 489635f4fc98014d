//! Which addresses are not public, and what they are instead.
//!
//! Follows the IANA registries of special-purpose IPv4 and IPv6 addresses (RFC 6890 and what updates it). For IPv6 the
//! rule is turned round: only `2000::/3` has been given out, so all else is refused, and with it every form that holds
//! an IPv4 address (mapped, compatible, NAT64). A newcomer's usual mistake is to look into those forms for the address
//! they hold and judge that; a receiver has no business with any of them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is, if it is not a public one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Loopback,
    Private,
    LinkLocal,
    /// Where clouds answer their machines with credentials, on addresses that look public.
    Metadata,
    Multicast,
    /// Shared address space of carriers (RFC 6598).
    Shared,
    Benchmarking,
    Documentation,
    Unspecified,
    Broadcast,
    /// An IPv6 address that stands for an IPv4 one: mapped, compatible, NAT64, 6to4, Teredo.
    Translated,
    Reserved,
}

/// An IPv4 block: its first address, the length of its prefix, what it is.
type Block4 = ([u8; 4], u32, Kind);
type Block6 = ([u16; 8], u32, Kind);

/// The first block that holds an address decides.
const V4: &[Block4] = &[
    ([0, 0, 0, 0], 32, Kind::Unspecified),
    ([0, 0, 0, 0], 8, Kind::Reserved),
    ([10, 0, 0, 0], 8, Kind::Private),
    ([100, 64, 0, 0], 10, Kind::Shared),
    ([127, 0, 0, 0], 8, Kind::Loopback),
    // What hands credentials to the machines of Azure; the others' (169.254.169.254) are in blocks below.
    ([168, 63, 129, 16], 32, Kind::Metadata),
    ([169, 254, 0, 0], 16, Kind::LinkLocal),
    ([172, 16, 0, 0], 12, Kind::Private),
    ([192, 0, 0, 0], 24, Kind::Reserved),
    ([192, 0, 2, 0], 24, Kind::Documentation),
    ([192, 31, 196, 0], 24, Kind::Reserved),
    ([192, 52, 193, 0], 24, Kind::Reserved),
    ([192, 88, 99, 0], 24, Kind::Reserved),
    ([192, 168, 0, 0], 16, Kind::Private),
    ([192, 175, 48, 0], 24, Kind::Reserved),
    ([198, 18, 0, 0], 15, Kind::Benchmarking),
    ([198, 51, 100, 0], 24, Kind::Documentation),
    ([203, 0, 113, 0], 24, Kind::Documentation),
    ([224, 0, 0, 0], 4, Kind::Multicast),
    ([255, 255, 255, 255], 32, Kind::Broadcast),
    ([240, 0, 0, 0], 4, Kind::Reserved),
];

/// The first block that holds an address decides; what is in none of them is public in `2000::/3` and reserved elsewhere.
const V6: &[Block6] = &[
    ([0, 0, 0, 0, 0, 0, 0, 0], 128, Kind::Unspecified),
    ([0, 0, 0, 0, 0, 0, 0, 1], 128, Kind::Loopback),
    // Compatible, mapped, translated (SIIT), and the two prefixes of NAT64.
    ([0, 0, 0, 0, 0, 0, 0, 0], 96, Kind::Translated),
    ([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, Kind::Translated),
    ([0, 0, 0, 0, 0xffff, 0, 0, 0], 96, Kind::Translated),
    ([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, Kind::Translated),
    ([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, Kind::Translated),
    // Teredo and 6to4.
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, Kind::Translated),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, Kind::Translated),
    ([0x2001, 2, 0, 0, 0, 0, 0, 0], 48, Kind::Benchmarking),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, Kind::Reserved),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, Kind::Documentation),
    ([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48, Kind::Reserved),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, Kind::Documentation),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, Kind::Private),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, Kind::LinkLocal),
    ([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, Kind::Private),
    ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, Kind::Multicast),
];

/// What the address is, or nothing if it is a public one.
#[must_use]
pub fn kind(address: IpAddr) -> Option<Kind> {
    match address {
        IpAddr::V4(address) => kind4(address),
        IpAddr::V6(address) => kind6(address),
    }
}

fn kind4(address: Ipv4Addr) -> Option<Kind> {
    let holds = |(first, length, _): &&Block4| {
        let differing = address.to_bits() ^ Ipv4Addr::from(*first).to_bits();
        differing.leading_zeros() >= *length
    };
    V4.iter().find(holds).map(|(_, _, kind)| *kind)
}

fn kind6(address: Ipv6Addr) -> Option<Kind> {
    let holds = |first: [u16; 8], length: u32| {
        let differing = address.to_bits() ^ Ipv6Addr::from(first).to_bits();
        differing.leading_zeros() >= length
    };
    match V6.iter().find(|(first, length, _)| holds(*first, *length)) {
        Some((_, _, kind)) => Some(*kind),
        None if holds([0x2000, 0, 0, 0, 0, 0, 0, 0], 3) => None,
        None => Some(Kind::Reserved),
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Loopback => "a loopback address",
            Self::Private => "a private address",
            Self::LinkLocal => "a link-local address",
            Self::Metadata => "the metadata service of a cloud",
            Self::Multicast => "a multicast address",
            Self::Shared => "in the shared space of carriers",
            Self::Benchmarking => "reserved for benchmarks",
            Self::Documentation => "reserved for documentation",
            Self::Unspecified => "the unspecified address",
            Self::Broadcast => "the broadcast address",
            Self::Translated => "an IPv6 form of an IPv4 address",
            Self::Reserved => "reserved",
        })
    }
}
