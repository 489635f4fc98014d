//! The one writer: a batch is a transaction on a connection that nobody else uses.
//!
//! `BEGIN IMMEDIATE`, because a tool may write to the same file: whoever began first is waited for here, not at commit.

use std::collections::BTreeSet;
use std::future::{Future, ready};
use std::path::PathBuf;
use std::sync::Arc;

use hedge_domain::delivery::DeliveryId;
use hedge_domain::job::JobId;
use hedge_domain::state::Changes;
use hedge_domain::{Key, State, Timestamp};
use rusqlite::{Connection, ErrorCode};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::due::DeliveryLeases;
use super::jobs::Leases;
use super::{
    audit_log, checkout, clocks, connection, customers, deliveries, entities, jobs, journal, merchants, outbox,
    payments, payouts, statement, webhooks,
};
use crate::engine::{Lane, OutboxRow};
use crate::error::EngineError;

/// Whose turn it is to write, within this process. Between processes SQLite itself decides, but it does so by trying
/// again and again, and a busy writer would starve the other side.
pub(super) type Gate = Mutex<()>;

pub(super) struct SqliteLane {
    path: PathBuf,
    /// `None` after trouble; the next `begin` opens another.
    connection: Option<Connection>,
    leases: Arc<Leases>,
    delivery_leases: Arc<DeliveryLeases>,
    gate: Arc<Gate>,
    /// Held during a batch.
    turn: Option<OwnedMutexGuard<()>>,
    /// Leases on what this batch changes, which are over once it is committed.
    settled: Vec<(JobId, Timestamp)>,
    settled_deliveries: Vec<(DeliveryId, Timestamp)>,
}

pub(super) type Written = Result<(), EngineError>;

impl From<rusqlite::Error> for EngineError {
    fn from(error: rusqlite::Error) -> Self {
        let code = error.sqlite_error().map(|inner| (inner.code, inner.extended_code));
        match code {
            Some((
                ErrorCode::ConstraintViolation,
                rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY | rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE,
            )) => Self::Conflict,
            Some((ErrorCode::ConstraintViolation, _)) => Self::Rejected(error.to_string()),
            Some(_) | None => Self::failed(error),
        }
    }
}

impl SqliteLane {
    pub(super) fn new(
        path: PathBuf,
        connection: Option<Connection>,
        (leases, delivery_leases): (Arc<Leases>, Arc<DeliveryLeases>),
        gate: Arc<Gate>,
    ) -> Self {
        let (settled, settled_deliveries) = (Vec::new(), Vec::new());
        Self { path, connection, leases, delivery_leases, gate, turn: None, settled, settled_deliveries }
    }

    fn open(&self) -> Result<&Connection, EngineError> {
        self.connection.as_ref().ok_or_else(|| EngineError::failed("no connection"))
    }

    async fn start(&mut self) -> Written {
        self.turn = Some(Arc::clone(&self.gate).lock_owned().await);
        self.settled.clear();
        self.settled_deliveries.clear();
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connection::writer(&self.path)?,
        };
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        // On an error above the connection is gone: whatever ails it, the next batch opens another.
        self.connection = Some(connection);
        Ok(())
    }

    fn supply(&self, keys: &BTreeSet<Key>, state: &mut State) -> Written {
        let connection = self.open()?;
        for &key in keys {
            match key {
                Key::Installation => state.installation.supply((), entities::installation(connection)?),
                Key::Account(id) => state.accounts.supply(id, entities::account(connection, id)?),
                Key::Merchant(id) => state.merchants.supply(id, merchants::merchant(connection, id)?),
                Key::ApiKey(id) => state.api_keys.supply(id, entities::api_key(connection, id)?),
                Key::Customer(id) => state.customers.supply(id, customers::customer(connection, id)?),
                Key::PaymentMethod(id) => state.payment_methods.supply(id, entities::payment_method(connection, id)?),
                Key::Payment(id) => state.payments.supply(id, payments::payment(connection, id)?),
                Key::CheckoutSession(id) => state.checkout_sessions.supply(id, checkout::session(connection, id)?),
                Key::Payout(id) => state.payouts.supply(id, payouts::payout(connection, id)?),
                Key::Balance(key) => state.balances.supply(key, journal::balance(connection, key)?),
                Key::Job(id) => state.jobs.supply(id, jobs::job(connection, id)?),
                Key::TestClock(id) => state.test_clocks.supply(id, clocks::test_clock(connection, id)?),
                Key::Idempotency(key) => state.idempotency.supply(key, outbox::idempotency(connection, key)?),
                Key::WebhookEndpoint(id) => state.webhook_endpoints.supply(id, webhooks::endpoint(connection, id)?),
                Key::Roster(id) => state.rosters.supply(id, webhooks::roster(connection, id)?),
                Key::Delivery(id) => state.deliveries.supply(id, deliveries::delivery(connection, id)?),
                Key::SigningKey(id) => state.signing_keys.supply(id, customers::signing_key(connection, id)?),
            }
        }
        Ok(())
    }

    fn write(&mut self, changes: &Changes, outbox_rows: &[OutboxRow]) -> Written {
        let connection = self.open()?;
        entities::write(connection, changes)?;
        customers::write(connection, changes)?;
        checkout::write(connection, &changes.checkout_sessions)?;
        payments::write(connection, &changes.payments)?;
        payouts::write(connection, &changes.payouts)?;
        jobs::write(connection, changes)?;
        clocks::write(connection, &changes.test_clocks)?;
        journal::write(connection, changes)?;
        statement::write(connection, &changes.postings)?;
        audit_log::write(connection, &changes.audit)?;
        outbox::write_events(connection, outbox_rows)?;
        webhooks::write(connection, changes)?;
        deliveries::write(connection, changes)?;
        outbox::write_idempotency(connection, &changes.idempotency)?;
        let jobs = changes.jobs.iter().map(|change| change.id).chain(changes.finished_jobs.iter().copied());
        self.settled = self.leases.held(jobs);
        self.settled_deliveries = self.delivery_leases.held(changes.deliveries.iter().map(|change| change.id));
        Ok(())
    }

    fn end(&mut self) -> Written {
        let committed = self.open()?.prepare_cached("COMMIT").and_then(|mut statement| statement.execute([]).map(drop));
        match committed {
            Ok(()) => {
                self.turn = None;
                self.leases.release(&self.settled);
                self.delivery_leases.release(&self.settled_deliveries);
                Ok(())
            }
            // The disk is full before the log has the frame that makes it a commit; the rollback that follows is sure.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => Err(error.into()),
            Err(error) => {
                // An fsync that failed once may "succeed" when tried again, without the data: never try again.
                self.connection = None;
                self.turn = None;
                Err(EngineError::CommitUnknown(error.to_string()))
            }
        }
    }

    fn undo(&mut self) {
        let _turn = self.turn.take();
        let clean = self.connection.as_ref().is_some_and(|connection| {
            connection.is_autocommit()
                || connection.prepare_cached("ROLLBACK").and_then(|mut undo| undo.execute([])).is_ok()
        });
        if !clean {
            self.connection = None;
        }
    }
}

impl Drop for SqliteLane {
    /// Moves the log into the file, so that a stopped server leaves one file with everything in it.
    fn drop(&mut self) {
        if let Some(connection) = &self.connection
            && let Err(error) = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        {
            tracing::warn!(%error, "the write-ahead log stays beside the file");
        }
    }
}

impl Lane for SqliteLane {
    const ENGINE: &'static str = "sqlite";

    fn begin(&mut self) -> impl Future<Output = Written> + Send {
        self.start()
    }

    fn load(&mut self, keys: &BTreeSet<Key>, state: &mut State) -> impl Future<Output = Written> + Send {
        ready(self.supply(keys, state))
    }

    fn persist(&mut self, changes: &Changes, outbox: &[OutboxRow]) -> impl Future<Output = Written> + Send {
        ready(self.write(changes, outbox))
    }

    fn commit(&mut self) -> impl Future<Output = Written> + Send {
        ready(self.end())
    }

    fn rollback(&mut self) -> impl Future<Output = ()> + Send {
        self.undo();
        ready(())
    }
}
