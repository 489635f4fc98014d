//! The audit on Postgres: a long read on a session of its own, in one transaction and so of one snapshot.

use std::collections::BTreeMap;

use hedge_domain::Currency;
use tokio_postgres::{Client, Row};

use super::failure::Failure;
use super::record::{Reader, at};
use super::session::Session;
use super::target::Target;
use super::{reads, statement};
use crate::audit::{self, Audit, Finding, Rule};
use crate::engine::BalanceRow;
use crate::records::balance;

/// Everything that is read on this session is of one moment.
async fn snapshot(target: &Target) -> Result<Session, Failure> {
    let session = Session::open_plain(target).await?;
    session.client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    Ok(session)
}

async fn balances(client: &Client, sql: &str) -> Result<Vec<BalanceRow>, Failure> {
    client.query(sql, &[]).await?.iter().map(|row| Ok(balance(&mut Reader::of(row))?)).collect()
}

pub(super) async fn drift(target: &Target) -> Result<BTreeMap<Currency, i128>, Failure> {
    let session = snapshot(target).await?;
    let kept = balances(&session.client, reads::BALANCES).await?;
    Ok(audit::drift(&kept, &balances(&session.client, reads::RECOMPUTED).await?))
}

pub(super) async fn run(target: &Target) -> Result<Audit, Failure> {
    let session = snapshot(target).await?;
    let client = &session.client;
    let kept = balances(client, reads::BALANCES).await?;
    let mut findings = audit::of_ledger(&kept, &balances(client, reads::RECOMPUTED).await?);
    let funds: Result<Vec<_>, Failure> =
        client.query(statement::FUNDS, &[]).await?.iter().map(statement::funds).collect();
    findings.extend(audit::of_statements(&kept, &funds?));
    for rule in audit::STATUS_COUNTS {
        findings.extend(found(client, rule, |row| at(row, 0)).await?);
    }
    for rule in audit::RULES {
        findings.extend(found(client, rule, |row| at(row, 0).map(|id| rule.subject(id))).await?);
    }
    let mut rows = Vec::new();
    for (kind, sql) in audit::ROWS {
        rows.push((*kind, client.query_one(*sql, &[]).await?.try_get(0)?));
    }
    Ok(Audit { rows, findings })
}

async fn found(
    client: &Client,
    rule: &Rule,
    subject: impl Fn(&Row) -> Result<String, Failure>,
) -> Result<Vec<Finding>, Failure> {
    let found = client.query(rule.sql, &[]).await?;
    let finding =
        |row: &Row| Ok(Finding { rule: rule.name, subject: subject(row)?, kept: at(row, 1)?, counted: at(row, 2)? });
    found.iter().map(finding).collect()
}
