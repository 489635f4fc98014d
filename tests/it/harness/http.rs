//! Requests as a test wants to write them, and answers that have been checked for what holds of every answer.

use std::sync::LazyLock;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

/// One for all: making one reads every root certificate, which takes longer than most requests. It keeps no connection,
/// because each test has a runtime of its own, and a connection ends with the runtime it was made on.
fn client() -> &'static Client {
    static CLIENT: LazyLock<Client> = LazyLock::new(|| {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).pool_max_idle_per_host(0);
        client.build().unwrap()
    });
    &CLIENT
}

/// One request over bare HTTP.
#[must_use]
pub struct Call {
    request: RequestBuilder,
    method: Method,
}

impl Call {
    pub fn new(method: Method, url: &str, path: &str) -> Self {
        Self { request: client().request(method.clone(), format!("{url}{path}")), method }
    }

    pub fn key(self, key: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {key}"))
    }

    pub fn header(self, name: &str, value: &str) -> Self {
        Self { request: self.request.header(name, value), ..self }
    }

    pub fn json(self, body: &Value) -> Self {
        self.text(&body.to_string())
    }

    /// Any text, declared as JSON.
    pub fn text(self, body: &str) -> Self {
        let call = self.header(CONTENT_TYPE.as_str(), "application/json");
        Self { request: call.request.body(body.to_owned()), ..call }
    }

    /// Any text, declared as anything.
    pub fn body(self, content_type: Option<&str>, body: &str) -> Self {
        let call = match content_type {
            Some(value) => self.header(CONTENT_TYPE.as_str(), value),
            None => self,
        };
        Self { request: call.request.body(body.to_owned()), ..call }
    }

    pub fn idempotency_key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub async fn send(self) -> Reply {
        let head = self.method == Method::HEAD;
        let response = self.request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap().to_vec();
        Reply::checked(status, headers, body, head)
    }

    /// For the operator's pages, which are no part of the API.
    pub async fn send_to_operator(self) -> (u16, HeaderMap, String) {
        let response = self.request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.text().await.unwrap())
    }
}

/// What the specification says of `code` in an error.
fn documented_codes() -> &'static str {
    const SPEC: &str = include_str!("../../../openapi/hedge.yaml");
    let (_, body) = SPEC.split_once("\n    ErrorBody:\n").expect("a schema");
    body.split_once("message:").expect("a property after it").0
}

/// An answer of the API.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    /// An answer that has what every answer must have.
    pub fn checked(status: u16, headers: HeaderMap, body: Vec<u8>, head: bool) -> Self {
        let reply = Self { status, headers, body };
        assert!(reply.header("x-request-id").starts_with("req_"), "{reply:?}");
        for name in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
            reply.number(name);
        }
        if !head {
            assert_eq!(reply.header("content-type"), "application/json", "{reply:?}");
            reply.check_envelope();
        }
        reply
    }

    fn check_envelope(&self) {
        let json = self.json();
        if self.status < 400 {
            assert!(json.get("error").is_none(), "{self:?}");
            return;
        }
        let top: Vec<_> = json.as_object().expect("an object").keys().collect();
        assert_eq!(top, ["error"]);
        let error = json["error"].as_object().expect("an object");
        let code = error["code"].as_str().expect("a code");
        assert!(documented_codes().contains(&format!("`{code}`")), "{code} is not among those of ErrorBody");
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{json}");
        let known = ["code", "message", "details"];
        assert!(error.keys().all(|name| known.contains(&name.as_str())), "{json}");
        assert!(error.get("details").is_none_or(Value::is_object), "{json}");
        let text = json.to_string();
        for internal in ["panicked", "rusqlite", "SELECT ", "src/", "hedge_"] {
            assert!(!text.contains(internal), "internal text on the wire: {text}");
        }
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}")).to_str().unwrap()
    }

    #[track_caller]
    pub fn number(&self, name: &str) -> i64 {
        self.header(name).parse().unwrap_or_else(|error| panic!("{name}: {error}: {self:?}"))
    }

    /// The body, if the status is the expected one.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    /// The error body, if status and code are the expected ones.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let error = self.expect(status)["error"].clone();
        assert_eq!(error["code"], code, "{error}");
        error
    }

    /// The same with the field that was at fault; its name stands in the message, too.
    #[track_caller]
    pub fn refused_at(&self, status: u16, code: &str, field: &str) {
        let error = self.refused(status, code);
        assert_eq!(error["details"]["field"], field, "{error}");
    }
}
