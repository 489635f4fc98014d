//! The installation: the one row that says what this database is, written by the very first start.
//!
//! It pins the environment and the server secret, so that a sandbox is never opened as production and a wrong
//! secret is told at start rather than by every key answering 401.

mod install;

pub use install::{Install, Installed};

use crate::{AccountId, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    Sandbox,
    Production,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    pub environment: Environment,
    /// A keyed hash of a constant under the server secret.
    pub secret_check: [u8; 32],
    /// The account that the first start made; `hedge keys` works on it by default.
    pub first_account: AccountId,
    pub created_at: Timestamp,
}

/// Shows that nothing here is real. Whatever may exist in the sandbox only holds one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayMoney(());

impl Environment {
    pub const ALL: [Self; 2] = [Self::Sandbox, Self::Production];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        }
    }

    /// What only the sandbox has.
    #[must_use]
    pub const fn play_money(self) -> Option<PlayMoney> {
        match self {
            Self::Sandbox => Some(PlayMoney(())),
            Self::Production => None,
        }
    }

    #[must_use]
    pub const fn livemode(self) -> bool {
        match self {
            Self::Sandbox => false,
            Self::Production => true,
        }
    }
}
