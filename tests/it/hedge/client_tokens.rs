//! `client_tokens`: what a customer's browser may do with one, and everything that it may not.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, VerifyingKey};
use hedge_api::Operation;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::server::{VISA, client, settled, token};
use crate::harness::{Replicas, Server, hedge, until};
use crate::samples::{self, operations, sample, with};

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// Verifies as a stranger would: with nothing but the published keys.
async fn verified(server: &Server, jwt: &str) -> Option<Value> {
    let keys = server.call_as("", Method::GET, "/.well-known/jwks.json").send().await.expect(200);
    let (signed, signature) = jwt.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let header = decoded(header);
    assert_eq!((&header["alg"], &header["typ"]), (&json!("EdDSA"), &json!("JWT")));
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"])?;
    let x: [u8; 32] = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap().try_into().unwrap();
    let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    VerifyingKey::from_bytes(&x).unwrap().verify_strict(signed.as_bytes(), &signature).ok()?;
    Some(decoded(claims))
}

/// A pending payment of a customer.
async fn payment_of(server: &Server, customer: &str) -> String {
    let body = with(samples::payment(), "customer_id", json!(customer));
    server.post("/v1/payments", &body).send().await.expect(201)["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn create_answers_a_token_that_verifies_under_the_published_keys() {
    let server = Server::start().await;
    let customer = server.customer().await;
    let body = json!({"customer_id": customer, "scopes": ["payment_methods", "checkout"]});
    let made = server.post("/v1/auth/client-token", &body).send().await.expect(201);
    assert_eq!((&made["object"], &made["customer_id"]), (&json!("client_token"), &json!(customer)));
    assert_eq!(made["scopes"], body["scopes"]);
    let claims = verified(&server, made["jwt"].as_str().unwrap()).await.expect("verifies");
    assert_eq!(
        (&claims["sub"], &claims["iss"], &claims["livemode"]),
        (&json!(customer), &json!("hedge"), &json!(false))
    );
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 900);
    let expires_at: chrono::DateTime<chrono::Utc> = made["expires_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(claims["exp"], expires_at.timestamp());
    assert!(claims["account"].as_str().unwrap().starts_with("acct_") && claims["jti"].is_string());
    assert_eq!(claims["scope"], "checkout payment_methods");
    // Another token is another one.
    let again = server.post("/v1/auth/client-token", &body).send().await.expect(201);
    assert_ne!(again["jwt"], made["jwt"]);
}

#[tokio::test]
async fn create_refuses_unknown_scopes_and_keys_that_may_not() {
    let server = Server::start().await;
    let customer = server.customer().await;
    let table = [
        (json!({"customer_id": customer, "scopes": ["everything"]}), 422, "invalid_value"),
        (json!({"customer_id": customer, "scopes": ["checkout", "checkout"]}), 422, "invalid_value"),
        (json!({"customer_id": customer}), 400, "invalid_request"),
        (json!({"scopes": ["checkout"]}), 400, "invalid_request"),
        (json!({"customer_id": "cust_xyz789", "scopes": ["checkout"]}), 404, "not_found"),
    ];
    for (body, status, code) in table {
        server.post("/v1/auth/client-token", &body).send().await.refused(status, code);
    }
    let body = json!({"customer_id": customer, "scopes": ["checkout"]});
    let publishable = server.make_key(json!({"type": "publishable"})).await;
    let call = server.call_as(publishable["secret"].as_str().unwrap(), Method::POST, "/v1/auth/client-token");
    call.json(&body).send().await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_customer_pays_with_a_token() {
    let server = Server::start().await;
    let customer = server.customer().await;
    let id = payment_of(&server, &customer).await;
    let jwt = server.client_token(&customer, &["checkout", "payment_methods"]).await;
    let browser = client(&server.url, &jwt);
    let card = token(&browser, VISA).await;
    browser.confirm_payment().id(&id).body_map(|body| body.payment_method_token(&card)).send().await.unwrap();
    let payment = settled(&browser, &id).await;
    assert_eq!((payment.status.to_string(), payment.customer_id), ("succeeded".to_owned(), Some(customer.clone())));
    let own = browser.list_payment_methods().send().await.unwrap().into_inner();
    assert_eq!((own.data[0].id.as_str(), own.data[0].customer_id.as_deref()), (card.as_str(), Some(customer.as_str())));
    let named = browser.list_payment_methods().customer_id(&customer).send().await.unwrap().into_inner();
    assert_eq!(named.data.len(), 1);
}

/// What an operation takes of client tokens: nothing, or a scope.
fn scope(operation: &Operation) -> Option<&'static str> {
    operation.security.iter().find(|it| it.scheme == "clientToken").map(|it| it.scopes[0])
}

#[tokio::test]
async fn each_scope_reaches_its_own_operations_and_no_other() {
    let server = Server::start().await;
    let customer = server.customer().await;
    let reached: Vec<_> = operations().filter_map(|it| scope(it).map(|scope| (it.id, scope))).collect();
    let expected = [
        ("retrievePayment", "checkout"),
        ("confirmPayment", "checkout"),
        ("retrieveCheckoutSession", "checkout"),
        ("createPaymentMethod", "payment_methods"),
        ("listPaymentMethods", "payment_methods"),
    ];
    assert!(expected.iter().all(|it| reached.contains(it)) && reached.len() == expected.len(), "{reached:?}");
    for held in ["checkout", "payment_methods"] {
        let jwt = server.client_token(&customer, &[held]).await;
        for operation in operations().filter(|it| !it.security.is_empty() && scope(it) != Some(held)) {
            let reply = sample(&server, operation).await.call(operation, &server.url).key(&jwt).send().await;
            reply.refused(403, "insufficient_scope");
        }
    }
}

#[tokio::test]
async fn another_customers_payment_is_not_found() {
    let server = Server::start().await;
    let (ada, bob) = (server.customer().await, server.customer().await);
    let jwt = server.client_token(&ada, &["checkout", "payment_methods"]).await;
    let body = with(samples::card(), "customer_id", json!(bob));
    let bobs_card = server.post("/v1/payment_methods", &body).send().await.expect(201)["id"].clone();
    let call = |method, path: &str| server.call_as(&jwt, method, path);
    for id in [payment_of(&server, &bob).await, server.pending().await.id] {
        call(Method::GET, &format!("/v1/payments/{id}")).send().await.refused(404, "not_found");
        let confirm = call(Method::POST, &format!("/v1/payments/{id}/confirm"));
        let body = json!({"payment_method_token": server.token(VISA).await});
        assert_eq!(confirm.json(&body).send().await.refused(404, "not_found")["details"], Value::Null);
        assert_eq!(server.get(&format!("/v1/payments/{id}")).send().await.expect(200)["status"], "pending");
    }
    // Nor is another customer's card, and nobody's cards are listed but one's own.
    let own = payment_of(&server, &ada).await;
    let reply =
        call(Method::POST, &format!("/v1/payments/{own}/confirm")).json(&json!({"payment_method_token": bobs_card}));
    assert_eq!(reply.send().await.refused(404, "not_found")["details"]["field"], "payment_method_token");
    let listed = call(Method::GET, &format!("/v1/payment_methods?customer_id={bob}")).send().await.expect(200);
    assert_eq!(listed["data"], json!([]));
    let reply = call(Method::POST, "/v1/payment_methods").json(&body).send().await;
    assert_eq!(reply.refused(404, "not_found")["details"]["field"], "customer_id");
}

/// Two customers may choose the same idempotency key, and neither sees the other's answer.
#[tokio::test]
async fn customers_do_not_share_idempotency_keys() {
    let server = Server::start().await;
    let mut made = Vec::new();
    for _ in 0..2 {
        let customer = server.customer().await;
        let jwt = server.client_token(&customer, &["payment_methods"]).await;
        let call =
            || server.call_as(&jwt, Method::POST, "/v1/payment_methods").json(&samples::card()).idempotency_key("same");
        let first = call().send().await;
        assert_eq!(first.expect(201)["customer_id"], customer);
        assert_eq!(call().send().await.body, first.body);
        made.push(first.json()["id"].clone());
    }
    assert_ne!(made[0], made[1]);
}

#[tokio::test]
async fn a_forged_token_is_refused() {
    let server = Server::start().await;
    let customer = server.customer().await;
    let id = payment_of(&server, &customer).await;
    let path = format!("/v1/payments/{id}");
    let jwt = server.client_token(&customer, &["checkout"]).await;
    server.call_as(&jwt, Method::GET, &path).send().await.expect(200);
    let parts: Vec<&str> = jwt.split('.').collect();
    let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = |field: &str, value: Value| encode(with(decoded(parts[0]), field, value));
    let claims = |field: &str, value: Value| encode(with(decoded(parts[1]), field, value));
    let forged = [
        format!("{}.{}.{}", parts[0], claims("exp", json!(9_999_999_999_i64)), parts[2]),
        format!("{}.{}.{}", parts[0], claims("scope", json!("checkout payment_methods")), parts[2]),
        format!("{}.{}.", header("alg", json!("none")), parts[1]),
        format!("{}.{}.{}", header("alg", json!("HS256")), parts[1], parts[2]),
        format!("{}.{}.{}", header("kid", json!("sig_00000000000000000000000001")), parts[1], parts[2]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{jwt}.{}", parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(86)),
        "eyJ.eyJ.eyJ".to_owned(),
    ];
    for jwt in forged {
        server.call_as(&jwt, Method::GET, &path).send().await.refused(401, "unauthorized");
    }
    // One of another installation is as good as forged.
    let other = Server::start().await;
    other.call_as(&jwt, Method::GET, &path).send().await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_token_ends_after_fifteen_minutes_of_its_account() {
    let server = Server::start().await;
    let customer = server.customer().await;
    let jwt = server.client_token(&customer, &["payment_methods"]).await;
    let call = || server.call_as(&jwt, Method::GET, "/v1/payment_methods");
    server.freeze().await;
    let frozen = server.client_token(&customer, &["payment_methods"]).await;
    server.advance(880).await;
    call().send().await.expect(200);
    server.advance(20).await;
    for jwt in [&jwt, &frozen] {
        let error =
            server.call_as(jwt, Method::GET, "/v1/payment_methods").send().await.refused(401, "client_token_expired");
        assert_eq!(error["message"], "This client token has expired. Have a new one made.");
    }
    // On an operation that takes no token at all it is told the same.
    server.call_as(&jwt, Method::GET, "/v1/customers").send().await.refused(401, "client_token_expired");
}

#[tokio::test]
async fn tokens_of_one_customer_share_one_rate_limit() {
    let server = Server::limited().await;
    let (ada, bob) = (server.customer().await, server.customer().await);
    let first = server.client_token(&ada, &["payment_methods"]).await;
    let second = server.client_token(&ada, &["payment_methods"]).await;
    let bobs = server.client_token(&bob, &["payment_methods"]).await;
    let call = |jwt: &str| server.call_as(jwt, Method::GET, "/v1/payment_methods");
    for _ in 0..100 {
        call(&first).send().await.expect(200);
    }
    call(&second).send().await.refused(429, "rate_limit_exceeded");
    assert_eq!(call(&bobs).send().await.number("x-ratelimit-remaining"), 99);
    // The account's own key has its own room.
    server.get("/v1/payments").send().await.expect(200);
}

#[tokio::test]
async fn retrieve_signing_keys_shows_the_old_and_the_new_one_while_they_are_rotated() {
    let server = Server::start().await;
    let customer = server.customer().await;
    let before = server.client_token(&customer, &["payment_methods"]).await;
    let works = async |jwt: &str| {
        server.call_as(jwt, Method::GET, "/v1/payment_methods").send().await.expect(200);
        verified(&server, jwt).await.expect("verifies");
    };
    works(&before).await;
    let kid = |jwt: &str| decoded(jwt.split('.').next().unwrap())["kid"].clone();

    // Published at once, but not signing yet.
    let keys = hedge(server.folder()).json(&["signing-keys", "rotate", "--json"]);
    assert_eq!(keys.as_array().unwrap().len(), 2);
    assert_eq!((&keys[1]["id"], &keys[0]["retires_at"]), (&kid(&before), &Value::Null));
    assert!(keys[1]["retires_at"].as_str() > keys[0]["activates_at"].as_str());
    let jwk = until(async || {
        let jwks = server.call_as("", Method::GET, "/.well-known/jwks.json").send().await.expect(200);
        if jwks["keys"].as_array().unwrap().len() < 2 {
            return Err(format!("the new key is not published: {jwks}"));
        }
        Ok(jwks["keys"][0].clone())
    })
    .await;
    assert_eq!(
        (&jwk["kty"], &jwk["crv"], &jwk["use"], &jwk["alg"]),
        (&json!("OKP"), &json!("Ed25519"), &json!("sig"), &json!("EdDSA"))
    );
    assert_eq!(jwk.as_object().unwrap().len(), 6, "nothing private");
    assert_eq!(kid(&server.client_token(&customer, &["payment_methods"]).await), kid(&before));

    // A key that takes over at once: new tokens carry it, and the old ones still work.
    let keys = hedge(server.folder()).json(&["signing-keys", "rotate", "--after-seconds", "0", "--json"]);
    let after = until(async || {
        let jwt = server.client_token(&customer, &["payment_methods"]).await;
        if kid(&jwt) == keys[0]["id"] { Ok(jwt) } else { Err("the new key does not sign".to_owned()) }
    })
    .await;
    works(&before).await;
    works(&after).await;
    let listed = hedge(server.folder()).json(&["signing-keys", "list", "--json"]);
    assert_eq!(listed, keys);
}

#[tokio::test]
async fn a_token_outlives_a_restart() {
    let server = Server::start().await;
    let customer = server.customer().await;
    let jwt = server.client_token(&customer, &["payment_methods"]).await;
    let server = server.restarted(hedge_server::Settings::default()).await;
    server.call_as(&jwt, Method::GET, "/v1/payment_methods").send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_of_one_replica_works_on_the_other() {
    let Some(replicas) = Replicas::start().await else { return };
    let [here, there] = &replicas.clients()[..] else { panic!("there are two") };
    let made = here.create_customer().body_map(|body| body.email("ada@example.com")).send().await.unwrap();
    for (client, other) in [(here, 1), (there, 0)] {
        let scopes = vec![hedge_client::hedge::types::ClientScope::PaymentMethods];
        let issue = client.create_client_token().body_map(|body| body.customer_id(&made.id).scopes(scopes));
        let jwt = issue.send().await.unwrap().jwt.clone();
        let browser = crate::harness::server::client(&replicas.urls[other], &jwt);
        assert!(browser.list_payment_methods().send().await.unwrap().data.is_empty());
    }
    replicas.end().await;
}

#[tokio::test]
async fn a_token_ends_with_the_key_that_made_it() {
    let server = Server::start().await;
    let customer = server.customer().await;
    let made = server.make_key(json!({})).await;
    let (key, id) = (made["secret"].as_str().unwrap(), made["id"].as_str().unwrap());
    let body = json!({"customer_id": customer, "scopes": ["payment_methods"]});
    let token = server.call_as(key, Method::POST, "/v1/auth/client-token").json(&body).send().await.expect(201);
    let jwt = token["jwt"].as_str().unwrap();
    let others = server.client_token(&customer, &["payment_methods"]).await;
    let list = |jwt: &str| server.call_as(jwt, Method::GET, "/v1/payment_methods").send();
    list(jwt).await.expect(200);

    // A key that is rolled goes on for its overlap, and its tokens with it.
    server.post(&format!("/v1/auth/api-keys/{id}/roll"), &json!({"overlap_seconds": 60})).send().await.expect(200);
    list(jwt).await.expect(200);

    server.call(Method::DELETE, &format!("/v1/auth/api-keys/{id}")).send().await.expect(200);
    list(jwt).await.refused(401, "unauthorized");
    list(&others).await.expect(200);
}
