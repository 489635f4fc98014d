//! One suite, every engine: what a store promises, held against memory, SQLite and Postgres alike.
//!
//! A promise is an async function over a [`harness::Harness`]; the list below runs it on each engine. Postgres runs
//! when `HEDGE_TEST_POSTGRES_URL` names a server; without it those tests say that they were not run.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![expect(clippy::print_stderr, reason = "a test that was not run says so")]

mod harness;
mod postgres;
mod refusals;
mod sample;

use harness::Home;

macro_rules! promises {
    ($($area:ident: $($promise:ident),+;)+) => {
        promises! { @engine on_memory, Home::memory(), $($area: $($promise),+;)+ }
        promises! { @engine on_sqlite, Home::sqlite(), $($area: $($promise),+;)+ }
        promises! { @engine on_postgres, Home::postgres(), $($area: $($promise),+;)+ }
    };
    (@engine $engine:ident, $home:expr, $($area:ident: $($promise:ident),+;)+) => {
        mod $engine {
            use super::*;
            $(mod $area {
                use super::*;
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    match $home.await {
                        Some(home) => super::super::$area::$promise(harness::Harness::open(home).await).await,
                        None => eprintln!("not run: no database of this kind was named"),
                    }
                })+
            })+
        }
    };
}

promises! {
    refusals: a_refused_command_leaves_nothing, missing_rows_are_none;
}
