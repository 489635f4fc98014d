//! The module of parameters: one constant for each that operations take, whichever and however many they are.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::ir::{Family, Kind, Location, Parameter, Style};

use super::limits::Scope;
use super::{calls, default, doc, header, ident, path_starts, screaming, uses, value};

/// The constants, and which parameter of which operation has which.
pub struct Constants {
    rows: Vec<Row>,
    of: BTreeMap<(usize, usize), usize>,
    patterns: TokenStream,
}

struct Row {
    name: Ident,
    doc: String,
    tokens: TokenStream,
}

impl Constants {
    pub fn new(family: &Family) -> Self {
        let mut scope = Scope::new(family, quote!(types::));
        let mut rows: Vec<Row> = Vec::new();
        let (mut of, mut taken) = (BTreeMap::new(), BTreeSet::new());
        for (operation_at, operation) in family.operations.iter().enumerate() {
            for (at, parameter) in operation.parameters.iter().enumerate() {
                let (doc, tokens) = (parameter.doc.clone(), written(parameter, &mut scope));
                let text = tokens.to_string();
                let known = rows.iter().position(|row| row.doc == doc && row.tokens.to_string() == text);
                let row = known.unwrap_or_else(|| {
                    let short = screaming(&parameter.rust);
                    let long = format!("{}_{short}", screaming(&operation.rust));
                    let mut name = if taken.contains(&short) { long } else { short };
                    while !taken.insert(name.clone()) {
                        name.push('_');
                    }
                    rows.push(Row { name: ident(&name), doc, tokens });
                    rows.len() - 1
                });
                of.insert((operation_at, at), row);
            }
        }
        Self { rows, of, patterns: scope.patterns.statics() }
    }

    /// The constants of an operation's parameters.
    pub fn names(&self, operation: usize) -> Vec<&Ident> {
        let rows = self.of.range((operation, 0)..(operation + 1, 0));
        rows.filter_map(|(_, row)| self.rows.get(*row)).map(|row| &row.name).collect()
    }

    pub fn module(&self) -> TokenStream {
        let header = header("The parameters of all operations.");
        let patterns = &self.patterns;
        let rows = self.rows.iter().map(|Row { name, doc, tokens }| {
            let comment = doc::comment(doc);
            quote!(#comment pub const #name: Parameter = #tokens;)
        });
        let code = quote!(#patterns #(#rows)*);
        let runtime = uses(&code, &["limits"]);
        let places = calls(&code, &["header", "path", "query"]);
        let types = path_starts(&code).contains("types").then(|| {
            quote!(
                use super::types;
            )
        });
        let parameter = (!self.rows.is_empty()).then(|| quote!(use crate::parameter::{Parameter, #(#places),*};));
        quote!(#header #types #parameter #runtime #code)
    }
}

fn written(parameter: &Parameter, scope: &mut Scope<'_>) -> TokenStream {
    let (wire, ty, calls) =
        (&parameter.name, value::base(&parameter.value, &scope.types), scope.calls(&parameter.value));
    let location = match parameter.location {
        Location::Path(_) => quote!(path),
        Location::Query => quote!(query),
        Location::Header => quote!(header),
    };
    let joined = match (parameter.location, parameter.style) {
        (Location::Query, Style::Joined(separator)) if matches!(parameter.value.kind, Kind::List(_)) => {
            Some(quote!(.joined(#separator)))
        }
        (_, _) => None,
    };
    let presence = match &parameter.default {
        Some(literal) => {
            let json = default::json(literal);
            Some(quote!(.default(#json)))
        }
        None if parameter.required && !matches!(parameter.location, Location::Path(_)) => Some(quote!(.required())),
        None => None,
    };
    quote!(#location::<#ty>(#wire) #calls #joined #presence)
}
