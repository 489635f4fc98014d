//! The server side of each spec: wire types, one trait per tag, the router.
//!
//! Owns the small runtime that generated code stands on, and one generated module per family. It must not know the
//! domain or the storage. The one thing a newcomer gets wrong: nothing here is per family; what differs between families
//! comes from their specs (`generated/`) or from the server's [`Service`].

pub mod answer;
pub mod arguments;
pub mod body;
pub mod check;
pub mod fault;
pub mod head;
pub mod hedge;
pub mod nul;
pub mod operation;
pub mod parameter;
pub mod query;
pub mod rejection;
pub mod serve;
pub mod service;
pub mod text;
pub mod wire;

pub use answer::{Answer, Answered};
pub use operation::{Operation, RateLimit, Requirement};
pub use rejection::{Rejection, RejectionKind};
pub use service::{Credential, RequestParts, Service};
