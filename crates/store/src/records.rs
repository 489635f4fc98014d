//! Every table: one file for an entity, with its columns and how it is put and got; `ledger`, `log` for what is only added.
//!
//! What a newcomer gets wrong: a new column goes into the list, `put` and `get` at the same place, and into both migrations
//! at the end of the table. Which tables there are, and in which order they are written, says [`crate::tables`].

mod account;
mod api_key;
mod attempt;
mod audit_entry;
mod checkout_session;
mod customer;
mod delivery;
mod event;
mod idempotency;
mod installation;
mod job;
mod ledger;
mod merchant;
mod payment;
mod payment_method;
mod payout;
mod signing_key;
mod subscriptions;
mod test_clock;
mod webhook_endpoint;

pub(crate) use delivery::due;
pub(crate) use ledger::{BALANCE_TRANSACTIONS, JournalLine, balance};
pub(crate) use payment::RefundRow;
