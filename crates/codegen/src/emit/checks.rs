//! The checks of a value, as statements over a reference called `value`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::ir::{Checks, Family, Kind, Value};

use super::literal::number;

/// The statements; empty when nothing can be wrong.
pub fn of(value: &Value, family: &Family) -> TokenStream {
    let own = own(&value.checks, &value.kind);
    let inner = match &value.kind {
        Kind::List(items) => through(items, family, &quote!(crate::check::each)),
        Kind::Map(values) => through(values, family, &quote!(crate::check::each_value)),
        Kind::Named(name) => {
            let checked = family.types.iter().any(|ty| ty.rust == *name && ty.checked);
            checked.then(|| quote!(crate::check::Check::check(value)?;))
        }
        Kind::Any
        | Kind::Bool
        | Kind::I32
        | Kind::I64
        | Kind::F64
        | Kind::Text
        | Kind::Decimal
        | Kind::DateTime
        | Kind::Date
        | Kind::Uuid => None,
    };
    quote!(#own #inner)
}

fn through(inner: &Value, family: &Family, each: &TokenStream) -> Option<TokenStream> {
    let checks = of(inner, family);
    if checks.is_empty() {
        return None;
    }
    let checks = if inner.nullable { quote!(if let Some(value) = value { #checks }) } else { checks };
    Some(quote!(#each(value, |value| { #checks Ok(()) })?;))
}

fn own(checks: &Checks, kind: &Kind) -> TokenStream {
    let mut out = TokenStream::new();
    if checks.is_empty() {
        return out;
    }
    for (bound, open, closed) in
        [(&checks.minimum, quote!(above), quote!(minimum)), (&checks.maximum, quote!(below), quote!(maximum))]
    {
        if let Some(bound) = bound {
            let limit = number(&bound.limit, kind);
            let check = if bound.exclusive { open } else { closed };
            out.extend(quote!(crate::check::#check(value, #limit)?;));
        }
    }
    if let Some(factor) = &checks.multiple_of {
        out.extend(if matches!(kind, Kind::F64) {
            quote!(crate::check::multiple_of_number(*value, #factor)?;)
        } else {
            let factor = number(factor, kind);
            quote!(crate::check::multiple_of(value, #factor)?;)
        });
    }
    if !checks.allowed.is_empty() {
        let allowed = checks.allowed.iter().map(|text| number(text, kind));
        out.extend(quote!(crate::check::one_of(value, &[#(#allowed),*])?;));
    }
    out.extend(counts(checks, kind));
    let text = text(checks);
    // A decimal's limits are those of its text.
    if matches!(kind, Kind::Decimal) && !text.is_empty() {
        out.extend(quote!({ let value = &value.to_string(); #text }));
    } else {
        out.extend(text);
    }
    out
}

fn counts(checks: &Checks, kind: &Kind) -> TokenStream {
    let mut out = TokenStream::new();
    for (limit, check) in [(checks.min_items, quote!(min_items)), (checks.max_items, quote!(max_items))] {
        if let Some(limit) = limit {
            let limit = Literal::usize_unsuffixed(limit);
            out.extend(quote!(crate::check::#check(value, #limit)?;));
        }
    }
    if checks.unique_items {
        out.extend(quote!(crate::check::unique_items(value)?;));
    }
    if matches!(kind, Kind::Map(_)) {
        out.extend(properties(checks.min_properties, checks.max_properties, &quote!(value.len())));
    }
    out
}

/// The limits of a number of properties.
pub fn properties(min: Option<usize>, max: Option<usize>, count: &TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    for (limit, check) in [(min, quote!(min_properties)), (max, quote!(max_properties))] {
        if let Some(limit) = limit {
            let limit = Literal::usize_unsuffixed(limit);
            out.extend(quote!(crate::check::#check(#count, #limit)?;));
        }
    }
    out
}

fn text(checks: &Checks) -> TokenStream {
    use crate::ir::TextFormat;
    let mut out = TokenStream::new();
    for (limit, check) in [(checks.min_length, quote!(min_length)), (checks.max_length, quote!(max_length))] {
        if let Some(limit) = limit {
            let limit = Literal::usize_unsuffixed(limit);
            out.extend(quote!(crate::check::#check(value, #limit)?;));
        }
    }
    match checks.text_format {
        Some(TextFormat::Email) => out.extend(quote!(crate::check::email(value)?;)),
        Some(TextFormat::Uri) => out.extend(quote!(crate::check::uri(value)?;)),
        None => {}
    }
    if let Some(pattern) = &checks.pattern {
        let (written, regex) = (&pattern.written, &pattern.regex);
        out.extend(quote!({
            static PATTERN: crate::check::Pattern = crate::check::Pattern::new(|| crate::check::compiled(#regex));
            crate::check::pattern(value, &PATTERN, #written)?;
        }));
    }
    out
}
