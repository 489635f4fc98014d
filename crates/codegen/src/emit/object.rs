//! Structs: their fields, and the shape that they are read and checked by.
//!
//! The one thing a newcomer gets wrong: structs do not derive `Deserialize`. The derived one takes arrays for objects and
//! null for absent, and its `flatten` loses the path of an error; the runtime reads them by their shape.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{AdditionalProperties, Field, Struct, TypeDef};

use super::limits::Scope;
use super::{called, default, doc, ident, value};

pub fn emit(ty: &TypeDef, shape: &Struct, scope: &mut Scope<'_>) -> TokenStream {
    let name = ident(&ty.rust);
    let comment = doc::with_deprecation(&ty.doc, ty.deprecated);
    let eq = ty.eq.then(|| quote!(Eq,));
    let fields = shape.fields.iter().map(declaration);
    let extra = match &shape.additional {
        AdditionalProperties::Kept { rust, value } => {
            let (rust, value) = (ident(rust), value::full(value, &TokenStream::new()));
            Some(quote!(#[serde(flatten)] pub #rust: std::collections::BTreeMap<String, #value>,))
        }
        AdditionalProperties::Refused | AdditionalProperties::Ignored => None,
    };
    let secretive = shape.fields.iter().any(is_secret);
    let (derive_debug, debug) =
        if secretive { (None, Some(discreet_debug(ty, shape))) } else { (Some(quote!(Debug,)), None) };
    let described = described(ty, shape, scope);
    quote! {
        #comment
        #[derive(Clone, #derive_debug PartialEq, #eq serde::Serialize)]
        pub struct #name { #(#fields)* #extra }
        #debug
        #described
    }
}

/// The shape, and how the object is made of its fields if it is ever read.
fn described(ty: &TypeDef, shape: &Struct, scope: &mut Scope<'_>) -> TokenStream {
    let (name, called) = (ident(&ty.rust), called(ty));
    let fields: Vec<TokenStream> = shape.fields.iter().map(|field| one(field, scope)).collect();
    let fields = quote!(&[#(#fields),*]);
    let (shaped, others) = match &shape.additional {
        AdditionalProperties::Refused => (quote!(Closed(#fields)), None),
        AdditionalProperties::Ignored => (quote!(Open(#fields)), None),
        AdditionalProperties::Kept { rust, value } => {
            let (rust, calls) = (ident(rust), scope.calls(value));
            let others = quote!(&others(|it: &Self| &it.#rust) #calls);
            (quote!(Keeping(#fields, #others)), Some(quote!(#rust: it.others()?,)))
        }
    };
    let counts = [(shape.min_properties, quote!(min_pairs)), (shape.max_properties, quote!(max_pairs))];
    let counts = counts.into_iter().filter_map(|(limit, call)| {
        let limit = proc_macro2::Literal::usize_unsuffixed(limit?);
        Some(quote!(.#call(#limit)))
    });
    let counts: TokenStream = counts.collect();
    let properties = (!counts.is_empty()).then(|| quote!(const PROPERTIES: wire::Limits = limits() #counts;));
    let parts = shape.fields.iter().map(|field| {
        let rust = ident(&field.rust);
        quote!(#rust: it.take()?,)
    });
    let it = if shape.fields.is_empty() && others.is_none() { quote!(_) } else { quote!(it) };
    let build = ty.read.then(|| {
        quote! {
            fn build(#it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self { #(#parts)* #others })
            }
        }
    });
    let any = shape.fields.iter().any(|field| field.deprecated);
    let allow = any.then(|| quote!(#[allow(deprecated, reason = "a deprecated field is still part of the wire")]));
    quote! {
        #allow
        impl wire::Value for #name {
            #called
            const SHAPE: wire::Shape<Self> = wire::Shape::#shaped;
            #properties
            #build
        }
    }
}

fn one(field: &Field, scope: &mut Scope<'_>) -> TokenStream {
    let (wire, rust, calls) = (&field.wire, ident(&field.rust), scope.calls(&field.value));
    match &field.default {
        Some(literal) => {
            let json = default::json(literal);
            quote!(defaulted(#wire, |it: &Self| &it.#rust, #json) #calls)
        }
        None if field.required => quote!(required(#wire, |it: &Self| &it.#rust) #calls),
        None => quote!(optional(#wire, |it: &Self| &it.#rust) #calls),
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
    let extra = match &shape.additional {
        AdditionalProperties::Kept { rust, .. } => {
            let field = ident(rust);
            Some(quote!(.field(#rust, &self.#field)))
        }
        AdditionalProperties::Refused | AdditionalProperties::Ignored => None,
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

fn declaration(field: &Field) -> TokenStream {
    let comment = doc::with_deprecation(&field.doc, field.deprecated);
    let name = ident(&field.rust);
    let can_be_absent = !field.required && field.default.is_none();
    let mut attributes = Vec::new();
    if field.rust != field.wire {
        let wire = &field.wire;
        attributes.push(quote!(rename = #wire));
    }
    if can_be_absent {
        attributes.push(quote!(skip_serializing_if = "Option::is_none"));
    }
    let serde = (!attributes.is_empty()).then(|| quote!(#[serde(#(#attributes),*)]));
    let slot = slot(field);
    let slot = if can_be_absent { quote!(Option<#slot>) } else { slot };
    quote!(#comment #serde pub #name: #slot,)
}
