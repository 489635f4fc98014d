//! Structs: how they read, write and check themselves.
//!
//! The one thing a newcomer gets wrong: structs do not derive `Deserialize`. The derived one takes arrays for objects and
//! null for absent, and its `flatten` loses the path of an error; they read themselves with a visitor.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Family, Field, Rest, Struct, TypeDef, Value};

use super::{checks, doc, fidelity, ident, literal, value};

pub fn emit(ty: &TypeDef, shape: &Struct, family: &Family) -> TokenStream {
    let name = ident(&ty.rust);
    let comment = doc::with_deprecation(&ty.doc, ty.deprecated);
    let eq = ty.eq.then(|| quote!(Eq,));
    let fields = shape.fields.iter().map(declaration);
    let extra = match &shape.rest {
        Rest::Kept { rust, value } => {
            let (rust, value) = (ident(rust), value::full(value, &TokenStream::new()));
            Some(quote!(#[serde(flatten)] pub #rust: std::collections::BTreeMap<String, #value>,))
        }
        Rest::Refused | Rest::Ignored => None,
    };
    let defaults = defaults(ty, shape);
    let visitor = visitor(ty, shape);
    let fidelity = fidelity::on_struct(ty, shape);
    let check = ty.checked.then(|| check(ty, shape, family));
    let secretive = shape.fields.iter().any(is_secret);
    let (derive_debug, debug) =
        if secretive { (None, Some(discreet_debug(ty, shape))) } else { (Some(quote!(Debug,)), None) };
    quote! {
        #comment
        #[derive(Clone, #derive_debug PartialEq, #eq serde::Serialize)]
        #fidelity
        pub struct #name { #(#fields)* #extra }
        #debug
        #defaults
        #visitor
        #check
    }
}

/// `format: password`: what no log may show.
fn is_secret(field: &Field) -> bool {
    field.value.format.as_deref() == Some("password")
}

/// `Debug` that leaves secrets out.
fn discreet_debug(ty: &TypeDef, shape: &Struct) -> TokenStream {
    let (name, text) = (ident(&ty.rust), &ty.rust);
    let fields = shape.fields.iter().map(|field| {
        let (rust, wire) = (ident(&field.rust), &field.wire);
        if is_secret(field) { quote!(.field(#wire, &format_args!(".."))) } else { quote!(.field(#wire, &self.#rust)) }
    });
    let extra = match &shape.rest {
        Rest::Kept { rust, .. } => {
            let field = ident(rust);
            Some(quote!(.field(#rust, &self.#field)))
        }
        Rest::Refused | Rest::Ignored => None,
    };
    quote! {
        impl std::fmt::Debug for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(#text)#(#fields)* #extra.finish()
            }
        }
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

fn declaration(field: &Field) -> TokenStream {
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
    let serde = (!attributes.is_empty()).then(|| quote!(#[serde(#(#attributes),*)]));
    let slot = slot(field);
    let slot = if can_be_absent(field) { quote!(Option<#slot>) } else { slot };
    let fidelity = fidelity::on_field(field);
    quote!(#comment #serde #fidelity pub #name: #slot,)
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

/// `Deserialize`. Serde's own would also take an array with the fields in order, and would not tell null from absent.
fn visitor(ty: &TypeDef, shape: &Struct) -> TokenStream {
    let name = ident(&ty.rust);
    let wires = shape.fields.iter().map(|field| &field.wire);
    let (mut slots, mut arms, mut built) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
    for (index, field) in shape.fields.iter().enumerate() {
        let local = ident(&format!("field_{index}"));
        let (slot, wire, field_name) = (slot(field), &field.wire, ident(&field.rust));
        let index = proc_macro2::Literal::usize_unsuffixed(index);
        slots.extend(quote!(let mut #local: Option<#slot> = None;));
        let fill = if value::is_strict(&field.value.kind) { quote!(fill_strict) } else { quote!(fill) };
        arms.extend(quote!(crate::wire::Key::Known(#index) => crate::wire::#fill(&mut #local, #wire, &mut map)?,));
        built.extend(if field.default.is_some() {
            let default = default_name(field);
            quote!(#field_name: #local.unwrap_or_else(#name::#default),)
        } else if field.required {
            quote!(#field_name: crate::wire::required(#local, #wire)?,)
        } else {
            quote!(#field_name: #local,)
        });
    }
    let (rest_slot, rest_arm, rest_built) = others(&shape.rest);
    let allow = allow_deprecated(shape);
    quote! {
        #allow
        impl<'de> serde::Deserialize<'de> for #name {
            fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
                deserializer: DeserializerOf,
            ) -> Result<Self, DeserializerOf::Error> {
                struct ObjectReader;
                impl<'de> serde::de::Visitor<'de> for ObjectReader {
                    type Value = #name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }
                    fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                        self,
                        mut map: MapOf,
                    ) -> Result<#name, MapOf::Error> {
                        #slots
                        #rest_slot
                        while let Some(key) = map.next_key_seed(crate::wire::Keys(&[#(#wires),*]))? {
                            match key {
                                #arms
                                #rest_arm
                            }
                        }
                        Ok(#name { #built #rest_built })
                    }
                }
                deserializer.deserialize_map(ObjectReader)
            }
        }
    }
}

/// What a reader does with other properties: a slot for them, an arm, and the field they end in.
fn others(rest: &Rest) -> (TokenStream, TokenStream, TokenStream) {
    let other = quote!(crate::wire::Key::Known(_) | crate::wire::Key::Other(_));
    match rest {
        Rest::Refused => (quote!(), quote!(#other => return Err(crate::wire::unknown_field(&key)),), quote!()),
        Rest::Ignored => {
            let skip = quote!(#other => { map.next_value::<serde::de::IgnoredAny>()?; });
            (quote!(), skip, quote!())
        }
        Rest::Kept { rust, value } => {
            let (rust, rest_type) = (ident(rust), value::full(value, &TokenStream::new()));
            let next = if value::is_strict(&value.kind) {
                quote!(map.next_value::<crate::wire::Exact<#rest_type>>()?.0)
            } else {
                quote!(map.next_value()?)
            };
            let slot = quote!(let mut rest: std::collections::BTreeMap<String, #rest_type> = std::collections::BTreeMap::new(););
            let arm = quote! {
                crate::wire::Key::Known(_) => {}
                crate::wire::Key::Other(name) => {
                    let value = #next;
                    rest.insert(name, value);
                }
            };
            (slot, arm, quote!(#rust: rest))
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
