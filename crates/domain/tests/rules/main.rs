//! The rules of the domain, as a caller of the commands sees them.
//!
//! No engine is involved: [`world::World`] keeps the state of one long batch and says "there is none" for whatever a
//! command misses.

mod api_keys;
mod audit;
mod cancel;
mod checkout_sessions;
mod client_tokens;
mod confirm;
mod create;
mod customers;
mod idempotency;
mod laws;
mod payouts;
mod prices;
mod progress;
mod refund;
mod status;
mod test_clock;
mod webhooks;
mod world;
