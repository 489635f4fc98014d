//! Bringing the schema up to date, by one replica at a time.

use std::time::Duration;

use super::failure::Failure;
use super::session::Session;
use super::target::Target;
use crate::error::StoreError;

mod embedded {
    refinery::embed_migrations!("migrations/postgres");
}

/// A migration may have to rewrite a table, and the other replicas wait for it.
const PATIENCE: Duration = Duration::from_mins(10);

/// Held while migrating; one lock for each schema. It ends with the session, whatever happens.
const LOCK: &str = "SELECT pg_advisory_lock(hashtext('hedge migrations'), hashtext(current_schema()))";

pub async fn migrate(target: &Target) -> Result<(), StoreError> {
    let mut session = Session::open_plain(target).await?;
    let work = async {
        session.client.batch_execute("SET client_min_messages = warning").await.map_err(Failure::from)?;
        session.client.batch_execute(LOCK).await.map_err(Failure::from)?;
        // In one transaction: else a start that is cut short could leave tables that no later start knows it has made.
        embedded::migrations::runner().set_grouped(true).run_async(&mut session.client).await.map_err(told)
    };
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(done) => done.map(drop),
        Err(_elapsed) => Err(Failure::Silent.into()),
    }
}

/// The library's text says which migration failed; its source says why.
fn told(error: refinery::Error) -> StoreError {
    let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    StoreError::Unavailable(format!("migration failed: {error}: {cause}"))
}
