//! The limits of a value, as calls on whatever has them.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::ir::{Bound, Checks, Family, Kind, Shape, Value};

use super::patterns::Patterns;
use super::{ident, number, screaming};

/// Where limits are written: what they may refer to, and how.
pub struct Scope<'f> {
    pub family: &'f Family,
    /// The path of the module with the types.
    pub types: TokenStream,
    pub patterns: Patterns,
}

impl<'f> Scope<'f> {
    pub fn new(family: &'f Family, types: TokenStream) -> Self {
        Self { family, types, patterns: Patterns::default() }
    }

    /// `.range(1, 5)`; empty when anything will do. Those of a named value are taken over by its name.
    pub fn calls(&mut self, value: &Value) -> TokenStream {
        if let Some(name) = value.alias.as_ref().filter(|name| self.names(name, value)) {
            let (types, name) = (&self.types, ident(&screaming(name)));
            return quote!(.like(#types #name));
        }
        self.spelled(value)
    }

    /// As [`Self::calls`], with nothing taken over for the value itself.
    pub fn spelled(&mut self, value: &Value) -> TokenStream {
        let mut out = numbers(&value.checks, &value.kind);
        out.extend(counts(&value.checks));
        out.extend(self.text(value));
        if let Some(inner) = value.kind.inner() {
            let calls = self.calls(inner);
            if !calls.is_empty() {
                out.extend(quote!(.each(const { &limits() #calls })));
            }
        }
        out
    }

    /// Whether the named value has limits, and they are those of this one.
    fn names(&self, name: &str, value: &Value) -> bool {
        let named = self.family.types.iter().find(|ty| ty.rust == name);
        named.is_some_and(|ty| match &ty.shape {
            Shape::Alias(target) => {
                has_limits(target)
                    && target.checks == value.checks
                    && target.kind == value.kind
                    && target.format == value.format
            }
            Shape::Struct(_) | Shape::Enum(_) | Shape::Union(_) => false,
        })
    }

    fn text(&mut self, value: &Value) -> TokenStream {
        let checks = &value.checks;
        let mut out = match (checks.min_length, checks.max_length) {
            (Some(min), Some(max)) => {
                let (min, max) = (size(min), size(max));
                quote!(.length(#min, #max))
            }
            (Some(min), None) => {
                let min = size(min);
                quote!(.min_length(#min))
            }
            (None, Some(max)) => {
                let max = size(max);
                quote!(.max_length(#max))
            }
            (None, None) => TokenStream::new(),
        };
        if let Some(format) = told_format(value) {
            out.extend(quote!(.format(#format)));
        }
        if let Some(pattern) = &checks.pattern {
            let name = self.patterns.name(pattern);
            out.extend(quote!(.pattern(&#name)));
        }
        out
    }
}

/// A text's format; other formats are kinds of their own.
fn told_format(value: &Value) -> Option<&str> {
    let format = value.format.as_deref()?;
    let told = value.kind == Kind::Text || (value.kind == Kind::Decimal && format != "decimal");
    told.then_some(format)
}

/// Whether there is anything to say of a value beyond its kind.
pub fn has_limits(value: &Value) -> bool {
    value.kind.inner().is_some_and(has_limits) || !value.checks.is_empty() || told_format(value).is_some()
}

fn size(limit: usize) -> Literal {
    Literal::usize_unsuffixed(limit)
}

fn numbers(checks: &Checks, kind: &Kind) -> TokenStream {
    let mut out = TokenStream::new();
    match (&checks.minimum, &checks.maximum) {
        (Some(Bound { limit: min, exclusive: false }), Some(Bound { limit: max, exclusive: false }))
            if !matches!(kind, Kind::F64) =>
        {
            let (min, max) = (number(min, kind), number(max, kind));
            out.extend(quote!(.range(#min, #max)));
        }
        (minimum, maximum) => {
            for (bound, open, closed, decimal) in [
                (minimum, quote!(above), quote!(minimum), quote!(from_number)),
                (maximum, quote!(below), quote!(maximum), quote!(to_number)),
            ] {
                let Some(Bound { limit, exclusive }) = bound else { continue };
                let limit = number(limit, kind);
                out.extend(match (kind, exclusive) {
                    (Kind::F64, _) => quote!(.#decimal(#limit, #exclusive)),
                    (_, true) => quote!(.#open(#limit)),
                    (_, false) => quote!(.#closed(#limit)),
                });
            }
        }
    }
    if let Some(factor) = &checks.multiple_of {
        out.extend(quote!(.multiple_of(#factor)));
    }
    if !checks.allowed.is_empty() {
        let allowed = checks.allowed.iter().map(|text| plain(text, kind));
        out.extend(quote!(.allowed(&[#(#allowed),*])));
    }
    out
}

/// A number as it is told: `1` and not `1.0`.
fn plain(text: &str, kind: &Kind) -> String {
    match kind {
        Kind::F64 => text.parse::<f64>().map_or_else(|_| text.to_owned(), |number| number.to_string()),
        Kind::Any
        | Kind::Bool
        | Kind::I32
        | Kind::I64
        | Kind::Text
        | Kind::Decimal
        | Kind::DateTime
        | Kind::Date
        | Kind::Uuid
        | Kind::List(_)
        | Kind::Map(_)
        | Kind::Named(_) => text.to_owned(),
    }
}

fn counts(checks: &Checks) -> TokenStream {
    let mut out = TokenStream::new();
    for (limit, call) in [
        (checks.min_items, quote!(min_items)),
        (checks.max_items, quote!(max_items)),
        (checks.min_properties, quote!(min_pairs)),
        (checks.max_properties, quote!(max_pairs)),
    ] {
        if let Some(limit) = limit.map(size) {
            out.extend(quote!(.#call(#limit)));
        }
    }
    if checks.unique_items {
        out.extend(quote!(.unique()));
    }
    out
}
