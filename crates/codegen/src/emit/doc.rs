//! Doc comments from what a description says.
//!
//! The one thing to know: prose becomes Markdown that rustdoc tests, so code blocks are marked as text and indented lines
//! are pulled in.

use proc_macro2::TokenStream;
use quote::quote;

/// The comment, and the mark of what is deprecated.
pub fn with_deprecation(text: &str, deprecated: bool) -> TokenStream {
    let text = comment(text);
    let deprecated = deprecated.then(|| quote!(#[deprecated]));
    quote!(#text #deprecated)
}

pub fn comment(text: &str) -> TokenStream {
    let mut in_fence = false;
    let lines = text.trim().lines().map(|line| {
        let line = line.trim_end();
        let bare = line.trim_start();
        let line = if line.len() - bare.len() >= 4 { format!("   {bare}") } else { line.to_owned() };
        if bare.starts_with("```") {
            in_fence = !in_fence;
            return if in_fence { " ```text".to_owned() } else { " ```".to_owned() };
        }
        if line.is_empty() { String::new() } else { format!(" {line}") }
    });
    let lines: Vec<String> = lines.collect();
    if lines.iter().all(String::is_empty) {
        return TokenStream::new();
    }
    quote!(#(#[doc = #lines])*)
}
