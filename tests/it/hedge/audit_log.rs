//! `audit_log`: what was done, by whom, and what it was before; for keys that may see the whole account.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Server, hedge};

async fn entries(server: &Server, query: &str) -> Vec<Value> {
    let page = server.get(&format!("/v1/audit-log?{query}")).send().await.expect(200);
    page["data"].as_array().unwrap().clone()
}

fn actions(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect()
}

async fn own_key(server: &Server) -> Value {
    let keys = server.get("/v1/auth/api-keys").send().await.expect(200);
    keys["data"].as_array().unwrap().last().unwrap()["id"].clone()
}

#[tokio::test]
async fn list_tells_who_did_what_in_which_request() {
    let server = Server::start().await;
    let reply = server.post("/v1/auth/api-keys", &json!({"name": "shop", "read_only": true})).send().await;
    let made = reply.expect(201);
    let told = entries(&server, "").await;
    // The first start made the account and its first key, which nobody asked for.
    assert_eq!(actions(&told), ["api_key.created", "api_key.created", "account.created"]);
    assert!(told[1..].iter().all(|entry| entry["actor"] == json!({"type": "system", "id": null})));
    let entry = &told[0];
    assert!(entry["id"].as_str().unwrap().starts_with("log_"));
    assert_eq!((&entry["object"], &entry["object_id"]), (&json!("audit_entry"), &made["id"]));
    assert_eq!(entry["actor"], json!({"type": "api_key", "id": own_key(&server).await}));
    assert_eq!(entry["request_id"], reply.header("x-request-id"));
    assert_eq!(entry["remote_address"], "127.0.0.1");
    let changes = json!([
        {"field": "secret", "before": null, "after": null},
        {"field": "type", "before": null, "after": "secret"},
        {"field": "name", "before": null, "after": "shop"},
        {"field": "read_only", "before": null, "after": "true"},
        {"field": "merchant_ids", "before": null, "after": null},
    ]);
    assert_eq!(entry["changes"], changes);
    let secret = made["secret"].as_str().unwrap();
    assert!(!json!(told).to_string().contains(&secret["sk_test_".len()..]));
}

#[tokio::test]
async fn list_tells_of_every_change_once() {
    let server = Server::start().await;
    let call = || server.post("/v1/auth/api-keys", &json!({})).idempotency_key("one");
    let id = call().send().await.expect(201)["id"].as_str().unwrap().to_owned();
    call().send().await.expect(201);
    let rolled = server.post(&format!("/v1/auth/api-keys/{id}/roll"), &json!({})).send().await.expect(200);
    let new = rolled["id"].as_str().unwrap();
    for _ in 0..2 {
        server.call(Method::DELETE, &format!("/v1/auth/api-keys/{new}")).send().await.expect(200);
    }
    server.freeze().await;
    server.advance(60).await;
    // What is refused and what only reads is not told.
    server
        .post("/v1/auth/api-keys/key_00000000000000000000000001/roll", &json!({}))
        .send()
        .await
        .refused(404, "not_found");
    server.get("/v1/payments").send().await.expect(200);
    let told = entries(&server, "limit=5").await;
    let expected = ["test_clock.moved", "test_clock.moved", "api_key.revoked", "api_key.rolled", "api_key.created"];
    assert_eq!(actions(&told), expected);
    assert_eq!(told[3]["changes"][1], json!({"field": "replaced_by", "before": null, "after": new}));
    assert_eq!(told[1]["changes"][0], json!({"field": "status", "before": "real", "after": "frozen"}));
    assert_eq!(told[0]["changes"][0]["field"], "now");
}

#[tokio::test]
async fn list_goes_page_by_page_and_narrows() {
    let server = Server::start().await;
    let made = server.make_key(json!({})).await;
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let freeze = server.call_as(secret, Method::POST, "/v1/test/clock").json(&json!({"action": "freeze"}));
    freeze.send().await.expect(200);
    // Far ahead by the account's clock, and still today by the log.
    let ahead = server.call_as(secret, Method::POST, "/v1/test/clock");
    ahead.json(&json!({"action": "advance", "seconds": 31_622_400})).send().await.expect(200);
    let all = entries(&server, "").await;
    assert_eq!(all.len(), 5);

    let page = server.get("/v1/audit-log?limit=3").send().await.expect(200);
    assert_eq!((&page["object"], &page["has_more"]), (&json!("list"), &json!(true)));
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = server.get(&format!("/v1/audit-log?limit=3&cursor={cursor}")).send().await.expect(200);
    assert_eq!((&page["data"], &rest["data"]), (&json!(all[..3]), &json!(all[3..])));
    assert_eq!(rest["next_cursor"], Value::Null);

    let hour = chrono::TimeDelta::hours(1);
    let stamp = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let (earlier, later) = (stamp(crate::harness::now() - hour), stamp(crate::harness::now() + hour));
    let table = [
        ("action=test_clock.moved".to_owned(), all[..2].to_vec()),
        ("action=merchant.updated".to_owned(), vec![]),
        (format!("object_id={id}"), vec![all[2].clone()]),
        (format!("api_key_id={id}"), all[..2].to_vec()),
        (format!("api_key_id={id}&object_id={id}"), vec![]),
        (format!("created_after={earlier}&created_before={later}"), all.clone()),
        (format!("created_after={later}"), vec![]),
        (format!("created_before={earlier}"), vec![]),
    ];
    for (query, expected) in table {
        assert_eq!(entries(&server, &query).await, expected, "{query}");
    }
    for (query, field) in [
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
        ("action=x", "action"),
        ("object_id=", "object_id"),
        ("api_key_id=x", "api_key_id"),
        ("created_after=x", "created_after"),
    ] {
        server.get(&format!("/v1/audit-log?{query}")).send().await.refused_at(400, "invalid_request", field);
    }
}

#[tokio::test]
async fn list_is_for_keys_that_may_see_the_whole_account() {
    let server = Server::start().await;
    let ask = |key: Value| {
        let key = key["secret"].as_str().unwrap().to_owned();
        server.call_as(&key, Method::GET, "/v1/audit-log").send()
    };
    let merchant = server.pending().await.merchant_id;
    ask(server.make_key(json!({"merchant_ids": [merchant]})).await).await.refused(403, "forbidden");
    ask(server.make_key(json!({"type": "publishable"})).await).await.refused(403, "forbidden");
    ask(server.make_key(json!({"read_only": true})).await).await.expect(200);
}

#[tokio::test]
async fn list_tells_an_operator_from_a_key_and_one_account_from_another() {
    let server = Server::start().await;
    let run = |arguments: &[&str]| hedge(server.folder()).json(&[arguments, &["--json"]].concat());
    let made = run(&["keys", "create", "--name", "Operator"]);
    run(&["signing-keys", "rotate"]);
    let told = entries(&server, "").await;
    assert_eq!(actions(&told), ["api_key.created", "api_key.created", "account.created"]);
    assert_eq!((&told[0]["object_id"], &told[0]["actor"]), (&made["id"], &json!({"type": "operator", "id": null})));
    assert_eq!((&told[0]["request_id"], &told[0]["remote_address"]), (&Value::Null, &Value::Null));
    let other = server.second_account();
    let theirs = server.call_as(&other, Method::GET, "/v1/audit-log").send().await.expect(200);
    let theirs = theirs["data"].as_array().unwrap();
    assert_eq!(actions(theirs), ["api_key.created", "account.created"]);
    assert!(theirs.iter().all(|entry| entry["actor"]["type"] == "operator"));
    assert_eq!(entries(&server, "").await, told);
}

#[tokio::test]
async fn list_tells_of_webhook_endpoints_and_not_their_secrets() {
    let server = Server::start().await;
    let body = json!({"url": "https://93.184.215.14/a", "events": ["payment.succeeded"], "metadata": {"team": "a"}});
    let made = server.post("/v1/webhooks/endpoints", &body).send().await.expect(201);
    let path = format!("/v1/webhooks/endpoints/{}", made["id"].as_str().unwrap());
    let change = json!({"url": "https://93.184.215.14/b", "enabled": false, "metadata": {"team": null, "crm": "1"}});
    for _ in 0..2 {
        server.call(Method::PATCH, &path).json(&change).send().await.expect(200);
    }
    let rotated = server.post(&format!("{path}/rotate"), &json!({})).send().await.expect(200);
    server.call(Method::DELETE, &path).send().await.expect(200);
    let told = entries(&server, &format!("object_id={}", made["id"].as_str().unwrap())).await;
    let expected = ["deleted", "secret_rotated", "updated", "created"].map(|verb| format!("webhook_endpoint.{verb}"));
    assert_eq!(actions(&told), expected);
    let changes = json!([
        {"field": "url", "before": "https://93.184.215.14/a", "after": "https://93.184.215.14/b"},
        {"field": "enabled", "before": "true", "after": "false"},
        {"field": "metadata.crm", "before": null, "after": "1"},
        {"field": "metadata.team", "before": "a", "after": null},
    ]);
    assert_eq!(told[2]["changes"], changes);
    assert_eq!(told[1]["changes"], json!([{"field": "secret", "before": null, "after": null}]));
    for secret in [&made["secret"], &rotated["secret"]] {
        let secret = secret.as_str().unwrap().trim_start_matches("whsec_");
        assert!(!json!(told).to_string().contains(secret));
    }
}
