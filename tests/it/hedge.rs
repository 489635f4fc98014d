//! The Hedge family, `/v1/*`: one file per tag, and one per thing that holds for all of them.

mod api_keys;
mod auth;
mod bounds;
mod cards;
mod client_tokens;
mod concurrency;
mod customers;
mod idempotency;
mod limits;
mod malformed;
mod payment_methods;
mod payments;
mod postgres;
mod seeds;
mod tenancy;
mod test_clock;
