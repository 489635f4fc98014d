//! Requests, built once and sent again and again with another key or id.

use std::sync::Arc;

use uuid::Uuid;

/// The key that every subject is told to accept.
pub const SECRET_KEY: &str = "sk_test_benchmark0000000000000000000000000000000000";

const BODY: &str = r#"{"amount": 9999, "currency": "USD", "customer_email": "customer@example.com"}"#;
const KEY_DIGITS: usize = 32;

/// What the connections of a group ask for.
#[derive(Clone)]
pub enum Requests {
    Create {
        keyed: bool,
    },
    /// Each of these in turn; every connection begins elsewhere.
    Fetch(Arc<Vec<Vec<u8>>>),
}

/// One connection's requests.
pub enum Stream {
    Create { bytes: Vec<u8>, key: Option<FreshKey> },
    Fetch { all: Arc<Vec<Vec<u8>>>, next: usize },
}

/// Writes another key into a request's bytes each time, in random order as clients' keys are.
pub struct FreshKey {
    at: usize,
    state: u64,
    run: u64,
}

impl Requests {
    /// The newest page, and pages that begin after each of these payments.
    pub fn lists(ids: &[String]) -> Self {
        let cursors = ids.iter().map(|id| id.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
        let mut all = vec![fetch("/v1/payments?limit=20")];
        all.extend(cursors.map(|cursor| fetch(&format!("/v1/payments?limit=20&cursor={cursor}"))));
        Self::Fetch(Arc::new(all))
    }

    /// Reads of these payments; of any path when there are none, which is enough for who answers all alike.
    pub fn payments(ids: &[String]) -> Self {
        let mut all: Vec<_> = ids.iter().map(|id| fetch(&format!("/v1/payments/{id}"))).collect();
        if all.is_empty() {
            all.push(fetch("/v1/payments/pay_00000000000000000000000000"));
        }
        Self::Fetch(Arc::new(all))
    }

    pub(super) fn stream(&self, connection: usize) -> Stream {
        match self {
            Self::Create { keyed } => {
                let (bytes, at) = create(*keyed);
                let (run, state) = Uuid::new_v4().as_u64_pair();
                Stream::Create { bytes, key: at.map(|at| FreshKey { at, state, run }) }
            }
            Self::Fetch(all) => Stream::Fetch { all: Arc::clone(all), next: connection.saturating_mul(101) },
        }
    }
}

impl Stream {
    pub(super) fn next(&mut self) -> &[u8] {
        match self {
            Self::Create { bytes, key } => {
                if let Some(key) = key {
                    key.write(bytes);
                }
                bytes
            }
            Self::Fetch { all, next } => {
                // A prime step, so that neighbours in time are not neighbours on a page.
                *next = next.wrapping_add(7_919) % all.len();
                &all[*next]
            }
        }
    }

    /// Whether answers name something that was made.
    pub(super) const fn creates(&self) -> bool {
        matches!(self, Self::Create { .. })
    }
}

impl FreshKey {
    fn write(&mut self, bytes: &mut [u8]) {
        // SplitMix64: cheap, and no state returns within a run.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bits = u128::from(mixed ^ (mixed >> 31)) << 64 | u128::from(self.run);
        let key = bits.to_be_bytes();
        for (pair, byte) in bytes[self.at..self.at + KEY_DIGITS].chunks_exact_mut(2).zip(key) {
            pair[0] = HEX[usize::from(byte >> 4)];
            pair[1] = HEX[usize::from(byte & 15)];
        }
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The README's request, and where its key goes.
pub fn create(keyed: bool) -> (Vec<u8>, Option<usize>) {
    let mut head = format!(
        "POST /v1/payments HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {SECRET_KEY}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n",
        BODY.len()
    );
    let mut at = None;
    if keyed {
        head.push_str("Idempotency-Key: ");
        at = Some(head.len());
        head.push_str(&"0".repeat(KEY_DIGITS));
        head.push_str("\r\n");
    }
    (format!("{head}\r\n{BODY}").into_bytes(), at)
}

fn fetch(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {SECRET_KEY}\r\n\r\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_request_has_a_key_of_its_own() {
        let mut seen = HashSet::new();
        for connection in 0..3 {
            let mut stream = Requests::Create { keyed: true }.stream(connection);
            for _ in 0..1_000 {
                assert!(seen.insert(stream.next().to_vec()));
            }
        }
    }

    #[test]
    fn a_request_without_key_has_no_such_header() {
        let text = String::from_utf8(create(false).0).unwrap();
        assert!(!text.to_lowercase().contains("idempotency"));
        assert!(text.ends_with(BODY));
    }
}
