//! The audit on SQLite: a long read on a connection of its own, in one transaction and so of one snapshot.

use std::collections::BTreeMap;

use hedge_domain::Currency;
use rusqlite::{Connection, Result};

use super::record::at;
use super::{journal, statement};
use crate::audit::{self, Audit, Finding};

pub(super) fn drift(mut connection: Connection) -> Result<BTreeMap<Currency, i128>> {
    let snapshot = connection.transaction()?;
    Ok(audit::drift(&journal::balances(&snapshot)?, &journal::recomputed(&snapshot)?))
}

pub(super) fn run(mut connection: Connection) -> Result<Audit> {
    let snapshot = connection.transaction()?;
    let kept = journal::balances(&snapshot)?;
    let mut findings = audit::of_ledger(&kept, &journal::recomputed(&snapshot)?);
    findings.extend(audit::of_statements(&kept, &statement::funds(&snapshot)?));
    for rule in audit::STATUS_COUNTS {
        findings.extend(found(&snapshot, rule, |row| row.get(0))?);
    }
    for rule in audit::RULES {
        findings.extend(found(&snapshot, rule, |row| at(row, 0).map(|id| rule.subject(id)))?);
    }
    let count = |(kind, sql): &(&'static str, &str)| Ok((*kind, snapshot.query_row(sql, [], |row| row.get(0))?));
    let rows = audit::ROWS.iter().map(count).collect::<Result<_>>()?;
    Ok(Audit { rows, findings })
}

fn found(
    snapshot: &Connection,
    rule: &audit::Rule,
    subject: impl Fn(&rusqlite::Row<'_>) -> Result<String>,
) -> Result<Vec<Finding>> {
    let mut statement = snapshot.prepare(rule.sql)?;
    let findings = statement.query_map([], |row| {
        Ok(Finding { rule: rule.name, subject: subject(row)?, kept: row.get(1)?, counted: row.get(2)? })
    })?;
    findings.collect()
}
