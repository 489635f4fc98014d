//! The generated files in the tree are those of the specs.
//!
//! The same code as `cargo xtask codegen --check`, so that a plain `cargo test` finds a forgotten regeneration too.

#[test]
fn generated_files_are_those_of_the_specs() {
    let (drifts, _) = xtask::codegen::survey(&xtask::cargo::root()).unwrap_or_else(|problems| panic!("{problems}"));
    let explained: Vec<_> = drifts.iter().map(xtask::codegen::drift::Drift::explained).collect();
    assert!(explained.is_empty(), "run: {}\n{}", xtask::codegen::COMMAND, explained.join("\n"));
}
