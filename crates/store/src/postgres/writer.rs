//! One writer: its own connection, and a transaction only from the first write to the commit.
//!
//! Loading happens before the transaction. That is no weaker: at READ COMMITTED every statement sees its own moment
//! anyway, and it is the row versions that tell whether what was loaded still holds. It saves a round trip, keeps
//! locks short, and a batch that writes nothing needs no transaction at all.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::task::Poll;

use futures::future::{join_all, try_join_all};
use futures::poll;
use hedge_domain::ledger::BalanceTransaction;
use hedge_domain::state::Changes;
use hedge_domain::{Key, State};
use uuid::Uuid;

use super::failure::Failure;
use super::find;
use super::session::{Session, within};
use super::target::Target;
use super::write::{Expect, Statement, Statements};
use crate::column::Coded;
use crate::engine::{OutboxRow, Writer};
use crate::error::EngineError;
use crate::records::Batch;

pub(super) struct PostgresWriter {
    target: Arc<Target>,
    session: Option<Session>,
    in_transaction: bool,
}

impl PostgresWriter {
    pub const fn new(target: Arc<Target>, session: Session) -> Self {
        Self { target, session: Some(session), in_transaction: false }
    }

    fn session(&self) -> Result<&Session, EngineError> {
        self.session.as_ref().ok_or_else(|| EngineError::failed("not connected"))
    }

    fn failed(&mut self, failure: Failure) -> EngineError {
        if failure.ends_session() {
            self.session = None;
        }
        failure.before_commit()
    }
}

impl Writer for PostgresWriter {
    const ENGINE: &'static str = "postgres";

    async fn begin(&mut self) -> Result<(), EngineError> {
        if self.session.as_ref().is_none_or(Session::is_closed) {
            self.session = None;
            self.session = Some(Session::open(&self.target).await.map_err(EngineError::failed)?);
        }
        Ok(())
    }

    async fn load(&mut self, keys: &BTreeSet<Key>, state: &mut State) -> Result<(), EngineError> {
        let loaded = find::find(self.session()?, keys, state).await;
        loaded.map_err(|failure| self.failed(failure))
    }

    async fn persist(&mut self, changes: &Changes, outbox: &[OutboxRow]) -> Result<(), EngineError> {
        let (batch, mut statements) = (Batch::of(changes, outbox), Statements::default());
        batch.write(&mut statements)?;
        self.in_transaction = true;
        match send_all(self.session()?, statements.0).await {
            Err(failure) if failure.is_place_taken() => {
                self.rollback().await;
                let followed = follow(self.session()?, batch.statements()).await;
                followed.map_err(|failure| self.failed(failure))?;
                Err(EngineError::Conflict)
            }
            sent => sent.map_err(|failure| self.failed(failure)),
        }
    }

    async fn commit(&mut self) -> Result<(), EngineError> {
        let session = self.session()?;
        if session.is_closed() {
            // COMMIT never left, so the server has rolled back or will.
            return Err(EngineError::Conflict);
        }
        let committed = within(session.client.batch_execute("COMMIT")).await;
        self.in_transaction = false;
        committed.map_err(|failure| {
            self.session = None;
            failure.during_commit()
        })
    }

    async fn rollback(&mut self) {
        if !self.in_transaction {
            return;
        }
        self.in_transaction = false;
        if let Some(session) = &self.session
            && let Err(error) = within(session.client.batch_execute("ROLLBACK")).await
        {
            tracing::warn!(%error, "connection given up after a failed rollback");
            self.session = None;
        }
    }
}

/// Brings the heads of these statements to their last lines, for the next attempt. They are behind while a replica of an older
/// version, which knows of no heads, writes beside this one.
async fn follow(session: &Session, lines: &[BalanceTransaction]) -> Result<(), Failure> {
    const SQL: &str = "INSERT INTO statement_heads AS head (merchant_id, currency, position) \
        SELECT asked.merchant_id, asked.currency, coalesce((SELECT max(line.position) \
            FROM balance_transactions AS line \
            WHERE line.merchant_id = asked.merchant_id AND line.currency = asked.currency), 0) \
        FROM UNNEST($1::uuid[], $2::text[]) AS asked (merchant_id, currency) \
        ON CONFLICT (merchant_id, currency) DO UPDATE SET position = greatest(head.position, excluded.position)";
    let statements: BTreeSet<_> = lines.iter().map(|line| (line.merchant, line.amount.currency())).collect();
    let (merchants, currencies): (Vec<_>, Vec<_>) =
        statements.into_iter().map(|(merchant, currency)| (Uuid::from_u128(merchant.bits()), currency.text())).unzip();
    within(session.client.execute(SQL, &[&merchants, &currencies])).await.map(drop)
}

/// Sends BEGIN and all statements in one go and then hears the answers: one round trip for the whole batch.
async fn send_all(session: &Session, writes: Vec<Statement<'_>>) -> Result<(), Failure> {
    // Preparing takes a round trip, the first time; it must not come between statements whose order matters.
    let statements = try_join_all(writes.iter().map(|write| session.prepared(write.sql))).await?;

    let begun = on_the_wire(session.client.batch_execute("BEGIN")).await;
    let mut answers = Vec::with_capacity(writes.len());
    for (write, statement) in writes.into_iter().zip(&statements) {
        let answer = on_the_wire(session.client.execute_raw(statement, write.parameters)).await;
        answers.push(async move { (answer.await, write.rows) });
    }

    let (begun, answers) = within(async { Ok((begun.await, join_all(answers).await)) }).await?;
    begun?;
    // The first error is the cause; those after it only say that the transaction has failed already.
    for (touched, expected) in answers {
        let touched = touched?;
        match expected {
            Expect::Exactly(rows) if touched != rows => return Err(Failure::Outrun),
            Expect::Exactly(_) | Expect::Any => {}
        }
    }
    Ok(())
}

/// The first poll of a request sends it, so polling them one after the other fixes their order.
async fn on_the_wire<F: Future + Send>(request: F) -> impl Future<Output = F::Output> + Send
where
    F::Output: Send,
{
    let mut request = Box::pin(request);
    let first = poll!(&mut request);
    async move {
        match first {
            Poll::Ready(answer) => answer,
            Poll::Pending => request.await,
        }
    }
}
