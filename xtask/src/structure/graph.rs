//! Which member may use which. The table is the drawing in ARCHITECTURE.md, as data.
//!
//! A newcomer's usual mistake is to add an edge because it compiles. An edge that is not here is a decision: draw it
//! in ARCHITECTURE.md, give the reason there, then add it.

use std::collections::BTreeSet;

use super::{Finding, Workspace};

/// What each member is built from. The benchmark sees the insides because that is what it measures.
const EDGES: &[(&str, &[&str])] = &[
    ("hedge-api", &[]),
    ("hedge-bench", &["hedge-api", "hedge-domain", "hedge-server", "hedge-store"]),
    ("hedge-client", &[]),
    ("hedge-codegen", &[]),
    ("hedge-domain", &[]),
    ("hedge-rails", &["hedge-domain", "hedge-store"]),
    ("hedge-server", &["hedge-api", "hedge-domain", "hedge-rails", "hedge-store", "hedge-webhooks"]),
    ("hedge-store", &["hedge-domain"]),
    ("hedge-tests", &[]),
    ("hedge-webhooks", &["hedge-domain"]),
    ("xtask", &["hedge-codegen"]),
];

/// What only the tests of a member use.
const TEST_EDGES: &[(&str, &[&str])] = &[("hedge-tests", &["hedge-api", "hedge-client", "hedge-server"])];

/// The members and edges that differ from the tables, in either direction.
pub fn check(workspace: &Workspace) -> Vec<Finding> {
    let drawn: BTreeSet<_> = table(EDGES, false).chain(table(TEST_EDGES, true)).collect();
    let mut found = BTreeSet::new();
    let mut findings = Vec::new();
    for member in &workspace.members {
        if !EDGES.iter().any(|(name, _)| *name == member.name) {
            let advice = "draw it in ARCHITECTURE.md and add it to the table in xtask/src/structure/graph.rs";
            findings.push(Finding::new(&member.name, "is a member without a place in the drawing", advice));
        }
        let local = member.dependencies.iter().filter(|dependency| dependency.local);
        found.extend(local.map(|to| (member.name.as_str(), to.name.as_str(), to.for_tests)));
    }
    for &(from, to, for_tests) in found.difference(&drawn) {
        let advice = "remove it from Cargo.toml, or draw it in ARCHITECTURE.md and add it to the table in \
                      xtask/src/structure/graph.rs";
        findings.push(Finding::new(from, format!("uses {to}{}", suffix(for_tests)), advice));
    }
    for &(from, to, for_tests) in drawn.difference(&found) {
        let advice = "remove the edge from ARCHITECTURE.md and from the table in xtask/src/structure/graph.rs";
        findings.push(Finding::new(from, format!("does not use {to}{}, as drawn", suffix(for_tests)), advice));
    }
    findings
}

type Edge<'a> = (&'a str, &'a str, bool);

fn table<'a>(rows: &'a [(&'a str, &'a [&'a str])], for_tests: bool) -> impl Iterator<Item = Edge<'a>> {
    rows.iter().flat_map(move |(from, targets)| targets.iter().map(move |to| (*from, *to, for_tests)))
}

fn suffix(for_tests: bool) -> &'static str {
    if for_tests { " in its tests" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::super::{Dependency, Member};
    use super::*;

    fn drawn() -> Workspace {
        let members = EDGES.iter().map(|(name, _)| {
            let all = table(EDGES, false).chain(table(TEST_EDGES, true));
            let own = all.filter(|(from, _, _)| from == name);
            let dependency = |(_, to, for_tests): Edge<'_>| Dependency { name: to.to_owned(), for_tests, local: true };
            Member { name: (*name).to_owned(), dependencies: own.map(dependency).collect(), ..Member::default() }
        });
        Workspace { members: members.collect(), ..Workspace::default() }
    }

    fn said(change: impl FnOnce(&mut Vec<Member>)) -> Vec<String> {
        let mut workspace = drawn();
        change(&mut workspace.members);
        check(&workspace).into_iter().map(|finding| format!("{} {}", finding.place, finding.what)).collect()
    }

    #[test]
    fn the_drawn_graph_is_accepted() {
        assert_eq!(said(|_| {}), [""; 0]);
    }

    #[test]
    fn an_edge_that_is_not_drawn_is_found() {
        let edge = Dependency { name: "hedge-server".to_owned(), for_tests: false, local: true };
        assert_eq!(said(|members| members[4].dependencies.push(edge)), ["hedge-domain uses hedge-server"]);
    }

    #[test]
    fn an_edge_in_tests_is_not_the_same_as_one_in_the_code() {
        let of_tests = |members: &mut Vec<Member>| members[8].dependencies[0].for_tests = false;
        assert_eq!(
            said(of_tests),
            ["hedge-tests uses hedge-api", "hedge-tests does not use hedge-api in its tests, as drawn"]
        );
    }

    #[test]
    fn a_drawn_edge_that_is_gone_is_found() {
        assert_eq!(said(|members| members[10].dependencies.clear()), ["xtask does not use hedge-codegen, as drawn"]);
    }

    #[test]
    fn a_member_that_is_not_drawn_is_found() {
        let stranger = Member { name: "hedge-new".to_owned(), ..Member::default() };
        assert_eq!(said(|members| members.push(stranger)), ["hedge-new is a member without a place in the drawing"]);
    }
}
