//! The hosted page: over bare HTTP ([`flow`], [`hostile`]), and as a payer has it, in a browser ([`browser`]).
//!
//! The one thing a newcomer gets wrong: the page is no part of the API. It answers with HTML, and [`Reply`] does not know
//! it; [`Page`] checks what holds for every answer of the page.
//!
//! [`Reply`]: crate::harness::Reply

mod browser;
mod flow;
mod hostile;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::harness::{Call, Server, until};
use crate::samples::checkout_session;

const SESSIONS: &str = "/v1/checkout/sessions";

/// An answer of the page.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Page {
    pub async fn of(call: Call) -> Self {
        let (status, headers, text) = call.send_to_operator().await;
        let page = Self { status, headers, text };
        for (name, part) in [
            ("content-security-policy", "default-src 'none'"),
            ("content-security-policy", "frame-ancestors 'none'"),
            ("content-security-policy", "form-action 'self'"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("permissions-policy", "camera=()"),
            ("x-request-id", "req_"),
        ] {
            assert!(page.header(name).contains(part), "{name}: {page:?}");
        }
        assert!(page.header("cache-control") == "no-store" || page.header("cache-control").contains("immutable"));
        for own in ["unsafe-inline", "unsafe-eval", "*"] {
            assert!(!page.header("content-security-policy").contains(own), "{own}");
        }
        for internal in ["panicked", "rusqlite", "SELECT ", "src/", " style=", "onclick", "<script>"] {
            assert!(!page.text.contains(internal), "{internal}: {page:?}");
        }
        assert!(page.status < 500, "{page:?}");
        page
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}")).to_str().unwrap()
    }

    /// An HTML page with this status, one heading, and this in it.
    #[track_caller]
    pub fn says(&self, status: u16, text: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), "text/html; charset=utf-8");
        assert!(self.text.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{self:?}");
        assert_eq!(self.text.matches("<h1").count(), 1, "{self:?}");
        assert!(self.text.contains(text), "no {text:?} in {self:?}");
    }

    /// Where it leads.
    #[track_caller]
    pub fn leads(&self) -> &str {
        assert_eq!(self.status, 303, "{self:?}");
        self.header("location")
    }

    /// What stands in the form's hidden field.
    #[track_caller]
    pub fn nonce(&self) -> String {
        let (_, rest) = self.text.split_once("name=\"nonce\" value=\"").unwrap_or_else(|| panic!("no form: {self:?}"));
        rest.split('"').next().unwrap().to_owned()
    }
}

/// A session of the server's, as its payer reaches it.
pub struct Payer<'a> {
    server: &'a Server,
    pub id: String,
}

impl<'a> Payer<'a> {
    pub async fn new(server: &'a Server) -> Self {
        Self::of(server, &checkout_session()).await
    }

    pub async fn of(server: &'a Server, body: &Value) -> Self {
        let made = server.post(SESSIONS, body).send().await.expect(201);
        Self { server, id: made["id"].as_str().unwrap().to_owned() }
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/pay/{}{rest}", self.id)
    }

    pub fn url(&self) -> String {
        format!("{}{}", self.server.url, self.path(""))
    }

    pub fn call(&self, method: Method, rest: &str) -> Call {
        Call::new(method, &self.server.url, &self.path(rest))
    }

    pub async fn get(&self, rest: &str) -> Page {
        Page::of(self.call(Method::GET, rest)).await
    }

    pub async fn post(&self, rest: &str, fields: &[(&str, &str)]) -> Page {
        Page::of(self.call(Method::POST, rest).body(Some("application/x-www-form-urlencoded"), &form(fields))).await
    }

    /// The form as the page has it now, filled in with this card and sent.
    pub async fn pay(&self, number: &str) -> Page {
        let nonce = self.get("").await.nonce();
        self.post("", &card(number, &nonce)).await
    }

    /// What the API says of the session.
    pub async fn session(&self) -> Value {
        self.server.get(&format!("{SESSIONS}/{}", self.id)).send().await.expect(200)
    }

    /// Has the database say what a slow rail would: no card of the sandbox takes its time.
    pub fn stand(&self, status: &str) {
        let database = rusqlite::Connection::open(self.server.folder().join("hedge.db")).unwrap();
        database.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
        assert_eq!(database.execute("UPDATE payments SET status = ?1", [status]).unwrap(), 1);
    }

    pub async fn decided(&self) -> Page {
        decided(&self.server.url, &self.path("")).await
    }
}

/// The page of an attempt once it is decided, which is where the payer is sent then.
pub async fn decided(url: &str, path: &str) -> Page {
    until(async || {
        let page = Page::of(Call::new(Method::GET, url, &format!("{path}/wait"))).await;
        if page.text.contains("data-poll") { Err(format!("{path} is still on its way")) } else { Ok(page) }
    })
    .await
}

/// What a payer types.
pub fn card<'a>(number: &'a str, nonce: &'a str) -> [(&'a str, &'a str); 5] {
    let cvc = if number.starts_with("37") { "1234" } else { "123" };
    [("nonce", nonce), ("number", number), ("expiry", "12 / 34"), ("cvc", cvc), ("email", "payer@example.com")]
}

pub fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
