//! The modules that see every operation: the root, the table and the router.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::ir::{Family, Operation};

use super::{header, ident};

pub fn root(family: &Family) -> TokenStream {
    let header = header(&format!(
        "{} {}: wire types, one trait per tag, the router.",
        family.title.trim(),
        family.version.trim()
    ));
    let modules = family.tags.iter().map(|tag| ident(&tag.module));
    let exports = family.tags.iter().enumerate().map(|(at, tag)| {
        let (module, name) = (ident(&tag.module), ident(&tag.trait_name));
        let own = family.operations.iter().filter(|operation| operation.tag == at);
        let names = own.flat_map(|operation| {
            let mut names = vec![format!("{}Input", operation.pascal), format!("{}Output", operation.pascal)];
            names.extend(
                operation
                    .successes
                    .iter()
                    .filter(|response| has_headers(response))
                    .map(|response| super::tag::headers_name(operation, response)),
            );
            names
        });
        let names = names.map(|name| ident(&name));
        quote!(pub use #module::{#name, #(#names),*};)
    });
    quote! {
        #header
        pub mod types;
        pub mod operations;
        mod router;
        mod security;
        #(mod #modules;)*
        #[cfg(feature = "roundtrip")]
        pub mod roundtrip;
        pub use operations::OPERATIONS;
        pub use router::router;
        pub use security::Authenticate;
        #(#exports)*
    }
}

fn has_headers(response: &crate::ir::Response) -> bool {
    response.headers.iter().any(|header| !header.by_middleware)
}

pub fn operations(family: &Family) -> TokenStream {
    let header = header("The facts of every operation.");
    let rows = family.operations.iter().map(|operation| {
        let (name, row) = (fact(operation), row(operation, family));
        let text = format!(" `{}`", operation.id);
        quote!(#[doc = #text] pub static #name: crate::Operation = #row;)
    });
    let names = family.operations.iter().map(fact);
    quote! {
        #header
        /// Every operation, in the order of the description.
        pub static OPERATIONS: &[&crate::Operation] = &[#(&#names),*];
        #(#rows)*
    }
}

/// The name of the operation's own row. By name and not by position, so that a new operation leaves the code of the
/// others as it was.
pub fn fact(operation: &Operation) -> proc_macro2::Ident {
    let name = operation.rust.to_ascii_uppercase();
    // The table has this name already.
    ident(if name == "OPERATIONS" { "OPERATIONS_FACT" } else { &name })
}

fn row(operation: &Operation, family: &Family) -> TokenStream {
    let Operation { id, path, idempotent, deprecated, .. } = operation;
    let method = ident(&operation.method);
    let tag = family.tags.get(operation.tag).map_or("", |tag| tag.name.as_str());
    let security = operation.security.alternatives.iter().filter_map(|requirement| {
        let scheme = &family.schemes.get(requirement.scheme)?.name;
        let scopes = &requirement.scopes;
        Some(quote!(crate::Requirement { scheme: #scheme, scopes: &[#(#scopes),*] }))
    });
    let rate_limit = match operation.rate_limit {
        None => quote!(None),
        Some(limit) => {
            let (requests, per) = (Literal::u32_unsuffixed(limit.requests), Literal::u32_unsuffixed(limit.per_seconds));
            quote!(Some(crate::RateLimit { requests: #requests, per_seconds: #per }))
        }
    };
    let statuses = operation.successes.iter().chain(&operation.errors).map(|r| Literal::u16_unsuffixed(r.status));
    quote! {
        crate::Operation {
            id: #id,
            method: axum::http::Method::#method,
            path: #path,
            tag: #tag,
            security: &[#(#security),*],
            rate_limit: #rate_limit,
            idempotent: #idempotent,
            statuses: &[#(#statuses),*],
            deprecated: #deprecated,
        }
    }
}

pub fn router(family: &Family) -> TokenStream {
    let header = header("The router over all traits.");
    let traits = family.tags.iter().map(|tag| ident(&tag.trait_name));
    let mut paths: Vec<(&str, Vec<&Operation>)> = Vec::new();
    for operation in &family.operations {
        match paths.iter_mut().find(|(route, _)| *route == operation.route) {
            Some((_, operations)) => operations.push(operation),
            None => paths.push((&operation.route, vec![operation])),
        }
    }
    let routes = paths.iter().map(|(route, operations)| {
        let handlers = operations.iter().map(|operation| {
            let method = ident(&operation.method);
            let module = family.tags.get(operation.tag).map_or("", |tag| tag.module.as_str());
            let (module, name) = (ident(module), ident(&operation.rust));
            quote!(.on(axum::routing::MethodFilter::#method, super::#module::#name::<S>))
        });
        let mut allow: Vec<&str> = operations.iter().map(|operation| operation.method.as_str()).collect();
        if allow.contains(&"GET") && !allow.contains(&"HEAD") {
            allow.push("HEAD");
        }
        allow.sort_unstable();
        let allow = allow.join(", ");
        quote! {
            .route(#route, axum::routing::MethodRouter::new() #(#handlers)* .fallback(
                |axum::extract::State(service): axum::extract::State<S>| async move {
                    crate::serve::method_not_allowed(&service, #allow)
                },
            ))
        }
    });
    quote! {
        #header
        /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
        pub fn router<S>(service: S) -> axum::Router
        where
            S: super::Authenticate #(+ super::#traits)*
        {
            axum::Router::new()
                #(#routes)*
                .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                    crate::serve::unknown_route(&service)
                })
                .with_state(service)
        }
    }
}
