//! One field before and after, as the audit log tells it.
//!
//! A leaf: whatever has fields can say what changed without knowing that there is a log.

/// One field before and after. A secret is named and never shown: both are `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl FieldChange {
    /// What the field is from now on; it was nothing before.
    #[must_use]
    pub fn set(field: &str, after: Option<String>) -> Self {
        Self { field: field.to_owned(), before: None, after }
    }

    /// A field whose value is nobody's to see.
    #[must_use]
    pub fn secret(field: &str) -> Self {
        Self::set(field, None)
    }

    /// The change of a field, if it is one.
    #[must_use]
    pub fn between(field: &str, before: Option<String>, after: Option<String>) -> Option<Self> {
        (before != after).then(|| Self { field: field.to_owned(), before, after })
    }
}
