//! Runs commands durably, in batches, on SQLite, Postgres or memory. The only SQL of the workspace is in here.
//!
//! Knows nothing of HTTP or API families. A newcomer's usual mistake is to look for a transaction per request: there
//! is one per *batch*. Commands queue up while the last batch is being committed, and the next commit carries them all.

mod audit;
pub mod batcher;
mod clocks;
mod column;
mod counts;
pub mod engine;
pub mod error;
pub mod filter;
pub mod memory;
pub mod postgres;
pub mod queue;
pub mod record;
pub mod records;
pub mod sqlite;
pub mod store;
pub mod submission;
pub mod table;

/// What spans are made under, by whoever makes one: they are for a collector of traces, and no log shows them.
pub const SPANS: &str = "hedge::span";

pub use audit::{Audit, Finding, rules as audit_rules};
pub use engine::{Backlog, BalanceRow, DeliveryClaim, DueDelivery, Engine, OutboxRow, Page, Statement};
pub use error::{EngineError, StoreError};
pub use filter::{ApiKeyByHash, ApiKeysOf, Attempts, Filter, Outbox, Query, SigningKeys, WebhookEndpointsOf};
pub use store::{Ambient, Clock, Options, RenderEvent, Store, Wakeups};
pub use submission::{Done, Keyed};
