//! The limits of a value, as a constant.
//!
//! The one thing to know: numbers that a description may write in several ways (a factor, the members of an enum) are kept
//! as texts, which is how they are told to whoever breaks them.

use std::sync::OnceLock;

use regex::Regex;

use super::{Field, Others};
use crate::parameter::Parameter;

/// What else must hold of a value of the right kind. Each kind goes by those that concern it.
#[derive(Clone, Copy)]
pub struct Limits {
    pub minimum: Option<Bound>,
    pub maximum: Option<Bound>,
    pub multiple_of: Option<&'static str>,
    /// `enum` of numbers; empty when any will do.
    pub allowed: &'static [&'static str],
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
    pub pattern: Option<&'static Pattern>,
    /// The format of a text, of which `email` and `uri` are checked.
    pub format: Option<&'static str>,
    pub min_items: Option<usize>,
    pub max_items: Option<usize>,
    pub unique: bool,
    pub min_pairs: Option<usize>,
    pub max_pairs: Option<usize>,
    /// The limits of every item of a list, or value of a map.
    pub each: Option<&'static Self>,
}

/// The least or the greatest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    Integer { limit: i64, exclusive: bool },
    Number { limit: f64, exclusive: bool },
}

/// A pattern, compiled when it is first needed.
pub struct Pattern {
    /// As the description has it.
    pub written: &'static str,
    /// As the `regex` crate wants it.
    source: &'static str,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    #[must_use]
    pub const fn new(written: &'static str, source: &'static str) -> Self {
        Self { written, source, compiled: OnceLock::new() }
    }

    /// # Panics
    /// When the pattern is not one, which the generator refuses.
    pub fn is_match(&self, text: &str) -> bool {
        let compile =
            || Regex::new(self.source).expect("the generator compiles every pattern before it writes it down");
        self.compiled.get_or_init(compile).is_match(text)
    }
}

/// No limits, to begin with.
#[must_use]
pub const fn limits() -> Limits {
    Limits {
        minimum: None,
        maximum: None,
        multiple_of: None,
        allowed: &[],
        min_length: None,
        max_length: None,
        pattern: None,
        format: None,
        min_items: None,
        max_items: None,
        unique: false,
        min_pairs: None,
        max_pairs: None,
        each: None,
    }
}

/// Everything that has limits takes them in the same words.
macro_rules! limited {
    ($($owner:ty),*) => {$(
        impl $owner {
            #[must_use]
            pub const fn range(self, minimum: i64, maximum: i64) -> Self {
                self.minimum(minimum).maximum(maximum)
            }

            #[must_use]
            pub const fn minimum(self, limit: i64) -> Self {
                let told = self.told();
                self.like(Limits { minimum: Some(Bound::Integer { limit, exclusive: false }), ..told })
            }

            #[must_use]
            pub const fn maximum(self, limit: i64) -> Self {
                let told = self.told();
                self.like(Limits { maximum: Some(Bound::Integer { limit, exclusive: false }), ..told })
            }

            #[must_use]
            pub const fn above(self, limit: i64) -> Self {
                let told = self.told();
                self.like(Limits { minimum: Some(Bound::Integer { limit, exclusive: true }), ..told })
            }

            #[must_use]
            pub const fn below(self, limit: i64) -> Self {
                let told = self.told();
                self.like(Limits { maximum: Some(Bound::Integer { limit, exclusive: true }), ..told })
            }

            /// The least number with decimals, and whether it is too small itself.
            #[must_use]
            pub const fn from_number(self, limit: f64, exclusive: bool) -> Self {
                let told = self.told();
                self.like(Limits { minimum: Some(Bound::Number { limit, exclusive }), ..told })
            }

            /// The greatest number with decimals, and whether it is too large itself.
            #[must_use]
            pub const fn to_number(self, limit: f64, exclusive: bool) -> Self {
                let told = self.told();
                self.like(Limits { maximum: Some(Bound::Number { limit, exclusive }), ..told })
            }

            #[must_use]
            pub const fn multiple_of(self, factor: &'static str) -> Self {
                let told = self.told();
                self.like(Limits { multiple_of: Some(factor), ..told })
            }

            #[must_use]
            pub const fn allowed(self, allowed: &'static [&'static str]) -> Self {
                let told = self.told();
                self.like(Limits { allowed, ..told })
            }

            #[must_use]
            pub const fn length(self, min: usize, max: usize) -> Self {
                self.min_length(min).max_length(max)
            }

            #[must_use]
            pub const fn min_length(self, limit: usize) -> Self {
                let told = self.told();
                self.like(Limits { min_length: Some(limit), ..told })
            }

            #[must_use]
            pub const fn max_length(self, limit: usize) -> Self {
                let told = self.told();
                self.like(Limits { max_length: Some(limit), ..told })
            }

            #[must_use]
            pub const fn pattern(self, pattern: &'static Pattern) -> Self {
                let told = self.told();
                self.like(Limits { pattern: Some(pattern), ..told })
            }

            #[must_use]
            pub const fn format(self, format: &'static str) -> Self {
                let told = self.told();
                self.like(Limits { format: Some(format), ..told })
            }

            #[must_use]
            pub const fn min_items(self, limit: usize) -> Self {
                let told = self.told();
                self.like(Limits { min_items: Some(limit), ..told })
            }

            #[must_use]
            pub const fn max_items(self, limit: usize) -> Self {
                let told = self.told();
                self.like(Limits { max_items: Some(limit), ..told })
            }

            #[must_use]
            pub const fn unique(self) -> Self {
                let told = self.told();
                self.like(Limits { unique: true, ..told })
            }

            #[must_use]
            pub const fn min_pairs(self, limit: usize) -> Self {
                let told = self.told();
                self.like(Limits { min_pairs: Some(limit), ..told })
            }

            #[must_use]
            pub const fn max_pairs(self, limit: usize) -> Self {
                let told = self.told();
                self.like(Limits { max_pairs: Some(limit), ..told })
            }

            /// The limits of what is inside.
            #[must_use]
            pub const fn each(self, each: &'static Limits) -> Self {
                let told = self.told();
                self.like(Limits { each: Some(each), ..told })
            }
        }
    )*};
}

limited!(Limits, Field, Others, Parameter);

impl Limits {
    const fn told(&self) -> Self {
        *self
    }

    /// Takes over the limits of a named value.
    #[must_use]
    pub const fn like(self, limits: Self) -> Self {
        limits
    }

    pub(super) const fn concern_texts(&self) -> bool {
        self.min_length.is_some() || self.max_length.is_some() || self.pattern.is_some() || self.format.is_some()
    }
}

/// What has limits besides other things.
macro_rules! holder {
    ($($owner:ty),*) => {$(
        impl $owner {
            const fn told(&self) -> Limits {
                self.limits
            }

            /// Takes over the limits of a named value.
            #[must_use]
            pub const fn like(self, limits: Limits) -> Self {
                Self { limits, ..self }
            }
        }
    )*};
}

holder!(Field, Others, Parameter);
