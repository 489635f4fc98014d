//! The Hedge family, `/v1/*`: one file per tag, and one per thing that holds for all of them.

mod api_keys;
mod audit_log;
mod auth;
mod bounds;
mod browsers;
mod cards;
mod checkout_sessions;
mod client_tokens;
mod concurrency;
mod customers;
mod deliveries;
mod events;
mod idempotency;
mod limits;
mod malformed;
mod matrix;
mod merchants;
mod payment_methods;
mod payments;
mod payouts;
mod postgres;
mod seeds;
mod tenancy;
mod test_clock;
mod webhooks;
