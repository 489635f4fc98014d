//! The server secret, and everything keyed by it: key hashes, card fingerprints, request fingerprints, and what is
//! kept sealed: answers, signing keys, webhook secrets and bank account numbers.
//!
//! The secret lives in a file of the data folder or in the environment, never in the database: whoever steals the
//! tables can neither recognise a key nor a card in them.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, Result, bail};
use blake3::Hasher;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use ed25519_dalek::SigningKey;
use hedge_domain::api_key::{KeyKind, SecretDigest};
use hedge_domain::bank_account::SealedNumber;
use hedge_domain::installation::Environment;
use hedge_domain::webhook_endpoint::SealedSecret;
use hedge_webhooks::Secret;
use rand::distr::{Alphanumeric, SampleString};

/// 43 letters and digits hold a little over 256 bits.
const SECRET_LENGTH: usize = 43;
const NONCE_LENGTH: usize = 24;

pub struct ServerSecret {
    api_keys: [u8; 32],
    cards: [u8; 32],
    requests: [u8; 32],
    answers: [u8; 32],
    signing_keys: [u8; 32],
    webhooks: [u8; 32],
    account_numbers: [u8; 32],
    check: [u8; 32],
}

impl ServerSecret {
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self {
            api_keys: blake3::derive_key("hedge 2026-11 api key hashes", secret),
            cards: blake3::derive_key("hedge 2026-11 card fingerprints", secret),
            requests: blake3::derive_key("hedge 2026-11 request fingerprints", secret),
            answers: blake3::derive_key("hedge 2026-11 sealed answers", secret),
            signing_keys: blake3::derive_key("hedge 2026-11 signing keys", secret),
            webhooks: blake3::derive_key("hedge 2026-11 webhook secrets", secret),
            account_numbers: blake3::derive_key("hedge 2026-11 bank account numbers", secret),
            check: blake3::derive_key("hedge 2026-11 installation check", secret),
        }
    }

    /// A secret given as text, of any form, as long as it is long enough to be one.
    pub fn from_text(text: &str) -> Result<Self> {
        if text.len() < 32 {
            bail!("the server secret must have at least 32 characters");
        }
        Ok(Self::new(&blake3::derive_key("hedge 2026-11 server secret", text.as_bytes())))
    }

    /// The data folder's secret, made on the first start. Only the owner may read it.
    pub fn load_or_create(path: &Path) -> Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => {
                keep_from_others(path)?;
                return Self::from_text(text.trim()).with_context(|| path.display().to_string());
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
        let text = random_text();
        put_in_place(path, &text).with_context(|| format!("cannot create {}", path.display()))?;
        // Another process may have been first; what is in the file is what counts.
        Self::from_text(fs::read_to_string(path)?.trim()).with_context(|| path.display().to_string())
    }

    /// What an installation keeps to recognise this secret.
    #[must_use]
    pub const fn check(&self) -> [u8; 32] {
        self.check
    }

    #[must_use]
    pub fn key_hash(&self, key: &str) -> [u8; 32] {
        *blake3::keyed_hash(&self.api_keys, key.as_bytes()).as_bytes()
    }

    #[must_use]
    pub fn digest(&self, key: &str, prefix: &str) -> SecretDigest {
        let tail = key.char_indices().rev().nth(3).map_or(0, |(index, _)| index);
        SecretDigest { hash: self.key_hash(key), prefix: prefix.to_owned(), last4: key[tail..].to_owned() }
    }

    #[must_use]
    pub fn card_fingerprint(&self, number: &str) -> [u8; 16] {
        first16(Hasher::new_keyed(&self.cards).update(number.as_bytes()))
    }

    /// A keyed hash over several parts, each with its length, so that no two lists of parts look the same.
    #[must_use]
    pub fn request_hash(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut hasher = Hasher::new_keyed(&self.requests);
        for part in parts {
            hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hasher.update(part);
        }
        first16(&hasher)
    }

    /// Encrypts an answer that shows a secret, under a key that takes the caller's idempotency key to make.
    pub fn seal(&self, idempotency_key: &str, plain: &[u8]) -> Result<Vec<u8>> {
        seal(&self.cipher(idempotency_key), plain).context("an answer")
    }

    pub fn open(&self, idempotency_key: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        open(&self.cipher(idempotency_key), sealed).context("an answer")
    }

    /// The private half of a signing key, as it is kept.
    pub fn seal_signing_key(&self, key: &SigningKey) -> Result<Vec<u8>> {
        seal(&XChaCha20Poly1305::new(Key::from_slice(&self.signing_keys)), key.as_bytes()).context("a signing key")
    }

    pub fn open_signing_key(&self, sealed: &[u8]) -> Result<SigningKey> {
        let plain =
            open(&XChaCha20Poly1305::new(Key::from_slice(&self.signing_keys)), sealed).context("a signing key")?;
        SigningKey::try_from(plain.as_slice()).context("a signing key of another length")
    }

    /// The secret of a webhook endpoint, as it is kept.
    pub fn seal_webhook_secret(&self, webhook: &Secret) -> Result<SealedSecret> {
        let cipher = XChaCha20Poly1305::new(Key::from_slice(&self.webhooks));
        seal(&cipher, webhook.reveal().as_bytes()).map(SealedSecret).context("a webhook secret")
    }

    pub fn open_webhook_secret(&self, sealed: &SealedSecret) -> Result<Secret> {
        let cipher = XChaCha20Poly1305::new(Key::from_slice(&self.webhooks));
        let plain = open(&cipher, &sealed.0).context("a webhook secret")?;
        Ok(Secret::parse(std::str::from_utf8(&plain)?)?)
    }

    /// The number of a bank account, as it is kept.
    pub fn seal_account_number(&self, number: &str) -> Result<SealedNumber> {
        let cipher = XChaCha20Poly1305::new(Key::from_slice(&self.account_numbers));
        seal(&cipher, number.as_bytes()).map(SealedNumber).context("an account number")
    }

    /// For comparing it with one that is given again. A rail that pays to it will need it too.
    pub fn open_account_number(&self, sealed: &SealedNumber) -> Result<String> {
        let cipher = XChaCha20Poly1305::new(Key::from_slice(&self.account_numbers));
        Ok(String::from_utf8(open(&cipher, &sealed.0).context("an account number")?)?)
    }

    fn cipher(&self, idempotency_key: &str) -> XChaCha20Poly1305 {
        let key = blake3::keyed_hash(&self.answers, idempotency_key.as_bytes());
        XChaCha20Poly1305::new(Key::from_slice(key.as_bytes()))
    }
}

fn seal(cipher: &XChaCha20Poly1305, plain: &[u8]) -> Result<Vec<u8>> {
    let nonce: [u8; NONCE_LENGTH] = rand::random();
    let sealed = cipher.encrypt(XNonce::from_slice(&nonce), plain);
    let sealed = sealed.map_err(|_| anyhow::anyhow!("cannot be sealed"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn open(cipher: &XChaCha20Poly1305, sealed: &[u8]) -> Result<Vec<u8>> {
    let (nonce, body) = sealed.split_at_checked(NONCE_LENGTH).context("what was sealed is too short")?;
    let plain = cipher.decrypt(XNonce::from_slice(nonce), body);
    plain.map_err(|_| anyhow::anyhow!("what was sealed does not open"))
}

/// What a key of this kind and environment begins with.
#[must_use]
pub const fn prefix(kind: KeyKind, environment: Environment) -> &'static str {
    match (kind, environment) {
        (KeyKind::Secret, Environment::Sandbox) => "sk_test_",
        (KeyKind::Secret, Environment::Production) => "sk_live_",
        (KeyKind::Publishable, Environment::Sandbox) => "pk_test_",
        (KeyKind::Publishable, Environment::Production) => "pk_live_",
    }
}

/// A new key, to be shown once.
#[must_use]
pub fn new_key(prefix: &str) -> String {
    format!("{prefix}{}", random_text())
}

/// A secret that others can read is taken from them, and told: they may have read it. Where that is not ours to do, the start
/// is refused, as ssh refuses a key.
fn keep_from_others(path: &Path) -> Result<()> {
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    tracing::warn!(path = %path.display(), mode = format!("{:o}", mode & 0o777), "others could read the server secret: now they cannot");
    let closed = fs::set_permissions(path, Permissions::from_mode(0o600));
    closed.with_context(|| format!("{} can be read by others: chmod 600 it", path.display()))
}

/// Written aside first: a start that is cut short leaves a whole secret behind or none. The keys in the database are
/// worthless without it, so it must be as durable as they are. A file that is there already is left as it is.
pub(crate) fn put_in_place(path: &Path, text: &str) -> std::io::Result<()> {
    let aside = path.with_extension(format!("secret.{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&aside, path);
    fs::remove_file(&aside)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn random_text() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), SECRET_LENGTH)
}

fn first16(hasher: &Hasher) -> [u8; 16] {
    let mut hash = [0; 16];
    hasher.finalize_xof().fill(&mut hash);
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_answers_open_with_their_own_key_only() {
        let secret = ServerSecret::new(&[7; 32]);
        let sealed = secret.seal("one", b"sk_test_x").expect("seals");
        assert_eq!(secret.open("one", &sealed).expect("opens"), b"sk_test_x");
        assert!(secret.open("two", &sealed).is_err());
        assert!(ServerSecret::new(&[8; 32]).open("one", &sealed).is_err());
        assert!(secret.open("one", &sealed[..10]).is_err());
    }

    #[test]
    fn signing_keys_open_under_the_same_secret_only() {
        let secret = ServerSecret::new(&[7; 32]);
        let key = SigningKey::from_bytes(&[1; 32]);
        let sealed = secret.seal_signing_key(&key).expect("seals");
        assert!(!sealed.windows(32).any(|bytes| bytes == key.as_bytes()));
        assert_eq!(secret.open_signing_key(&sealed).expect("opens"), key);
        assert!(ServerSecret::new(&[8; 32]).open_signing_key(&sealed).is_err());
    }

    #[test]
    fn account_numbers_open_under_the_same_secret_only() {
        let secret = ServerSecret::new(&[7; 32]);
        let sealed = secret.seal_account_number("1111222233330000").expect("seals");
        assert!(!sealed.0.windows(16).any(|bytes| bytes == b"1111222233330000"));
        assert_eq!(secret.open_account_number(&sealed).expect("opens"), "1111222233330000");
        assert!(ServerSecret::new(&[8; 32]).open_account_number(&sealed).is_err());
    }

    #[test]
    fn the_secret_file_is_made_once_and_kept_from_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("server.secret");
        let first = ServerSecret::load_or_create(&path).expect("made").check();
        assert_eq!(ServerSecret::load_or_create(&path).expect("read").check(), first);
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).expect("reads").count(), 1);
    }

    #[test]
    fn a_secret_that_others_could_read_is_taken_from_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("server.secret");
        let made = ServerSecret::load_or_create(&path).expect("made").check();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("opened up");
        assert_eq!(ServerSecret::load_or_create(&path).expect("read").check(), made);
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn request_hashes_tell_where_parts_end() {
        let secret = ServerSecret::new(&[7; 32]);
        assert_ne!(secret.request_hash(&[b"ab", b"c"]), secret.request_hash(&[b"a", b"bc"]));
    }
}
