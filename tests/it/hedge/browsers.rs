//! Browsers: a page's script may call what takes a credential that a browser may hold, and may read whatever is answered.

use hedge_api::Operation;
use reqwest::Method;
use serde_json::json;

use crate::harness::{Call, Server};
use crate::samples::operations;

const PAGE: &str = "https://shop.example";

fn is_for_browsers(operation: &Operation) -> bool {
    let security = operation.security;
    security.is_empty() || security.iter().any(|one| matches!(one.scheme, "publishableKey" | "clientToken"))
}

fn asking(server: &Server, operation: &Operation) -> Call {
    let path = operation.path.replace("{id}", "pay_00000000000000000000000007");
    Call::new(Method::OPTIONS, &server.url, &path)
        .header("origin", PAGE)
        .header("access-control-request-method", operation.method.as_str())
        .header("access-control-request-headers", "authorization,content-type,idempotency-key")
}

#[tokio::test]
async fn a_browser_that_asks_first_is_told_for_what_is_for_browsers_and_for_nothing_else() {
    let server = Server::start().await;
    for operation in operations() {
        let (status, headers, body) = asking(&server, operation).send_to_operator().await;
        let told = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let of_path = || operations().filter(|other| other.path == operation.path);
        if !of_path().any(is_for_browsers) {
            assert_eq!((status, told("access-control-allow-origin")), (405, None), "{}", operation.id);
            continue;
        }
        assert_eq!((status, body.as_str()), (204, ""), "{}", operation.id);
        assert_eq!(told("access-control-allow-origin").as_deref(), Some("*"));
        assert_eq!(told("access-control-allow-credentials"), None);
        let methods = told("access-control-allow-methods").unwrap();
        let expected: Vec<_> = of_path().filter(|other| is_for_browsers(other)).map(|it| it.method.as_str()).collect();
        assert_eq!(methods, expected.join(", "), "{}", operation.id);
        let sent = told("access-control-allow-headers").unwrap();
        for name in ["authorization", "content-type", "idempotency-key"] {
            assert!(sent.contains(name), "{sent}");
        }
    }
}

#[tokio::test]
async fn a_script_may_read_every_answer_of_what_is_for_browsers() {
    let server = Server::limited().await;
    let made = server.make_key(json!({"type": "publishable"})).await;
    let key = made["secret"].as_str().unwrap();
    let methods = || Call::new(Method::POST, &server.url, "/v1/payment_methods").header("origin", PAGE);
    let card = json!({"number": "4242424242424242", "exp_month": 12, "exp_year": 2099, "cvc": "123"});
    let calls = [
        (methods().key(key).json(&json!({"type": "card", "card": card})), 201),
        (methods().key(key).json(&json!({})), 400),
        (methods().key("pk_test_nobody").json(&json!({})), 401),
        (methods().json(&json!({})), 401),
        (Call::new(Method::GET, &server.url, "/.well-known/jwks.json").header("origin", PAGE), 200),
    ];
    for (call, status) in calls {
        let reply = call.send().await;
        reply.expect(status);
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{status}");
        let exposed = reply.header("access-control-expose-headers");
        for name in ["x-request-id", "x-ratelimit-remaining", "retry-after"] {
            assert!(exposed.contains(name), "{exposed}");
        }
    }
    // What the gateway answers itself is read too.
    let refused = loop {
        let reply = methods().key(key).json(&json!({})).send().await;
        if reply.status == 429 {
            break reply;
        }
    };
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    // Asking first takes nothing from the window, which is used up.
    let operation = operations().find(|operation| operation.id == "createPaymentMethod").unwrap();
    assert_eq!(asking(&server, operation).send_to_operator().await.0, 204);

    let secret = server.get("/v1/payouts").header("origin", PAGE).send().await;
    assert!(secret.headers.get("access-control-allow-origin").is_none());
}
