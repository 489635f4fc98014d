//! The one place that calls the crate `codegen`.

/// Everything one spec produces, as paths and contents, or everything that is wrong with it.
pub fn run(name: &str, _text: &str) -> Result<Vec<(String, String)>, Vec<String>> {
    Err(vec![format!("openapi/{name}.yaml: the generator is not there yet")])
}
