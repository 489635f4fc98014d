//! The authenticator: one method per scheme, and the trying of alternatives.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Carrier, Family, Operation};

use super::{doc, header, ident};

pub fn module(family: &Family) -> TokenStream {
    let header = header("Who may call: one method per security scheme.");
    let methods = family.schemes.iter().map(|scheme| {
        let name = ident(&scheme.rust);
        let text = if scheme.doc.is_empty() { format!("The scheme `{}`.", scheme.name) } else { scheme.doc.clone() };
        let comment = doc::comment(&text);
        quote! {
            #comment
            fn #name(
                &self,
                credential: crate::Credential,
                request: crate::RequestParts<'_>,
                scopes: &'static [&'static str],
            ) -> impl Future<Output = Result<Self::Caller, Self::Error>> + Send;
        }
    });
    quote! {
        #header
        /// Finds out who calls. A credential that is not accepted is an error; an absent one never gets here.
        pub trait Authenticate: crate::Service {
            #(#methods)*
        }
    }
}

/// The caller of an operation, as an expression inside an async block that returns the family's error; none when
/// anybody may call.
pub fn caller(operation: &Operation, family: &Family) -> Option<TokenStream> {
    let security = &operation.security;
    if security.alternatives.is_empty() {
        return None;
    }
    let found = if security.optional { quote!(Some(caller)) } else { quote!(caller) };
    let tries = security.alternatives.iter().filter_map(|requirement| {
        let scheme = family.schemes.get(requirement.scheme)?;
        let (method, scopes) = (ident(&scheme.rust), &requirement.scopes);
        let credential = match &scheme.carrier {
            Carrier::Authorization(scheme) => quote!(head.authorization(#scheme)),
            Carrier::Header(name) => quote!(head.header_key(#name)),
            Carrier::Query(name) => quote!(head.query_key(#name)),
        };
        Some(quote! {
            if let Some(credential) = #credential {
                match super::Authenticate::#method(&service, credential, head.parts(), &[#(#scopes),*]).await {
                    Ok(caller) => break 'caller #found,
                    Err(error) => refused = Some(error),
                }
            }
        })
    });
    let otherwise = if security.optional {
        quote! {
            match refused {
                Some(error) => return Err(error),
                None => None,
            }
        }
    } else {
        quote!(return Err(refused.unwrap_or_else(|| head.missing_credentials()));)
    };
    Some(quote! {
        'caller: {
            let mut refused: Option<S::Error> = None;
            #(#tries)*
            #otherwise
        }
    })
}
