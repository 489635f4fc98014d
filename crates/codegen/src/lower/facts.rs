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

/// The named type a value holds; one behind a list or a map only on demand, for that has a size of its own.
fn target(value: &Value, through: bool) -> Option<&str> {
    match &value.kind {
        Kind::Named(name) => Some(name),
        Kind::List(inner) | Kind::Map(inner) if through => target(inner, through),
        Kind::List(_)
        | Kind::Map(_)
        | Kind::Any
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

/// The named types a shape holds.
fn targets(shape: &Shape, through_containers: bool) -> Vec<&str> {
    match shape {
        Shape::Struct(shape) => {
            let rest = match &shape.rest {
                Rest::Kept { value, .. } if through_containers => target(value, true),
                Rest::Kept { .. } | Rest::Refused | Rest::Ignored => None,
            };
            shape.fields.iter().filter_map(|field| target(&field.value, through_containers)).chain(rest).collect()
        }
        Shape::Union(union) => union.variants.iter().map(|variant| variant.target.as_str()).collect(),
        Shape::Alias(value) => target(value, through_containers).into_iter().collect(),
        Shape::Enum(_) => Vec::new(),
    }
}

/// Which types lead to which.
struct Ways {
    edges: BTreeMap<String, Vec<String>>,
    known: BTreeMap<String, BTreeSet<String>>,
}

impl Ways {
    fn new(family: &Family, through_containers: bool) -> Self {
        let edges = family.types.iter().map(|ty| {
            let targets = targets(&ty.shape, through_containers).into_iter().map(ToOwned::to_owned).collect();
            (ty.rust.clone(), targets)
        });
        Self { edges: edges.collect(), known: BTreeMap::new() }
    }

    fn lead(&mut self, from: &str, to: &str) -> bool {
        if !self.known.contains_key(from) {
            let edges = self.edges.iter().map(|(name, to)| (name.as_str(), to.iter().map(String::as_str).collect()));
            let reached = spread(vec![from], &edges.collect());
            self.known.insert(from.to_owned(), reached);
        }
        self.known.get(from).is_some_and(|reached| reached.contains(to))
    }
}

/// Boxes every field and variant through which a type would contain itself.
fn box_circles(family: &mut Family) {
    let (mut direct, mut any) = (Ways::new(family, false), Ways::new(family, true));
    for ty in &mut family.types {
        match &mut ty.shape {
            Shape::Struct(shape) => {
                for field in &mut shape.fields {
                    if let Some(target) = target(&field.value, false) {
                        field.boxed = direct.lead(target, &ty.rust);
                    }
                    if let Some(target) = target(&field.value, true) {
                        field.circular = any.lead(target, &ty.rust);
                    }
                }
            }
            Shape::Union(union) => {
                for variant in &mut union.variants {
                    variant.boxed = direct.lead(&variant.target, &ty.rust);
                }
            }
            Shape::Enum(_) | Shape::Alias(_) => {}
        }
    }
}
