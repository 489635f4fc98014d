//! From the names of a description to the names of Rust.
//!
//! The one thing to know: every function here returns a valid identifier for any text at all, so that emitters can use
//! it blindly; telling two names apart that became one is the caller's duty.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Keywords that cannot even be raw identifiers, and those that can.
const NEVER_RAW: &[&str] = &["self", "super", "crate", "_"];
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names that the prelude gives a meaning in every module.
const PRELUDE: &[&str] = &[
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Self",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// Names that the generated root has already.
const ROOT: &[&str] = &["Authenticate", "S"];

/// Modules that every family has already.
const MODULES: &[&str] = &["types", "parameters", "security", "operations", "router"];

fn ascii(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect()
}

fn not_a_digit_first(name: String, empty: &str) -> String {
    match name.chars().next() {
        None => empty.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        Some(_) => name,
    }
}

/// A field, a function, a parameter. Keywords are left as they are; the emitter writes them raw.
pub fn snake(text: &str) -> String {
    let name = not_a_digit_first(ascii(text).to_snake_case(), "field");
    if NEVER_RAW.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// A part of a type's name.
pub fn pascal(text: &str) -> String {
    not_a_digit_first(ascii(text).to_upper_camel_case(), "Unnamed")
}

/// A type. Those that generated code relies on get a suffix, or it could not mean them.
pub fn type_name(text: &str) -> String {
    let name = pascal(text);
    if PRELUDE.contains(&name.as_str()) { format!("{name}Type") } else { name }
}

/// The trait of a tag.
pub fn trait_name(text: &str) -> String {
    let name = type_name(text);
    if ROOT.contains(&name.as_str()) { format!("{name}Tag") } else { name }
}

/// A variant of an enum. Signs count, or `+` and `-` would be one name.
pub fn variant(text: &str) -> String {
    let mut spelled = String::new();
    for c in text.chars() {
        match c {
            '+' => spelled.push_str(" plus "),
            '-' if spelled.is_empty() => spelled.push_str("minus "),
            '<' => spelled.push_str(" less "),
            '>' => spelled.push_str(" greater "),
            '=' => spelled.push_str(" equal "),
            '*' => spelled.push_str(" star "),
            c => spelled.push(c),
        }
    }
    let name = not_a_digit_first(ascii(&spelled).to_upper_camel_case(), "Empty");
    if name == "Self" { "Self_".to_owned() } else { name }
}

/// The file and module of a tag.
pub fn module(text: &str) -> String {
    let name = snake(text);
    if MODULES.contains(&name.as_str()) || is_keyword(&name) { format!("{name}_tag") } else { name }
}

/// True when a name has to be written `r#name`.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// True for names such as `createPayment`.
pub fn is_lower_camel(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(|c| c.is_ascii_alphanumeric())
}
