//! Which key opens what: every operation meets every kind of key.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Call, Server, raw};
use crate::samples::{guarded, sample};

fn secret(key: &Value) -> String {
    key["secret"].as_str().unwrap().to_owned()
}

/// Keys that were never good, and keys that are not any more.
#[tokio::test]
async fn keys_that_open_nothing() {
    let server = Server::start().await;
    let revoked = server.make_key(json!({})).await;
    server
        .call(Method::DELETE, &format!("/v1/auth/api-keys/{}", revoked["id"].as_str().unwrap()))
        .send()
        .await
        .expect(200);
    let expired = server.make_key(json!({})).await;
    let roll = format!("/v1/auth/api-keys/{}/roll", expired["id"].as_str().unwrap());
    server.post(&roll, &json!({"overlap_seconds": 0})).send().await.expect(200);
    let key = &server.key;
    let tail = key.strip_prefix("sk_test_").unwrap();
    let table = [
        ("unknown", "Bearer sk_test_0000000000000000000000000000000000000000000".to_owned()),
        ("revoked", format!("Bearer {}", secret(&revoked))),
        ("expired", format!("Bearer {}", secret(&expired))),
        ("of the other environment", format!("Bearer sk_live_{tail}")),
        ("of the other kind", format!("Bearer pk_test_{tail}")),
        ("cut short", format!("Bearer {}", &key[..key.len() - 1])),
        ("too long", format!("Bearer {key}x")),
        ("in other letters", format!("Bearer {}", key.to_uppercase())),
        ("of another scheme", format!("Basic {key}")),
        ("without a scheme", key.clone()),
        ("empty", "Bearer ".to_owned()),
        ("huge", format!("Bearer {}", "k".repeat(8_000))),
        ("the id of a key", format!("Bearer {}", revoked["id"].as_str().unwrap())),
    ];
    for operation in guarded() {
        let request = sample(&server, operation).await;
        for (what, value) in &table {
            let reply = request.call(operation, &server.url).header("authorization", value).send().await;
            let error = reply.refused(401, "unauthorized");
            assert_eq!(error["message"], "Invalid or missing API key.", "{} with a key {what}", operation.id);
        }
        // The request was good: nothing of it had happened so far.
        let reply = request.call(operation, &server.url).key(key).send().await;
        assert!(reply.status < 300, "{}: {reply:?}", operation.id);
    }
}

#[tokio::test]
async fn a_publishable_key_can_only_tokenise() {
    let server = Server::start().await;
    let key = secret(&server.make_key(json!({"type": "publishable"})).await);
    assert!(key.starts_with("pk_test_"));
    for operation in guarded() {
        let takes_it = operation.security.iter().any(|requirement| requirement.scheme == "publishableKey");
        let reply = sample(&server, operation).await.call(operation, &server.url).key(&key).send().await;
        if takes_it {
            reply.expect(201);
        } else {
            reply.refused(403, "forbidden");
        }
    }
}

#[tokio::test]
async fn a_read_only_key_can_only_read() {
    let server = Server::start().await;
    let key = secret(&server.make_key(json!({"read_only": true})).await);
    for operation in guarded() {
        let reply = sample(&server, operation).await.call(operation, &server.url).key(&key).send().await;
        if operation.method == Method::GET {
            reply.expect(200);
        } else {
            let error = reply.refused(403, "forbidden");
            assert_eq!(error["message"], "This key is read-only.", "{}", operation.id);
        }
    }
}

/// Whoever has no key learns nothing about the request, not even that it is malformed.
#[tokio::test]
async fn the_key_is_looked_at_before_anything_else() {
    let server = Server::start().await;
    let bad = [
        Call::new(Method::POST, &server.url, "/v1/payments").text("{"),
        Call::new(Method::POST, &server.url, "/v1/payments?nonsense=1").body(Some("text/plain"), ""),
        Call::new(Method::GET, &server.url, "/v1/payments?limit=x"),
        Call::new(Method::GET, &server.url, "/v1/payments/nonsense"),
        Call::new(Method::POST, &server.url, "/v1/payments").text(&"x".repeat(70_000)),
    ];
    for call in bad {
        call.send().await.refused(401, "unauthorized");
    }
}

#[tokio::test]
async fn the_scheme_is_read_as_http_says() {
    let server = Server::start().await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let call = Call::new(Method::GET, &server.url, "/v1/payments");
        call.header("authorization", &format!("{scheme} {}", server.key)).send().await.expect(200);
    }
    let call = Call::new(Method::GET, &server.url, &format!("/v1/payments?key={}", server.key));
    call.send().await.refused(401, "unauthorized");
    let bytes =
        b"GET /v1/payments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_test_\xff\xfe\r\nConnection: close\r\n\r\n";
    raw::send_and_stall(&server.url, bytes).await.expect("an answer").refused(401, "unauthorized");
}
