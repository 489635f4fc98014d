//! The function behind a route: authenticate, read, call, in this order.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Absent, Operation};

use super::tag::Context;
use super::{ident, row};

pub fn emit(context: &Context<'_>, operation: &Operation) -> TokenStream {
    let family = context.family;
    let (name, row) = (ident(&operation.rust), row::name(operation));
    let trait_name = family.tags.get(operation.tag).map_or("", |tag| tag.trait_name.as_str());
    let trait_name = ident(trait_name);
    let caller = context.alternatives.function(&operation.security);
    let authenticate = caller.as_ref().map(|_| quote!(super::Authenticate+));
    let argument = caller.as_ref().map(|_| quote!(caller,));
    let caller = caller.map(|function| quote!(let caller = security::#function(&head).await?;));
    let input = ident(&format!("{}Input", operation.pascal));
    let fields = operation.parameters.iter().map(|parameter| {
        let field = ident(&parameter.rust);
        quote!(#field: it.take()?,)
    });
    let body = operation.body.as_ref().map(|body| match family.absent(body) {
        Absent::Refused => quote!(body: it.body().await?,),
        Absent::None => quote!(body: it.optional_body().await?,),
        Absent::Empty => quote!(body: it.body_or_empty().await?,),
    });
    let none = operation.parameters.is_empty() && operation.body.is_none();
    let begin = if none { quote!(head.arguments(body)?;) } else { quote!(let mut it = head.arguments(body)?;) };
    let allow =
        operation.deprecated.then(|| quote!(#[allow(deprecated, reason = "its route stays until it is removed")]));
    quote! {
        #allow
        pub(super) async fn #name<S: #authenticate #trait_name>(call: serve::Call<S>) -> serve::Response {
            serve::operation(call, &#row, async |head, body| {
                #caller
                #begin
                let input = #input { #(#fields)* #body };
                #trait_name::#name(head.service(), #argument input).await
            }).await
        }
    }
}
