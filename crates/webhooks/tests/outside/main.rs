//! The crate from outside: receivers on loopback, and judges that share no code with it.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod deliveries;
mod guard;
mod receiver;
mod signatures;
mod targets;
mod tls;
