//! Ids as they come in, and what is answered when one names nothing.
//!
//! An id that does not parse names nothing, so it is not found where a request is about it or names it in its body, unless
//! the description gives its form. As a filter it is a mistake of form: a page without items would say that somebody has
//! none.

use hedge_domain::Id;
use hedge_domain::id::Prefixed;

use super::Error;

/// What answers call a kind of object.
pub trait Noun: Prefixed {
    const NAME: &'static str;
    /// With its article, inside a sentence.
    const ONE: &'static str;
}

/// What the request is about.
pub fn subject<K: Noun>(text: &str) -> Result<Id<K>, Error> {
    text.parse().map_err(|_| Error::not_found(K::NAME))
}

/// What goes by the id, if there is such a thing and the caller may see it.
pub fn found<K: Noun, E>(_id: Id<K>, seen: Option<E>) -> Result<E, Error> {
    seen.ok_or_else(|| Error::not_found(K::NAME))
}

/// What a field of the body names.
pub fn named<K: Noun>(field: &str, text: &str) -> Result<Id<K>, Error> {
    text.parse().map_err(|_| Error::not_found_in(K::NAME, field))
}

/// The same of a field that may be left out.
pub fn named_if<K: Noun>(field: &str, text: Option<&str>) -> Result<Option<Id<K>>, Error> {
    text.map(|text| named(field, text)).transpose()
}

/// What a list is narrowed to.
pub fn filter<K: Noun>(field: &str, text: Option<&str>) -> Result<Option<Id<K>>, Error> {
    let refused = |_| Error::invalid_request(field, &format!("This is not the id of {}.", K::ONE));
    text.map(|text| text.parse().map_err(refused)).transpose()
}

#[cfg(test)]
mod tests {
    use hedge_api::Answer;
    use hedge_domain::api_key::ApiKeyId;
    use hedge_domain::customer::CustomerId;

    use hedge_domain::ids::kind;

    use super::*;

    fn told<T>(result: Result<T, Error>) -> (u16, String) {
        let answer = Answer::from(result.err().expect("an error"));
        (answer.status.as_u16(), String::from_utf8_lossy(&answer.body).into_owned())
    }

    #[test]
    fn an_id_that_names_nothing_is_answered_by_where_it_stands() {
        let (status, body) = told(subject::<kind::Customer>("pay_1"));
        assert!(status == 404 && body.contains("Customer not found with the given ID."), "{body}");
        let (status, body) = told(named::<kind::PaymentMethod>("payment_method_token", ""));
        assert!(
            status == 404 && body.contains("Payment method not found") && body.contains("payment_method_token"),
            "{body}"
        );
        let (status, body) = told(filter::<kind::ApiKey>("api_key_id", Some("key")));
        assert!(status == 400 && body.contains("This is not the id of an API key."), "{body}");
    }

    #[test]
    fn an_id_is_read_and_its_absence_is_no_mistake() {
        let id = CustomerId::from_bits(7);
        assert_eq!(subject(&id.to_string()).ok(), Some(id));
        assert_eq!(named_if("customer_id", Some(&id.to_string())).ok(), Some(Some(id)));
        assert_eq!(filter("api_key_id", None).ok(), Some(None::<ApiKeyId>));
    }
}
