//! Bringing the schema up to date, by one replica at a time: whoever holds the lease migrates, the others wait for it.
//!
//! The lease is a row and not a lock of the session's, which poolers and distributed servers do not have. Each migration is a
//! transaction with its line in the history, so a start that is cut short leaves whole ones, and the next goes on there.
//! What a newcomer gets wrong: a holder that died is waited for until its lease ends, and no longer.

use std::time::Duration;

use uuid::Uuid;

use super::failure::Failure;
use super::record::only;
use super::session::{Session, within};
use super::target::Target;
use crate::error::StoreError;

mod embedded {
    refinery::embed_migrations!("migrations/postgres");
}

/// A migration may have to rewrite a table, and the other replicas wait for it.
const PATIENCE: Duration = Duration::from_mins(10);
const LOOK_EVERY: Duration = Duration::from_millis(50);
const RENEW_EVERY: Duration = Duration::from_secs(3);

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration_lease (\
    one boolean PRIMARY KEY CHECK (one), holder uuid NOT NULL, until timestamptz NOT NULL)";
/// By the server's clock, for those of the replicas may differ.
const TAKE: &str = "INSERT INTO migration_lease AS held (one, holder, until) \
    VALUES (TRUE, $1, clock_timestamp() + interval '15 seconds') \
    ON CONFLICT (one) DO UPDATE SET holder = excluded.holder, until = excluded.until \
    WHERE held.until < clock_timestamp() OR held.holder = excluded.holder";
const RELEASE: &str = "UPDATE migration_lease SET until = '-infinity' WHERE holder = $1";
const LAST: &str = "SELECT max(version)::bigint FROM refinery_schema_history";

pub async fn migrate(target: &Target) -> Result<(), StoreError> {
    let mut session = Session::open_plain(target).await?;
    within(session.client.batch_execute("SET client_min_messages = warning")).await?;
    if is_current(&session).await {
        return Ok(());
    }
    match tokio::time::timeout(PATIENCE, by_turns(target, &mut session)).await {
        Ok(done) => done,
        Err(_elapsed) => Err(Failure::Silent.into()),
    }
}

/// Whether there is nothing to do; so too where nobody can tell.
async fn is_current(session: &Session) -> bool {
    let newest = embedded::migrations::runner().get_migrations().iter().map(|it| i64::from(it.version())).max();
    match within(session.client.query(LAST, &[])).await {
        Ok(found) => only(&found).ok().flatten() == newest,
        // An empty database has no history.
        Err(_) => false,
    }
}

async fn by_turns(target: &Target, session: &mut Session) -> Result<(), StoreError> {
    let holder = Uuid::new_v4();
    // Of two that make it at a time one may be told that it is there.
    while let Err(failure) = within(session.client.batch_execute(TABLE)).await {
        if !failure.is_conflict() && !failure.is_there_already() {
            return Err(failure.into());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    while !take(session, holder).await? {
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let renewing = tokio::spawn(renew(target.clone(), holder));
    let runner = embedded::migrations::runner().set_grouped(false);
    let migrated = runner.run_async(&mut session.client).await.map_err(told);
    renewing.abort();
    within(session.client.execute(RELEASE, &[&holder])).await?;
    migrated.map(drop)
}

async fn take(session: &Session, holder: Uuid) -> Result<bool, Failure> {
    match within(session.client.execute(TAKE, &[&holder])).await {
        Ok(taken) => Ok(taken == 1),
        Err(failure) if failure.is_conflict() => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// On a session of its own: the other one is busy with a migration.
async fn renew(target: Target, holder: Uuid) {
    let Ok(session) = Session::open_plain(&target).await else { return };
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        if !take(&session, holder).await.is_ok_and(|taken| taken) {
            return tracing::warn!("the lease on the migrations could not be renewed");
        }
    }
}

/// The library's text says which migration failed; its source says why.
fn told(error: refinery::Error) -> StoreError {
    let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    StoreError::Unavailable(format!("migration failed: {error}: {cause}"))
}
