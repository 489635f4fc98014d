//! From ECMAScript's regular expressions, which descriptions use, to those of the `regex` crate.
//!
//! The one thing to know: the crate is generous where ECMAScript is ASCII (`\d` matches every script's digits), so the
//! classes are spelled out. What it lacks, look-around and back-references, it lacks because they can take forever.

use regex::Regex;

/// A pattern for the `regex` crate that means the same.
///
/// # Errors
/// Why there is none.
pub fn translate(written: &str) -> Result<String, String> {
    let translated = spell_out(written);
    match Regex::new(&translated) {
        Ok(_) => Ok(translated),
        Err(error) => {
            let text = error.to_string();
            let reason = text.lines().last().unwrap_or("unknown").trim();
            Err(reason.strip_prefix("error: ").unwrap_or(reason).to_owned())
        }
    }
}

fn spell_out(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    let mut in_class = false;
    let mut chars = written.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('d') => out.push_str("[0-9]"),
                Some('D') => out.push_str("[^0-9]"),
                Some('w') => out.push_str("[0-9A-Za-z_]"),
                Some('W') => out.push_str("[^0-9A-Za-z_]"),
                Some('b') if !in_class => out.push_str(r"(?-u:\b)"),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            '[' if in_class => out.push_str(r"\["),
            '&' | '~' if in_class => out.extend(['\\', c]),
            '[' => {
                in_class = true;
                out.push(c);
            }
            ']' => {
                in_class = false;
                out.push(c);
            }
            '.' if !in_class => out.push_str(r"[^\n\r\u{2028}\u{2029}]"),
            c => out.push(c),
        }
    }
    out
}
