//! The Rust client of a family, made by progenitor.
//!
//! Owns the settings progenitor is run with. It must not know what the server side makes of the document: the end-to-end
//! tests rely on the two being made apart. The one thing a newcomer gets wrong: progenitor panics on much that is good
//! OpenAPI, so the lint has to refuse it first; catching a panic here is the last resort, not the plan.

mod circle;
mod view;

use std::panic::{AssertUnwindSafe, catch_unwind};

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle};
use quote::quote;
use serde_json::Value;

use crate::{Diagnostic, GeneratedFile, mark};

/// The Rust client of one family, as one file.
///
/// # Errors
/// What keeps progenitor from making a client of the document.
pub fn client(family: &str, text: &str) -> Result<GeneratedFile, Vec<Diagnostic>> {
    let diagnostic = |rule, message, advice: &str| {
        vec![Diagnostic {
            file: format!("openapi/{family}.yaml"),
            line: 0,
            path: String::new(),
            rule,
            message,
            advice: advice.to_owned(),
        }]
    };
    let document: Value =
        serde_yaml_ng::from_str(text).map_err(|e| diagnostic("syntax", e.to_string(), "write it as YAML or JSON"))?;
    if let Some(reference) = circle::of(&document) {
        return Err(diagnostic("reference", format!("{reference} leads back to itself"), "say what it means"));
    }
    let spec: OpenAPI = serde_json::from_value(view::of(document))
        .map_err(|e| diagnostic("openapi", e.to_string(), "write it as OpenAPI 3.0.3 has it"))?;
    // progenitor reports some of what it does not know as errors, and panics on the rest.
    let tokens = catch_unwind(AssertUnwindSafe(|| Generator::new(&settings()).generate_tokens(&spec)))
        .map_err(|panic| {
            diagnostic("client", said(&*panic), "describe it more simply, and add a lint rule that finds it by line")
        })?
        .map_err(|e| {
            diagnostic("client", e.to_string(), "describe it more simply, and add a lint rule that finds it by line")
        })?;
    let file =
        syn::parse2(tokens).map_err(|e| diagnostic("client", e.to_string(), "rename what makes no Rust identifier"))?;
    // progenitor's samples use names that exist nowhere; as text they are not counted as tests that were left out.
    let code = prettyplease::unparse(&file).replace("```ignore\n", "```text\n");
    Ok(GeneratedFile {
        path: format!("crates/client/src/{family}/generated.rs"),
        content: format!("{}\n{code}", mark(family)),
    })
}

fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        // Credentials, idempotency keys and retries are hand-written once for all families; forgetting them must not compile.
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(crate::Session))
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq");
    settings
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "progenitor panicked".to_owned())
}
