//! Enums of texts, and unions.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Family, TypeDef, Union, Variant};

use super::{doc, fidelity, ident};

pub fn emit_enum(ty: &TypeDef, variants: &[Variant]) -> TokenStream {
    let name = ident(&ty.rust);
    let comment = doc::with_deprecation(&ty.doc, ty.deprecated);
    let idents: Vec<_> = variants.iter().map(|variant| ident(&variant.rust)).collect();
    let wires: Vec<_> = variants.iter().map(|variant| variant.wire.as_str()).collect();
    let fidelity = fidelity::on_enum(ty);
    let only = variants.len() == 1;
    let derive_default = only.then(|| quote!(Default,));
    let mark_default = only.then(|| quote!(#[default]));
    let allowed = format!("must be one of: {}", wires.join(", "));
    quote! {
        #comment
        #[derive(Clone, Copy, Debug, #derive_default PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #fidelity
        pub enum #name {
            #(#mark_default #[serde(rename = #wires)] #idents,)*
        }
        impl #name {
            /// Every value, in the order of the description.
            pub const ALL: &'static [Self] = &[#(Self::#idents),*];
            /// The value on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { #(Self::#idents => #wires,)* }
            }
        }
        impl<'de> serde::Deserialize<'de> for #name {
            fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
                deserializer: DeserializerOf,
            ) -> Result<Self, DeserializerOf::Error> {
                crate::wire::listed(deserializer, &[#(#wires),*]).map(|position| Self::ALL[position])
            }
        }
        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl std::str::FromStr for #name {
            type Err = crate::text::NotListed;
            fn from_str(text: &str) -> Result<Self, crate::text::NotListed> {
                match text {
                    #(#wires => Ok(Self::#idents),)*
                    _ => Err(crate::text::NotListed(#allowed)),
                }
            }
        }
        crate::text::listed!(#name);
    }
}

pub fn emit_union(ty: &TypeDef, union: &Union, family: &Family) -> TokenStream {
    let name = ident(&ty.rust);
    let comment = doc::with_deprecation(&ty.doc, ty.deprecated);
    let eq = ty.eq.then(|| quote!(Eq,));
    let property = &union.property;
    let fidelity = fidelity::on_union(ty, union, family);
    let variants: Vec<_> = union.variants.iter().map(|variant| ident(&variant.rust)).collect();
    let targets = union.variants.iter().map(|variant| {
        let target = ident(&variant.target);
        if variant.boxed { quote!(Box<#target>) } else { quote!(#target) }
    });
    let arms = union.variants.iter().map(|variant| {
        let (rust, tags) = (ident(&variant.rust), &variant.tags);
        quote!(#(#tags)|* => tagged.variant().map(Self::#rust),)
    });
    let known: Vec<_> = union.variants.iter().flat_map(|variant| &variant.tags).collect();
    let check = ty.checked.then(|| {
        let arms = union.variants.iter().map(|variant| {
            let rust = ident(&variant.rust);
            let checked = family.types.iter().any(|ty| ty.rust == variant.target && ty.checked);
            if checked {
                quote!(Self::#rust(value) => crate::check::Check::check(value),)
            } else {
                quote!(Self::#rust(_) => Ok(()),)
            }
        });
        quote! {
            impl crate::check::Check for #name {
                fn check(&self) -> Result<(), crate::check::Violation> {
                    match self { #(#arms)* }
                }
            }
        }
    });
    quote! {
        #comment
        #[derive(Clone, Debug, PartialEq, #eq serde::Serialize)]
        #[serde(untagged)]
        #fidelity
        pub enum #name {
            #(#variants(#targets),)*
        }
        impl<'de> serde::Deserialize<'de> for #name {
            fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
                deserializer: DeserializerOf,
            ) -> Result<Self, DeserializerOf::Error> {
                let tagged = crate::wire::Tagged::read(deserializer, #property)?;
                match tagged.tag() {
                    #(#arms)*
                    _ => Err(tagged.unknown(#property, &[#(#known),*])),
                }
            }
        }
        #check
    }
}
