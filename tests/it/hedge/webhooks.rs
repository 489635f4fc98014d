//! `webhooks`: endpoints, their deliveries, and sending again. What arrives at a receiver is in `deliveries`.
//!
//! The endpoints here lead to a port where nobody listens, or are turned off before an attempt is due.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Server, no_file_holds};
use crate::samples;

const PATH: &str = "/v1/webhooks/endpoints";
/// Of the right form, and nobody's.
const NOBODY: &str = "we_00000000000000000000000001";
const NO_DELIVERY: &str = "del_00000000000000000000000001";

fn full() -> Value {
    json!({
        "url": "http://127.0.0.1:9999/hooks?shop=1",
        "events": ["payment.succeeded", "payment.created"],
        "description": "Orders",
        "metadata": {"team": "checkout"},
    })
}

async fn made(server: &Server, body: &Value) -> Value {
    server.post(PATH, body).send().await.expect(201)
}

fn path_of(endpoint: &Value) -> String {
    format!("{PATH}/{}", endpoint["id"].as_str().unwrap())
}

async fn change(server: &Server, path: &str, body: Value) -> Value {
    server.call(Method::PATCH, path).json(&body).send().await.expect(200)
}

async fn deliveries(server: &Server, path: &str) -> Vec<Value> {
    let listed = server.get(&format!("{path}/deliveries?limit=100")).send().await.expect(200);
    listed["data"].as_array().unwrap().clone()
}

/// Every type of event there is, as the refusal of one that is none tells.
pub async fn types(server: &Server) -> Vec<String> {
    let error =
        server.post("/v1/webhooks/test", &json!({"event": "x"})).send().await.refused(422, "invalid_event_type");
    serde_json::from_value(error["details"]["event_types"].clone()).unwrap()
}

/// As it is shown ever after.
fn without_secret(mut endpoint: Value) -> Value {
    let secret = endpoint.as_object_mut().unwrap().remove("secret").expect("a secret");
    let secret = secret.as_str().unwrap();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    endpoint
}

#[tokio::test]
async fn create_shows_the_secret_once() {
    let server = Server::start().await;
    let endpoint = without_secret(made(&server, &full()).await);
    let expected = json!({
        "id": endpoint["id"],
        "object": "webhook_endpoint",
        "url": "http://127.0.0.1:9999/hooks?shop=1",
        "events": ["payment.created", "payment.succeeded"],
        "description": "Orders",
        "enabled": true,
        "disabled_at": null,
        "disabled_reason": null,
        "previous_secret_expires_at": null,
        "metadata": {"team": "checkout"},
        "created_at": endpoint["created_at"],
        "updated_at": endpoint["created_at"],
    });
    assert_eq!(endpoint, expected);
    assert!(endpoint["id"].as_str().unwrap().starts_with("we_"));
    assert_eq!(server.get(&path_of(&endpoint)).send().await.expect(200), endpoint);
    assert_eq!(server.get(PATH).send().await.expect(200)["data"], json!([endpoint]));
}

#[tokio::test]
async fn create_twice_under_one_key_is_one_endpoint_with_one_secret() {
    let server = Server::start().await;
    let call = || server.post(PATH, &full()).idempotency_key("one");
    let first = call().send().await;
    let again = call().send().await;
    assert_eq!((first.status, &first.body), (201, &again.body));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(server.get(PATH).send().await.expect(200)["data"].as_array().unwrap().len(), 1);
    no_file_holds(server.folder(), &[first.json()["secret"].as_str().unwrap()]);
}

#[tokio::test]
async fn create_refuses_what_will_not_do() {
    let server = Server::start().await;
    let with = |field: &str, value: Value| samples::with(full(), field, value);
    let without = |field: &str| {
        let mut body = full();
        body.as_object_mut().unwrap().remove(field);
        body
    };
    let many: Vec<_> = (0..101).map(|n| n.to_string()).collect();
    let table = [
        (without("url"), 400, "invalid_request", "url"),
        (without("events"), 400, "invalid_request", "events"),
        (with("url", json!(1)), 400, "invalid_request", "url"),
        (with("events", json!("*")), 400, "invalid_request", "events"),
        (with("secret", json!("whsec_x")), 400, "invalid_request", "secret"),
        (with("enabled", json!(true)), 400, "invalid_request", "enabled"),
        (with("url", json!("")), 422, "invalid_value", "url"),
        (with("url", json!("x".repeat(2049))), 422, "invalid_value", "url"),
        (with("events", json!([])), 422, "invalid_value", "events"),
        (with("events", json!(many)), 422, "invalid_value", "events"),
        (with("events", json!(["payment.created", "payment.made"])), 422, "invalid_event_type", "events[1]"),
        (with("events", json!(["payment.*"])), 422, "invalid_event_type", "events[0]"),
        (with("description", json!("")), 422, "invalid_value", "description"),
        (with("description", json!("x".repeat(501))), 422, "invalid_value", "description"),
        (with("metadata", json!({"": "x"})), 422, "invalid_value", "metadata."),
    ];
    for (body, status, code, field) in table {
        let error = server.post(PATH, &body).send().await.refused(status, code);
        assert_eq!(error["details"]["field"], field, "{body}");
    }
    let error = server.post(PATH, &with("events", json!(["x"]))).send().await.refused(422, "invalid_event_type");
    assert_eq!(error["details"]["event_types"], json!(types(&server).await));
    assert_eq!(server.get(PATH).send().await.expect(200)["data"], json!([]));
}

/// Wherever a URL leads but to the public internet; the whole corpus is in `crates/webhooks`.
#[tokio::test]
async fn create_refuses_urls_that_lead_inside() {
    let server = Server::start().await;
    let inside = [
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://[fe80::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://167772161/",
        "http://0xa.1/",
        "http://012.0.0.1/",
        "http://metadata.google.internal/",
        "http://printer.local/",
        "http://example.com:25/",
        "http://user:password@example.com/",
        "ftp://example.com/",
        "https:/example.com",
        "example.com/hooks",
        "https://exa mple.com/",
        "https:\\\\example.com",
    ];
    let endpoint = made(&server, &full()).await;
    for url in inside {
        let created = server.post(PATH, &samples::with(full(), "url", json!(url))).send().await;
        created.refused_at(422, "invalid_url", "url");
        let updated = server.call(Method::PATCH, &path_of(&endpoint)).json(&json!({"url": url})).send().await;
        updated.refused_at(422, "invalid_url", "url");
    }
    for url in ["https://example.com/", "http://shop.example.com:8080/a?b=c#d", "https://93.184.215.14/"] {
        made(&server, &samples::with(full(), "url", json!(url))).await;
    }
}

#[tokio::test]
async fn create_in_production_takes_https_only_and_nothing_on_this_machine() {
    use hedge_server::Settings;
    use hedge_server::config::EnvironmentName;
    let settings = Settings { environment: Some(EnvironmentName::Production), ..Settings::default() };
    let server = Server::with(settings).await;
    for url in ["http://example.com/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/"] {
        let refused = server.post(PATH, &samples::with(full(), "url", json!(url))).send().await;
        refused.refused_at(422, "invalid_url", "url");
    }
    made(&server, &samples::with(full(), "url", json!("https://example.com/"))).await;
    let test = json!({"event": "payment.created"});
    server.post("/v1/webhooks/test", &test).send().await.refused(403, "forbidden");
}

#[tokio::test]
async fn create_stops_at_sixteen_also_at_once() {
    let server = Server::start().await;
    let tries = (0..20).map(|_| server.post(PATH, &full()).send());
    let replies = futures::future::join_all(tries).await;
    let (made, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 201);
    assert_eq!((made.len(), refused.len()), (16, 4));
    for reply in refused {
        assert_eq!(reply.refused(409, "webhook_endpoint_limit")["details"]["limit"], 16);
    }
    server.call(Method::DELETE, &path_of(&made[0].json())).send().await.expect(200);
    server.post(PATH, &full()).send().await.expect(201);
}

#[tokio::test]
async fn a_key_limited_to_some_merchants_reaches_nothing_here() {
    let server = Server::start().await;
    let merchant = server.pending().await.merchant_id;
    let key = server.make_key(json!({"merchant_ids": [merchant]})).await;
    let key = key["secret"].as_str().unwrap();
    for operation in samples::operations().filter(|one| ["webhooks", "events"].contains(&one.tag)) {
        let request = samples::sample(&server, operation).await;
        request.call(operation, &server.url).key(key).send().await.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn list_goes_page_by_page() {
    let server = Server::start().await;
    let mut all = Vec::new();
    for _ in 0..3 {
        all.insert(0, without_secret(made(&server, &full()).await));
    }
    let page = server.get(&format!("{PATH}?limit=2")).send().await.expect(200);
    assert_eq!((&page["object"], &page["has_more"], &page["data"]), (&json!("list"), &json!(true), &json!(all[..2])));
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = server.get(&format!("{PATH}?cursor={cursor}")).send().await.expect(200);
    assert_eq!((&rest["data"], &rest["next_cursor"]), (&json!([all[2]]), &Value::Null));
    for (query, field) in [("limit=0", "limit"), ("limit=101", "limit"), ("cursor=x", "cursor"), ("limit=x", "limit")] {
        server.get(&format!("{PATH}?{query}")).send().await.refused_at(400, "invalid_request", field);
    }
    let stranger = server.second_account();
    let theirs = server.call_as(&stranger, Method::GET, &format!("{PATH}?cursor={cursor}")).send().await.expect(200);
    assert_eq!(theirs["data"], json!([]));
}

#[tokio::test]
async fn retrieve_shows_nobody_elses() {
    let server = Server::start().await;
    for id in ["x", "pay_00000000000000000000000001", NOBODY] {
        server.get(&format!("{PATH}/{id}")).send().await.refused(404, "not_found");
        server.get(&format!("{PATH}/{id}/deliveries")).send().await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn update_merges_and_null_clears() {
    let server = Server::start().await;
    let mut expected = without_secret(made(&server, &full()).await);
    let path = path_of(&expected);
    let table = [
        (json!({}), "url", expected["url"].clone()),
        (json!({"url": "https://example.com/"}), "url", json!("https://example.com/")),
        (json!({"events": ["*"]}), "events", json!(["*"])),
        (json!({"events": ["payment.failed", "*"]}), "events", json!(["*"])),
        (json!({"events": ["payment.failed"]}), "events", json!(["payment.failed"])),
        (json!({"description": "New"}), "description", json!("New")),
        (json!({"description": null}), "description", Value::Null),
        (json!({"metadata": {"team": null, "new": "1"}}), "metadata", json!({"new": "1"})),
        (json!({"metadata": null}), "metadata", json!({})),
        (json!({"enabled": true}), "enabled", json!(true)),
    ];
    for (body, field, value) in table {
        expected[field] = value;
        let mut after = change(&server, &path, body.clone()).await;
        assert_eq!(after, server.get(&path).send().await.expect(200));
        after["updated_at"] = expected["updated_at"].clone();
        assert_eq!(after, expected, "{body}");
    }
    let table = [
        (json!({"url": null}), 400, "invalid_request", "url"),
        (json!({"events": null}), 400, "invalid_request", "events"),
        (json!({"enabled": "no"}), 400, "invalid_request", "enabled"),
        (json!({"secret": "x"}), 400, "invalid_request", "secret"),
        (json!({"events": []}), 422, "invalid_value", "events"),
        (json!({"events": ["payment.made"]}), 422, "invalid_event_type", "events[0]"),
    ];
    for (body, status, code, field) in table {
        let error = server.call(Method::PATCH, &path).json(&body).send().await.refused(status, code);
        assert_eq!(error["details"]["field"], field, "{body}");
    }
    let mut after = server.get(&path).send().await.expect(200);
    after["updated_at"] = expected["updated_at"].clone();
    assert_eq!(after, expected, "a refused update changes nothing");
}

#[tokio::test]
async fn update_turns_an_endpoint_off_and_on() {
    let server = Server::start().await;
    let path = path_of(&made(&server, &full()).await);
    let off = change(&server, &path, json!({"enabled": false})).await;
    assert_eq!((&off["enabled"], &off["disabled_reason"]), (&json!(false), &json!("requested")));
    assert!(off["disabled_at"].is_string());
    assert_eq!(change(&server, &path, json!({"enabled": false})).await, off, "twice is as good as once");
    server.pending().await;
    assert!(deliveries(&server, &path).await.is_empty());
    let on = change(&server, &path, json!({"enabled": true})).await;
    assert_eq!(
        (&on["enabled"], &on["disabled_at"], &on["disabled_reason"]),
        (&json!(true), &Value::Null, &Value::Null)
    );
    server.pending().await;
    assert_eq!(deliveries(&server, &path).await.len(), 1);
}

#[tokio::test]
async fn delete_is_once_and_for_all() {
    let server = Server::start().await;
    let endpoint = made(&server, &full()).await;
    let path = path_of(&endpoint);
    let deleted = server.call(Method::DELETE, &path).send().await.expect(200);
    assert_eq!(deleted, json!({"id": endpoint["id"], "object": "webhook_endpoint", "deleted": true}));
    server.call(Method::DELETE, &path).send().await.refused(404, "not_found");
    server.get(&path).send().await.refused(404, "not_found");
    server.get(&format!("{path}/deliveries")).send().await.refused(404, "not_found");
    server.post(&format!("{path}/rotate"), &json!({})).send().await.refused(404, "not_found");
    let since = json!({"since": "2024-06-15T00:00:00Z"});
    server.post(&format!("{path}/resend"), &since).send().await.refused(404, "not_found");
    assert_eq!(server.get(PATH).send().await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn rotate_shows_a_new_secret_and_when_the_old_one_ends() {
    let server = Server::start().await;
    let endpoint = made(&server, &full()).await;
    let path = format!("{}/rotate", path_of(&endpoint));
    server.freeze().await;
    let call = |body: Value| server.post(&path, &body);
    let rotated = call(json!({})).idempotency_key("one").send().await;
    let again = call(json!({})).idempotency_key("one").send().await;
    assert_eq!((rotated.status, &rotated.body), (200, &again.body));
    let rotated = rotated.json();
    assert_ne!(rotated["secret"], endpoint["secret"]);
    let time = |value: &Value| value.as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let span = |one: &Value| time(&one["previous_secret_expires_at"]) - time(&one["updated_at"]);
    assert_eq!(span(&rotated), chrono::TimeDelta::hours(24));
    let soon = call(json!({"overlap_seconds": 60})).send().await.expect(200);
    assert_eq!(span(&soon), chrono::TimeDelta::seconds(60));
    let at_once = call(json!({"overlap_seconds": 0})).send().await.expect(200);
    assert_eq!(at_once["previous_secret_expires_at"], Value::Null);
    for (body, status, code, field) in [
        (json!({"overlap_seconds": -1}), 422, "invalid_value", "overlap_seconds"),
        (json!({"overlap_seconds": 86_401}), 422, "invalid_value", "overlap_seconds"),
        (json!({"overlap_seconds": "1"}), 400, "invalid_request", "overlap_seconds"),
        (json!({"secret": "x"}), 400, "invalid_request", "secret"),
    ] {
        call(body).send().await.refused_at(status, code, field);
    }
}

/// A delivery is there as soon as the event is.
#[tokio::test]
async fn list_deliveries_of_an_endpoint() {
    let server = Server::start().await;
    let endpoint = made(&server, &full()).await;
    let path = path_of(&endpoint);
    server.freeze().await;
    for _ in 0..3 {
        server.pending().await;
    }
    let events = server.get("/v1/events?type=payment.created").send().await.expect(200);
    let all = deliveries(&server, &path).await;
    assert_eq!(all.len(), 3);
    for (delivery, event) in all.iter().zip(events["data"].as_array().unwrap()) {
        assert_eq!(delivery["event_id"], event["id"]);
        assert_eq!((&delivery["object"], &delivery["event_type"]), (&json!("webhook_delivery"), &event["type"]));
        assert_eq!((&delivery["endpoint_id"], &delivery["status"]), (&endpoint["id"], &json!("pending")));
        assert_eq!((&delivery["created_at"], &delivery["settled_at"]), (&event["created"], &Value::Null));
        assert!(delivery["next_attempt_at"].is_string());
    }
    let ids = |listed: &Value| -> Vec<Value> {
        listed["data"].as_array().unwrap().iter().map(|delivery| delivery["id"].clone()).collect()
    };
    let expected: Vec<_> = all.iter().map(|delivery| delivery["id"].clone()).collect();
    let page = server.get(&format!("{path}/deliveries?limit=2&status=pending")).send().await.expect(200);
    assert_eq!((ids(&page), &page["has_more"]), (expected[..2].to_vec(), &json!(true)));
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = server.get(&format!("{path}/deliveries?cursor={cursor}&status=pending")).send().await.expect(200);
    assert_eq!((ids(&rest), &rest["next_cursor"]), (expected[2..].to_vec(), &Value::Null));
    let none = server.get(&format!("{path}/deliveries?status=delivered")).send().await.expect(200);
    assert_eq!(none["data"], json!([]));
    for (query, field) in [("status=sent", "status"), ("limit=0", "limit"), ("cursor=x", "cursor")] {
        server.get(&format!("{path}/deliveries?{query}")).send().await.refused_at(400, "invalid_request", field);
    }
}

#[tokio::test]
async fn retrieve_delivery_is_of_this_endpoint_only() {
    let server = Server::start().await;
    let path = path_of(&made(&server, &full()).await);
    let other = path_of(&made(&server, &full()).await);
    server.pending().await;
    let delivery = &deliveries(&server, &path).await[0];
    let id = delivery["id"].as_str().unwrap();
    let whole = server.get(&format!("{path}/deliveries/{id}")).send().await.expect(200);
    assert_eq!((&whole["id"], &whole["event_id"]), (&delivery["id"], &delivery["event_id"]));
    assert_eq!(
        whole["attempt_log"].as_array().unwrap().len(),
        usize::try_from(whole["attempts"].as_u64().unwrap()).unwrap()
    );
    for wrong in [&other, &format!("{PATH}/{NOBODY}")] {
        server.get(&format!("{wrong}/deliveries/{id}")).send().await.refused(404, "not_found");
        let resend = server.call(Method::POST, &format!("{wrong}/deliveries/{id}/resend"));
        resend.send().await.refused(404, "not_found");
    }
    for id in ["x", NO_DELIVERY, NOBODY] {
        server.get(&format!("{path}/deliveries/{id}")).send().await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn resend_is_refused_while_the_endpoint_is_disabled() {
    let server = Server::start().await;
    let path = path_of(&made(&server, &full()).await);
    server.pending().await;
    let id = deliveries(&server, &path).await[0]["id"].as_str().unwrap().to_owned();
    let resend = async || server.call(Method::POST, &format!("{path}/deliveries/{id}/resend")).send().await;
    let again = resend().await.expect(200);
    assert_eq!((&again["id"], &again["status"]), (&json!(id), &json!("pending")));
    change(&server, &path, json!({"enabled": false})).await;
    let error = resend().await.refused(412, "webhook_endpoint_disabled");
    assert_eq!(error["details"]["endpoint_id"], path.rsplit('/').next().unwrap());
}

/// What happened before the endpoint was made, page by page; and no event twice, however often it is asked for.
#[tokio::test]
async fn resend_events_goes_through_the_past() {
    let server = Server::start().await;
    let mut created = Vec::new();
    for _ in 0..5 {
        created.push(server.pending().await.id);
    }
    let test = json!({"event": "payment.created"});
    server.post("/v1/webhooks/test", &test).send().await.expect(200);
    let path = path_of(&made(&server, &samples::with(full(), "events", json!(["payment.created"]))).await);
    let resend = async |body: Value| server.post(&format!("{path}/resend"), &body).send().await;
    let hour = chrono::TimeDelta::hours(1);
    let stamp = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let (earlier, later) = (stamp(crate::harness::now() - hour), stamp(crate::harness::now() + hour));
    let first = resend(json!({"since": earlier, "limit": 3})).await.expect(200);
    assert_eq!(
        (&first["object"], &first["queued"], &first["has_more"]),
        (&json!("webhook_resend"), &json!(3), &json!(true))
    );
    let events = async || -> Vec<Value> {
        deliveries(&server, &path).await.iter().map(|delivery| delivery["event_id"].clone()).collect()
    };
    assert_eq!(events().await.len(), 3);
    let rest = resend(json!({"since": earlier, "limit": 3, "cursor": first["next_cursor"]})).await.expect(200);
    assert_eq!((&rest["queued"], &rest["has_more"], &rest["next_cursor"]), (&json!(2), &json!(false), &Value::Null));
    let listed = server.get("/v1/events?type=payment.created").send().await.expect(200);
    let real: Vec<_> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["sequence"] != 0)
        .map(|event| event["id"].clone())
        .collect();
    assert_eq!(events().await, real, "a test event is no part of the past");
    let at_once = (0..8).map(|_| resend(json!({"since": earlier})));
    for reply in futures::future::join_all(at_once).await {
        assert_eq!(reply.expect(200)["queued"], 5);
    }
    assert_eq!(events().await, real, "no event has a second delivery");
    assert_eq!(resend(json!({"since": later})).await.expect(200)["queued"], 0);

    for (body, status, code, field) in [
        (json!({}), 400, "invalid_request", "since"),
        (json!({"since": "yesterday"}), 422, "invalid_value", "since"),
        (json!({"since": earlier, "cursor": "x"}), 400, "invalid_request", "cursor"),
        (json!({"since": earlier, "until": later}), 400, "invalid_request", "until"),
        (json!({"since": earlier, "limit": 501}), 422, "invalid_value", "limit"),
    ] {
        resend(body).await.refused_at(status, code, field);
    }
}

#[tokio::test]
async fn send_a_test_event_of_every_type() {
    let server = Server::start().await;
    let everything = made(&server, &samples::with(full(), "events", json!(["*"]))).await;
    let types = types(&server).await;
    for kind in &types {
        let sent = server.post("/v1/webhooks/test", &json!({"event": kind})).send().await.expect(200);
        assert_eq!((&sent["object"], &sent["endpoints"]), (&json!("webhook_test"), &json!(1)));
        let event = &sent["event"];
        assert_eq!((&event["type"], &event["sequence"], &event["livemode"]), (&json!(kind), &json!(0), &json!(false)));
        let found = server.get(&format!("/v1/events/{}", event["id"].as_str().unwrap())).send().await.expect(200);
        assert_eq!(found, *event, "as it is sent");
        let about = format!("/v1/events?object_id={}", event["data"]["id"].as_str().unwrap());
        assert_eq!(server.get(&about).send().await.expect(200)["data"], json!([event]));
    }
    let sent = deliveries(&server, &path_of(&everything)).await;
    assert_eq!(sent.len(), types.len());
}

#[tokio::test]
async fn send_a_test_event_with_a_payload_to_one_endpoint() {
    let server = Server::start().await;
    let one = made(&server, &samples::with(full(), "events", json!(["payment.failed"]))).await;
    let other = made(&server, &samples::with(full(), "events", json!(["payment.created"]))).await;
    let body = json!({
        "event": "payment.created",
        "endpoint_id": one["id"],
        "payload": {"amount": 1250, "metadata": {"deep": [1, null, {"x": "y"}]}, "extra": true},
    });
    let sent = server.post("/v1/webhooks/test", &body).send().await.expect(200);
    let data = &sent["event"]["data"];
    assert_eq!((&data["amount"], &data["extra"], &data["status"]), (&json!(1250), &json!(true), &json!("pending")));
    assert_eq!(data["metadata"], body["payload"]["metadata"]);
    assert_eq!(deliveries(&server, &path_of(&one)).await.len(), 1, "whatever it wants");
    assert_eq!(deliveries(&server, &path_of(&other)).await.len(), 0);

    let stranger = server.second_account();
    let theirs = server.call_as(&stranger, Method::POST, "/v1/webhooks/test").json(&body).send().await;
    theirs.refused_at(404, "not_found", "endpoint_id");
    for (body, status, code, field) in [
        (json!({}), 400, "invalid_request", "event"),
        (json!({"type": "payment.created"}), 400, "invalid_request", "type"),
        (json!({"event": "payment.created", "payload": []}), 400, "invalid_request", "payload"),
        (json!({"event": "payment.made"}), 422, "invalid_event_type", "event"),
        (json!({"event": "*"}), 422, "invalid_event_type", "event"),
        (json!({"event": "payment.created", "endpoint_id": "x"}), 422, "invalid_value", "endpoint_id"),
    ] {
        let error = server.post("/v1/webhooks/test", &body).send().await.refused(status, code);
        assert_eq!(error["details"]["field"], field, "{body}");
    }
}
