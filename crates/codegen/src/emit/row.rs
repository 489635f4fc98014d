//! The row of an operation in the table of operations.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use crate::ir::{Carrier, Family, Kind, Operation};

use super::limits::{Scope, has_limits};
use super::tag::{Context, types};
use super::{ident, screaming, value};

pub fn emit(context: &Context<'_>, at: usize, scope: &mut Scope<'_>) -> TokenStream {
    let family = context.family;
    let Some(operation) = family.operations.get(at) else { return TokenStream::new() };
    let Operation { id, path, .. } = operation;
    let (name, method) = (name(operation), ident(&operation.method.to_ascii_lowercase()));
    let tag = family.tags.get(operation.tag).map_or("", |tag| tag.name.as_str());
    let security = context.alternatives.constant(&operation.security).map(|name| quote!(.security(security::#name)));
    let open = operation.security.optional.then(|| quote!(.open()));
    let keys = query_keys(family, operation);
    let keys = (!keys.is_empty()).then(|| quote!(.query_keys(&[#(#keys),*])));
    let rate_limit = operation.rate_limit.map(|limit| {
        let (requests, per) = (Literal::u32_unsuffixed(limit.requests), Literal::u32_unsuffixed(limit.per_seconds));
        quote!(.rate_limit(#requests, #per))
    });
    let idempotent = operation.idempotent.then(|| quote!(.idempotent()));
    let parameters = context.parameters.names(at);
    let parameters = (!parameters.is_empty()).then(|| quote!(.parameters(&[#(parameters::#parameters),*])));
    let body = body(operation, scope);
    let output = ident(&format!("{}Output", operation.pascal));
    let statuses = operation.successes.iter().chain(&operation.errors).map(|r| Literal::u16_unsuffixed(r.status));
    let deprecated = operation.deprecated.then(|| quote!(.deprecated()));
    quote! {
        pub static #name: crate::Operation = crate::Operation::#method(#id, #path, #tag)
            #security #open #keys #rate_limit #idempotent #deprecated #parameters #body
            .answers::<#output>(&[#(#statuses),*]);
    }
}

/// The name of the operation's own row. By name and not by position, so that a new operation leaves the code of the
/// others as it was.
pub fn name(operation: &Operation) -> Ident {
    let name = screaming(&operation.rust);
    // The table has this name already.
    ident(if name == "OPERATIONS" { "OPERATIONS_FACT" } else { &name })
}

fn body(operation: &Operation, scope: &mut Scope<'_>) -> Option<TokenStream> {
    let body = operation.body.as_ref()?;
    let ty = value::full(&body.value, &types());
    let call = if body.required { quote!(body) } else { quote!(optional_body) };
    let limits = (has_limits(&body.value) && !matches!(body.value.kind, Kind::Named(_))).then(|| {
        let calls = scope.calls(&body.value);
        quote!(.body_limits(limits() #calls))
    });
    Some(quote!(.#call::<#ty>() #limits))
}

/// Names in the query that belong to credentials.
fn query_keys<'f>(family: &'f Family, operation: &Operation) -> Vec<&'f str> {
    let schemes =
        operation.security.alternatives.iter().filter_map(|requirement| family.schemes.get(requirement.scheme));
    let keys = schemes.filter_map(|scheme| match &scheme.carrier {
        Carrier::Query(name) => Some(name.as_str()),
        Carrier::Authorization(_) | Carrier::Header(_) => None,
    });
    keys.collect()
}
