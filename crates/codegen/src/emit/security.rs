//! The authenticator: one method per scheme, and one function per distinct list of alternatives.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::ir::{Carrier, Family, Requirement, Security};

use super::{doc, header, ident, screaming};

/// The lists of alternatives that operations have, each once, by a name for its constant and its function.
pub struct Alternatives<'f> {
    family: &'f Family,
    lists: Vec<(String, &'f Security)>,
}

impl<'f> Alternatives<'f> {
    pub fn new(family: &'f Family) -> Self {
        let mut lists: Vec<(String, &Security)> = Vec::new();
        for operation in &family.operations {
            let security = &operation.security;
            if security.alternatives.is_empty() || lists.iter().any(|(_, known)| *known == security) {
                continue;
            }
            let mut name = named(family, security);
            while lists.iter().any(|(taken, _)| *taken == name) {
                name.push('_');
            }
            lists.push((name, security));
        }
        Self { family, lists }
    }

    fn name(&self, security: &Security) -> Option<&str> {
        self.lists.iter().find(|(_, known)| *known == security).map(|(name, _)| name.as_str())
    }

    /// The function that finds the caller; none when anybody may call.
    pub fn function(&self, security: &Security) -> Option<Ident> {
        self.name(security).map(ident)
    }

    /// The constant with the alternatives; none when anybody may call.
    pub fn constant(&self, security: &Security) -> Option<Ident> {
        self.name(security).map(|name| ident(&screaming(name)))
    }

    pub fn module(&self) -> TokenStream {
        let header = header("Who may call: one method per security scheme, one function per list of alternatives.");
        let methods = self.family.schemes.iter().map(|scheme| {
            let name = ident(&scheme.rust);
            let text =
                if scheme.doc.is_empty() { format!("The scheme `{}`.", scheme.name) } else { scheme.doc.clone() };
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
        let lists = self.lists.iter().map(|(name, security)| self.list(name, security));
        quote! {
            #header
            /// Finds out who calls. A credential that is not accepted is an error; an absent one never gets here.
            pub trait Authenticate: crate::Service {
                #(#methods)*
            }
            #(#lists)*
        }
    }

    fn list(&self, name: &str, security: &Security) -> TokenStream {
        let (constant, function) = (ident(&screaming(name)), ident(name));
        let rows = security.alternatives.iter().filter_map(|requirement| {
            let scheme = &self.family.schemes.get(requirement.scheme)?.name;
            let scopes = &requirement.scopes;
            Some(quote!(crate::Requirement { scheme: #scheme, scopes: &[#(#scopes),*] }))
        });
        let tries = security.alternatives.iter().filter_map(|requirement| self.attempt(requirement));
        let (caller, outcome) = if security.optional {
            (quote!(Option<S::Caller>), quote!(caller_or_nobody))
        } else {
            (quote!(S::Caller), quote!(caller))
        };
        quote! {
            pub(super) const #constant: &[crate::Requirement] = &[#(#rows),*];
            pub(super) async fn #function<S: Authenticate>(head: &crate::head::Head<S>) -> Result<#caller, S::Error> {
                let mut attempts = crate::head::Attempts::new(head);
                #(#tries)*
                attempts.#outcome()
            }
        }
    }

    fn attempt(&self, requirement: &Requirement) -> Option<TokenStream> {
        let scheme = self.family.schemes.get(requirement.scheme)?;
        let (method, scopes) = (ident(&scheme.rust), &requirement.scopes);
        let credential = match &scheme.carrier {
            Carrier::Authorization(scheme) => quote!(head.authorization(#scheme)),
            Carrier::Header(name) => quote!(head.header_key(#name)),
            Carrier::Query(name) => quote!(head.query_key(#name)),
        };
        Some(quote! {
            if let Some(credential) = attempts.next(#credential) {
                attempts.made(Authenticate::#method(head.service(), credential, head.parts(), &[#(#scopes),*]).await);
            }
        })
    }
}

/// `secret_key_or_client_token_checkout`: the schemes with their scopes.
fn named(family: &Family, security: &Security) -> String {
    let one = |requirement: &Requirement| {
        let scheme = family.schemes.get(requirement.scheme).map_or("", |scheme| scheme.rust.as_str());
        let scopes = requirement.scopes.iter().map(|scope| crate::lower::name::snake(scope));
        std::iter::once(scheme.to_owned()).chain(scopes).collect::<Vec<_>>().join("_")
    };
    let mut names: Vec<String> = security.alternatives.iter().map(one).collect();
    if security.optional {
        names.push("nobody".to_owned());
    }
    names.join("_or_")
}
