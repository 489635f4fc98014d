//! Enums of texts, and unions.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{TypeDef, Union, Variant};

use super::casing::Casing;
use super::{called, doc, ident};

pub fn emit_enum(ty: &TypeDef, variants: &[Variant]) -> TokenStream {
    let (name, called) = (ident(&ty.rust), called(ty));
    let comment = doc::with_deprecation(&ty.doc, ty.deprecated);
    let idents: Vec<_> = variants.iter().map(|variant| ident(&variant.rust)).collect();
    let only = variants.len() == 1;
    let derive_default = only.then(|| quote!(Default,));
    let mark_default = only.then(|| quote!(#[default]));
    let casing = Casing::of(variants.iter().map(|variant| (variant.rust.as_str(), variant.wire.as_str())));
    let all = casing.map(|casing| {
        let name = casing.name();
        quote!(#[serde(rename_all = #name)])
    });
    let declared = variants.iter().zip(&idents).map(|(variant, ident)| {
        let wire = &variant.wire;
        let rename = (casing.is_none() && variant.rust != *wire).then(|| quote!(#[serde(rename = #wire)]));
        quote!(#mark_default #rename #ident,)
    });
    let codes = variants.iter().zip(&idents).map(|(variant, ident)| {
        let wire = &variant.wire;
        quote!((#wire, Self::#ident))
    });
    quote! {
        #comment
        #[derive(Clone, Copy, Debug, #derive_default PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #all
        pub enum #name { #(#declared)* }
        impl wire::Value for #name {
            #called
            const SHAPE: wire::Shape<Self> = wire::Shape::Listed(&[#(#codes),*]);
        }
    }
}

pub fn emit_union(ty: &TypeDef, union: &Union) -> TokenStream {
    let (name, called) = (ident(&ty.rust), called(ty));
    let comment = doc::with_deprecation(&ty.doc, ty.deprecated);
    let eq = ty.eq.then(|| quote!(Eq,));
    let property = &union.property;
    let targets: Vec<TokenStream> = union
        .variants
        .iter()
        .map(|variant| {
            let target = ident(&variant.target);
            if variant.boxed { quote!(Box<#target>) } else { quote!(#target) }
        })
        .collect();
    let variants: Vec<_> = union.variants.iter().map(|variant| ident(&variant.rust)).collect();
    let rows = union.variants.iter().zip(&targets).map(|(each, target)| {
        let (rust, tags) = (ident(&each.rust), &each.tags);
        quote!(variant::<#target, Self>(&[#(#tags),*], |it| it.variant(Self::#rust)))
    });
    quote! {
        #comment
        #[derive(Clone, Debug, PartialEq, #eq serde::Serialize)]
        #[serde(untagged)]
        pub enum #name {
            #(#variants(#targets),)*
        }
        impl wire::Value for #name {
            #called
            const SHAPE: wire::Shape<Self> = wire::Shape::Union(#property, &[#(#rows),*]);
        }
    }
}
