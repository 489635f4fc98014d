//! The module of wire types.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Family, Shape, TypeDef};

use super::{choice, doc, header, ident, object, value};

pub fn module(family: &Family) -> TokenStream {
    let header = header("Wire types, in the order of the description.");
    let types = family.types.iter().map(|ty| one(ty, family));
    quote!(#header #(#types)*)
}

fn one(ty: &TypeDef, family: &Family) -> TokenStream {
    match &ty.shape {
        Shape::Struct(shape) => object::emit(ty, shape, family),
        Shape::Enum(variants) => choice::emit_enum(ty, variants),
        Shape::Union(union) => choice::emit_union(ty, union, family),
        Shape::Alias(target) => {
            let doc = doc::with_deprecation(&ty.doc, ty.deprecated);
            let name = ident(&ty.rust);
            let target = value::base(target, &TokenStream::new());
            quote!(#doc pub type #name = #target;)
        }
    }
}
