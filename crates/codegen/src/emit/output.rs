//! What an operation answers with: a name for one of the runtime's own outputs where that will do, otherwise an enum.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::ir::{Header, Operation, Response};

use super::tag::types;
use super::{doc, ident, value};

pub fn emit(operation: &Operation) -> TokenStream {
    let name = ident(&format!("{}Output", operation.pascal));
    if let [only] = operation.successes.as_slice()
        && let Some(runtime) = ready_made(only)
    {
        let comment = doc::comment(&only.description);
        return quote!(#comment pub type #name = #runtime;);
    }
    let variants = operation.successes.iter().map(|response| variant(operation, response));
    let arms = operation.successes.iter().map(|response| arm(operation, response));
    let successes = operation.successes.iter().map(success);
    let structs = operation.successes.iter().map(|response| headers(operation, response));
    let text = format!(" What `{}` answers with.", operation.id);
    quote! {
        #[doc = #text]
        #[derive(Clone, Debug, PartialEq)]
        pub enum #name { #(#variants)* }
        impl From<#name> for crate::Answer {
            fn from(output: #name) -> Self {
                match output { #(#arms)* }
            }
        }
        impl crate::answer::Output for #name {
            fn successes() -> Vec<crate::answer::Success> {
                vec![#(#successes),*]
            }
        }
        #(#structs)*
    }
}

/// The name of the struct with the headers of a response.
pub fn headers_name(operation: &Operation, response: &Response) -> String {
    format!("{}{}Headers", operation.pascal, response.variant)
}

/// The headers that a handler sets.
pub fn own_headers(response: &Response) -> Vec<&Header> {
    response.headers.iter().filter(|header| !header.by_middleware).collect()
}

/// The runtime's type for a success that needs no type of its own.
fn ready_made(response: &Response) -> Option<TokenStream> {
    let variant = ident(&response.variant);
    match (response.status, &response.body) {
        _ if !own_headers(response).is_empty() => None,
        (200..=202, Some(body)) => {
            let body = value::full(body, &types());
            Some(quote!(crate::answer::#variant<#body>))
        }
        (204, None) => Some(quote!(crate::answer::#variant)),
        (_, _) => None,
    }
}

fn variant(operation: &Operation, response: &Response) -> TokenStream {
    let (variant, comment) = (ident(&response.variant), doc::comment(&response.description));
    let body = response.body.as_ref().map(|body| value::full(body, &types()));
    if own_headers(response).is_empty() {
        let body = body.map(|body| quote!((#body)));
        return quote!(#comment #variant #body,);
    }
    let (body, headers) = (body.map(|body| quote!(body: #body,)), ident(&headers_name(operation, response)));
    quote!(#comment #variant { #body headers: #headers },)
}

fn arm(operation: &Operation, response: &Response) -> TokenStream {
    let (name, variant) = (ident(&format!("{}Output", operation.pascal)), ident(&response.variant));
    let status = Literal::u16_unsuffixed(response.status);
    let status = quote!(crate::answer::status(#status));
    let (body, answer) = match response.body {
        Some(_) => (Some(quote!(body)), quote!(Self::json(#status, &body))),
        None => (None, quote!(Self::empty(#status))),
    };
    let own = own_headers(response);
    if own.is_empty() {
        let body = body.map(|body| quote!((#body)));
        return quote!(#name::#variant #body => #answer,);
    }
    let writes = own.iter().map(|header| {
        let (rust, wire) = (ident(&header.rust), header.name.to_ascii_lowercase());
        if header.required {
            quote!(.with_header(#wire, &crate::wire::Value::to_text(&headers.#rust)))
        } else {
            quote!(.with_optional_header(#wire, headers.#rust.as_ref()))
        }
    });
    let body = body.map(|body| quote!(#body,));
    quote!(#name::#variant { #body headers } => #answer #(#writes)*,)
}

fn success(response: &Response) -> TokenStream {
    let status = Literal::u16_unsuffixed(response.status);
    let made = match &response.body {
        Some(body) => {
            let body = value::full(body, &types());
            quote!(crate::answer::Success::json::<#body>(#status))
        }
        None => quote!(crate::answer::Success::empty(#status)),
    };
    let headers = own_headers(response).into_iter().map(|header| {
        let (name, ty, required) = (&header.name, value::base(&header.value, &types()), header.required);
        quote!(.header::<#ty>(#name, #required))
    });
    quote!(#made #(#headers)*)
}

fn headers(operation: &Operation, response: &Response) -> TokenStream {
    let own = own_headers(response);
    if own.is_empty() {
        return TokenStream::new();
    }
    let name = ident(&headers_name(operation, response));
    let fields = own.iter().map(|header| {
        let comment = doc::comment(header.description.as_deref().unwrap_or_default());
        let (rust, ty) = (ident(&header.rust), value::base(&header.value, &types()));
        let ty = if header.required { ty } else { quote!(Option<#ty>) };
        quote!(#comment pub #rust: #ty,)
    });
    let text = format!(" The headers of a {} from `{}`.", response.status, operation.id);
    quote!(#[doc = #text] #[derive(Clone, Debug, PartialEq)] pub struct #name { #(#fields)* })
}
