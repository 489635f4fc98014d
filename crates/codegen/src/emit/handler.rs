//! The function behind a route: authenticate, read, call, render, in this order.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Absent, Carrier, Family, Kind, Operation, Parameter, Place, Style};

use super::tag::types;
use super::{checks, ident, literal, security, table, value};

pub fn emit(family: &Family, operation: &Operation) -> TokenStream {
    let name = ident(&operation.rust);
    let trait_name = family.tags.get(operation.tag).map_or("", |tag| tag.trait_name.as_str());
    let trait_name = ident(trait_name);
    let fact = table::fact(operation);
    let caller = security::caller(operation, family);
    let authenticate = caller.as_ref().map(|_| quote!(super::Authenticate+));
    let caller_let = caller.as_ref().map(|caller| quote!(let caller = #caller;));
    let caller_argument = caller.as_ref().map(|_| quote!(caller,));
    let input = ident(&format!("{}Input", operation.pascal));
    let fields = operation.parameters.iter().enumerate().map(|(index, parameter)| {
        let (field, local) = (ident(&parameter.rust), local(index));
        quote!(#field: #local)
    });
    let has_path = operation.parameters.iter().any(|parameter| matches!(parameter.place, Place::Path(_)));
    let path = has_path.then(|| quote!(let path = head.path().await?;));
    let mutable = has_path.then(|| quote!(mut));
    let query = query(operation, family);
    let reads = operation.parameters.iter().enumerate().map(|(index, parameter)| read(parameter, index, family));
    let body_name = if operation.body.is_some() { quote!(body) } else { quote!(_) };
    let body = operation.body.as_ref().map(|body| {
        let method = match family.absent(body) {
            Absent::Refused => quote!(body),
            Absent::None => quote!(optional_body),
            Absent::Empty => quote!(body_or_empty),
        };
        let check = checks::of(&body.value, family);
        let ty = value::full(&body.value, &types());
        let check = match (check.is_empty(), body.value.nullable) {
            (true, _) => quote!(|_: &#ty| Ok(())),
            (false, false) => quote!(|value: &#ty| { #check Ok(()) }),
            (false, true) => quote!(|value: &#ty| { if let Some(value) = value { #check } Ok(()) }),
        };
        quote!(let body = head.#method(body, #check).await?;)
    });
    let body_field = operation.body.as_ref().map(|_| quote!(body,));
    let allow =
        operation.deprecated.then(|| quote!(#[allow(deprecated, reason = "its route stays until it is removed")]));
    quote! {
        #allow
        pub(super) async fn #name<S>(
            axum::extract::State(service): axum::extract::State<S>,
            request: axum::extract::Request,
        ) -> axum::response::Response
        where
            S: #authenticate #trait_name
        {
            let operation = &super::operations::#fact;
            let answer = async {
                let (#mutable head, #body_name) = crate::head::Head::split(&service, operation, request);
                #caller_let
                #path
                #query
                #(#reads)*
                #body
                let input = #input { #(#fields,)* #body_field };
                #trait_name::#name(&service, #caller_argument input).await
            };
            crate::serve::finish(operation, answer.await)
        }
    }
}

/// Splits the query and refuses what is not known; the query is only bound where a parameter needs it.
fn query(operation: &Operation, family: &Family) -> TokenStream {
    let parameters: Vec<&str> = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.place == Place::Query)
        .map(|parameter| parameter.name.as_str())
        .collect();
    let keys = operation.security.alternatives.iter().filter_map(|requirement| {
        match &family.schemes.get(requirement.scheme)?.carrier {
            Carrier::Query(name) => Some(name.as_str()),
            Carrier::Authorization(_) | Carrier::Header(_) => None,
        }
    });
    let known: Vec<&str> = parameters.iter().copied().chain(keys).collect();
    if parameters.is_empty() {
        quote!(head.query(&[#(#known),*])?;)
    } else {
        quote!(let query = head.query(&[#(#known),*])?;)
    }
}

/// What a parameter is called while it is read; its own name could be that of something the function needs.
fn local(index: usize) -> proc_macro2::Ident {
    ident(&format!("parameter_{index}"))
}

fn read(parameter: &Parameter, index: usize, family: &Family) -> TokenStream {
    let (local, wire) = (local(index), &parameter.name);
    let list = matches!(parameter.value.kind, Kind::List(_));
    let ty = value::base(&parameter.value, &types());
    let (kind, source) = match (parameter.place, parameter.style) {
        (Place::Path(position), _) => {
            let position = proc_macro2::Literal::usize_unsuffixed(position);
            (quote!(Path), quote!(path.at(#position)?))
        }
        (Place::Header, _) => {
            let lower = wire.to_ascii_lowercase();
            (quote!(Header), quote!(head.header(#lower)?))
        }
        (Place::Query, _) if !list => (quote!(Query), quote!(query.one(#wire)?)),
        (Place::Query, Style::Repeated) => (quote!(Query), quote!(query.repeated(#wire)?)),
        (Place::Query, Style::Joined(separator)) => (quote!(Query), quote!(query.joined(#wire, #separator)?)),
    };
    let parse = match (list, parameter.place) {
        (false, _) => quote!(crate::text::read(&text)?),
        (true, Place::Query) => quote!(crate::text::read_all(text)?),
        (true, Place::Path(_) | Place::Header) => quote!(crate::text::read_all(crate::text::members(text))?),
    };
    let checks = checks::of(&parameter.value, family);
    let checks = if checks.is_empty() { checks } else { quote!(let value = &read; #checks) };
    let optional = !parameter.required && parameter.default.is_none();
    let found = if optional { quote!(Some(read)) } else { quote!(read) };
    let take = if matches!(parameter.place, Place::Path(_)) {
        quote!(let text = #source;)
    } else {
        let absent = match &parameter.default {
            Some(default) => {
                let default = literal::default(default, &parameter.value, &types());
                quote!(Ok(#default))
            }
            None if optional => quote!(Ok(None)),
            None => quote!(Err(crate::check::Violation::new("is required"))),
        };
        quote!(let Some(text) = #source else { return #absent };)
    };
    quote! {
        let #local = head.parameter(crate::RejectionKind::#kind, #wire, || {
            #take
            let read: #ty = #parse;
            #checks
            Ok(#found)
        })?;
    }
}
