//! The installation: the one row that says what this database is, written by the very first start.
//!
//! It pins the environment and the server secret, so that a sandbox is never opened as production and a wrong
//! secret is told at start rather than by every key answering 401.

use crate::account::{CreateAccount, Created};
use crate::actor::Origin;
use crate::api_key::{ApiKey, NewKey};
use crate::command::{Command, Context, Stop};
use crate::{AccountId, Key, State, Timestamp};

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

impl Environment {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
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

/// Finds the installation or makes it, with its first account, merchant and secret key, in one step.
pub struct Install {
    pub environment: Environment,
    pub secret_check: [u8; 32],
    pub first_key: NewKey,
}

/// What [`Install`] found or made; `key` only if it was made now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    pub installation: Installation,
    pub key: Option<ApiKey>,
}

impl Command for Install {
    type Output = Installed;

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(None)
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::Installation]
    }

    fn decide(&self, state: &mut State, cx: &Context<'_>) -> Result<Installed, Stop> {
        if let Some(installation) = state.installation.find((), |()| Key::Installation)? {
            return Ok(Installed { installation, key: None });
        }
        let (name, first_key) = ("First account".to_owned(), self.first_key.clone());
        let first = CreateAccount { name, first_key, origin: Origin::SYSTEM };
        let Created { account, key } = first.decide(state, cx)?;
        let installation = Installation {
            environment: self.environment,
            secret_check: self.secret_check,
            first_account: account.id,
            created_at: cx.now,
        };
        state.installation.put((), installation.clone());
        Ok(Installed { installation, key: Some(key) })
    }
}
