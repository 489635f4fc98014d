//! One suite, every engine: what a store promises, held against memory, SQLite and Postgres alike.
//!
//! A promise is an async function over a [`harness::Harness`]; the list below runs it on each engine. Postgres runs
//! when `HEDGE_TEST_POSTGRES_URL` names a server; without it those tests say that they were not run.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod audit_log;
mod books;
mod checkout;
mod clocks;
mod customers;
mod damage;
mod due;
mod harness;
mod idempotency;
mod jobs;
mod laws;
mod lists;
mod migrations;
mod one_file;
mod outages;
mod payouts;
mod postgres;
mod proxy;
mod records;
mod refusals;
mod replicas;
mod round_trips;
mod sample;
mod webhooks;

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
                        None => eprintln!("not run: no Postgres"),
                    }
                })+
            })+
        }
    };
}

promises! {
    audit_log: entries_keep_every_field, entries_are_listed_newest_first_by_every_filter,
        an_entry_comes_with_its_change_or_not_at_all;
    books: unpaid_payments_are_told_when_their_time_is_up, the_outbox_is_read_in_order, balances_follow_the_journal,
        a_restart_keeps_everything;
    checkout: sessions_keep_every_field, sessions_are_listed_newest_first_by_every_filter,
        sessions_are_told_when_their_time_is_up, sessions_expire_by_the_clock_of_their_account,
        a_session_is_complete_with_its_payment;
    customers: customers_keep_every_field, customers_are_listed_newest_first_by_every_filter,
        payment_methods_are_listed_by_customer, signing_keys_keep_every_field;
    clocks: a_clock_keeps_its_reading, jobs_fall_due_by_the_clock_of_their_account, a_clock_that_runs_ahead_is_due_sooner,
        a_job_put_off_while_its_clock_stands_waits_out_its_lease,
        unpaid_payments_expire_by_the_clock, payments_settle_by_the_clock, idempotency_records_are_kept_while_any_clock_needs_them, a_time_range_goes_by_the_clock;
    idempotency: a_replay_is_the_same_bytes, another_request_under_a_used_key_is_refused, a_refusal_is_replayed_too,
        an_ended_key_may_be_used_anew, pruning_takes_ended_records_in_chunks, two_of_a_key_in_one_batch_make_one,
        fifty_at_once_make_one;
    jobs: due_jobs_are_claimed_once_and_in_order, a_lease_ends_at_its_time, a_postponed_job_is_nobodys_and_due_later,
        a_finished_job_is_gone, a_job_made_and_finished_in_one_batch_is_none, workers_at_once_claim_apart;
    lists: pages_go_from_newest_to_oldest, a_list_shows_whole_payments, every_status_can_be_asked_for,
        a_list_narrows_to_a_customer, a_time_range_is_closed_below_and_open_above,
        a_time_range_is_found_among_many_days, tenants_do_not_see_each_other,
        a_limited_key_sees_its_merchants;
    refusals: a_refused_command_leaves_nothing, a_command_the_database_refuses_fails_alone, missing_rows_are_none,
        what_never_changes_is_refused_alike, a_text_with_u_0000_is_kept_alike;
    round_trips: the_first_start_is_read_back, accounts_and_merchants_keep_every_field,
        keys_keep_every_field_through_their_life, payment_methods_and_jobs_keep_every_field,
        payments_keep_every_field, every_code_survives, refunds_come_back_in_order,
        the_database_holds_refunds_within_the_amount;
    due: due_deliveries_are_claimed_once_with_all_they_need, a_lease_of_a_delivery_ends_at_its_time,
        what_was_recorded_is_nobodys, endpoints_take_turns, deliveries_fall_due_by_the_clock_of_their_account,
        the_previous_secret_signs_until_its_end, what_is_due_to_nobody_is_canceled, deliverers_at_once_claim_apart,
        a_failing_endpoint_gets_fewer_until_it_succeeds, what_is_taken_while_more_is_made_is_taken_once;
    webhooks: endpoints_keep_every_field, endpoints_are_listed_newest_first,
        an_account_has_so_many_endpoints_and_no_more, every_event_is_delivered_to_whoever_wants_it,
        a_refused_command_fans_nothing_out, deliveries_and_attempts_keep_every_field,
        deliveries_are_listed_newest_first_by_status, test_events_go_where_they_are_sent,
        events_are_listed_by_every_filter, a_range_of_events_goes_by_the_clock,
        events_are_sent_again_without_a_second_delivery;
}

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
