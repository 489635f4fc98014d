//! Whether a database is fit to hold payments, asked once before anything is written to it.
//!
//! What would fail or corrupt later is refused here, with the reason; what only risks a loss is said aloud. Settings
//! that a server does not know, as managed and distributed ones do not, are no reason to refuse it.

use tokio_postgres::SimpleQueryMessage;

use super::failure::Failure;
use super::session::{Session, within};
use super::target::Target;

/// Without one, what was acknowledged a moment ago is lost with the machine.
const ALONE: &str = "no_synchronous_standby";

/// Off, each of them may lose a payment that was acknowledged.
const DURABLE: [&str; 3] = ["fsync", "full_page_writes", "synchronous_commit"];

/// What is risked with this database, by names that a metric can carry.
pub(super) async fn check(target: &Target) -> Result<Vec<&'static str>, Failure> {
    let session = Session::open_plain(target).await?;
    let encoding = setting(&session, "server_encoding").await?;
    if let Some(encoding) = encoding.filter(|encoding| !encoding.eq_ignore_ascii_case("UTF8")) {
        let reason = format!("the database is encoded in {encoding}; create one with ENCODING 'UTF8'");
        return Err(Failure::Unfit(reason));
    }
    let mut risks = Vec::new();
    for name in DURABLE {
        if setting(&session, name).await?.is_some_and(|value| value == "off") {
            tracing::error!(setting = name, "Postgres may lose acknowledged payments: the setting is off");
            risks.push(name);
        }
    }
    if setting(&session, "synchronous_standby_names").await?.is_some_and(|names| names.is_empty()) {
        risks.push(ALONE);
    }
    refuse_transaction_pooling(&session, target).await?;
    Ok(risks)
}

/// A pooler that gives each transaction another connection loses what a session was set to, or shows it to a stranger.
async fn refuse_transaction_pooling(first: &Session, target: &Target) -> Result<(), Failure> {
    const MARK: &str = "hedge.session";
    let marked = within(first.client.batch_execute("SET hedge.session = 'own'")).await;
    if let Err(error) = marked {
        tracing::debug!(%error, "sessions cannot be marked; whether a pooler shares them is not known");
        return Ok(());
    }
    let second = Session::open_plain(target).await?;
    // While the second one holds what may be the first one's connection, the first must be given another.
    within(second.client.batch_execute("BEGIN")).await?;
    let leaked = setting(&second, MARK).await?.is_some_and(|mark| mark == "own");
    let kept = setting(first, MARK).await?.is_some_and(|mark| mark == "own");
    within(second.client.batch_execute("ROLLBACK")).await?;
    match kept && !leaked {
        true => Ok(()),
        false => Err(Failure::Unfit(
            "a pooler in transaction mode stands before Postgres, where sessions lose their settings and statements; \
             use session mode, or connect to Postgres itself"
                .to_owned(),
        )),
    }
}

/// A setting's value; `None` when the server does not know it.
async fn setting(session: &Session, name: &str) -> Result<Option<String>, Failure> {
    let sql = format!("SELECT current_setting('{name}', true)");
    let answer = within(session.client.simple_query(&sql)).await?;
    let value = |message: &SimpleQueryMessage| {
        if let SimpleQueryMessage::Row(row) = message { row.get(0).map(str::to_owned) } else { None }
    };
    Ok(answer.iter().find_map(value))
}
