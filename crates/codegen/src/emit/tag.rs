//! The module of one tag: its trait, and the input and output of each operation.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Absent, Family, Operation, Parameter, Response};

use super::{doc, handler, header, ident, value};

/// Where the types are, seen from a tag's module.
pub fn types() -> TokenStream {
    quote!(super::types::)
}

pub fn module(family: &Family, at: usize) -> TokenStream {
    let Some(tag) = family.tags.get(at) else { return TokenStream::new() };
    let header = header(&format!("The operations tagged `{}`.", tag.name));
    let own: Vec<&Operation> = family.operations.iter().filter(|operation| operation.tag == at).collect();
    let name = ident(&tag.trait_name);
    let comment = doc::comment(if tag.doc.is_empty() { &tag.name } else { &tag.doc });
    let methods = own.iter().map(|operation| method(operation));
    let shapes = own.iter().map(|operation| {
        let (input, output) = (input(operation, family), output(operation));
        quote!(#input #output)
    });
    let handlers = family
        .operations
        .iter()
        .filter(|operation| operation.tag == at)
        .map(|operation| handler::emit(family, operation));
    quote! {
        #header
        #comment
        pub trait #name: crate::Service {
            #(#methods)*
        }
        #(#shapes)*
        #(#handlers)*
    }
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
pub fn parameter_type(parameter: &Parameter) -> TokenStream {
    let base = value::base(&parameter.value, &types());
    if parameter.required || parameter.default.is_some() { base } else { quote!(Option<#base>) }
}

fn input(operation: &Operation, family: &Family) -> TokenStream {
    let name = ident(&format!("{}Input", operation.pascal));
    let fields = operation.parameters.iter().map(|parameter| {
        let comment = doc::with_deprecation(&parameter.doc, parameter.deprecated);
        let (rust, ty) = (ident(&parameter.rust), parameter_type(parameter));
        let skip = (!parameter.fingerprint).then(|| quote!(#[serde(skip)]));
        quote!(#comment #skip pub #rust: #ty,)
    });
    let body = operation.body.as_ref().map(|body| {
        let ty = value::full(&body.value, &types());
        let ty = match family.absent(body) {
            Absent::Refused | Absent::Empty => ty,
            Absent::None => quote!(Option<#ty>),
        };
        quote!(pub body: #ty,)
    });
    let text = format!(" What `{}` is asked with.", operation.id);
    quote! {
        #[doc = #text]
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        pub struct #name { #(#fields)* #body }
    }
}

/// The name of the struct with the headers of a response.
pub fn headers_name(operation: &Operation, response: &Response) -> String {
    format!("{}{}Headers", operation.pascal, response.variant)
}

fn output(operation: &Operation) -> TokenStream {
    let name = ident(&format!("{}Output", operation.pascal));
    let (mut variants, mut arms, mut structs) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
    for response in &operation.successes {
        let variant = ident(&response.variant);
        let comment = doc::comment(&response.description);
        let status = proc_macro2::Literal::u16_unsuffixed(response.status);
        let status = quote!(crate::answer::status(#status));
        let body = response.body.as_ref().map(|body| value::full(body, &types()));
        let set: Vec<_> = response.headers.iter().filter(|header| !header.by_middleware).collect();
        if set.is_empty() {
            let (declared, pattern, answer) = match body {
                Some(body) => (quote!((#body)), quote!((body)), quote!(Self::json(#status, &body))),
                None => (quote!(), quote!(), quote!(Self::empty(#status))),
            };
            variants.extend(quote!(#comment #variant #declared,));
            arms.extend(quote!(#name::#variant #pattern => #answer,));
            continue;
        }
        let headers = ident(&headers_name(operation, response));
        let writes = set.iter().map(|header| {
            let (rust, wire) = (ident(&header.rust), header.name.to_ascii_lowercase());
            if header.required {
                quote!(answer = answer.with_header(#wire, &crate::text::ToText::to_text(&headers.#rust));)
            } else {
                quote! {
                    if let Some(value) = &headers.#rust {
                        answer = answer.with_header(#wire, &crate::text::ToText::to_text(value));
                    }
                }
            }
        });
        let (declared, pattern, answer) = match body {
            Some(body) => (
                quote!({ body: #body, headers: #headers }),
                quote!({ body, headers }),
                quote!(Self::json(#status, &body)),
            ),
            None => (quote!({ headers: #headers }), quote!({ headers }), quote!(Self::empty(#status))),
        };
        variants.extend(quote!(#comment #variant #declared,));
        arms.extend(quote!(#name::#variant #pattern => { let mut answer = #answer; #(#writes)* answer }));
        let fields = set.iter().map(|header| {
            let comment = doc::comment(header.description.as_deref().unwrap_or_default());
            let (rust, ty) = (ident(&header.rust), value::base(&header.value, &types()));
            let ty = if header.required { ty } else { quote!(Option<#ty>) };
            quote!(#comment pub #rust: #ty,)
        });
        let text = format!(" The headers of a {} from `{}`.", response.status, operation.id);
        structs.extend(quote!(#[doc = #text] #[derive(Clone, Debug, PartialEq)] pub struct #headers { #(#fields)* }));
    }
    let text = format!(" What `{}` answers with.", operation.id);
    quote! {
        #[doc = #text]
        #[derive(Clone, Debug, PartialEq)]
        pub enum #name { #variants }
        impl From<#name> for crate::Answer {
            fn from(output: #name) -> Self {
                match output { #arms }
            }
        }
        #structs
    }
}
