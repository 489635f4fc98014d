//! Structs: how they read, write and check themselves.
//!
//! The one thing a newcomer gets wrong: a struct that keeps unknown properties does not use serde's `flatten`, which
//! buffers, is slow and loses the path of an error; it reads itself with a visitor.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Family, Field, Rest, Struct, TypeDef, Value};

use super::{checks, doc, ident, literal, value};

pub fn emit(ty: &TypeDef, shape: &Struct, family: &Family) -> TokenStream {
    let name = ident(&ty.rust);
    let comment = doc::with_deprecation(&ty.doc, ty.deprecated);
    let eq = ty.eq.then(|| quote!(Eq,));
    let kept = matches!(shape.rest, Rest::Kept { .. });
    let read = if kept { None } else { Some(quote!(, serde::Deserialize)) };
    let closed = matches!(shape.rest, Rest::Refused).then(|| quote!(#[serde(deny_unknown_fields)]));
    let fields = shape.fields.iter().map(|field| declaration(ty, field, kept));
    let extra = match &shape.rest {
        Rest::Kept { rust, value } => {
            let (rust, value) = (ident(rust), value::full(value, &TokenStream::new()));
            let text = " Properties the description does not name.";
            Some(quote!(#[doc = #text] #[serde(flatten)] pub #rust: std::collections::BTreeMap<String, #value>,))
        }
        Rest::Refused | Rest::Ignored => None,
    };
    let defaults = defaults(ty, shape);
    let visitor = kept.then(|| visitor(ty, shape));
    let check = ty.checked.then(|| check(ty, shape, family));
    quote! {
        #comment
        #[derive(Clone, Debug, PartialEq, #eq serde::Serialize #read)]
        #closed
        pub struct #name { #(#fields)* #extra }
        #defaults
        #visitor
        #check
    }
}

/// The type of a value in its field, without the `Option` of a field that can be absent.
fn slot(field: &Field) -> TokenStream {
    let base = value::base(&field.value, &TokenStream::new());
    let base = if field.boxed { quote!(Box<#base>) } else { base };
    if field.value.nullable { quote!(Option<#base>) } else { base }
}

/// True when the field is an `Option` because it can be absent.
fn can_be_absent(field: &Field) -> bool {
    !field.required && field.default.is_none()
}

fn default_name(field: &Field) -> proc_macro2::Ident {
    ident(&format!("default_{}", field.rust))
}

fn declaration(ty: &TypeDef, field: &Field, kept: bool) -> TokenStream {
    let comment = doc::with_deprecation(&field.doc, field.deprecated);
    let name = ident(&field.rust);
    let mut attributes = Vec::new();
    if field.rust != field.wire {
        let wire = &field.wire;
        attributes.push(quote!(rename = #wire));
    }
    if can_be_absent(field) {
        attributes.push(quote!(skip_serializing_if = "Option::is_none"));
    }
    if !kept {
        attributes.extend(reading(ty, field));
    }
    let serde = (!attributes.is_empty()).then(|| quote!(#[serde(#(#attributes),*)]));
    let slot = slot(field);
    let slot = if can_be_absent(field) { quote!(Option<#slot>) } else { slot };
    quote!(#comment #serde pub #name: #slot,)
}

/// How serde reads a field.
fn reading(ty: &TypeDef, field: &Field) -> Vec<TokenStream> {
    let strict = value::is_strict(&field.value.kind);
    if let Some(default) = &field.default {
        let _ = default;
        let function = format!("{}::{}", ty.rust, default_name(field));
        let mut attributes = vec![quote!(default = #function)];
        if strict {
            attributes.push(quote!(deserialize_with = "crate::wire::strict"));
        }
        return attributes;
    }
    match (field.required, field.value.nullable, strict) {
        (true, false, false) => Vec::new(),
        (true, true, false) => vec![quote!(deserialize_with = "crate::wire::nullable")],
        (true, _, true) => vec![quote!(deserialize_with = "crate::wire::strict")],
        (false, _, false) => vec![quote!(default), quote!(deserialize_with = "crate::wire::present")],
        (false, _, true) => vec![quote!(default), quote!(deserialize_with = "crate::wire::strict_present")],
    }
}

fn defaults(ty: &TypeDef, shape: &Struct) -> Option<TokenStream> {
    let mut functions = TokenStream::new();
    for field in &shape.fields {
        if let Some(default) = &field.default {
            let (name, slot) = (default_name(field), slot(field));
            let default = literal::default(default, &field.value, &TokenStream::new());
            functions.extend(quote!(fn #name() -> #slot { #default }));
        }
    }
    let name = ident(&ty.rust);
    (!functions.is_empty()).then(|| quote!(impl #name { #functions }))
}

/// `Deserialize` for a struct that keeps what it does not name.
fn visitor(ty: &TypeDef, shape: &Struct) -> TokenStream {
    let Rest::Kept { rust, value: rest } = &shape.rest else { return TokenStream::new() };
    let name = ident(&ty.rust);
    let (mut slots, mut arms, mut built) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
    for (index, field) in shape.fields.iter().enumerate() {
        let local = ident(&format!("field_{index}"));
        let (slot, wire, field_name) = (slot(field), &field.wire, ident(&field.rust));
        slots.extend(quote!(let mut #local: Option<#slot> = None;));
        let fill = if value::is_strict(&field.value.kind) { quote!(fill_strict) } else { quote!(fill) };
        arms.extend(quote!(#wire => crate::wire::#fill(&mut #local, #wire, &mut map)?,));
        built.extend(if field.default.is_some() {
            let default = default_name(field);
            quote!(#field_name: #local.unwrap_or_else(#name::#default),)
        } else if field.required {
            quote!(#field_name: crate::wire::required(#local, #wire)?,)
        } else {
            quote!(#field_name: #local,)
        });
    }
    let rust = ident(rust);
    let rest_type = value::full(rest, &TokenStream::new());
    let next = if value::is_strict(&rest.kind) {
        quote!(map.next_value::<crate::wire::Exact<#rest_type>>()?.0)
    } else {
        quote!(map.next_value()?)
    };
    let allow = allow_deprecated(shape);
    quote! {
        #allow
        impl<'de> serde::Deserialize<'de> for #name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Reader;
                impl<'de> serde::de::Visitor<'de> for Reader {
                    type Value = #name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<#name, A::Error> {
                        #slots
                        let mut rest: std::collections::BTreeMap<String, #rest_type> = std::collections::BTreeMap::new();
                        while let Some(key) = map.next_key::<String>()? {
                            match key.as_str() {
                                #arms
                                _ => {
                                    let value = #next;
                                    rest.insert(key, value);
                                }
                            }
                        }
                        Ok(#name { #built #rust: rest })
                    }
                }
                deserializer.deserialize_map(Reader)
            }
        }
    }
}

fn allow_deprecated(shape: &Struct) -> Option<TokenStream> {
    let any = shape.fields.iter().any(|field| field.deprecated);
    any.then(|| quote!(#[allow(deprecated, reason = "a deprecated field is still part of the wire")]))
}

fn check(ty: &TypeDef, shape: &Struct, family: &Family) -> TokenStream {
    let name = ident(&ty.rust);
    let mut body = TokenStream::new();
    for field in &shape.fields {
        let checks = checks::of(&field.value, family);
        if checks.is_empty() {
            continue;
        }
        let (rust, wire) = (ident(&field.rust), &field.wire);
        let run = quote!(crate::check::field(#wire, || { #checks Ok(()) })?;);
        body.extend(match (can_be_absent(field), field.value.nullable) {
            (false, false) => quote!({ let value = &self.#rust; #run }),
            (true, false) | (false, true) => quote!(if let Some(value) = &self.#rust { #run }),
            (true, true) => quote!(if let Some(Some(value)) = &self.#rust { #run }),
        });
    }
    if let Rest::Kept { rust, value } = &shape.rest {
        body.extend(kept_check(rust, value, family));
    }
    let count = count(shape);
    body.extend(checks::properties(shape.min_properties, shape.max_properties, &count));
    let allow = allow_deprecated(shape);
    quote! {
        #allow
        impl crate::check::Check for #name {
            fn check(&self) -> Result<(), crate::check::Violation> {
                #body
                Ok(())
            }
        }
    }
}

fn kept_check(rust: &str, value: &Value, family: &Family) -> TokenStream {
    let checks = checks::of(value, family);
    if checks.is_empty() {
        return TokenStream::new();
    }
    let rust = ident(rust);
    let checks = if value.nullable { quote!(if let Some(value) = value { #checks }) } else { checks };
    quote!(crate::check::each_value(&self.#rust, |value| { #checks Ok(()) })?;)
}

/// How many properties are there.
fn count(shape: &Struct) -> TokenStream {
    let always =
        proc_macro2::Literal::usize_unsuffixed(shape.fields.iter().filter(|field| !can_be_absent(field)).count());
    let sometimes = shape.fields.iter().filter(|field| can_be_absent(field)).map(|field| {
        let rust = ident(&field.rust);
        quote!(+ usize::from(self.#rust.is_some()))
    });
    let rest = match &shape.rest {
        Rest::Kept { rust, .. } => {
            let rust = ident(rust);
            Some(quote!(+ self.#rust.len()))
        }
        Rest::Refused | Rest::Ignored => None,
    };
    quote!(#always #(#sometimes)* #rest)
}
