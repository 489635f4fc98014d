//! A merchant's own key-value pairs on an object: bounded, ordered, never interpreted.

use std::collections::{BTreeMap, BTreeSet};

use crate::Refusal;
use crate::field_change::FieldChange;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata(BTreeMap<String, String>);

impl Metadata {
    pub const MOST_KEYS: usize = 50;
    pub const LONGEST_KEY: usize = 64;
    pub const LONGEST_VALUE: usize = 512;

    /// Lengths count characters, as the published limits do.
    pub fn new(pairs: BTreeMap<String, String>) -> Result<Self, Refusal> {
        if pairs.len() > Self::MOST_KEYS {
            return Err(Refusal::MetadataInvalid { key: None });
        }
        let offending = pairs.iter().find(|(key, value)| {
            let length = key.chars().count();
            length == 0 || length > Self::LONGEST_KEY || value.chars().count() > Self::LONGEST_VALUE
        });
        match offending {
            Some((key, _)) => Err(Refusal::MetadataInvalid { key: Some(key.clone()) }),
            None => Ok(Self(pairs)),
        }
    }

    /// With these keys set, and those without a value removed.
    pub fn merged(&self, change: BTreeMap<String, Option<String>>) -> Result<Self, Refusal> {
        let mut pairs = self.0.clone();
        for (key, value) in change {
            match value {
                Some(value) => pairs.insert(key, value),
                None => pairs.remove(&key),
            };
        }
        Self::new(pairs)
    }

    /// For rows read back: they were checked when they were written.
    #[must_use]
    pub const fn trusted(pairs: BTreeMap<String, String>) -> Self {
        Self(pairs)
    }

    #[must_use]
    pub const fn pairs(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// What the audit log tells of a change, key by key; everything, if there was nothing before.
    pub(crate) fn changes_since(&self, before: Option<&Self>) -> Vec<FieldChange> {
        let keys: BTreeSet<_> = self.0.keys().chain(before.iter().flat_map(|before| before.0.keys())).collect();
        let change = |key: &String| {
            let old = before.and_then(|before| before.0.get(key)).cloned();
            FieldChange::between(&format!("metadata.{key}"), old, self.0.get(key).cloned())
        };
        keys.into_iter().filter_map(change).collect()
    }

    /// Bytes of text.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.iter().map(|(key, value)| key.len() + value.len()).sum()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What an update does to what there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MetadataChange {
    #[default]
    Keep,
    Clear,
    /// Keys to set, and those with `None` to remove.
    Merge(BTreeMap<String, Option<String>>),
}

impl MetadataChange {
    pub fn applied_to(self, before: &Metadata) -> Result<Metadata, Refusal> {
        match self {
            Self::Keep => Ok(before.clone()),
            Self::Clear => Ok(Metadata::default()),
            Self::Merge(pairs) => before.merged(pairs),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(key: &str, value: &str) -> Result<Metadata, Refusal> {
        Metadata::new(BTreeMap::from([(key.to_owned(), value.to_owned())]))
    }

    #[test]
    fn limits_count_characters() {
        assert!(metadata(&"é".repeat(64), &"é".repeat(512)).is_ok());
        assert!(metadata(&"k".repeat(65), "").is_err());
        assert!(metadata("", "value").is_err());
        assert!(metadata("key", &"v".repeat(513)).is_err());
    }

    #[test]
    fn the_fifty_first_key_is_refused() {
        let pairs = |count: usize| (0..count).map(|n| (n.to_string(), String::new())).collect();
        assert!(Metadata::new(pairs(50)).is_ok());
        assert_eq!(Metadata::new(pairs(51)), Err(Refusal::MetadataInvalid { key: None }));
    }
}
