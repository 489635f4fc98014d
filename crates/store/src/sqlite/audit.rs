//! The audit on SQLite: a long read on a connection of its own, in one transaction and so of one snapshot.

use hedge_domain::payment::PaymentId;
use rusqlite::{Connection, Result};

use super::{journal, row};
use crate::audit::{self, Audit, Finding};

pub(super) fn run(mut connection: Connection) -> Result<Audit> {
    let snapshot = connection.transaction()?;
    let mut findings = audit::of_ledger(&journal::balances(&snapshot)?, &journal::recomputed(&snapshot)?);
    findings.extend(found(&snapshot, &audit::STATUS_COUNTS, |row| row.get(0))?);
    for rule in audit::RULES {
        findings.extend(found(&snapshot, rule, |row| row::payment_id(row).map(|id: PaymentId| id.to_string()))?);
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
