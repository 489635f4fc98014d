//! What follows from the types taken together: which fields must be boxed, what can be compared, what is ever read.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{AdditionalProperties, Family, Kind, Shape, Value};

/// Works the facts out and writes them into the types.
pub fn find(family: &mut Family) {
    box_circles(family);
    let floats = closure(family, |value| matches!(value.kind, Kind::F64));
    let read = read(family);
    for ty in &mut family.types {
        ty.eq = !floats.contains(&ty.rust);
        ty.read = read.contains(&ty.rust);
    }
}

/// The types that bodies of requests lead to.
fn read(family: &Family) -> BTreeSet<String> {
    let bodies = family.operations.iter().filter_map(|operation| operation.body.as_ref());
    let starts = bodies.flat_map(|body| names(&body.value)).collect();
    reached(family, starts).into_iter().map(ToOwned::to_owned).collect()
}

/// The types that these lead to, and themselves.
pub fn reached<'f>(family: &'f Family, starts: Vec<&'f str>) -> BTreeSet<&'f str> {
    let (mut open, mut seen) = (starts, BTreeSet::new());
    while let Some(name) = open.pop() {
        if seen.insert(name) {
            let shapes = family.types.iter().filter(|ty| ty.rust == name).map(|ty| &ty.shape);
            open.extend(shapes.flat_map(mentioned));
        }
    }
    seen
}

/// The named types and aliases that a shape mentions.
pub fn mentioned(shape: &Shape) -> Vec<&str> {
    match shape {
        Shape::Struct(shape) => {
            let kept = match &shape.additional {
                AdditionalProperties::Kept { value, .. } => names(value),
                AdditionalProperties::Refused | AdditionalProperties::Ignored => Vec::new(),
            };
            shape.fields.iter().flat_map(|field| names(&field.value)).chain(kept).collect()
        }
        Shape::Union(union) => union.variants.iter().map(|variant| variant.target.as_str()).collect(),
        Shape::Alias(value) => names(value),
        Shape::Enum(_) => Vec::new(),
    }
}

/// The named types and aliases of a value, and of what is in it.
pub fn names(value: &Value) -> Vec<&str> {
    let mut out: Vec<&str> = value.alias.iter().map(String::as_str).collect();
    if let Kind::Named(name) = &value.kind {
        out.push(name);
    }
    out.extend(value.kind.inner().into_iter().flat_map(names));
    out
}

/// The types that hold, at any depth, a value with some property.
fn closure(family: &Family, value: impl Fn(&Value) -> bool) -> BTreeSet<String> {
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut found: Vec<&str> = Vec::new();
    for ty in &family.types {
        let mut direct = false;
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
            if let AdditionalProperties::Kept { value, .. } = &shape.additional {
                walk(value, visit);
            }
        }
        Shape::Alias(value) => walk(value, visit),
        Shape::Enum(_) | Shape::Union(_) => {}
    }
}

fn walk(value: &Value, visit: &mut impl FnMut(&Value)) {
    visit(value);
    if let Some(inner) = value.kind.inner() {
        walk(inner, visit);
    }
}

/// The named type a value holds; one behind a list or a map only on demand, for that has a size of its own.
fn target(value: &Value, through: bool) -> Option<&str> {
    if let Kind::Named(name) = &value.kind {
        return Some(name);
    }
    value.kind.inner().filter(|_| through).and_then(|inner| target(inner, through))
}

/// The named types a shape holds.
fn targets(shape: &Shape, through_containers: bool) -> Vec<&str> {
    match shape {
        Shape::Struct(shape) => {
            let rest = match &shape.additional {
                AdditionalProperties::Kept { value, .. } if through_containers => target(value, true),
                AdditionalProperties::Kept { .. } | AdditionalProperties::Refused | AdditionalProperties::Ignored => {
                    None
                }
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
    fn new(family: &Family) -> Self {
        let edges = family.types.iter().map(|ty| {
            let targets = targets(&ty.shape, false).into_iter().map(ToOwned::to_owned).collect();
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
    let mut direct = Ways::new(family);
    for ty in &mut family.types {
        match &mut ty.shape {
            Shape::Struct(shape) => {
                for field in &mut shape.fields {
                    if let Some(target) = target(&field.value, false) {
                        field.boxed = direct.lead(target, &ty.rust);
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
