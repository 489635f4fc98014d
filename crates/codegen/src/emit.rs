//! From the [`ir`](crate::ir) to Rust source.
//!
//! Owns how generated code looks. It must not know the document. The one thing a newcomer gets wrong: generated code names
//! everything by its full path, so that no name in a description can shadow what the code needs.

mod checks;
mod choice;
mod doc;
mod fidelity;
mod handler;
mod literal;
mod object;
mod patch;
mod roundtrip;
mod security;
mod table;
mod tag;
mod types;
mod value;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::ir::Family;
use crate::lower::name::is_keyword;
use crate::{GeneratedFile, Problem, mark};

/// The files of the server side.
///
/// # Errors
/// When what was emitted is not Rust, which is a fault of the generator.
pub fn emit(family: &Family) -> Result<Vec<GeneratedFile>, Vec<Problem>> {
    let folder = format!("crates/api/src/{}", family.name);
    let mut files = vec![
        (format!("{folder}/generated.rs"), table::root(family)),
        (format!("{folder}/generated/types.rs"), types::module(family)),
        (format!("{folder}/generated/security.rs"), security::module(family)),
        (format!("{folder}/generated/operations.rs"), table::operations(family)),
        (format!("{folder}/generated/router.rs"), table::router(family)),
        (format!("{folder}/generated/roundtrip.rs"), roundtrip::module(family)),
    ];
    for (at, tag) in family.tags.iter().enumerate() {
        files.push((format!("{folder}/generated/{}.rs", tag.module), tag::module(family, at)));
    }
    let mut problems = Vec::new();
    let mut printed = Vec::new();
    for (path, tokens) in files {
        match print(family, tokens) {
            Ok(content) => printed.push(GeneratedFile { path, content }),
            Err(message) => problems.push(Problem {
                file: format!("openapi/{}.yaml", family.name),
                line: 0,
                path,
                rule: "emit",
                message: format!("the generated code is not Rust: {message}"),
                advice: "this is a fault of the generator; report it with the description".to_owned(),
            }),
        }
    }
    if problems.is_empty() { Ok(printed) } else { Err(problems) }
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
        let header_ends = line.starts_with("//!") && lines.peek().is_some_and(|next| !next.starts_with("//!"));
        if (line == "}" || header_ends) && lines.peek().is_some() {
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
