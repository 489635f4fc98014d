//! One suite, every engine: what a store promises, held against memory, SQLite and Postgres alike.
//!
//! A promise is an async function over a [`harness::Harness`]; the list at the head of its file runs it on each engine. Postgres
//! runs when `HEDGE_TEST_POSTGRES_URL` names a server; without it those tests say that they were not run.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

/// Runs an area's promises on each engine.
macro_rules! promises {
    ($($promise:ident),+ $(,)?) => {
        promises! { @engine on_memory, memory, $($promise),+ }
        promises! { @engine on_sqlite, sqlite, $($promise),+ }
        promises! { @engine on_postgres, postgres, $($promise),+ }
    };
    (@engine $engine:ident, $home:ident, $($promise:ident),+) => {
        mod $engine {
            use crate::harness::{Harness, Home};
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                match Home::$home().await {
                    Some(home) => super::$promise(Harness::open(home).await).await,
                    None => eprintln!("not run: no Postgres"),
                }
            })+
        }
    };
}

mod audit_log;
mod books;
mod checkout;
mod clocks;
mod cluster;
mod customers;
mod damage;
mod due;
mod failover;
mod fitness;
mod harness;
mod history;
mod idempotency;
mod jobs;
mod laws;
mod lists;
mod migrations;
mod one_file;
mod outages;
mod payouts;
mod pooler;
mod postgres;
mod proxy;
mod records;
mod refusals;
mod replicas;
mod round_trips;
mod sample;
mod tls;
mod webhooks;

use harness::Home;

macro_rules! laws {
    ($($engine:ident: $home:path;)+) => {
        mod laws_hold {
            use super::*;
            $(mod $engine {
                use super::*;
                #[test]
                fn for_any_sequence() {
                    laws::hold_for_any_sequence($home);
                }
                #[test]
                fn for_many_at_once() {
                    laws::hold_for_many_at_once($home);
                }
            })+
        }
    };
}

laws! {
    on_memory: Home::memory;
    on_sqlite: Home::sqlite;
    on_postgres: Home::postgres;
}

#[test]
fn laws_hold_in_spite_of_faults() {
    laws::hold_in_spite_of_faults();
}
