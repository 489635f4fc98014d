//! Literals: numbers and default values.

use proc_macro2::{Literal as Token, TokenStream};
use quote::quote;

use crate::ir::{Kind, Literal, Value};

use super::ident;

/// A number in JSON's syntax as a literal of this kind.
pub fn number(text: &str, kind: &Kind) -> TokenStream {
    let text = if matches!(kind, Kind::F64) {
        // Debug prints a float so that it reads back as the same float, always with a point or an exponent.
        format!("{:?}", text.parse::<f64>().ok().filter(|number| number.is_finite()).unwrap_or_default())
    } else {
        text.to_owned()
    };
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let token = if matches!(kind, Kind::F64) {
        digits.parse::<Token>().unwrap_or_else(|_| Token::f64_unsuffixed(0.0))
    } else {
        grouped(digits).parse::<Token>().unwrap_or_else(|_| Token::u8_unsuffixed(0))
    };
    if text.starts_with('-') { quote!(-#token) } else { quote!(#token) }
}

/// Long integers are written in groups of three.
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

/// A default value. `types` is the path of the module with the types.
pub fn default(literal: &Literal, value: &Value, types: &TokenStream) -> TokenStream {
    let inner = match literal {
        Literal::Null => return quote!(None),
        Literal::Bool(value) => quote!(#value),
        Literal::Number(text) => number(text, &value.kind),
        Literal::Text(text) => quote!(#text.to_owned()),
        Literal::Decimal(text) => quote!(crate::text::decimal(#text)),
        Literal::Variant { target, variant, .. } => {
            let (target, variant) = (ident(target), ident(variant));
            quote!(#types #target::#variant)
        }
        Literal::List(items) => {
            let inner = if let Kind::List(inner) = &value.kind { inner } else { value };
            let items = items.iter().map(|item| default(item, inner, types));
            quote!(vec![#(#items),*])
        }
        Literal::EmptyMap => quote!(std::collections::BTreeMap::new()),
    };
    if value.nullable { quote!(Some(#inner)) } else { inner }
}
