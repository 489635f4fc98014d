//! `api_keys`: made, listed, rolled, revoked; a secret is shown once.

use hedge_client::hedge::Failure as _;
use hedge_client::hedge::types::ApiKeyType;
use reqwest::Method;
use serde_json::json;

use crate::harness::Server;

#[tokio::test]
async fn create_shows_a_secret_that_works() {
    let server = Server::start().await;
    let made =
        server.client().create_api_key().body_map(|body| body.name("Reporting".to_owned())).send().await.unwrap();
    assert!(made.id.starts_with("key_") && made.secret.starts_with("sk_test_"));
    assert!(made.secret.len() >= "sk_test_".len() + 43, "256 random bits take 43 letters and digits");
    assert!(made.secret.ends_with(&made.last4) && made.last4.len() == 4 && made.prefix == "sk_test_");
    assert_eq!((made.name.as_deref(), made.type_, made.livemode), (Some("Reporting"), ApiKeyType::Secret, false));
    assert!(!made.read_only && made.merchant_ids.is_none());
    assert_eq!((made.expires_at, made.revoked_at, made.last_used_at), (None, None, None));
    server.client_of(&made.secret).list_payments().send().await.unwrap();
}

#[tokio::test]
async fn create_limits_a_key_to_merchants_of_the_account() {
    let server = Server::start().await;
    let merchant = server.pending().await.merchant_id;
    let made = server.make_key(json!({"merchant_ids": [merchant]})).await;
    assert_eq!(made["merchant_ids"], json!([merchant]));
    let limited = server.client_of(made["secret"].as_str().unwrap());
    assert_eq!(limited.list_payments().send().await.unwrap().data.len(), 1);
    // It cannot see, make, replace or end keys: it could give itself the rest.
    let id = made["id"].as_str().unwrap();
    let refused = limited.list_api_keys().send().await.unwrap_err();
    assert_eq!(refused.code(), Some("forbidden"));
    let refused = limited.create_api_key().send().await.unwrap_err();
    assert_eq!(refused.code(), Some("forbidden"));
    let refused = limited.roll_api_key().id(id).send().await.unwrap_err();
    assert_eq!(refused.code(), Some("forbidden"));
    let refused = limited.revoke_api_key().id(id).send().await.unwrap_err();
    assert_eq!(refused.code(), Some("forbidden"));
}

#[tokio::test]
async fn list_shows_no_secret() {
    let server = Server::start().await;
    let made = server.make_key(json!({"name": "second"})).await;
    let reply = server.get("/v1/auth/api-keys").send().await;
    let listed = reply.expect(200);
    let keys = listed["data"].as_array().unwrap();
    assert_eq!((keys.len(), &keys[0]["id"], &keys[0]["name"]), (2, &made["id"], &json!("second")));
    assert!(keys.iter().all(|key| key.get("secret").is_none()));
    let text = String::from_utf8(reply.body).unwrap();
    assert!(!text.contains(&server.key) && !text.contains(made["secret"].as_str().unwrap()));
}

#[tokio::test]
async fn list_pages_through_all_keys() {
    let server = Server::start().await;
    for _ in 0..4 {
        server.make_key(json!({})).await;
    }
    let client = server.client();
    let all = client.list_api_keys().send().await.unwrap().into_inner();
    assert_eq!((all.data.len(), all.has_more), (5, false));
    let first = client.list_api_keys().limit(3).send().await.unwrap().into_inner();
    assert!(first.has_more);
    let rest = client.list_api_keys().limit(3).cursor(first.next_cursor.unwrap()).send().await.unwrap().into_inner();
    assert!(!rest.has_more && rest.next_cursor.is_none());
    let seen: Vec<_> = first.data.into_iter().chain(rest.data).collect();
    assert_eq!(seen, all.data);
}

#[tokio::test]
async fn roll_keeps_both_for_the_overlap() {
    let server = Server::start().await;
    let old = server.make_key(json!({"name": "shop", "type": "publishable"})).await;
    let path = format!("/v1/auth/api-keys/{}/roll", old["id"].as_str().unwrap());
    let new = server.post(&path, &json!({"overlap_seconds": 3600})).send().await.expect(200);
    assert_ne!((&new["id"], &new["secret"]), (&old["id"], &old["secret"]));
    assert_eq!((&new["name"], &new["type"], &new["prefix"]), (&old["name"], &old["type"], &old["prefix"]));
    assert_eq!(new["expires_at"], json!(null));
    for key in [&old, &new] {
        let call = server.call_as(key["secret"].as_str().unwrap(), Method::POST, "/v1/payment_methods");
        call.json(&crate::samples::card()).send().await.expect(201);
    }
    let listed = server.get("/v1/auth/api-keys").send().await.expect(200);
    let ends = |id: &serde_json::Value| {
        let keys = listed["data"].as_array().unwrap();
        keys.iter().find(|key| key["id"] == *id).unwrap()["expires_at"].clone()
    };
    assert!(ends(&old["id"]).is_string() && ends(&new["id"]).is_null());
}

#[tokio::test]
async fn roll_without_overlap_ends_the_old_key_at_once() {
    let server = Server::start().await;
    let old = server.make_key(json!({})).await;
    let client = server.client_of(old["secret"].as_str().unwrap());
    client.list_payments().send().await.unwrap();
    let id = old["id"].as_str().unwrap();
    let new = server.client().roll_api_key().id(id).body_map(|body| body.overlap_seconds(0)).send().await.unwrap();
    assert_eq!(client.list_payments().send().await.unwrap_err().code(), Some("unauthorized"));
    server.client_of(&new.secret).list_payments().send().await.unwrap();
    let again = server.client().roll_api_key().id(id).send().await.unwrap_err();
    assert_eq!((again.status().unwrap().as_u16(), again.code()), (412, Some("api_key_not_rollable")));
}

#[tokio::test]
async fn revoke_ends_a_key_at_once_and_twice_is_once() {
    let server = Server::start().await;
    let made = server.make_key(json!({})).await;
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    server.client_of(secret).list_payments().send().await.unwrap();
    for _ in 0..2 {
        let reply = server.call(Method::DELETE, &format!("/v1/auth/api-keys/{id}")).send().await.expect(200);
        assert_eq!(reply, json!({"id": id, "object": "api_key", "deleted": true}));
        server.call_as(secret, Method::GET, "/v1/payments").send().await.refused(401, "unauthorized");
    }
    let listed = server.get("/v1/auth/api-keys").send().await.expect(200);
    assert!(listed["data"][0]["revoked_at"].is_string());
}

#[tokio::test]
async fn revoke_may_end_the_key_it_is_asked_with() {
    let server = Server::start().await;
    let made = server.make_key(json!({})).await;
    let client = server.client_of(made["secret"].as_str().unwrap());
    client.revoke_api_key().id(made["id"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(client.list_payments().send().await.unwrap_err().code(), Some("unauthorized"));
}

#[tokio::test]
async fn revoke_and_roll_of_an_unknown_key_are_not_found() {
    let server = Server::start().await;
    let client = server.client();
    for id in ["key_00000000000000000000000001", "nonsense", &server.key, "pay_00000000000000000000000001"] {
        let revoked = client.revoke_api_key().id(id).send().await.unwrap_err();
        let rolled = client.roll_api_key().id(id).send().await.unwrap_err();
        for error in [revoked, rolled] {
            assert_eq!((error.status().unwrap().as_u16(), error.code()), (404, Some("not_found")), "{id}");
        }
    }
}
