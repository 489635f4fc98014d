//! The modules of wire types: one for each tag, with the types that its operations are the first to need.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Family, Kind, Shape, TypeDef, Value};
use crate::lower::facts;

use super::limits::{Scope, has_limits};
use super::{choice, doc, header, ident, object, screaming, uses, value};

/// A module: its name, none for the root, and its content.
pub struct Module {
    pub name: Option<String>,
    pub tokens: TokenStream,
}

pub fn modules(family: &Family) -> Vec<Module> {
    let owners = owners(family);
    let mut out = Vec::new();
    let mut children = Vec::new();
    for (at, tag) in family.tags.iter().enumerate() {
        let own: Vec<&TypeDef> = family.types.iter().filter(|ty| owners.get(ty.rust.as_str()) == Some(&at)).collect();
        if own.is_empty() {
            continue;
        }
        children.push(ident(&tag.module));
        let text = format!(
            "What the operations tagged `{}` are the first to need, in the order of the description.",
            tag.name
        );
        out.push(Module { name: Some(tag.module.clone()), tokens: module(family, &own, &text, None) });
    }
    let rest: Vec<&TypeDef> = family.types.iter().filter(|ty| !owners.contains_key(ty.rust.as_str())).collect();
    out.push(Module {
        name: None,
        tokens: module(
            family,
            &rest,
            "Wire types.",
            Some(quote!(#(mod #children;)* pub use self::{#(#children::*),*};)),
        ),
    });
    out
}

/// The tag whose operations are the first to need a type.
fn owners(family: &Family) -> BTreeMap<&str, usize> {
    let mut owners = BTreeMap::new();
    for operation in &family.operations {
        let bodies = operation.body.iter().map(|body| &body.value);
        let responses = operation.successes.iter().chain(&operation.errors);
        let answers = responses
            .flat_map(|response| response.body.iter().chain(response.headers.iter().map(|header| &header.value)));
        let parameters = operation.parameters.iter().map(|parameter| &parameter.value);
        let starts = bodies.chain(answers).chain(parameters).flat_map(facts::names);
        for name in facts::reached(family, starts.collect()) {
            owners.entry(name).or_insert(operation.tag);
        }
    }
    owners
}

fn module(family: &Family, own: &[&TypeDef], text: &str, children: Option<TokenStream>) -> TokenStream {
    let header = header(text);
    let mut scope = Scope::new(family, TokenStream::new());
    let types: TokenStream = own.iter().map(|ty| one(ty, &mut scope)).collect();
    let patterns = scope.patterns.statics();
    let code = quote!(#patterns #types);
    let names = ["defaulted", "limits", "optional", "others", "required", "variant"];
    let runtime = uses(&code, &names);
    let is_root = children.is_some();
    let others = (!is_root && refers(own)).then(|| {
        quote!(
            use super::*;
        )
    });
    quote!(#header #runtime #others #children #code)
}

/// Whether types refer to what other modules hold.
fn refers(own: &[&TypeDef]) -> bool {
    let names: BTreeSet<&str> = own.iter().map(|ty| ty.rust.as_str()).collect();
    own.iter().flat_map(|ty| facts::mentioned(&ty.shape)).any(|name| !names.contains(name))
}

fn one(ty: &TypeDef, scope: &mut Scope<'_>) -> TokenStream {
    match &ty.shape {
        Shape::Struct(shape) => object::emit(ty, shape, scope),
        Shape::Enum(variants) => choice::emit_enum(ty, variants),
        Shape::Union(union) => choice::emit_union(ty, union),
        Shape::Alias(target) => alias(ty, target, scope),
    }
}

/// A name for a plain value, and for its limits.
fn alias(ty: &TypeDef, target: &Value, scope: &mut Scope<'_>) -> TokenStream {
    let doc = doc::with_deprecation(&ty.doc, ty.deprecated);
    let (name, limits) = (ident(&ty.rust), ident(&screaming(&ty.rust)));
    let declared = value::base(target, &TokenStream::new());
    let limited = (has_limits(target) && !matches!(target.kind, Kind::Named(_))).then(|| {
        let calls = scope.spelled(target);
        quote!(pub const #limits: wire::Limits = limits() #calls;)
    });
    quote!(#doc pub type #name = #declared; #limited)
}
