//! Who takes part: a hostile tenant with a history, and a quiet one beside it.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::hedge_binary;
use crate::load::SECRET_KEY;

/// So many that no key of the quiet tenant comes near its own limit.
const QUIET_KEYS: usize = 10;
const HOSTILE_KEYS: usize = 40;
/// As many as a key can be limited to.
const MERCHANTS: usize = 100;
const AT_ONCE: usize = 64;

pub struct Tenants {
    quiet: Vec<String>,
    hostile: Vec<String>,
    /// Keys that are limited to many merchants.
    limited: Vec<String>,
    /// A payment that succeeded.
    paid: String,
}

/// The hostile tenant's means.
pub struct Hostile {
    pub address: SocketAddr,
    pub keys: Vec<Caller>,
    pub limited: Vec<Caller>,
    pub paid: String,
}

/// One key at one server.
#[derive(Clone)]
pub struct Caller {
    client: Client,
    base: String,
    key: String,
}

impl Caller {
    pub fn new(address: SocketAddr, key: &str) -> Result<Self> {
        let client = Client::builder().no_proxy().build()?;
        Ok(Self { client, base: format!("http://{address}"), key: key.to_owned() })
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(u16, Vec<u8>)> {
        let mut request = self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.key);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        Ok((status, answer.bytes().await?.to_vec()))
    }

    pub async fn get(&self, path: &str) -> Result<u16> {
        Ok(self.ask(Method::GET, path, None).await?.0)
    }

    pub async fn post(&self, path: &str, body: &Value) -> Result<(u16, Value)> {
        let (status, body) = self.ask(Method::POST, path, Some(body)).await?;
        Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
    }

    pub async fn delete(&self, path: &str) -> Result<u16> {
        Ok(self.ask(Method::DELETE, path, None).await?.0)
    }

    /// The request as it stands on the wire.
    pub fn raw(&self, method: &str, path: &str) -> String {
        format!("{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n", self.key)
    }

    /// Makes a payment that nobody pays.
    pub async fn pay(&self) -> Result<u16> {
        Ok(self.post("/v1/payments", &payment()).await?.0)
    }

    async fn made(&self, path: &str, body: &Value) -> Result<Value> {
        let (status, made) = self.post(path, body).await?;
        ensure!(status == 201, "{path} was answered {status}: {made}");
        Ok(made)
    }
}

pub fn payment() -> Value {
    json!({"amount": 9_999, "currency": "USD", "customer_email": "payer@example.com"})
}

fn text(value: &Value, field: &str) -> Result<String> {
    value[field].as_str().map(str::to_owned).with_context(|| format!("no {field} in {value}"))
}

impl Tenants {
    /// Makes them on a server without limits.
    pub async fn make(address: SocketAddr, payments: u32, quiet: impl FnOnce() -> Result<String>) -> Result<Self> {
        let first = Caller::new(address, SECRET_KEY)?;
        let mut merchants = Vec::new();
        for number in 0..MERCHANTS {
            let body = json!({"name": format!("Shop {number}"), "email": "shop@example.com"});
            merchants.push(text(&first.made("/v1/merchants", &body).await?, "id")?);
        }
        let made = futures::stream::iter(0..payments).map(|_| first.pay()).buffer_unordered(AT_ONCE);
        let refused: Vec<u16> = made.try_filter(|status| futures::future::ready(*status != 201)).try_collect().await?;
        ensure!(refused.is_empty(), "{} payments were refused", refused.len());
        let card = json!({"number": "4242424242424242", "exp_month": 12, "exp_year": 2099, "cvc": "123"});
        let card = first.made("/v1/payment_methods", &json!({"type": "card", "card": card})).await?;
        let mut paid = payment();
        paid["payment_method_token"] = card["id"].clone();
        let paid = text(&first.made("/v1/payments", &paid).await?, "id")?;
        Ok(Self {
            quiet: keys(&Caller::new(address, &quiet()?)?, QUIET_KEYS, &json!({})).await?,
            hostile: keys(&first, HOSTILE_KEYS, &json!({})).await?,
            limited: keys(&first, QUIET_KEYS, &json!({ "merchant_ids": merchants })).await?,
            paid,
        })
    }

    pub fn quiet(&self, address: SocketAddr) -> Vec<Caller> {
        callers(address, &self.quiet)
    }

    pub fn hostile(&self, address: SocketAddr) -> Hostile {
        let (keys, limited) = (callers(address, &self.hostile), callers(address, &self.limited));
        Hostile { address, keys, limited, paid: self.paid.clone() }
    }
}

fn callers(address: SocketAddr, keys: &[String]) -> Vec<Caller> {
    keys.iter().filter_map(|key| Caller::new(address, key).ok()).collect()
}

async fn keys(by: &Caller, count: usize, of: &Value) -> Result<Vec<String>> {
    let mut keys = Vec::new();
    for _ in 0..count {
        keys.push(text(&by.made("/v1/auth/api-keys", of).await?, "secret")?);
    }
    Ok(keys)
}

/// Another tenant, made beside the running server: its key.
pub fn quiet_account(hedge: &Path, folder: &Path, url: Option<&str>) -> Result<String> {
    let mut command = std::process::Command::new(hedge);
    // The environment as the server has it; the task instead of `serve`.
    for (name, value) in hedge_binary::command(hedge, folder, url).get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    let output = command.args(["accounts", "create", "--name", "Quiet", "--json"]).output()?;
    ensure!(output.status.success(), "no second account: {}", String::from_utf8_lossy(&output.stderr));
    let made: Value = serde_json::from_slice(&output.stdout)?;
    text(&made["key"], "secret")
}
