//! Two descriptions of one plain value made one: what both demand.

use crate::ir::{Bound, Checks, Kind, Value};

/// A value that satisfies both.
pub fn both(a: Value, b: Value) -> Result<Value, String> {
    let kind = match (a.kind, b.kind) {
        (Kind::Any, kind) | (kind, Kind::Any) => kind,
        (a, b) if a == b => a,
        (Kind::Text, kind @ (Kind::Decimal | Kind::DateTime | Kind::Date | Kind::Uuid))
        | (kind @ (Kind::Decimal | Kind::DateTime | Kind::Date | Kind::Uuid), Kind::Text) => kind,
        (_, _) => return Err("its parts are of different types".to_owned()),
    };
    let checks = checks(a.checks, b.checks)?;
    Ok(Value { kind, alias: None, nullable: a.nullable && b.nullable, checks, format: a.format.or(b.format) })
}

/// The constraints of both.
pub fn checks(a: Checks, b: Checks) -> Result<Checks, String> {
    Ok(Checks {
        minimum: tighter(a.minimum, b.minimum, true),
        maximum: tighter(a.maximum, b.maximum, false),
        multiple_of: same(a.multiple_of, b.multiple_of, "multipleOf")?,
        min_length: a.min_length.max(b.min_length),
        max_length: smaller(a.max_length, b.max_length),
        pattern: same(a.pattern, b.pattern, "pattern")?,
        text_format: same(a.text_format, b.text_format, "format")?,
        allowed: if a.allowed.is_empty() {
            b.allowed
        } else if b.allowed.is_empty() {
            a.allowed
        } else {
            a.allowed.into_iter().filter(|value| b.allowed.contains(value)).collect()
        },
        min_items: a.min_items.max(b.min_items),
        max_items: smaller(a.max_items, b.max_items),
        unique_items: a.unique_items || b.unique_items,
        min_properties: a.min_properties.max(b.min_properties),
        max_properties: smaller(a.max_properties, b.max_properties),
    })
}

fn smaller(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (limit, None) | (None, limit) => limit,
    }
}

fn same<T: PartialEq>(a: Option<T>, b: Option<T>, what: &str) -> Result<Option<T>, String> {
    match (a, b) {
        (Some(a), Some(b)) if a == b => Ok(Some(a)),
        (Some(_), Some(_)) => Err(format!("two different `{what}` stand in its parts")),
        (one, None) | (None, one) => Ok(one),
    }
}

fn tighter(a: Option<Bound>, b: Option<Bound>, lower: bool) -> Option<Bound> {
    let (a, b) = match (a, b) {
        (Some(a), Some(b)) => (a, b),
        (bound, None) | (None, bound) => return bound,
    };
    // Integers compare exactly; numbers with decimals were checked to be finite.
    let order = match (a.limit.parse::<i64>(), b.limit.parse::<i64>()) {
        (Ok(x), Ok(y)) => x.partial_cmp(&y),
        (_, _) => a.limit.parse::<f64>().unwrap_or_default().partial_cmp(&b.limit.parse::<f64>().unwrap_or_default()),
    };
    match order {
        Some(std::cmp::Ordering::Equal) | None => Some(if a.exclusive { a } else { b }),
        Some(std::cmp::Ordering::Greater) => Some(if lower { a } else { b }),
        Some(std::cmp::Ordering::Less) => Some(if lower { b } else { a }),
    }
}
