//! A server in this process, on a port of its own, over a SQLite file that goes with it.
//!
//! The one thing a newcomer gets wrong: rate limits are off unless a test asks for them, because most tests send more
//! than a hundred requests a minute.

use std::path::Path;

use hedge_client::Settings as ClientSettings;
use hedge_client::hedge::Client;
use hedge_client::hedge::types::{Currency, Payment, PaymentStatus};
use hedge_server::checkout::{self, CheckoutError, Form};
use hedge_server::config::Switch;
use hedge_server::{Resolver, Running, Settings};
use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;

use super::http::Call;
use super::until;

pub struct Server {
    pub url: String,
    /// The first account's first secret key.
    pub key: String,
    running: Running,
    folder: TempDir,
}

impl Server {
    /// Without rate limits.
    pub async fn start() -> Self {
        Self::with(Settings { rate_limits: Some(Switch::Off), ..Settings::default() }).await
    }

    /// As it comes: with rate limits.
    pub async fn limited() -> Self {
        Self::with(Settings::default()).await
    }

    /// A fresh one, where the settings may say anything but where it listens and keeps its data.
    pub async fn with(settings: Settings) -> Self {
        Self::reaching(settings, Resolver::system()).await
    }

    /// The same, where the names of webhooks' receivers lead to what the test says.
    pub async fn reaching(settings: Settings, resolver: Resolver) -> Self {
        let folder = TempDir::new().unwrap();
        let running = run(settings, folder.path(), resolver).await;
        let key = running.first_key.clone().expect("the first start makes a key");
        Self { url: format!("http://{}", running.address), key, running, folder }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Tells it to stop, does something meanwhile, and starts it again on the same data.
    pub async fn stopping(self, meanwhile: impl Future<Output = ()>) -> Self {
        let Self { key, running, folder, .. } = self;
        futures::join!(running.shutdown(), meanwhile);
        Self::again(key, folder, Settings::default()).await
    }

    /// Stops it and starts it again on the same data, perhaps with other settings.
    pub async fn restarted(self, settings: Settings) -> Self {
        let Self { key, running, folder, .. } = self;
        running.shutdown().await;
        Self::again(key, folder, settings).await
    }

    async fn again(key: String, folder: TempDir, settings: Settings) -> Self {
        let running = run(settings, folder.path(), Resolver::system()).await;
        assert_eq!(running.first_key, None, "a key is shown at the very first start only");
        Self { url: format!("http://{}", running.address), key, running, folder }
    }

    /// The SDK with the first key. It does not retry: a test wants to see what happened.
    pub fn client(&self) -> Client {
        client(&self.url, &self.key)
    }

    pub fn client_of(&self, key: &str) -> Client {
        client(&self.url, key)
    }

    /// A request with the first key.
    pub fn call(&self, method: Method, path: &str) -> Call {
        self.call_as(&self.key, method, path)
    }

    pub fn call_as(&self, key: &str, method: Method, path: &str) -> Call {
        Call::new(method, &self.url, path).key(key)
    }

    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    pub fn post(&self, path: &str, body: &Value) -> Call {
        self.call(Method::POST, path).json(body)
    }

    /// Another tenant of the same database: its secret key.
    pub fn second_account(&self) -> String {
        let made = super::hedge(self.folder()).json(&["accounts", "create", "--name", "Another shop", "--json"]);
        made["key"]["secret"].as_str().expect("a secret").to_owned()
    }

    /// A key of the first account that differs from the usual one.
    pub async fn make_key(&self, body: Value) -> Value {
        self.post("/v1/auth/api-keys", &body).send().await.expect(201)
    }

    pub async fn token(&self, number: &str) -> String {
        token(&self.client(), number).await
    }

    /// A customer of the first account: the id.
    pub async fn customer(&self) -> String {
        let made = self.post("/v1/customers", &crate::samples::customer()).send().await.expect(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// A client token for a customer: the JWT.
    pub async fn client_token(&self, customer: &str, scopes: &[&str]) -> String {
        let body = serde_json::json!({"customer_id": customer, "scopes": scopes});
        let made = self.post("/v1/auth/client-token", &body).send().await.expect(201);
        made["jwt"].as_str().unwrap().to_owned()
    }

    /// A checkout session of the first account that can be paid: the id.
    pub async fn open_session(&self) -> String {
        let body = crate::samples::checkout_session();
        let made = self.post("/v1/checkout/sessions", &body).send().await.expect(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// What the hosted page does with a payer's form: the id of the payment.
    pub async fn pay_session(&self, session: &str, number: &str, nonce: &str) -> Result<String, CheckoutError> {
        pay_session(&self.running, session, number, nonce).await
    }

    pub async fn pending(&self) -> Payment {
        pending(&self.client()).await
    }

    /// A payment of 9999 cents that went through.
    pub async fn succeeded(&self) -> Payment {
        succeeded(&self.client()).await
    }

    /// The id of the first account's default merchant.
    pub async fn merchant(&self) -> String {
        let listed = self.get("/v1/merchants?limit=100").send().await.expect(200);
        let merchants = listed["data"].as_array().unwrap();
        merchants.last().unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// Has the default merchant settle at once, into a wallet, and paid: there is something to be paid out.
    pub async fn funded(&self) -> String {
        let merchant = self.merchant().await;
        let settlement = serde_json::json!({"method": "usdc", "solana_wallet": WALLET});
        let body = serde_json::json!({"settlement": settlement});
        let path = format!("/v1/merchants/{merchant}");
        self.call(Method::PATCH, &path).json(&body).send().await.expect(200);
        let payment = self.succeeded().await;
        self.until(&format!("/v1/payments/{}", payment.id), |payment| payment["settled"] == true).await;
        merchant
    }

    /// A payout of the first account: the id.
    pub async fn payout(&self) -> String {
        self.funded().await;
        let made = self.post("/v1/payouts", &serde_json::json!({"amount": 100})).send().await.expect(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// What is at this path, as soon as it is so. The workers are woken by every commit, so this takes milliseconds.
    pub async fn until(&self, path: &str, so: impl Fn(&Value) -> bool) -> Value {
        until(async || {
            let seen = self.get(path).send().await.expect(200);
            if so(&seen) { Ok(seen) } else { Err(format!("{path} is still {seen}")) }
        })
        .await
    }

    /// How many payments there are: for proving that nothing happened.
    pub async fn count(&self) -> usize {
        let listed = self.get("/v1/payments?limit=100").send().await.expect(200);
        assert_eq!(listed["has_more"], false);
        listed["data"].as_array().unwrap().len()
    }
}

async fn run(settings: Settings, folder: &Path, resolver: Resolver) -> Running {
    let here = Settings { data_dir: Some(folder.to_owned()), listen: Some(([127, 0, 0, 1], 0).into()), ..settings };
    hedge_server::start_with(&here.resolve().unwrap(), resolver).await.unwrap()
}

pub fn client(url: &str, key: &str) -> Client {
    ClientSettings::new(url, key).retries(0).hedge().unwrap()
}

pub async fn pay_session(running: &Running, session: &str, number: &str, nonce: &str) -> Result<String, CheckoutError> {
    let session = session.parse().unwrap();
    let (exp_month, exp_year, cvc, email) = (12, 2034, "123", "payer@example.com");
    let form = Form { session, number, exp_month, exp_year, cvc, email, nonce };
    checkout::pay(&running.platform, form).await.map(|id| id.to_string())
}

/// Somebody's, as far as its form goes.
pub const WALLET: &str = "7vfCXTUXx5WJV5JADk17DUJ4ksgau7utNKj4b963voxs";
pub const VISA: &str = "4242424242424242";
pub const DECLINED: &str = "4000000000000002";
/// Its issuer asks whether it is the holder who pays.
pub const CHALLENGED: &str = "4000000000003220";

pub async fn token(client: &Client, number: &str) -> String {
    let cvc = if number.starts_with("37") { "1234" } else { "123" };
    let card = hedge_client::hedge::types::CardDetails::builder().number(number).exp_month(12).exp_year(2099).cvc(cvc);
    let made = client.create_payment_method().body_map(|body| body.type_("card").card(card)).send().await.unwrap();
    made.id.clone()
}

pub async fn pending(client: &Client) -> Payment {
    let made = client
        .create_payment()
        .body_map(|body| body.amount(9999).currency(Currency::Usd).customer_email("customer@example.com"))
        .send()
        .await;
    made.unwrap().into_inner()
}

pub async fn succeeded(client: &Client) -> Payment {
    let token = token(client, VISA).await;
    let id = pending(client).await.id;
    client.confirm_payment().id(&id).body_map(|body| body.payment_method_token(token)).send().await.unwrap();
    let payment = settled(client, &id).await;
    assert_eq!(payment.status, PaymentStatus::Succeeded);
    payment
}

/// The payment once the rail has decided about it. The worker is woken by the commit, so this takes milliseconds.
pub async fn settled(client: &Client, id: &str) -> Payment {
    until(async || {
        let payment = client.retrieve_payment().id(id).send().await.unwrap().into_inner();
        match payment.status {
            PaymentStatus::Pending | PaymentStatus::Initiated | PaymentStatus::Processing => {
                Err(format!("{id} is still {}", payment.status))
            }
            PaymentStatus::Succeeded
            | PaymentStatus::Failed
            | PaymentStatus::Canceled
            | PaymentStatus::Refunded
            | PaymentStatus::PartiallyRefunded => Ok(payment),
        }
    })
    .await
}
