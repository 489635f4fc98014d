//! Judges of signatures by other hands, in Python: the package `standardwebhooks`, and ten lines of the standard library
//! as a merchant writes them.
//!
//! `cargo xtask test` makes an interpreter with the package and names it in `HEDGE_TEST_PYTHON`. Without it there is
//! nothing to run, and the test says so.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::json;

use super::receiver::Got;

/// What a Standard Webhooks receiver does.
pub const STANDARD: &str = r#"
import json, sys
from standardwebhooks.webhooks import Webhook

delivery = json.load(sys.stdin)
raw_body = bytes.fromhex(delivery["body"])
event = Webhook(delivery["secret"]).verify(raw_body, delivery["headers"])
print(event["id"])
"#;

/// What the documents show: the raw body, the secret as it was copied, one header.
pub const HAND_WRITTEN: &str = r#"
import hashlib, hmac, json, sys

delivery = json.load(sys.stdin)
raw_body = bytes.fromhex(delivery["body"])
signature = delivery["headers"]["x-hedge-signature"]
expected = "sha256=" + hmac.new(delivery["secret"].encode(), raw_body, hashlib.sha256).hexdigest()
if not hmac.compare_digest(expected, signature):
    sys.exit("Invalid signature")
print(json.loads(raw_body)["id"])
"#;

pub struct Python(PathBuf);

impl Python {
    pub fn find() -> Option<Self> {
        let path = std::env::var_os("HEDGE_TEST_PYTHON").filter(|path| !path.is_empty());
        if path.is_none() {
            eprintln!("not run: no Python");
        }
        path.map(|path| Self(path.into()))
    }

    /// Asks a judge; it answers with the id of the event, or with the last of its complaints.
    pub fn judge(&self, judge: &str, secret: &str, got: &Got) -> Result<String, String> {
        let headers = got.headers.iter().map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())));
        let headers: serde_json::Map<_, _> = headers.collect();
        let body: String = got.body.iter().map(|byte| format!("{byte:02x}")).collect();
        let delivery = json!({"secret": secret, "headers": headers, "body": body}).to_string();
        let mut command = Command::new(&self.0);
        // Nothing but what the interpreter comes with, whatever the developer's environment says.
        command.args(["-I", "-c", judge]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(delivery.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().lines().last().unwrap_or_default().to_owned();
        if output.status.success() { Ok(said(&output.stdout)) } else { Err(said(&output.stderr)) }
    }
}
