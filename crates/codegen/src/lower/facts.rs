//! What follows from the types taken together: which fields must be boxed, what can be compared, what must be checked.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{Family, Kind, Rest, Shape, Value};

/// Works the facts out and writes them into the types.
pub fn find(family: &mut Family) {
    box_circles(family);
    let floats = closure(family, |value| matches!(value.kind, Kind::F64), |_| false);
    let checked = closure(
        family,
        |value| !value.checks.is_empty(),
        |shape| match shape {
            Shape::Struct(shape) => shape.min_properties.is_some() || shape.max_properties.is_some(),
            Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => false,
        },
    );
    for ty in &mut family.types {
        ty.eq = !floats.contains(&ty.rust);
        ty.checked = checked.contains(&ty.rust);
    }
}

/// The types that hold, at any depth, a value or a shape with some property.
fn closure(family: &Family, value: impl Fn(&Value) -> bool, shape: impl Fn(&Shape) -> bool) -> BTreeSet<String> {
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut found: Vec<&str> = Vec::new();
    for ty in &family.types {
        let mut direct = shape(&ty.shape);
        let mut visit = |inner: &Value| direct |= value(inner);
        each_value(&ty.shape, &mut visit);
        if direct {
            found.push(&ty.rust);
        }
        for target in targets(&ty.shape, true) {
            users.entry(target).or_default().push(&ty.rust);
        }
    }
    spread(found, &users)
}

fn spread<'a>(mut open: Vec<&'a str>, edges: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if seen.insert(name.to_owned()) {
            open.extend(edges.get(name).into_iter().flatten());
        }
    }
    seen
}

fn each_value(shape: &Shape, visit: &mut impl FnMut(&Value)) {
    match shape {
        Shape::Struct(shape) => {
            for field in &shape.fields {
                walk(&field.value, visit);
            }
            if let Rest::Kept { value, .. } = &shape.rest {
                walk(value, visit);
            }
        }
        Shape::Alias(value) => walk(value, visit),
        Shape::Enum(_) | Shape::Union(_) => {}
    }
}

fn walk(value: &Value, visit: &mut impl FnMut(&Value)) {
    visit(value);
    if let Kind::List(inner) | Kind::Map(inner) = &value.kind {
        walk(inner, visit);
    }
}

/// The named types a shape holds; those behind a list or a map only on demand, for they have a size of their own.
fn targets(shape: &Shape, through_containers: bool) -> Vec<&str> {
    fn of(value: &Value, through: bool) -> Option<&str> {
        match &value.kind {
            Kind::Named(name) => Some(name),
            Kind::List(inner) | Kind::Map(inner) if through => of(inner, through),
            Kind::List(_) | Kind::Map(_) => None,
            Kind::Any
            | Kind::Bool
            | Kind::I32
            | Kind::I64
            | Kind::F64
            | Kind::Text
            | Kind::Decimal
            | Kind::DateTime
            | Kind::Date
            | Kind::Uuid => None,
        }
    }
    match shape {
        Shape::Struct(shape) => {
            let rest = match &shape.rest {
                Rest::Kept { value, .. } if through_containers => of(value, true),
                Rest::Kept { .. } | Rest::Refused | Rest::Ignored => None,
            };
            shape.fields.iter().filter_map(|field| of(&field.value, through_containers)).chain(rest).collect()
        }
        Shape::Union(union) => union.variants.iter().map(|variant| variant.target.as_str()).collect(),
        Shape::Alias(value) => of(value, through_containers).into_iter().collect(),
        Shape::Enum(_) => Vec::new(),
    }
}

/// Boxes every field and variant through which a type would contain itself.
fn box_circles(family: &mut Family) {
    let mut edges: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ty in &family.types {
        edges.insert(ty.rust.clone(), targets(&ty.shape, false).into_iter().map(ToOwned::to_owned).collect());
    }
    let borrowed: BTreeMap<&str, Vec<&str>> =
        edges.iter().map(|(name, targets)| (name.as_str(), targets.iter().map(String::as_str).collect())).collect();
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut leads_to = |from: &str, to: &str| {
        known.entry(from.to_owned()).or_insert_with_key(|from| spread(vec![from.as_str()], &borrowed)).contains(to)
    };
    for ty in &mut family.types {
        match &mut ty.shape {
            Shape::Struct(shape) => {
                for field in &mut shape.fields {
                    if let Kind::Named(target) = &field.value.kind {
                        field.boxed = leads_to(target, &ty.rust);
                    }
                }
            }
            Shape::Union(union) => {
                for variant in &mut union.variants {
                    variant.boxed = leads_to(&variant.target, &ty.rust);
                }
            }
            Shape::Enum(_) | Shape::Alias(_) => {}
        }
    }
}
