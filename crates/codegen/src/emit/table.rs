//! The modules that see every operation: the root, the table and the router.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Family, Operation};

use super::{header, ident, output, row};

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
            let with_headers = operation.successes.iter().filter(|response| !output::own_headers(response).is_empty());
            names.extend(with_headers.map(|response| output::headers_name(operation, response)));
            names
        });
        let names = names.map(|name| ident(&name));
        quote!(pub use #module::{#name, #(#names),*};)
    });
    quote! {
        #header
        mod parameters;
        mod router;
        mod security;
        pub mod operations;
        pub mod types;
        #(mod #modules;)*
        pub use operations::OPERATIONS;
        pub use router::router;
        pub use security::Authenticate;
        #(#exports)*
    }
}

pub fn operations(family: &Family) -> TokenStream {
    let header = header("Every operation; its facts stand beside its handler.");
    let exports = family.tags.iter().enumerate().map(|(at, tag)| {
        let module = ident(&tag.module);
        let rows = family.operations.iter().filter(|operation| operation.tag == at).map(row::name);
        quote!(pub use super::#module::{#(#rows),*};)
    });
    let names = family.operations.iter().map(row::name);
    quote! {
        #header
        #(#exports)*
        /// Every operation, in the order of the description.
        pub static OPERATIONS: &[&crate::Operation] = &[#(&#names),*];
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
            let method = ident(&operation.method.to_ascii_lowercase());
            let module = family.tags.get(operation.tag).map_or("", |tag| tag.module.as_str());
            let (module, name) = (ident(module), ident(&operation.rust));
            quote!(.#method(#module::#name))
        });
        let mut allow: Vec<&str> = operations.iter().map(|operation| operation.method.as_str()).collect();
        if allow.contains(&"GET") && !allow.contains(&"HEAD") {
            allow.push("HEAD");
        }
        allow.sort_unstable();
        let allow = allow.join(", ");
        quote!(.route(#route, methods(#allow)#(#handlers)*))
    });
    quote! {
        #header
        use super::*;
        use crate::serve::{methods, nothing_here};

        /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
        pub fn router<S>(service: S) -> axum::Router
        where
            S: Authenticate #(+ #traits)*
        {
            axum::Router::new()
                #(#routes)*
                .fallback(nothing_here::<S>)
                .with_state(service)
        }
    }
}
