//! What the code of each fixture says must be what the fixture says.

use serde_json::Value;

use crate::canonical::Reader;
use crate::{generated, rebuilt};

macro_rules! fixtures {
    ($($name:ident),* $(,)?) => {
        [$((stringify!($name), rebuilt::document(generated::$name::OPERATIONS, &[]))),*]
    };
}

fn written(name: &str) -> Value {
    let path = format!("{}/../codegen/tests/fixtures/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    serde_yaml_ng::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_fixture_can_be_rebuilt_from_its_code() {
    let mut wrong = Vec::new();
    for (name, rebuilt) in fixtures![
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
        let written = written(name);
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
