//! From the [`ir`](crate::ir) to Rust source.
//!
//! Owns how generated code looks. It must not know the document. The one thing a newcomer gets wrong: generated code names
//! everything by its full path, so that no name in a description can shadow what the code needs.

mod casing;
mod choice;
mod default;
mod doc;
mod handler;
mod limits;
mod object;
mod output;
mod parameters;
mod patterns;
mod row;
mod security;
mod table;
mod tag;
mod types;
mod value;

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Ident, Literal, Spacing, Span, TokenStream, TokenTree};
use quote::quote;

use crate::ir::{Family, Kind, TypeDef};
use crate::lower::name::is_keyword;
use crate::{Diagnostic, GeneratedFile, mark};

/// The files of the server side.
///
/// # Errors
/// When what was emitted is not Rust, which is a fault of the generator.
pub fn emit(family: &Family) -> Result<Vec<GeneratedFile>, Vec<Diagnostic>> {
    let folder = format!("crates/api/src/{}", family.name);
    let context = tag::Context {
        family,
        alternatives: security::Alternatives::new(family),
        parameters: parameters::Constants::new(family),
    };
    let mut files = vec![
        (format!("{folder}/generated.rs"), table::root(family)),
        (format!("{folder}/generated/security.rs"), context.alternatives.module()),
        (format!("{folder}/generated/parameters.rs"), context.parameters.module()),
        (format!("{folder}/generated/operations.rs"), table::operations(family)),
        (format!("{folder}/generated/router.rs"), table::router(family)),
    ];
    for types::Module { name, tokens } in types::modules(family) {
        let name = name.map(|name| format!("/{name}")).unwrap_or_default();
        files.push((format!("{folder}/generated/types{name}.rs"), tokens));
    }
    for (at, tag) in family.tags.iter().enumerate() {
        files.push((format!("{folder}/generated/{}.rs", tag.module), tag::module(&context, at)));
    }
    let mut diagnostics = Vec::new();
    let mut printed = Vec::new();
    for (path, tokens) in files {
        match print(family, tokens) {
            Ok(content) => printed.push(GeneratedFile { path, content }),
            Err(message) => diagnostics.push(Diagnostic {
                file: format!("openapi/{}.yaml", family.name),
                line: 0,
                path,
                rule: "emit",
                message: format!("the generated code is not Rust: {message}"),
                advice: "this is a fault of the generator; report it with the description".to_owned(),
            }),
        }
    }
    if diagnostics.is_empty() { Ok(printed) } else { Err(diagnostics) }
}

fn print(family: &Family, tokens: TokenStream) -> Result<String, String> {
    let file = syn::parse2::<syn::File>(tokens).map_err(|error| error.to_string())?;
    Ok(format!("{}\n{}", mark(&family.name), spaced(&prettyplease::unparse(&file))))
}

/// A blank line between items; the printer leaves none.
fn spaced(code: &str) -> String {
    let mut out = String::with_capacity(code.len() + code.len() / 40);
    let mut lines = code.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let mut ends =
            |start: &str| line.starts_with(start) && lines.peek().is_some_and(|next| !next.starts_with(start));
        if (line == "}" || ends("//!") || ends("use ")) && lines.peek().is_some() {
            out.push('\n');
        }
    }
    out
}

/// An identifier, raw where it is a keyword.
fn ident(name: &str) -> Ident {
    if is_keyword(name) { Ident::new_raw(name, Span::call_site()) } else { Ident::new(name, Span::call_site()) }
}

/// The header of a module.
fn header(text: &str) -> TokenStream {
    let text = format!(" {text}");
    quote!(#![doc = #text])
}

/// A constant's name.
fn screaming(name: &str) -> String {
    heck::ToShoutySnakeCase::to_shouty_snake_case(name)
}

/// What the description calls a type, if not as Rust does.
fn called(ty: &TypeDef) -> Option<TokenStream> {
    let schema = ty.schema.as_ref().filter(|schema| **schema != ty.rust)?;
    Some(quote!(const NAME: Option<&'static str> = Some(#schema);))
}

/// A number in JSON's syntax as a literal of this kind; long integers are written in groups of three.
fn number(text: &str, kind: &Kind) -> TokenStream {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let token = if matches!(kind, Kind::F64) {
        // Debug prints a float so that it reads back as the same float, always with a point or an exponent.
        let number = digits.parse::<f64>().ok().filter(|number| number.is_finite()).unwrap_or_default();
        format!("{number:?}").parse::<Literal>().unwrap_or_else(|_| Literal::f64_unsuffixed(0.0))
    } else {
        grouped(digits).parse::<Literal>().unwrap_or_else(|_| Literal::u8_unsuffixed(0))
    };
    if text.starts_with('-') { quote!(-#token) } else { quote!(#token) }
}

fn grouped(digits: &str) -> String {
    if digits.len() <= 4 {
        return digits.to_owned();
    }
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

/// The import of the runtime's module and of those of its functions that the code calls.
fn uses(code: &TokenStream, functions: &[&str]) -> TokenStream {
    let functions = calls(code, functions);
    match (path_starts(code).contains("wire"), functions.is_empty()) {
        (true, false) => quote!(use crate::wire::{self, #(#functions),*};),
        (false, false) => quote!(use crate::wire::{#(#functions),*};),
        (true, true) => quote!(
            use crate::wire;
        ),
        (false, true) => TokenStream::new(),
    }
}

/// Those of the functions that the code calls by a bare name.
fn calls(code: &TokenStream, functions: &[&str]) -> Vec<Ident> {
    let mut called = BTreeSet::new();
    bare_calls(code.clone(), &mut called);
    functions.iter().filter(|name| called.contains(**name)).map(|name| ident(name)).collect()
}

/// The functions that are called by a bare name.
fn bare_calls(code: TokenStream, out: &mut BTreeSet<String>) {
    let mut before = None;
    let mut tokens = code.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Group(group) => bare_calls(group.stream(), out),
            TokenTree::Ident(name) if !matches!(before, Some('.' | ':')) => {
                let opens = |next: &TokenTree| match next {
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
                    // With type parameters.
                    TokenTree::Punct(punct) => punct.as_char() == ':',
                    TokenTree::Ident(_) | TokenTree::Literal(_) => false,
                };
                if tokens.peek().is_some_and(opens) {
                    out.insert(name.to_string());
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        before = if let TokenTree::Punct(punct) = &token { Some(punct.as_char()) } else { None };
    }
}

/// The first names of all paths of several.
fn path_starts(code: &TokenStream) -> BTreeSet<String> {
    fn walk(code: TokenStream, out: &mut BTreeSet<String>) {
        let tokens: Vec<TokenTree> = code.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            let punct = |at: Option<usize>| match at.and_then(|at| tokens.get(at)) {
                Some(TokenTree::Punct(punct)) => Some((punct.as_char(), punct.spacing() == Spacing::Joint)),
                Some(TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Literal(_)) | None => None,
            };
            match token {
                TokenTree::Group(group) => walk(group.stream(), out),
                TokenTree::Ident(name)
                    if punct(Some(at + 1)) == Some((':', true))
                        && punct(at.checked_sub(1)).is_none_or(|(before, _)| before != ':') =>
                {
                    out.insert(name.to_string());
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    let mut out = BTreeSet::new();
    walk(code.clone(), &mut out);
    out
}
