//! Identifiers: a prefix that names the kind, and 128 bits that sort by time of creation.
//!
//! They are parsed once, at the edge. An id that does not parse names nothing, so the edge answers "not found",
//! not "malformed". The text is lower-case Crockford base 32, so that ids can be read out over a telephone.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use crate::Timestamp;

/// The kind of thing an id names; the prefix keeps a refund's id from passing for a payment's.
pub trait Prefixed {
    const PREFIX: &'static str;
}

pub struct Id<K> {
    bits: u128,
    kind: PhantomData<fn() -> K>,
}

/// Where new ids come from. The server's source is random and monotonic; a test's is a counter.
pub trait IdSource {
    /// 128 bits that sort after every earlier answer. The first 48 are the time in milliseconds (see [`Id::floor`]), a
    /// little ahead of it at most, however many are asked for.
    fn next(&self, now: Timestamp) -> u128;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const DIGITS: usize = 26;

impl<K: Prefixed> Id<K> {
    /// What every id of this kind begins with.
    pub const PREFIX: &'static str = K::PREFIX;
}

impl<K> Id<K> {
    #[must_use]
    pub const fn from_bits(bits: u128) -> Self {
        Self { bits, kind: PhantomData }
    }

    /// The least id that can be made at this instant: what is made from then on comes after it.
    #[must_use]
    pub fn floor(at: Timestamp) -> Self {
        Self::from_bits(u128::try_from(at.millis()).unwrap_or_default() << 80)
    }

    #[must_use]
    pub const fn bits(self) -> u128 {
        self.bits
    }
}

impl<K: Prefixed> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(K::PREFIX)?;
        let mut text = [b'0'; DIGITS];
        let mut rest = self.bits;
        for digit in text.iter_mut().rev() {
            let index = usize::try_from(rest & 31).unwrap_or_default();
            *digit = ALPHABET[index];
            rest >>= 5;
        }
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

/// The bits of an id of whatever kind.
///
/// # Errors
/// When the text is not that of an id.
pub fn bits(text: &str) -> Result<u128, NotAnId> {
    let (prefix, digits) = text.rsplit_once('_').ok_or(NotAnId)?;
    if prefix.is_empty() { Err(NotAnId) } else { parse(digits.as_bytes()) }
}

fn parse(digits: &[u8]) -> Result<u128, NotAnId> {
    // 26 digits hold 130 bits, so the first one may not exceed 7.
    if digits.len() != DIGITS || digits[0] > b'7' {
        return Err(NotAnId);
    }
    let mut bits = 0u128;
    for digit in digits {
        let value = ALPHABET.iter().position(|letter| letter == digit).ok_or(NotAnId)?;
        bits = bits << 5 | u128::try_from(value).map_err(|_| NotAnId)?;
    }
    Ok(bits)
}

impl<K: Prefixed> FromStr for Id<K> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        parse(text.strip_prefix(K::PREFIX).ok_or(NotAnId)?.as_bytes()).map(Self::from_bits)
    }
}

impl<K: Prefixed> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// Written out because `derive` would demand the same traits of the marker `K`.
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Id<K> {}

impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}

impl<K> Eq for Id<K> {}

impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bits.cmp(&other.bits)
    }
}

impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing;
    impl Prefixed for Thing {
        const PREFIX: &'static str = "thing_";
    }

    #[test]
    fn every_id_survives_its_text() {
        for bits in [0, 1, 31, 32, u128::MAX, u128::MAX - 1, 1 << 127, 0x0123_4567_89ab_cdef] {
            let id = Id::<Thing>::from_bits(bits);
            assert_eq!(id.to_string().parse(), Ok(id), "{id}");
        }
    }

    #[test]
    fn the_bits_are_those_of_any_kind_of_id() {
        let id = Id::<Thing>::from_bits(1 << 100 | 77);
        assert_eq!(bits(&id.to_string()), Ok(id.bits()));
        for text in ["", "_", "thing", "thing_", "_00000000000000000000000007", "thing_80000000000000000000000007"] {
            assert_eq!(bits(text), Err(NotAnId), "{text}");
        }
    }

    #[test]
    fn text_sorts_as_the_bits_do() {
        let small = Id::<Thing>::from_bits(5);
        let large = Id::<Thing>::from_bits(1 << 100);
        assert!(small.to_string() < large.to_string());
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let good = Id::<Thing>::from_bits(7).to_string();
        let cases = [
            "",
            "thing_",
            "thing_abc123xyz",
            "pay_00000000000000000000000007",
            &good[1..],
            &good[..good.len() - 1],
            &good.to_uppercase(),
            &good.replace('7', "u"),
            &good.replacen("_0", "_8", 1),
            "thing_\u{e9}0000000000000000000000000",
        ];
        for text in cases {
            assert_eq!(text.parse::<Id<Thing>>(), Err(NotAnId), "{text}");
        }
    }
}
