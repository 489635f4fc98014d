//! The ledger's check in the background: what it tells, and that it finds what was done to the file by hand.

use hedge_server::Settings;

use super::metric;
use crate::harness::{Server, hedge, now, until};

const DRIFT: &str = "hedge_ledger_drift_minor{currency=\"USD\"}";
const CHECKED: &str = "hedge_ledger_checked_timestamp_seconds";

/// The metrics after the first check, which is made at the start.
async fn checked(server: &Server) -> String {
    let (text, at) = until(async || match metric(server, CHECKED).await {
        (text, Some(at)) => Ok((text, at)),
        (text, None) => Err(format!("never checked: {text}")),
    })
    .await;
    assert!((now().timestamp() - 60..=now().timestamp()).contains(&at.parse().unwrap()), "{at}");
    text
}

fn execute(server: &Server, sql: &str) {
    let changed = rusqlite::Connection::open(server.folder().join("hedge.db")).unwrap().execute(sql, []).unwrap();
    assert_eq!(changed, 1);
}

#[tokio::test]
async fn a_balance_that_is_off_the_journal_is_told_and_fails_verify() {
    let server = Server::start().await;
    server.succeeded().await;
    let server = server.restarted(Settings::default()).await;
    assert!(checked(&server).await.contains(&format!("{DRIFT} 0\n")));
    assert!(hedge(server.folder()).run(&["verify"]).status.success());
    execute(&server, "UPDATE balances SET debits = debits + 7 WHERE account LIKE 'assets:card_clearing:%'");
    execute(&server, "UPDATE balances SET credits = credits - 5 WHERE account LIKE 'revenue:processing_fees:%'");
    let server = server.restarted(Settings::default()).await;
    let text = checked(&server).await;
    // Seven too many here and five too few there are twelve.
    assert!(text.contains(&format!("{DRIFT} 12\n")), "{text}");
    let verified = hedge(server.folder()).run(&["verify"]);
    let told = String::from_utf8(verified.stdout).unwrap();
    assert!(!verified.status.success() && told.contains("balances are what the journal says"), "{told}");
    assert!(text.contains("hedge_ledger_drift_minor{currency=\"EUR\"} 0\n"), "{text}");
}

#[tokio::test]
async fn a_server_that_is_to_check_nothing_tells_nothing() {
    let server = Server::with(Settings { ledger_check_minutes: Some(0), ..Settings::default() }).await;
    server.succeeded().await;
    let (text, at) = metric(&server, CHECKED).await;
    assert!(at.is_none() && !text.contains("hedge_ledger_drift_minor"), "{text}");
}
