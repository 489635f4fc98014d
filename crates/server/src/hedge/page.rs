//! Cursors: the id of the last item of a page, in a form that nobody is tempted to build by hand.

use hedge_domain::Id;
use hedge_domain::id::Prefixed;

use super::Error;

#[must_use]
pub fn cursor<K: Prefixed>(last: Id<K>) -> String {
    last.to_string().bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// The id inside a cursor that [`cursor`] made.
pub fn parse<K: Prefixed>(cursor: &str) -> Result<Id<K>, Error> {
    decode(cursor)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Error::invalid_request("cursor", "This cursor was not given by a list of this kind."))
}

fn decode(cursor: &str) -> Option<String> {
    let (pairs, rest) = cursor.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    String::from_utf8(pairs.iter().map(byte).collect::<Option<Vec<u8>>>()?).ok()
}

#[cfg(test)]
mod tests {
    use hedge_domain::payment::PaymentId;

    use super::*;

    #[test]
    fn a_cursor_comes_back_as_its_id() {
        let id = PaymentId::from_bits(77);
        assert_eq!(parse(&cursor(id)).expect("parses"), id);
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["", "7", "zz", "00ff", "706179", "pay_00000000000000000000000007"] {
            assert!(parse::<hedge_domain::ids::kind::Payment>(text).is_err(), "{text}");
        }
    }
}
