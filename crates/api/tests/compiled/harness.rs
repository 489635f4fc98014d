//! A service that tells what it was asked, and a way to ask.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{Answer, Operation, Rejection, Service};

/// Answers with what it was given; turns rejections into `{kind, field, message}` with status 400.
#[derive(Clone)]
pub struct Echo;

impl Service for Echo {
    type Caller = String;
    type Error = Answer;

    fn reject(&self, _: Option<&'static Operation>, rejection: Rejection) -> Answer {
        let Rejection { kind, field, message, number: _ } = rejection;
        let kind = format!("{kind:?}");
        Answer::json(StatusCode::BAD_REQUEST, &json!({"kind": kind, "field": field, "message": message}))
    }

    fn body_limit(&self) -> usize {
        1000
    }
}

/// Any input as a map, to be answered with.
pub fn seen<T: Serialize>(input: &T) -> BTreeMap<String, Value> {
    serde_json::from_value(serde_json::to_value(input).unwrap()).unwrap()
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub operation: Option<&'static str>,
    pub body: Value,
}

impl Reply {
    /// `kind field: message`, of a rejection.
    #[track_caller]
    pub fn refusal(&self) -> String {
        assert_eq!(self.status, 400, "{:?}", self.body);
        let field = self.body["field"].as_str().unwrap_or("-");
        format!("{} {field}: {}", self.body["kind"].as_str().unwrap(), self.body["message"].as_str().unwrap())
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.body);
        self.body
    }
}

pub async fn send(router: &Router, request: Request<Body>) -> Reply {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Reply {
        status: parts.status.as_u16(),
        operation: parts.extensions.get::<&'static Operation>().map(|operation| operation.id),
        headers: parts.headers,
        body: if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() },
    }
}

pub async fn get(router: &Router, uri: &str, headers: &[(&str, &str)]) -> Reply {
    let request = headers.iter().fold(Request::get(uri), |request, (name, value)| request.header(*name, *value));
    send(router, request.body(Body::empty()).unwrap()).await
}

pub async fn post(router: &Router, uri: &str, body: &Value) -> Reply {
    post_text(router, uri, &body.to_string()).await
}

pub async fn post_text(router: &Router, uri: &str, body: &str) -> Reply {
    let request = Request::post(uri).header("content-type", "application/json");
    send(router, request.body(Body::from(body.to_owned())).unwrap()).await
}

/// Implements a trait with one operation that sends its body back.
macro_rules! echo {
    ($module:ident, $trait:ident, $method:ident, $input:ident, $output:ident) => {
        impl crate::generated::$module::Authenticate for crate::harness::Echo {}
        impl crate::generated::$module::$trait for crate::harness::Echo {
            async fn $method(
                &self,
                input: crate::generated::$module::$input,
            ) -> Result<crate::generated::$module::$output, crate::Answer> {
                Ok(crate::generated::$module::$output::Ok(input.body))
            }
        }
    };
}

/// Holds a table of bodies: those that come back as they are, and those that are refused, with what is said.
macro_rules! table {
    ($module:ident, $uri:literal, accepted: [$($good:tt),* $(,)?], refused: [$($bad:tt => $said:literal),* $(,)?]) => {{
        let router = crate::generated::$module::router(crate::harness::Echo);
        $(
            let body = serde_json::json!($good);
            assert_eq!(crate::harness::post(&router, $uri, &body).await.ok(), body);
        )*
        $(
            let body = serde_json::json!($bad);
            assert_eq!(crate::harness::post(&router, $uri, &body).await.refusal(), $said, "{body}");
        )*
    }};
}

pub(crate) use {echo, table};
