//! The books, read from the database itself: `hedge verify` is part of what is tested, so it is not believed alone.
//!
//! A newcomer's usual mistake is to check here what the API shows; that is asked there.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::deployment::Deployment;

/// Statements that find nothing in books that are in order; both engines read them alike.
const FAULTS: [(&str, &str); 6] = [
    (
        "accounts whose balance is not the sum of the journal",
        "SELECT count(*) FROM balances WHERE
            debits <> (SELECT coalesce(sum(amount), 0) FROM ledger_transfers
                WHERE debit_account = balances.account AND ledger_transfers.currency = balances.currency)
            OR credits <> (SELECT coalesce(sum(amount), 0) FROM ledger_transfers
                WHERE credit_account = balances.account AND ledger_transfers.currency = balances.currency)",
    ),
    (
        "currencies whose debits are not their credits",
        "SELECT count(*) FROM (SELECT currency FROM balances GROUP BY currency HAVING sum(debits) <> sum(credits)) AS a",
    ),
    (
        "payments whose events are not numbered from 1 without gaps",
        "SELECT count(*) FROM payments LEFT JOIN (
                SELECT object_id, min(sequence) AS first, max(sequence) AS last, count(*) AS events,
                    count(DISTINCT sequence) AS numbers FROM events GROUP BY object_id
            ) AS e ON object_id = payments.id
            WHERE object_id IS NULL OR first <> 1 OR last <> events OR numbers <> events OR last <> payments.sequence",
    ),
    (
        "payments with more given back than taken",
        "SELECT count(*) FROM payments
            WHERE amount < (SELECT coalesce(sum(amount), 0) FROM refunds WHERE payment_id = payments.id)",
    ),
    (
        "payouts that were not taken from a merchant's balance once",
        "SELECT count(*) FROM payouts WHERE amount <> (SELECT coalesce(sum(amount), 0) FROM ledger_transfers
            WHERE subject_id = payouts.id AND cause = 'payout')",
    ),
    (
        "payments that settled other than once",
        "SELECT count(*) FROM payments WHERE (SELECT count(*) FROM ledger_transfers
            WHERE subject_id = payments.id AND cause = 'settlement') > CASE WHEN settled_at IS NULL THEN 0 ELSE 1 END",
    ),
];

const ENTRIES: &str = "SELECT count(*) FROM ledger_transfers";

/// Balances, events and refunds add up.
pub async fn are_in_order(deployment: &Deployment) {
    let mut entries = 0;
    for (what, sql) in FAULTS.iter().chain(&[("entries", ENTRIES)]) {
        let found = match (deployment.sqlite_file(), deployment.postgres_url()) {
            (Some(file), _) => ask_sqlite(&file, sql),
            (None, Some(url)) => ask_postgres(&url, sql).await,
            (None, None) => panic!("no database"),
        };
        match *what {
            "entries" => entries = found,
            what => assert_eq!(found, 0, "{what}"),
        }
    }
    assert!(entries > 0, "there is nothing in the books");
}

fn ask_sqlite(file: &Path, sql: &str) -> i64 {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

async fn ask_postgres(url: &str, sql: &str) -> i64 {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    let driver = tokio::spawn(connection);
    // The two columns compare text in different orders, which matters to "less", not to "equal".
    let sql = sql.replace("balances.account AND", "balances.account COLLATE \"C\" AND");
    let found = client.query_one(&sql.replace("balances.currency)", "balances.currency COLLATE \"C\")"), &[]).await;
    drop(client);
    driver.await.unwrap().unwrap();
    found.unwrap().get(0)
}
