//! Installing: the very first start finds nothing and writes what this database is.

use super::{Environment, Installation};
use crate::account::{CreateAccount, Created};
use crate::actor::Origin;
use crate::api_key::{ApiKey, NewKey};
use crate::command::{Command, Context, Stop};
use crate::{AccountId, Key, State};

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
