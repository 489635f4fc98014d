//! The repository keeps its own rules. What each rule is and why stands in `xtask/src/structure/`.
//!
//! A newcomer's usual mistake is to read only the first line of a failure: all findings are listed, each with advice.

use xtask::structure::{
    Finding, Workspace, circle, families, floats, graph, ignored, layout, manifests, marks, modules, portable, sizes,
    sql, walls,
};

fn hold(check: fn(&Workspace) -> Vec<Finding>) {
    let workspace = Workspace::read(&xtask::cargo::root()).expect("the workspace can be read");
    let findings: Vec<_> = check(&workspace).iter().map(Finding::to_string).collect();
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

#[test]
fn members_use_each_other_as_drawn() {
    hold(graph::check);
}

#[test]
fn few_modules_of_the_domain_know_each_other_in_a_circle() {
    hold(circle::check);
}

#[test]
fn manifests_inherit_from_the_workspace() {
    hold(manifests::check);
}

#[test]
fn third_party_crates_stay_on_their_floor() {
    hold(manifests::third_party);
}

#[test]
fn pure_crates_do_not_reach_for_the_system() {
    hold(walls::check);
}

#[test]
fn the_platform_knows_no_family() {
    hold(families::check);
}

#[test]
fn sql_is_in_the_store_only() {
    hold(sql::check);
}

#[test]
fn sql_is_what_every_postgres_takes() {
    hold(portable::check);
}

#[test]
fn there_are_no_floats_near_money() {
    hold(floats::check);
}

#[test]
fn files_functions_and_argument_lists_stay_short() {
    hold(sizes::check);
}

#[test]
fn modules_have_headers_and_telling_names() {
    hold(modules::check);
}

#[test]
fn the_generated_mark_is_on_generated_files_only() {
    hold(marks::check);
}

#[test]
fn no_test_is_ignored() {
    hold(ignored::check);
}

#[test]
fn the_root_folder_holds_what_belongs_there() {
    hold(layout::top_level);
}

#[test]
fn no_file_names_a_machine_path() {
    hold(layout::machine_paths);
}
