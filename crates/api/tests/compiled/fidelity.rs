//! What the code of each fixture says must be what the fixture says.

use serde_json::{Value, json};

use crate::canonical::Reader;
use crate::code::Code;
use crate::generated::statuses::types::Error;
use crate::rebuilt::{self, Surroundings};
use crate::wire::Value as _;
use crate::{Operation, generated};

macro_rules! fixtures {
    ($($name:ident),* $(,)?) => {
        [$((stringify!($name), generated::$name::OPERATIONS)),*]
    };
}

fn written(name: &str) -> Value {
    let path = format!("{}/../codegen/tests/fixtures/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    serde_yaml_ng::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn code(name: &str) -> Code {
    Code::read(&format!("{}/../codegen/tests/snapshots/snapshots__{name}.snap.rs", env!("CARGO_MANIFEST_DIR")))
}

/// Only one fixture has something around its handlers.
fn around(name: &str) -> Surroundings {
    match name {
        "statuses" => Surroundings { envelope: Some(Error::kind()), headers: request_id },
        _ => Surroundings { envelope: None, headers: |_, _| Vec::new() },
    }
}

fn request_id(_: &Operation, status: u16) -> Vec<(&'static str, Value)> {
    if status == 201 { vec![("X-Request-Id", json!({"type": "string"}))] } else { Vec::new() }
}

#[test]
fn every_fixture_can_be_rebuilt_from_its_code() {
    let mut wrong = Vec::new();
    for (name, operations) in fixtures![
        additional,
        all_of,
        bodies,
        clashes,
        collections,
        defaults,
        deprecated,
        enums,
        extensions,
        formats,
        lists,
        names,
        nullable,
        numbers,
        one_of,
        parameters,
        recursive,
        security,
        statuses,
        tags,
        texts,
    ] {
        let (written, code) = (written(name), code(name));
        for (owner, shape) in &code.shapes {
            assert_eq!(code.structs[owner], *shape, "{name} {owner}");
        }
        let described = Reader::of(&written).parameters_of_all();
        for operation in operations {
            code.hold(operation, &described);
        }
        let rebuilt = rebuilt::document(operations, &code, &around(name));
        let (ours, theirs) = (Reader::of(&written), Reader::rebuilt(&rebuilt, &written));
        for schema in written["components"]["schemas"].as_object().into_iter().flat_map(|map| map.keys()) {
            if ours.is_type(schema) && !rebuilt["components"]["schemas"][schema].is_null() {
                let (ours, theirs) = (ours.component(schema), theirs.component(schema));
                if ours != theirs {
                    wrong.push(format!("{name} {schema}\nwritten: {ours:#}\nrebuilt: {theirs:#}"));
                }
            }
        }
        let (ours, theirs) = (ours.operations(), theirs.operations());
        assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
        for (operation, ours) in &ours {
            let theirs = &theirs[operation];
            for (key, ours) in ours.as_object().unwrap() {
                if *ours != theirs[key] {
                    wrong.push(format!("{name} {operation} {key}\nwritten: {ours:#}\nrebuilt: {:#}", theirs[key]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
