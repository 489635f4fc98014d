//! The whole system from outside: real servers on real ports, asked through the generated client and, where a client
//! would not do such a thing, over bare HTTP.
//!
//! It must not know how the server works inside; it starts one ([`harness`]) and asks. A newcomer's usual mistake is to
//! add an operation and test only that it works: [`coverage`] wants every status that the description declares.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod cli;
mod coverage;
mod examples;
mod harness;
mod hedge;
mod merchant_day;
mod operator;
mod pay;
#[path = "../program.rs"]
mod program;
#[path = "../request.rs"]
mod request;
mod samples;
#[path = "../schema.rs"]
mod schema;
