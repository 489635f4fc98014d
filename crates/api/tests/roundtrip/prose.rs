//! The comments of the generated code, by what they stand above.
//!
//! The one thing to know: they are read line by line, which is enough for code in the layout of the house.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// Comments by `Type`, `Type.field`, `function` and `CONSTANT`.
pub fn comments() -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/hedge/generated")), &mut out);
    out
}

fn read(folder: &Path, out: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, out);
        } else {
            collect(&fs::read_to_string(path).unwrap(), out);
        }
    }
}

fn collect(text: &str, out: &mut BTreeMap<String, String>) {
    let (mut owner, mut comment, mut renamed) = (String::new(), String::new(), None);
    for line in text.lines() {
        let bare = line.trim_start();
        if let Some(text) = bare.strip_prefix("///") {
            comment.push_str(text);
            comment.push('\n');
        } else if let Some(name) = bare.strip_prefix("#[serde(rename = \"") {
            renamed = name.split('"').next().map(ToOwned::to_owned);
        } else if !bare.starts_with("#[") {
            let item = bare.trim_start_matches("pub ").trim_start_matches("r#");
            let named = ["struct ", "enum ", "type ", "const ", "fn "].iter().find_map(|kind| item.strip_prefix(kind));
            let name: String =
                named.unwrap_or(item).chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let key = if named.is_some() {
                name.clone()
            } else {
                format!("{owner}.{}", renamed.take().unwrap_or(name.clone()))
            };
            if line.starts_with("pub struct ") {
                owner = name;
            }
            if !comment.is_empty() {
                out.insert(key, plain(&comment));
            }
            (comment, renamed) = (String::new(), None);
        }
    }
}

/// Prose without its layout.
pub fn plain(text: &str) -> String {
    text.replace("```text", "```").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every description of a description, by the same names.
pub fn told(document: &Value) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut tell = |name: String, text: &Value| {
        if let Some(text) = text.as_str() {
            out.push((name, plain(text)));
        }
    };
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        tell(name.clone(), &schema["description"]);
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            tell(format!("{name}.{field}"), &property["description"]);
        }
    }
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values().filter(|one| one.get("operationId").is_some()) {
            let id = operation["operationId"].as_str().unwrap();
            let text = |key: &str| operation[key].as_str().unwrap_or_default();
            tell(snake(id), &format!("{} {}", text("summary"), text("description")).into());
            let successes =
                operation["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2'));
            let output = format!("{}{}Output", id[..1].to_uppercase(), &id[1..]);
            successes.for_each(|(_, response)| tell(output.clone(), &response["description"]));
        }
    }
    out
}

fn snake(id: &str) -> String {
    id.chars().flat_map(|c| c.is_uppercase().then_some('_').into_iter().chain(c.to_lowercase())).collect()
}
