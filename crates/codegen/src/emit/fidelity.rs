//! What lets a test rebuild the description from the generated code: attributes for utoipa on the types, and a module with a
//! function per operation.
//!
//! The one thing to know: nothing of this is compiled without the feature `roundtrip`. What utoipa has no attribute for is
//! patched into its document by place, key and value.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Checks, Family, Field, Kind, Literal, Rest, Struct, TypeDef, Union, Value};

use super::{ident, value};

/// The derive on a struct.
pub fn on_struct(ty: &TypeDef, shape: &Struct) -> TokenStream {
    let mut attributes = renamed(ty);
    for (limit, key) in [(shape.min_properties, quote!(min_properties)), (shape.max_properties, quote!(max_properties))]
    {
        if let Some(limit) = limit {
            let limit = proc_macro2::Literal::usize_unsuffixed(limit);
            attributes.push(quote!(#key = #limit));
        }
    }
    let closed = matches!(shape.rest, Rest::Refused)
        .then(|| quote!(#[cfg_attr(feature = "roundtrip", serde(deny_unknown_fields))]));
    let derive = derive(&attributes);
    quote!(#derive #closed)
}

/// The derive on an enum.
pub fn on_enum(ty: &TypeDef) -> TokenStream {
    derive(&renamed(ty))
}

/// The derive on a union.
pub fn on_union(ty: &TypeDef, union: &Union, family: &Family) -> TokenStream {
    let mut attributes = renamed(ty);
    let property = &union.property;
    let mapping = union.variants.iter().flat_map(|variant| {
        let target = family.types.iter().find(|ty| ty.rust == variant.target).and_then(|ty| ty.schema.clone());
        let target = format!("#/components/schemas/{}", target.unwrap_or_else(|| variant.target.clone()));
        variant.tags.iter().map(move |tag| quote!((#tag = #target)))
    });
    attributes.push(quote!(discriminator(property_name = #property, mapping(#(#mapping),*))));
    derive(&attributes)
}

fn derive(attributes: &[TokenStream]) -> TokenStream {
    let schema = (!attributes.is_empty()).then(|| quote!(#[cfg_attr(feature = "roundtrip", schema(#(#attributes),*))]));
    quote!(#[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))] #schema)
}

fn renamed(ty: &TypeDef) -> Vec<TokenStream> {
    let name = ty.schema.as_ref().filter(|name| **name != ty.rust && syn::parse_str::<syn::Ident>(name).is_ok());
    name.map(|name| {
        let name = ident(name);
        quote!(as = #name)
    })
    .into_iter()
    .collect()
}

/// The attribute on a field.
pub fn on_field(field: &Field) -> TokenStream {
    let ty = plain(&field.value);
    let required = field.required;
    let mut attributes = vec![quote!(value_type = #ty), quote!(required = #required)];
    attributes.extend(limits(&field.value));
    if let Some(default) = &field.default {
        let default = json(default);
        attributes.push(quote!(default = json!(#default)));
    }
    if field.circular {
        attributes.push(quote!(no_recursion));
    }
    quote!(#[cfg_attr(feature = "roundtrip", schema(#(#attributes),*))])
}

/// The type without aliases, which utoipa would take for schemas of their own.
pub fn plain(from: &Value) -> TokenStream {
    fn stripped(from: &Value) -> Value {
        let mut to = Value { alias: None, ..from.clone() };
        if let Kind::List(inner) | Kind::Map(inner) = &mut to.kind {
            **inner = stripped(inner);
        }
        to
    }
    value::full(&stripped(from), &TokenStream::new())
}

/// The limits utoipa has attributes for.
pub fn limits(value: &Value) -> Vec<TokenStream> {
    let Checks { minimum, maximum, multiple_of, min_length, max_length, pattern, min_items, max_items, .. } =
        &value.checks;
    let mut out = Vec::new();
    // The attribute becomes an expression, where an integer without a suffix would be an `i32`.
    let number = |text: &String| {
        let is_wide = text.parse::<i64>().is_ok_and(|number| i32::try_from(number).is_err());
        let text = if is_wide { format!("{text}_i64") } else { text.clone() };
        text.parse::<TokenStream>().unwrap_or_default()
    };
    for (bound, open, closed) in
        [(minimum, quote!(exclusive_minimum), quote!(minimum)), (maximum, quote!(exclusive_maximum), quote!(maximum))]
    {
        if let Some(bound) = bound {
            let (key, limit) = (if bound.exclusive { open } else { closed }, number(&bound.limit));
            out.push(quote!(#key = #limit));
        }
    }
    if let Some(factor) = multiple_of {
        let factor = number(factor);
        out.push(quote!(multiple_of = #factor));
    }
    for (limit, key) in [
        (min_length, quote!(min_length)),
        (max_length, quote!(max_length)),
        (min_items, quote!(min_items)),
        (max_items, quote!(max_items)),
    ] {
        if let Some(limit) = limit {
            let limit = proc_macro2::Literal::usize_unsuffixed(*limit);
            out.push(quote!(#key = #limit));
        }
    }
    if let Some(pattern) = pattern {
        let written = &pattern.written;
        out.push(quote!(pattern = #written));
    }
    if let (Kind::Text | Kind::Decimal, Some(format)) = (&value.kind, &value.format) {
        out.push(quote!(format = #format));
    }
    out
}

fn json(literal: &Literal) -> TokenStream {
    match literal {
        Literal::Null => quote!(null),
        Literal::Bool(value) => quote!(#value),
        Literal::Number(text) => text.parse().unwrap_or_default(),
        Literal::Text(text) | Literal::Decimal(text) => quote!(#text),
        Literal::Variant { wire, .. } => quote!(#wire),
        Literal::List(items) => {
            let items = items.iter().map(json);
            quote!([#(#items),*])
        }
        Literal::EmptyMap => quote!({}),
    }
}
