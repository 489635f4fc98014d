//! The audit on Postgres: a long read on a session of its own, in one transaction and so of one snapshot.

use hedge_domain::payment::PaymentId;
use tokio_postgres::{Client, Config};

use super::failure::Failure;
use super::fields::Fields;
use super::session::Session;
use super::{reads, rows};
use crate::audit::{self, Audit, Finding, Rule};

pub(super) async fn run(config: &Config) -> Result<Audit, Failure> {
    let session = Session::open_plain(config).await?;
    let client = &session.client;
    client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let kept: Result<Vec<_>, Failure> = client.query(reads::BALANCES, &[]).await?.iter().map(rows::balance).collect();
    let counted: Result<Vec<_>, Failure> =
        client.query(reads::RECOMPUTED, &[]).await?.iter().map(rows::balance).collect();
    let mut findings = audit::of_ledger(&kept?, &counted?);
    findings.extend(found(client, &audit::STATUS_COUNTS, status).await?);
    for rule in audit::RULES {
        findings.extend(found(client, rule, payment).await?);
    }
    let mut rows = Vec::new();
    for (kind, sql) in audit::ROWS {
        rows.push((*kind, client.query_one(*sql, &[]).await?.try_get(0)?));
    }
    Ok(Audit { rows, findings })
}

fn status(fields: &mut Fields<'_>) -> Result<String, Failure> {
    fields.value()
}

fn payment(fields: &mut Fields<'_>) -> Result<String, Failure> {
    fields.id().map(|id: PaymentId| id.to_string())
}

async fn found(
    client: &Client,
    rule: &Rule,
    subject: fn(&mut Fields<'_>) -> Result<String, Failure>,
) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    for row in client.query(rule.sql, &[]).await? {
        let mut fields = Fields::of(&row);
        let subject = subject(&mut fields)?;
        findings.push(Finding { rule: rule.name, subject, kept: fields.value()?, counted: fields.value()? });
    }
    Ok(findings)
}
