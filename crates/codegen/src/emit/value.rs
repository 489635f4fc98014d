//! The Rust type of a value.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Kind, Value};

use super::ident;

/// The type of a value that is there and not null. `types` is the path of the module with the types.
pub fn base(value: &Value, types: &TokenStream) -> TokenStream {
    if let Some(alias) = &value.alias {
        let alias = ident(alias);
        return quote!(#types #alias);
    }
    kind(&value.kind, types)
}

fn kind(kind: &Kind, types: &TokenStream) -> TokenStream {
    match kind {
        Kind::Any => quote!(serde_json::Value),
        Kind::Bool => quote!(bool),
        Kind::I32 => quote!(i32),
        Kind::I64 => quote!(i64),
        Kind::F64 => quote!(f64),
        Kind::Text => quote!(String),
        Kind::Decimal => quote!(rust_decimal::Decimal),
        Kind::DateTime => quote!(chrono::DateTime<chrono::Utc>),
        Kind::Date => quote!(chrono::NaiveDate),
        Kind::Uuid => quote!(uuid::Uuid),
        Kind::List(items) => {
            let items = full(items, types);
            quote!(Vec<#items>)
        }
        Kind::Map(values) => {
            let values = full(values, types);
            quote!(std::collections::BTreeMap<String, #values>)
        }
        Kind::Named(name) => {
            let name = ident(name);
            quote!(#types #name)
        }
    }
}

/// The type of a value that may be null where it is nullable.
pub fn full(value: &Value, types: &TokenStream) -> TokenStream {
    let base = base(value, types);
    if value.nullable { quote!(Option<#base>) } else { base }
}
