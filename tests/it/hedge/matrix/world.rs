//! A shop with two merchants and two customers beside another account, and one object of each kind of each of them.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::seen;
use crate::harness::{Call, Server};
use crate::samples;

/// What can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Payment,
    CheckoutSession,
    PaymentMethod,
    Customer,
    Merchant,
    Payout,
    WebhookEndpoint,
    Event,
    ApiKey,
}

/// Whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// Of the merchant and the customer that all credentials reach.
    Us,
    OtherMerchant,
    /// Of the same merchant.
    OtherCustomer,
    OtherAccount,
}

impl Kind {
    pub fn of_path(path: &str) -> Self {
        let start = path.split_once("/{id}").map_or(path, |(start, _)| start);
        match start {
            "/v1/payments" => Self::Payment,
            "/v1/checkout/sessions" => Self::CheckoutSession,
            "/v1/customers" => Self::Customer,
            "/v1/merchants" => Self::Merchant,
            "/v1/payouts" => Self::Payout,
            "/v1/webhooks/endpoints" => Self::WebhookEndpoint,
            "/v1/events" => Self::Event,
            "/v1/auth/api-keys" => Self::ApiKey,
            unknown => panic!("what is at {unknown}?"),
        }
    }

    /// `None` is a field that names things of any kind, which is asked for beside the account's own only.
    pub fn of_field(name: &str) -> Option<Self> {
        Some(match name {
            "customer_id" => Self::Customer,
            "merchant_id" | "merchant_ids" => Self::Merchant,
            "payment_method_token" => Self::PaymentMethod,
            "endpoint_id" => Self::WebhookEndpoint,
            "api_key_id" => Self::ApiKey,
            "object_id" => Self::Payment,
            unknown => panic!("what does {unknown} name?"),
        })
    }

    const fn path(self) -> Option<&'static str> {
        match self {
            Self::Payment => Some("/v1/payments"),
            Self::CheckoutSession => Some("/v1/checkout/sessions"),
            Self::Customer => Some("/v1/customers"),
            Self::Merchant => Some("/v1/merchants"),
            Self::Payout => Some("/v1/payouts"),
            Self::WebhookEndpoint => Some("/v1/webhooks/endpoints"),
            Self::Event => Some("/v1/events"),
            Self::PaymentMethod | Self::ApiKey => None,
        }
    }
}

pub struct World {
    pub server: Server,
    pub read_only: String,
    pub limited: String,
    pub publishable: String,
    other_account: String,
    ids: BTreeMap<(Kind, Owner), String>,
}

impl World {
    pub async fn new() -> Self {
        let server = Server::start().await;
        let secret = |made: Value| made["secret"].as_str().unwrap().to_owned();
        let merchant = server.merchant().await;
        let mut world = Self {
            read_only: secret(server.make_key(json!({"read_only": true})).await),
            limited: secret(server.make_key(json!({"merchant_ids": [merchant]})).await),
            publishable: secret(server.make_key(json!({"type": "publishable"})).await),
            other_account: server.second_account(),
            server,
            ids: BTreeMap::new(),
        };
        let ours = world.server.key.clone();
        let other = world.make(&ours, "/v1/merchants", samples::merchant()).await;
        let theirs = world.other_account.clone();
        let their_merchant = seen(&world.server, &theirs, "/v1/merchants").await["data"][0]["id"].clone();
        for (owner, key, merchant) in [
            (Owner::Us, &ours, merchant.as_str()),
            (Owner::OtherCustomer, &ours, merchant.as_str()),
            (Owner::OtherMerchant, &ours, other.as_str()),
            (Owner::OtherAccount, &theirs, their_merchant.as_str().unwrap()),
        ] {
            world.of_merchant(owner, key, merchant).await;
        }
        world.of_account(Owner::OtherAccount, &theirs).await;
        world
    }

    async fn make(&self, key: &str, path: &str, body: Value) -> String {
        let made = Call::new(Method::POST, &self.server.url, path).key(key).json(&body).send().await.expect(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// What has a merchant, or a customer of one.
    async fn of_merchant(&mut self, owner: Owner, key: &str, merchant: &str) {
        let mark = mark(owner);
        let of = |mut body: Value, fields: &[(&str, &str)]| {
            fields.iter().for_each(|(name, value)| body[*name] = json!(value));
            body
        };
        let email = format!("{mark}@example.com");
        let customer = of(samples::customer(), &[("merchant_id", merchant), ("email", &email), ("name", mark)]);
        let customer = self.make(key, "/v1/customers", customer).await;
        let method = self.make(key, "/v1/payment_methods", of(samples::card(), &[("customer_id", &customer)])).await;
        let named = [("merchant_id", merchant), ("customer_id", &customer), ("description", mark)];
        let payment = self.make(key, "/v1/payments", of(samples::payment(), &named)).await;
        let session = self.make(key, "/v1/checkout/sessions", of(samples::checkout_session(), &named)).await;
        self.ids.insert((Kind::Customer, owner), customer);
        self.ids.insert((Kind::PaymentMethod, owner), method);
        self.ids.insert((Kind::Payment, owner), payment);
        self.ids.insert((Kind::CheckoutSession, owner), session);
        if owner != Owner::OtherCustomer {
            self.ids.insert((Kind::Merchant, owner), merchant.to_owned());
            let payout = self.payout(key, merchant).await;
            self.ids.insert((Kind::Payout, owner), payout);
        }
    }

    async fn payout(&self, key: &str, merchant: &str) -> String {
        let wallet = crate::harness::server::WALLET;
        let settlement = json!({"settlement": {"method": "usdc", "solana_wallet": wallet}});
        let call = Call::new(Method::PATCH, &self.server.url, &format!("/v1/merchants/{merchant}"));
        call.key(key).json(&settlement).send().await.expect(200);
        let token = self.make(key, "/v1/payment_methods", samples::card()).await;
        let mut body = samples::payment();
        body["merchant_id"] = json!(merchant);
        body["payment_method_token"] = json!(token);
        let payment = self.make(key, "/v1/payments", body).await;
        let path = format!("/v1/payments/{payment}");
        crate::harness::until(async || {
            let payment = seen(&self.server, key, &path).await;
            if payment["settled"] == true { Ok(()) } else { Err(payment.to_string()) }
        })
        .await;
        self.make(key, "/v1/payouts", json!({"amount": 100, "merchant_id": merchant})).await
    }

    /// What is a whole account's.
    async fn of_account(&mut self, owner: Owner, key: &str) {
        let endpoint = self.make(key, "/v1/webhooks/endpoints", samples::webhook_endpoint()).await;
        let api_key = self.make(key, "/v1/auth/api-keys", json!({"name": mark(owner)})).await;
        let events = seen(&self.server, key, "/v1/events").await;
        self.ids.insert((Kind::WebhookEndpoint, owner), endpoint);
        self.ids.insert((Kind::ApiKey, owner), api_key);
        self.ids.insert((Kind::Event, owner), events["data"][0]["id"].as_str().unwrap().to_owned());
    }

    pub fn has(&self, kind: Kind, owner: Owner) -> bool {
        self.ids.contains_key(&(kind, owner))
    }

    pub fn id(&self, kind: Kind, owner: Owner) -> &str {
        &self.ids[&(kind, owner)]
    }

    /// Everything that is not the callers', as those see it whose it is.
    pub async fn all_as_they_are(&self) -> BTreeMap<String, Value> {
        let mut all = BTreeMap::new();
        for ((kind, owner), id) in &self.ids {
            let key = if *owner == Owner::OtherAccount { &self.other_account } else { &self.server.key };
            let Some(path) = kind.path().filter(|_| *owner != Owner::Us) else { continue };
            let mut object = seen(&self.server, key, &format!("{path}/{id}")).await;
            // A payout goes on by itself.
            for own in
                ["status", "updated_at", "paid_at", "in_transit_at"].into_iter().filter(|_| *kind == Kind::Payout)
            {
                object.as_object_mut().map(|object| object.remove(own));
            }
            all.insert(id.clone(), object);
        }
        all
    }
}

/// A text that all objects of an owner have in them, which nobody else may be shown.
pub const fn mark(owner: Owner) -> &'static str {
    match owner {
        Owner::Us => "our-own",
        Owner::OtherMerchant => "other-merchants",
        Owner::OtherCustomer => "other-customers",
        Owner::OtherAccount => "other-accounts",
    }
}
