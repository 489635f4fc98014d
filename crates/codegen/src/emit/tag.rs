//! The module of one tag: its trait, and of each operation the input, the output, the row and the handler.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Absent, Family, Operation, Parameter};

use super::limits::Scope;
use super::parameters::Constants;
use super::security::Alternatives;
use super::{doc, handler, header, ident, output, row, uses, value};

/// What the modules of all tags go by.
pub struct Context<'f> {
    pub family: &'f Family,
    pub alternatives: Alternatives<'f>,
    pub parameters: Constants,
}

/// Where the types are, seen from a tag's module.
pub fn types() -> TokenStream {
    quote!(types::)
}

pub fn module(context: &Context<'_>, at: usize) -> TokenStream {
    let family = context.family;
    let Some(tag) = family.tags.get(at) else { return TokenStream::new() };
    let header = header(&format!("The operations tagged `{}`.", tag.name));
    let own = || family.operations.iter().enumerate().filter(|(_, operation)| operation.tag == at);
    let name = ident(&tag.trait_name);
    let comment = doc::comment(if tag.doc.is_empty() { &tag.name } else { &tag.doc });
    let methods = own().map(|(_, operation)| method(operation));
    let mut scope = Scope::new(family, types());
    let operations: TokenStream = own()
        .map(|(at, operation)| {
            let (input, output) = (input(operation, family), output::emit(operation));
            let (row, handler) = (row::emit(context, at, &mut scope), handler::emit(context, operation));
            quote!(#input #output #row #handler)
        })
        .collect();
    let patterns = scope.patterns.statics();
    let code = quote! {
        #patterns
        #comment
        pub trait #name: crate::Service {
            #(#methods)*
        }
        #operations
    };
    let runtime = uses(&code, &["limits"]);
    let paths = super::path_starts(&code);
    let modules = ["parameters", "security", "types"].into_iter().filter(|name| paths.contains(*name)).map(ident);
    let modules: Vec<_> = modules.collect();
    let modules = (!modules.is_empty()).then(|| quote!(use super::{#(#modules),*};));
    quote!(#header #modules use crate::serve; #runtime #code)
}

fn method(operation: &Operation) -> TokenStream {
    let comment = doc::with_deprecation(&operation.doc, operation.deprecated);
    let name = ident(&operation.rust);
    let (input, output) = (ident(&format!("{}Input", operation.pascal)), ident(&format!("{}Output", operation.pascal)));
    let caller = match (operation.security.alternatives.is_empty(), operation.security.optional) {
        (true, _) => None,
        (false, true) => Some(quote!(caller: Option<Self::Caller>,)),
        (false, false) => Some(quote!(caller: Self::Caller,)),
    };
    let output = if operation.idempotent { quote!(crate::Answered<#output>) } else { quote!(#output) };
    quote! {
        #comment
        fn #name(&self, #caller input: #input) -> impl Future<Output = Result<#output, Self::Error>> + Send;
    }
}

/// The type of a parameter's field.
fn parameter_type(parameter: &Parameter) -> TokenStream {
    let base = value::base(&parameter.value, &types());
    if parameter.required || parameter.default.is_some() { base } else { quote!(Option<#base>) }
}

/// What an operation is asked with; its parameters are documented where they are described.
fn input(operation: &Operation, family: &Family) -> TokenStream {
    let name = ident(&format!("{}Input", operation.pascal));
    let fields = operation.parameters.iter().map(|parameter| {
        let deprecated = parameter.deprecated.then(|| quote!(#[deprecated]));
        let (rust, ty) = (ident(&parameter.rust), parameter_type(parameter));
        let skip = (!parameter.fingerprint).then(|| quote!(#[serde(skip)]));
        quote!(#deprecated #skip pub #rust: #ty,)
    });
    let body = operation.body.as_ref().map(|body| {
        let ty = value::full(&body.value, &types());
        let ty = match family.absent(body) {
            Absent::Refused | Absent::Empty => ty,
            Absent::None => quote!(Option<#ty>),
        };
        quote!(pub body: #ty,)
    });
    quote! {
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        pub struct #name { #(#fields)* #body }
    }
}
