//! Pages: what a list is asked with and how one reads, whatever it lists.
//!
//! A cursor is the id of the last item of a page, in a form that nobody is tempted to build by hand.

use hedge_domain::Id;
use hedge_domain::id::Prefixed;
use hedge_store::Page;

use super::Error;

/// A list on the wire: the same envelope around each kind of item.
pub trait List {
    type Item;

    fn of(data: Vec<Self::Item>, has_more: bool, next_cursor: Option<String>) -> Self;
}

/// A page as its list shows it.
pub fn list<L: List, E, K: Prefixed>(page: &Page<E>, id: fn(&E) -> Id<K>, show: impl Fn(&E) -> L::Item) -> L {
    L::of(page.items.iter().map(show).collect(), page.has_more, next(page, id))
}

/// Where the page after this one begins; `None` if this is the last.
pub fn next<E, K: Prefixed>(page: &Page<E>, id: fn(&E) -> Id<K>) -> Option<String> {
    page.items.last().filter(|_| page.has_more).map(|last| cursor(id(last)))
}

/// A page cut from all there is, newest first.
pub fn cut<E, K>(mut all: Vec<E>, after: Option<Id<K>>, limit: i32, id: fn(&E) -> Id<K>) -> Page<E> {
    all.retain(|item| after.is_none_or(|after| id(item) < after));
    let limit = usize::try_from(limit).unwrap_or(20);
    let has_more = all.len() > limit;
    all.truncate(limit);
    Page { items: all, has_more }
}

/// How many items a page has; the description has bounded it.
pub fn limit(asked: i32) -> u32 {
    u32::try_from(asked).unwrap_or(20)
}

/// The id that a page comes after.
pub fn after<K: Prefixed>(cursor: Option<&str>) -> Result<Option<Id<K>>, Error> {
    cursor.map(parse).transpose()
}

pub fn cursor<K: Prefixed>(last: Id<K>) -> String {
    last.to_string().bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// The id inside a cursor that [`cursor`] made.
fn parse<K: Prefixed>(cursor: &str) -> Result<Id<K>, Error> {
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
