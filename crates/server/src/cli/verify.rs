//! `hedge verify`: does everything in the database add up? It reads all rows of one moment, also beside a running
//! server, and changes none.
//!
//! What a newcomer gets wrong: it neither makes a database nor needs the server secret, so it works on a restored copy.

use anyhow::{Result, bail};
use hedge_store::{Audit, Finding};
use serde::Serialize;

use crate::config::Config;
use crate::{open, serve};

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    rows: serde_json::Map<String, serde_json::Value>,
    findings: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    rule: &'a str,
    subject: &'a str,
    kept: i64,
    counted: i64,
}

impl<'a> Line<'a> {
    fn of(finding: &'a Finding) -> Self {
        let Finding { rule, subject, kept, counted } = finding;
        Self { rule, subject, kept: *kept, counted: *counted }
    }
}

/// Fails when something does not add up, so that the exit code tells.
pub(super) async fn run(config: &Config, json: bool) -> Result<()> {
    let store = open::existing(config, &serve::families()).await?;
    let audit = store.audit().await?;
    store.close().await;
    super::print(&if json { as_json(&audit)? } else { as_text(&audit) })?;
    match audit.findings.len() {
        0 => Ok(()),
        1 => bail!("one thing does not add up"),
        many => bail!("{many} things do not add up"),
    }
}

fn as_json(audit: &Audit) -> Result<String> {
    let report = Report {
        ok: audit.findings.is_empty(),
        rows: audit.rows.iter().map(|(kind, count)| (kind.replace(' ', "_"), (*count).into())).collect(),
        findings: audit.findings.iter().map(Line::of).collect(),
    };
    Ok(serde_json::to_string_pretty(&report)?)
}

fn as_text(audit: &Audit) -> String {
    let rows: Vec<_> = audit.rows.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let mut lines = vec![rows.join(", ")];
    lines.extend(audit.findings.iter().map(|finding| {
        let Finding { rule, subject, kept, counted } = finding;
        format!("not so: {rule}: {subject}: {kept} kept, {counted} counted")
    }));
    if audit.findings.is_empty() {
        lines.push("everything adds up".to_owned());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drifted() -> Audit {
        let rule = "debits equal credits";
        let finding = Finding { rule, subject: "debits and credits in Usd".to_owned(), kept: 3, counted: 2 };
        Audit { rows: vec![("payments", 7), ("ledger transfers", 9)], findings: vec![finding] }
    }

    #[test]
    fn the_report_says_what_does_not_add_up() {
        let text = "7 payments, 9 ledger transfers\n\
            not so: debits equal credits: debits and credits in Usd: 3 kept, 2 counted";
        assert_eq!(as_text(&drifted()), text);
        let sound = Audit { findings: Vec::new(), ..drifted() };
        assert_eq!(as_text(&sound), "7 payments, 9 ledger transfers\neverything adds up");
    }

    #[test]
    fn the_report_is_json_on_demand() {
        let json: serde_json::Value = serde_json::from_str(&as_json(&drifted()).expect("renders")).expect("is JSON");
        assert_eq!(json["ok"], false);
        assert_eq!(json["rows"]["ledger_transfers"], 9);
        assert_eq!(json["findings"][0]["kept"], 3);
    }
}
