//! The patterns of a file, each a static that is compiled when it is first needed.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::ir::Pattern;

use super::ident;

/// The patterns so far, in the order in which they were asked for.
#[derive(Default)]
pub struct Patterns(Vec<Pattern>);

impl Patterns {
    /// The name of a pattern, which is the same for the same pattern.
    pub fn name(&mut self, pattern: &Pattern) -> Ident {
        let at = self.0.iter().position(|known| known == pattern).unwrap_or_else(|| {
            self.0.push(pattern.clone());
            self.0.len() - 1
        });
        ident(&format!("PATTERN_{at}"))
    }

    pub fn statics(&self) -> TokenStream {
        let mut out = TokenStream::new();
        for (at, Pattern { written, regex }) in self.0.iter().enumerate() {
            let name = ident(&format!("PATTERN_{at}"));
            out.extend(quote!(static #name: wire::Pattern = wire::Pattern::new(#written, #regex);));
        }
        out
    }
}
