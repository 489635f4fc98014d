//! The connections for reading: few, shared, and pipelined, so that a read waits for no other one to come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::failure::Failure;
use super::session::{Session, within};
use super::target::Target;

const CONNECTIONS: usize = 2;

pub(super) struct Readers {
    target: Arc<Target>,
    slots: [Slot; CONNECTIONS],
    next: AtomicUsize,
}

#[derive(Default)]
struct Slot {
    session: Mutex<Option<Arc<Session>>>,
    /// Held by whoever connects; the others wait for that and then take what came of it.
    connecting: tokio::sync::Mutex<()>,
}

pub(super) type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

impl Readers {
    pub fn new(target: Arc<Target>) -> Self {
        Self { target, slots: Default::default(), next: AtomicUsize::new(0) }
    }

    /// A read; one that lost its connection is asked again. An outage ends all connections, and a read may find each of
    /// them dying before it gets a new one.
    pub async fn query(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, Failure> {
        for _dying in 0..CONNECTIONS {
            match self.query_once(sql, parameters).await {
                Err(failure) if failure.is_lost() => {}
                answer => return answer,
            }
        }
        self.query_once(sql, parameters).await
    }

    /// The same for a statement that has an effect.
    pub async fn query_once(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, Failure> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let slot = &self.slots[turn % CONNECTIONS];
        let session = slot.connected(&self.target).await?;
        let asked = async {
            let statement = session.prepared(sql).await?;
            within(session.client.query(&statement, parameters)).await
        };
        let answer = asked.await;
        if answer.as_ref().is_err_and(Failure::ends_session) {
            slot.give_up(&session);
        }
        answer
    }
}

impl Slot {
    fn current(&self) -> Option<Arc<Session>> {
        self.session.lock().as_ref().filter(|session| !session.is_closed()).cloned()
    }

    async fn connected(&self, target: &Target) -> Result<Arc<Session>, Failure> {
        if let Some(session) = self.current() {
            return Ok(session);
        }
        let Ok(_turn) = self.connecting.try_lock() else {
            drop(self.connecting.lock().await);
            return self.current().ok_or(Failure::Away);
        };
        // It may have come back between the look and the lock.
        if let Some(session) = self.current() {
            return Ok(session);
        }
        let session = Arc::new(Session::open(target).await?);
        *self.session.lock() = Some(Arc::clone(&session));
        Ok(session)
    }

    /// Unless another one has taken its place already.
    fn give_up(&self, failed: &Arc<Session>) {
        let mut session = self.session.lock();
        if session.as_ref().is_some_and(|current| Arc::ptr_eq(current, failed)) {
            *session = None;
        }
    }
}
