//! What the generator prints for one feature at a time, and what it says about documents it cannot take.
//!
//! The one thing to know: the printed code is kept as Rust files beside the snapshots, and `crates/api/tests/compiled` compiles and
//! runs those same files; review them like any other code.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use hedge_codegen::{GeneratedFile, LintProfile, operations, server};

fn documents(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    paths
}

fn named(path: &Path) -> (String, String) {
    (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap())
}

/// The files of a family as one, so that it can be compiled as one module.
fn joined(name: &str, files: &[GeneratedFile]) -> String {
    let mut out = String::new();
    inlined(&format!("crates/api/src/{name}/generated"), "", files, &mut out);
    out
}

/// A file, with the modules that it declares in place.
fn inlined(path: &str, indent: &str, files: &[GeneratedFile], out: &mut String) {
    let file = files.iter().find(|file| file.path == format!("{path}.rs")).unwrap();
    for line in file.content.lines().skip(1) {
        let module = line.strip_suffix(';').and_then(|line| line.rsplit_once("mod "));
        let Some((visibility, module)) = module.filter(|(visibility, _)| ["", "pub "].contains(visibility)) else {
            writeln!(out, "{}{line}", if line.is_empty() { "" } else { indent }).unwrap();
            continue;
        };
        writeln!(out, "\n{indent}{visibility}mod {module} {{").unwrap();
        inlined(&format!("{path}/{module}"), &format!("{indent}    "), files, out);
        writeln!(out, "{indent}}}\n").unwrap();
    }
}

#[test]
fn every_fixture_prints_what_it_printed() {
    for path in documents("fixtures") {
        let (name, text) = named(&path);
        assert!(text.lines().count() <= 40, "{name}: a fixture shows one feature in at most 40 lines");
        let files = server(&name, &text, LintProfile::Off).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
        insta::assert_binary_snapshot!(&format!("{name}.rs"), joined(&name, &files).into_bytes());
    }
}

#[test]
fn printing_twice_prints_the_same() {
    for path in documents("fixtures") {
        let (name, text) = named(&path);
        assert_eq!(server(&name, &text, LintProfile::Off), server(&name, &text, LintProfile::Off));
    }
}

#[test]
fn every_bad_document_is_told_all_its_problems() {
    for (folder, house) in [("bad", LintProfile::Off), ("house", LintProfile::Rules)] {
        for path in documents(folder) {
            let (name, text) = named(&path);
            let problems = server(&name, &text, house).expect_err(&name);
            let told: String = problems.iter().map(|problem| format!("{problem}\n")).collect();
            insta::assert_snapshot!(format!("{folder}_{name}"), told);
        }
    }
}

#[test]
fn every_operation_of_our_descriptions_is_what_it_was() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let (name, text) = named(&path);
        let outline = operations(&name, &text, LintProfile::Rules).unwrap_or_else(|problems| panic!("{problems:#?}"));
        insta::assert_snapshot!(format!("operations_{name}"), outline);
    }
}
