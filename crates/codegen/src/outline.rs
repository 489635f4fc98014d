//! One line per operation: the shortest true account of a description.

use crate::ir::{Family, Operation};

/// `POST /v1/payments -> Payments::create_payment(secretKey; Idempotency-Key?, body) -> 201 Payment | 400 401`
pub fn of(family: &Family) -> String {
    family.operations.iter().map(|operation| line(family, operation) + "\n").collect()
}

fn line(family: &Family, operation: &Operation) -> String {
    let tag = family.tags.get(operation.tag).map_or("", |tag| tag.trait_name.as_str());
    let mut callers: Vec<&str> = operation
        .security
        .alternatives
        .iter()
        .filter_map(|requirement| family.schemes.get(requirement.scheme))
        .map(|scheme| scheme.name.as_str())
        .collect();
    if operation.security.optional || callers.is_empty() {
        callers.push("anybody");
    }
    let mut input: Vec<String> = operation
        .parameters
        .iter()
        .map(|parameter| format!("{}{}", parameter.name, if parameter.required { "" } else { "?" }))
        .collect();
    if let Some(body) = &operation.body {
        input.push(if body.required { "body".to_owned() } else { "body?".to_owned() });
    }
    let successes: Vec<String> =
        operation.successes.iter().map(|response| format!("{} {}", response.status, response.variant)).collect();
    let errors: Vec<String> = operation.errors.iter().map(|response| response.status.to_string()).collect();
    format!(
        "{} {} -> {tag}::{}({}; {}) -> {} | {}{}{}",
        operation.method,
        operation.path,
        operation.rust,
        callers.join(" or "),
        input.join(", "),
        successes.join(", "),
        errors.join(" "),
        if operation.idempotent { " (idempotent)" } else { "" },
        if operation.deprecated { " (deprecated)" } else { "" },
    )
}
