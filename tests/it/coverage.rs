//! Every status that the description declares is provoked here, for every operation; and every operation has tests of
//! its own in the file of its tag.
//!
//! The one thing a newcomer gets wrong: there is no list of operations to keep. The table of the generated code is gone
//! through, and an operation without a sample, or a status nobody knows how to provoke, fails.

use std::collections::BTreeSet;

use hedge_api::Operation;
use hedge_server::Settings;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Call, Reply, Server, raw};
use crate::samples::{self, operations, sample};

/// What only a broken machine answers. Each is provoked where the break can be made: by fault injection under the store
/// (`crates/store/tests`), or by a table of errors (`crates/server/src/hedge/error.rs`).
const NOT_FROM_OUTSIDE: [(u16, &str); 2] = [
    (500, "needs a mistake of ours, or a database that loses a commit"),
    (503, "needs a database that is away, a disk that is full (`operator/disk.rs`), or a queue of thousands"),
];

/// The statuses with a test below.
const PROVOKED: [u16; 13] = [200, 201, 400, 401, 403, 404, 408, 409, 412, 413, 415, 422, 429];

#[test]
fn every_declared_status_is_provoked_or_excused() {
    let excused = NOT_FROM_OUTSIDE.map(|(status, _)| status);
    for operation in operations() {
        for status in operation.statuses {
            let known = PROVOKED.contains(status) || excused.contains(status);
            assert!(known, "{} declares {status}, which no test provokes", operation.id);
        }
        // What anybody may ask for has no security at all.
        let refuses = operation.statuses.contains(&401);
        assert_eq!(refuses, !operation.security.is_empty(), "{} has to refuse strangers", operation.id);
        assert!(!samples::names_an_object(operation) || operation.statuses.contains(&404), "{}", operation.id);
        assert!(operation.statuses.contains(&400), "{} has to refuse parameters it does not know", operation.id);
    }
    let declared: BTreeSet<_> = operations().flat_map(|operation| operation.statuses).copied().collect();
    let tested: BTreeSet<_> = PROVOKED.into_iter().chain(excused).collect();
    assert_eq!(tested, declared, "a status is tested that nothing declares");
}

/// `refundPayment` of the tag `payments` is tested by `refund_…` in `hedge/payments.rs`.
#[test]
fn every_operation_has_tests_of_its_own() {
    for operation in operations() {
        let file = format!("{}/it/hedge/{}.rs", env!("CARGO_MANIFEST_DIR"), operation.tag);
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        let verb: String = operation.id.chars().take_while(char::is_ascii_lowercase).collect();
        let mut lines = text.lines().map(str::trim_start);
        let found = lines.any(|line| line.starts_with(&format!("async fn {verb}_")));
        assert!(found, "{} has no test `{verb}_…` in {file}", operation.id);
    }
}

fn declaring(status: u16) -> impl Iterator<Item = &'static Operation> {
    operations().filter(move |operation| operation.statuses.contains(&status))
}

#[tokio::test]
async fn every_operation_works() {
    let server = Server::start().await;
    for operation in operations() {
        let reply = sample(&server, operation).await.call(operation, &server.url).key(&server.key).send().await;
        assert!(reply.status < 300 && operation.statuses.contains(&reply.status), "{}: {reply:?}", operation.id);
    }
}

#[tokio::test]
async fn every_operation_refuses_a_parameter_it_does_not_know() {
    let server = Server::start().await;
    for operation in declaring(400) {
        let mut request = sample(&server, operation).await;
        request.path.push_str(if request.path.contains('?') { "&nonsense=1" } else { "?nonsense=1" });
        let reply = request.call(operation, &server.url).key(&server.key).send().await;
        reply.refused_at(400, "invalid_request", "nonsense");
    }
}

#[tokio::test]
async fn every_operation_refuses_no_key() {
    let server = Server::start().await;
    for operation in declaring(401) {
        sample(&server, operation).await.call(operation, &server.url).send().await.refused(401, "unauthorized");
    }
}

#[tokio::test]
async fn every_operation_refuses_a_key_that_may_not() {
    let server = Server::start().await;
    let publishable = secret(&server.make_key(json!({"type": "publishable"})).await);
    let read_only = secret(&server.make_key(json!({"read_only": true})).await);
    for operation in declaring(403) {
        let key = if operation.method == Method::GET { &publishable } else { &read_only };
        sample(&server, operation).await.call(operation, &server.url).key(key).send().await.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn every_operation_refuses_what_is_not_the_callers() {
    let server = Server::start().await;
    let stranger = server.second_account();
    for operation in declaring(404) {
        if samples::names_an_object(operation) {
            let request = sample(&server, operation).await;
            let reply = request.call(operation, &server.url).key(&stranger).send().await;
            assert_eq!(reply.refused(404, "not_found")["details"], Value::Null);
            // Nothing happened to it: its owner finds it as it was.
            let reply = request.call(operation, &server.url).key(&server.key).send().await;
            assert!(reply.status < 300, "{}: {reply:?}", operation.id);
        } else {
            let (body, field) = samples::dangling_body(operation);
            let reply = server.call(operation.method.clone(), operation.path).json(&body).send().await;
            assert_eq!(reply.refused(404, "not_found")["details"]["field"], field);
        }
    }
}

/// The body is announced, begun, and never ended. All operations wait at the same time.
#[tokio::test]
async fn every_operation_refuses_a_body_that_does_not_come() {
    let server = Server::start().await;
    let mut waiting = Vec::new();
    for operation in declaring(408) {
        let request = sample(&server, operation).await;
        let head = format!(
            "{} {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: 100\r\nConnection: close\r\n\r\n{{",
            operation.method, request.path, server.key
        );
        let url = server.url.clone();
        waiting.push(async move { raw::send_and_stall(&url, head.as_bytes()).await });
    }
    for reply in futures::future::join_all(waiting).await {
        reply.expect("an answer").refused(408, "request_timeout");
    }
}

#[tokio::test]
async fn every_operation_refuses_a_reused_idempotency_key() {
    let server = Server::start().await;
    assert!(operations().all(|operation| operation.idempotent == operation.statuses.contains(&409)));
    for operation in declaring(409) {
        let request = sample(&server, operation).await;
        let call = |request: &crate::samples::Sample| {
            request.call(operation, &server.url).key(&server.key).idempotency_key("once")
        };
        let first = call(&request).send().await;
        assert!(first.status < 300, "{}: {first:?}", operation.id);
        let another = samples::another(&server, operation, request).await;
        call(&another).send().await.refused(409, "idempotency_key_reused");
    }
}

#[tokio::test]
async fn every_operation_refuses_the_wrong_state() {
    let server = Server::start().await;
    for operation in declaring(412) {
        let (request, code) = samples::wrong_state(&server, operation).await;
        let error = request.call(operation, &server.url).key(&server.key).send().await.refused(412, code);
        assert!(error["details"].is_object(), "{error}");
    }
}

#[tokio::test]
async fn every_operation_refuses_a_body_that_is_too_large() {
    let server = Server::start().await;
    for operation in declaring(413) {
        let text = format!("{{\"description\": \"{}\"}}", "x".repeat(70_000));
        answer_to(&server, operation, Some("application/json"), &text).await.refused(413, "payload_too_large");
    }
}

#[tokio::test]
async fn every_operation_refuses_a_body_that_is_not_declared_as_json() {
    let server = Server::start().await;
    for operation in declaring(415) {
        for declared in [Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonp"), None]
        {
            answer_to(&server, operation, declared, "{}").await.refused(415, "unsupported_media_type");
        }
    }
}

#[tokio::test]
async fn every_operation_refuses_a_value_that_will_not_do() {
    let server = Server::start().await;
    for operation in declaring(422) {
        let (body, code, field) = samples::unprocessable_body(operation);
        let reply = answer_to(&server, operation, Some("application/json"), &body.to_string()).await;
        reply.refused_at(422, code, field);
    }
}

#[tokio::test]
async fn every_operation_refuses_a_key_that_is_used_up() {
    // What the operations need is made without limits: it alone takes more than a minute's requests.
    let server = Server::start().await;
    let mut requests = Vec::new();
    for operation in declaring(429) {
        requests.push((operation, sample(&server, operation).await));
    }
    let server = server.restarted(Settings::default()).await;
    while server.get("/v1/payments").send().await.status == 200 {}
    for (operation, request) in requests {
        let reply = request.call(operation, &server.url).key(&server.key).send().await;
        reply.refused(429, "rate_limit_exceeded");
    }
}

/// What an operation says to a body, whatever it is.
async fn answer_to(server: &Server, operation: &Operation, declared: Option<&str>, body: &str) -> Reply {
    let request = sample(server, operation).await;
    let call = Call::new(operation.method.clone(), &server.url, &request.path).key(&server.key);
    call.body(declared, body).send().await
}

fn secret(key: &Value) -> String {
    key["secret"].as_str().unwrap().to_owned()
}
