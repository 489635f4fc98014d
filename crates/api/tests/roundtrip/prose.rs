//! The prose of a description, by the names of what stands below it in the generated code.
//!
//! The one thing to know: layout does not count, because comments are wrapped and indented as code is.

use serde_json::Value;

use super::code::plain;

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
