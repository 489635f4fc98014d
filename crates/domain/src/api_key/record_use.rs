//! Noting when a key was last used.

use crate::command::{Command, Context, Stop};
use crate::ids::ApiKeyId;
use crate::{AccountId, Key, State, Timestamp};

/// Notes when a key was last used.
pub struct RecordKeyUse {
    pub id: ApiKeyId,
    pub at: Timestamp,
}

impl Command for RecordKeyUse {
    type Output = ();

    fn account(&self, _state: &State) -> Result<Option<AccountId>, Stop> {
        Ok(None)
    }

    fn wants(&self) -> Vec<Key> {
        vec![Key::ApiKey(self.id)]
    }

    fn decide(&self, state: &mut State, _cx: &Context<'_>) -> Result<(), Stop> {
        if let Some(mut key) = state.api_keys.find(self.id, Key::ApiKey)?
            && key.last_used_at < Some(self.at)
        {
            key.last_used_at = Some(self.at);
            state.api_keys.put(key.id, key);
        }
        Ok(())
    }
}
