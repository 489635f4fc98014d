//! The query string, split once and decoded on demand.
//!
//! The one thing to know: values stay encoded until they are asked for, because a list that is joined by commas must be
//! split before decoding, or `%2C` inside a member would split it too.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::check::Violation;
use crate::nul;

/// A query string as pairs, in order.
pub struct Query<'a> {
    pairs: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Query<'a> {
    #[must_use]
    pub fn parse(query: Option<&'a str>) -> Self {
        let pairs = query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(name).unwrap_or(Cow::Borrowed(name)), value)
            })
            .collect();
        Self { pairs }
    }

    /// The first name that is not among the known ones.
    #[must_use]
    pub fn unknown(&self, known: impl Fn(&str) -> bool) -> Option<String> {
        let (name, _) = self.pairs.iter().find(|(name, _)| !known(name))?;
        Some(name.to_string())
    }

    /// The one value of a parameter.
    ///
    /// # Errors
    /// When it was given more than once, is not UTF-8, or holds U+0000.
    pub fn one(&self, name: &str) -> Result<Option<Cow<'a, str>>, Violation> {
        let mut values = self.values(name);
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(Violation::new("was given more than once"));
        }
        decode(value).map(Some)
    }

    /// The members of a list that repeats its name: `a=1&a=2`.
    ///
    /// # Errors
    /// When a member is not UTF-8, or holds U+0000.
    pub fn repeated(&self, name: &str) -> Result<Option<Vec<Cow<'a, str>>>, Violation> {
        let values = self.values(name).map(decode).collect::<Result<Vec<_>, _>>()?;
        Ok((!values.is_empty()).then_some(values))
    }

    /// The members of a list in one value: `a=1,2`.
    ///
    /// # Errors
    /// When the list was given more than once, or a member is not UTF-8 or holds U+0000.
    pub fn joined(&self, name: &str, separator: &str) -> Result<Option<Vec<Cow<'a, str>>>, Violation> {
        let mut values = self.values(name);
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(Violation::new("was given more than once"));
        }
        if value.is_empty() {
            return Ok(Some(Vec::new()));
        }
        value.split(separator).map(decode).collect::<Result<Vec<_>, _>>().map(Some)
    }

    fn values<'q>(&'q self, name: &'q str) -> impl Iterator<Item = &'a str> + 'q {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| *value)
    }
}

/// Decodes `%xx` and `+`.
fn decode(text: &str) -> Result<Cow<'_, str>, Violation> {
    let not_utf8 = |_| Violation::new("is not valid UTF-8");
    let decoded = if text.contains('+') {
        let spaced = text.replace('+', " ");
        Cow::Owned(percent_decode_str(&spaced).decode_utf8().map_err(not_utf8)?.into_owned())
    } else {
        percent_decode_str(text).decode_utf8().map_err(not_utf8)?
    };
    nul::check(&decoded)?;
    Ok(decoded)
}
