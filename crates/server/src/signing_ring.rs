//! The signing keys of client tokens in memory, refreshed from the store once a second.
//!
//! The very first one is made when it is first needed. A private half is decrypted for the one signature it makes. A token
//! under a key that is not known here yet has the store asked at once: another replica may just have brought it in.

use std::sync::Arc;

use anyhow::{Context, Result};
use arc_swap::ArcSwap;
use ed25519_dalek::{SigningKey as PrivateKey, VerifyingKey};
use hedge_domain::audit::Origin;
use hedge_domain::signing_key::{self, RotateSigningKeys, SigningKey, SigningKeyId};
use hedge_domain::{Duration, Timestamp};
use hedge_store::{SigningKeys, Store, StoreError};
use tokio::sync::Mutex;

use crate::client_token::Pen;
use crate::open;
use crate::secret::ServerSecret;

const FRESH_FOR: Duration = Duration::from_secs(1);

pub struct SigningRing {
    store: Store,
    secret: Arc<ServerSecret>,
    set: ArcSwap<KeySet>,
    /// Held by whoever makes the first key.
    making: Mutex<()>,
}

struct KeySet {
    keys: Vec<SigningKey>,
    read_at: Timestamp,
}

impl SigningRing {
    #[must_use]
    pub fn new(store: Store, secret: Arc<ServerSecret>) -> Self {
        let nothing = KeySet { keys: Vec::new(), read_at: Timestamp::from_millis(i64::MIN) };
        Self { store, secret, set: ArcSwap::from_pointee(nothing), making: Mutex::new(()) }
    }

    /// The key that signs now.
    pub async fn pen(&self, now: Timestamp) -> Result<Pen> {
        let set = self.made(now).await?;
        let key = signing_key::signer(&set.keys, now).context("no signing key may sign")?;
        Ok(Pen { kid: key.id, key: self.secret.open_signing_key(&key.sealed)? })
    }

    /// The keys that others may need, newest first.
    pub async fn published(&self, now: Timestamp) -> Result<Vec<SigningKey>> {
        let set = self.made(now).await?;
        Ok(set.keys.iter().filter(|key| key.is_published(now)).cloned().collect())
    }

    /// The public half of a key that may have signed a token which is in use.
    pub async fn verifier(&self, kid: SigningKeyId, now: Timestamp) -> Result<Option<VerifyingKey>, StoreError> {
        let find = |set: &KeySet| set.keys.iter().find(|key| key.id == kid).cloned();
        let found = match find(&*self.fresh(now).await?) {
            Some(key) => Some(key),
            None => find(&*self.read(now).await?),
        };
        let key = found.filter(|key| key.is_published(now));
        Ok(key.and_then(|key| VerifyingKey::from_bytes(&key.public).ok()))
    }

    async fn fresh(&self, now: Timestamp) -> Result<Arc<KeySet>, StoreError> {
        let set = self.set.load_full();
        if set.read_at <= now && now < set.read_at.plus(FRESH_FOR) {
            return Ok(set);
        }
        self.read(now).await
    }

    async fn read(&self, now: Timestamp) -> Result<Arc<KeySet>, StoreError> {
        let set = Arc::new(KeySet { keys: self.store.all(&SigningKeys).await?, read_at: now });
        self.set.store(Arc::clone(&set));
        Ok(set)
    }

    /// With a key in it, if there was none. Two replicas may both make one, and then either will do.
    async fn made(&self, now: Timestamp) -> Result<Arc<KeySet>> {
        let set = self.fresh(now).await?;
        if !set.keys.is_empty() {
            return Ok(set);
        }
        let _turn = self.making.lock().await;
        let set = self.read(now).await?;
        if !set.keys.is_empty() {
            return Ok(set);
        }
        rotate(&self.store, &self.secret, Duration::ZERO, Origin::SYSTEM).await?;
        Ok(self.read(now).await?)
    }
}

/// Brings in a new key that takes over after a while.
pub async fn rotate(store: &Store, secret: &ServerSecret, after: Duration, origin: Origin) -> Result<SigningKey> {
    let private = PrivateKey::from_bytes(&rand::random());
    let command = RotateSigningKeys {
        public: private.verifying_key().to_bytes(),
        sealed: secret.seal_signing_key(&private)?,
        after,
        others: store.all(&SigningKeys).await?.iter().map(|key| key.id).collect(),
        origin,
    };
    open::run(store, command).await
}
