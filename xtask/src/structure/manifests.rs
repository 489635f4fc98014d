//! What each member's Cargo.toml must and must not say.
//!
//! Versions are pinned once, in the root, and lints are set once, there too. A newcomer's usual mistake is
//! `cargo add`, which writes the version into the member: move it to `[workspace.dependencies]`.

use toml::{Table, Value};

use super::{Finding, Member, Workspace};

/// Third-party crates that only some members may name.
struct Reservation {
    crates: &'static [&'static str],
    members: &'static [&'static str],
    /// Whether the tests of other members may.
    free_in_tests: bool,
    why: &'static str,
}

const RESERVATIONS: &[Reservation] = &[
    Reservation {
        crates: &["postgres", "refinery", "rusqlite", "sqlx", "tokio-postgres"],
        members: &["hedge-store", "hedge-bench", "hedge-tests"],
        free_in_tests: false,
        why: "SQL is in hedge-store; hedge-bench has a baseline of its own and hedge-tests looks at databases",
    },
    Reservation {
        crates: &["axum", "hyper", "hyper-util", "tower", "tower-http"],
        members: &["hedge-api", "hedge-bench", "hedge-server", "hedge-webhooks"],
        free_in_tests: true,
        why: "HTTP is served by hedge-api and hedge-server, and spoken to receivers by hedge-webhooks",
    },
    Reservation {
        crates: &["async-trait", "diesel", "sea-orm"],
        members: &[],
        free_in_tests: false,
        why: "traits have native async functions, and there is no ORM",
    },
];

/// Members that are built from nothing but the standard library.
const BARE: &[&str] = &["hedge-domain"];

/// Names that do not follow the folder, versions and lints that are not those of the workspace.
pub fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &workspace.members {
        let path = format!("{}/Cargo.toml", member.folder);
        let Some(manifest) = workspace.file(&path).and_then(|file| file.text.parse::<Table>().ok()) else {
            findings.push(Finding::new(&path, "cannot be read as TOML", "mend it"));
            continue;
        };
        findings.extend(name(member, &path));
        let inherits = |key: &str| manifest.get(key).is_some_and(is_inherited);
        if !inherits("lints") {
            findings.push(Finding::new(&path, "sets its own lints", "write `[lints]` and `workspace = true`"));
        }
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let table = manifest.get(kind).and_then(Value::as_table);
            for (dependency, _) in table.into_iter().flatten().filter(|(_, value)| !is_inherited(value)) {
                let advice = "pin it in [workspace.dependencies] of the root and write `workspace = true` here";
                findings.push(Finding::new(&path, format!("gives {dependency} a version of its own"), advice));
            }
        }
        findings.extend(never_run(workspace, member, &manifest));
    }
    findings
}

/// Third-party crates on the wrong floor.
pub fn third_party(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &workspace.members {
        for dependency in &member.dependencies {
            let (name, from) = (dependency.name.as_str(), member.name.as_str());
            if BARE.contains(&from) && !dependency.for_tests {
                let what = format!("uses {name}, and is built from the standard library only");
                findings.push(Finding::new(from, what, "let another floor do this and pass the result in"));
            }
            for reservation in RESERVATIONS {
                let is_free = reservation.free_in_tests && dependency.for_tests;
                if reservation.crates.contains(&name) && !reservation.members.contains(&from) && !is_free {
                    let advice = format!("move the code to where {name} belongs ({})", reservation.why);
                    findings.push(Finding::new(from, format!("uses {name}"), advice));
                }
            }
        }
    }
    findings
}

fn is_inherited(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

/// Tests in a target that is not built as one, where they would never run.
fn never_run(workspace: &Workspace, member: &Member, manifest: &Table) -> Vec<Finding> {
    let lib = manifest.get("lib").into_iter().map(|lib| (lib, "src/"));
    let bins = manifest.get("bin").and_then(Value::as_array).into_iter().flatten();
    let bins = bins.filter_map(|bin| Some((bin, bin.get("path")?.as_str()?)));
    let untested = lib.chain(bins).filter(|(target, _)| target.get("test").and_then(Value::as_bool) == Some(false));
    let places: Vec<_> = untested.map(|(_, place)| format!("{}/{place}", member.folder)).collect();
    let within = workspace.files.iter().filter(|file| places.iter().any(|place| file.path.starts_with(place)));
    let tests = within.filter(|file| file.text.contains("#[cfg(test)]") || file.text.contains("#[test]"));
    let advice = "take `test = false` out of Cargo.toml, or move the tests into tests/";
    tests.map(|file| Finding::new(&file.path, "has tests that are never run", advice)).collect()
}

fn name(member: &Member, path: &str) -> Option<Finding> {
    let folder = member.folder.rsplit('/').next().unwrap_or_default();
    let expected = if folder == "xtask" { folder.to_owned() } else { format!("hedge-{folder}") };
    let what = format!("names the package {}", member.name);
    (member.name != expected).then(|| Finding::new(path, what, format!("name it {expected}, after its folder")))
}

#[cfg(test)]
mod tests {
    use super::super::Dependency;
    use super::*;

    fn said(name: &str, manifest: &str) -> Vec<String> {
        let tested = "#[cfg(test)]\nmod tests {}\n";
        let sources = [("crates/api/src/main.rs", tested), ("crates/api/src/wire/value.rs", tested)];
        let mut workspace = Workspace::of(&[&[("crates/api/Cargo.toml", manifest)], &sources[..]].concat());
        let folder = "crates/api".to_owned();
        workspace.members.push(Member { name: name.to_owned(), folder, dependencies: Vec::new() });
        check(&workspace).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_manifest_that_inherits_everything_is_accepted() {
        let manifest = "[lints]\nworkspace = true\n[dependencies]\na.workspace = true\n\
                        b = { workspace = true, optional = true }\n";
        assert_eq!(said("hedge-api", manifest), [""; 0]);
    }

    #[test]
    fn own_names_lints_and_versions_are_found() {
        let manifest = "[dependencies]\na = \"1\"\n[dev-dependencies]\nb = { version = \"2\" }\n";
        assert_eq!(
            said("api", manifest),
            [
                "names the package api",
                "sets its own lints",
                "gives a a version of its own",
                "gives b a version of its own"
            ]
        );
    }

    #[test]
    fn tests_that_are_never_run_are_found() {
        let table = [
            ("[lib]\ntest = false", 2),
            ("[lib]\ntest = true", 0),
            ("[[bin]]\npath = \"src/main.rs\"\ntest = false", 1),
            ("[[bin]]\npath = \"src/other.rs\"\ntest = false", 0),
        ];
        for (targets, count) in table {
            let said = said("hedge-api", &format!("[lints]\nworkspace = true\n{targets}\n"));
            assert_eq!(said, vec!["has tests that are never run"; count], "{targets}");
        }
    }

    fn third_party_of(member: &str, dependency: &str, for_tests: bool) -> usize {
        let dependencies = vec![Dependency { name: dependency.to_owned(), for_tests, local: false }];
        let member = Member { name: member.to_owned(), dependencies, ..Member::default() };
        third_party(&Workspace { members: vec![member], ..Workspace::default() }).len()
    }

    #[test]
    fn crates_on_the_wrong_floor_are_found() {
        let table = [
            ("hedge-store", "rusqlite", false, 0),
            ("hedge-api", "rusqlite", false, 1),
            ("hedge-server", "tokio-postgres", true, 1),
            ("hedge-domain", "serde", false, 1),
            ("hedge-domain", "proptest", true, 0),
            ("hedge-store", "axum", false, 1),
            ("hedge-client", "axum", true, 0),
            ("hedge-server", "async-trait", false, 1),
        ];
        for (member, dependency, for_tests, count) in table {
            assert_eq!(third_party_of(member, dependency, for_tests), count, "{member} {dependency}");
        }
    }
}
