//! The module that rebuilds the description: utoipa's attribute on a function per operation, and the patches.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::ir::{Family, Operation, Parameter, Place, Response, Shape, Value};

use super::{fidelity, header, ident, patch};

pub fn module(family: &Family) -> TokenStream {
    let header = header("The description, rebuilt from the generated code for a test that compares the two.");
    let functions = family.operations.iter().map(|operation| function(family, operation));
    let names = family.operations.iter().map(name);
    let types = family.types.iter().filter(|ty| !matches!(ty.shape, Shape::Alias(_))).map(|ty| ident(&ty.rust));
    let patches = patch::all(family).into_iter().map(|(place, key, json)| quote!((#place, #key, #json)));
    quote! {
        #header
        #![allow(dead_code, deprecated, unused_imports, reason = "the functions only carry attributes")]
        use super::types::*;

        #(#functions)*

        #[derive(utoipa::OpenApi)]
        #[openapi(paths(#(#names),*), components(schemas(#(#types),*)))]
        struct RebuiltDescription;

        /// What utoipa has no attribute for: a place, a key in it, and its value.
        const PATCHES: &[(&str, &str, &str)] = &[#(#patches),*];

        /// The description as OpenAPI 3.1.
        ///
        /// # Errors
        /// When utoipa's document or a patch is not JSON.
        pub fn document() -> Result<serde_json::Value, serde_json::Error> {
            let mut document = serde_json::to_value(<RebuiltDescription as utoipa::OpenApi>::openapi())?;
            for (place, key, json) in PATCHES {
                if let Some(serde_json::Value::Object(object)) = document.pointer_mut(place) {
                    object.insert((*key).to_owned(), serde_json::from_str(json)?);
                }
            }
            Ok(document)
        }
    }
}

fn name(operation: &Operation) -> proc_macro2::Ident {
    ident(&format!("operation_{}", operation.rust))
}

fn function(family: &Family, operation: &Operation) -> TokenStream {
    let Operation { id, path, .. } = operation;
    let (name, method) = (name(operation), ident(&operation.method.to_ascii_lowercase()));
    let tag = family.tags.get(operation.tag).map_or("", |tag| tag.name.as_str());
    let summary = operation.summary.as_ref().map(|text| quote!(summary = #text,));
    let description = operation.description.as_ref().map(|text| quote!(description = #text,));
    let deprecated = operation.deprecated.then(|| quote!(#[deprecated]));
    let parameters = operation.parameters.iter().map(parameter);
    let body = operation.body.as_ref().map(|body| {
        let ty = fidelity::plain(&body.value);
        let ty = if body.required { ty } else { quote!(Option<#ty>) };
        let description = body.description.as_ref().map(|text| quote!(, description = #text));
        quote!(request_body(content = #ty #description),)
    });
    let responses = operation.successes.iter().chain(&operation.errors).map(response);
    let mut security: Vec<TokenStream> = Vec::new();
    if operation.security.optional {
        security.push(quote!(()));
    }
    for requirement in &operation.security.alternatives {
        if let Some(scheme) = family.schemes.get(requirement.scheme) {
            let (scheme, scopes) = (&scheme.name, &requirement.scopes);
            security.push(quote!((#scheme = [#(#scopes),*])));
        }
    }
    quote! {
        #deprecated
        #[utoipa::path(
            #method,
            path = #path,
            operation_id = #id,
            tag = #tag,
            #summary
            #description
            params(#(#parameters),*),
            #body
            responses(#(#responses),*),
            security(#(#security),*)
        )]
        fn #name() {}
    }
}

fn parameter(parameter: &Parameter) -> TokenStream {
    let wire = &parameter.name;
    let ty = fidelity::plain(&parameter.value);
    let ty = if parameter.required { ty } else { quote!(Option<#ty>) };
    let place = match parameter.place {
        Place::Path(_) => quote!(Path),
        Place::Query => quote!(Query),
        Place::Header => quote!(Header),
    };
    let description = parameter.description.as_ref().map(|text| quote!(, description = #text));
    let deprecated = parameter.deprecated.then(|| quote!(, deprecated));
    let limits = fidelity::limits(&parameter.value);
    // An `Option` is how Rust says that a header may be left out; utoipa would make it null.
    let never_null = (parameter.place == Place::Header && !parameter.required).then(|| quote!(, nullable = false));
    quote!((#wire = #ty, #place #description #deprecated #never_null #(, #limits)*))
}

fn response(response: &Response) -> TokenStream {
    let (status, description) = (Literal::u16_unsuffixed(response.status), &response.description);
    let body = response.body.as_ref().map(|body: &Value| {
        let ty = fidelity::plain(body);
        quote!(, body = #ty)
    });
    let headers = response.headers.iter().map(|header| {
        let (name, ty) = (&header.name, fidelity::plain(&header.value));
        let description = header.description.as_ref().map(|text| quote!(, description = #text));
        quote!((#name = #ty #description))
    });
    let headers = (!response.headers.is_empty()).then(|| quote!(, headers(#(#headers),*)));
    quote!((status = #status, description = #description #body #headers))
}
