//! `events`: what happened, found by every filter, and as it is sent.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Server;

async fn listed(server: &Server, query: &str) -> Vec<Value> {
    let page = server.get(&format!("/v1/events?limit=100&{query}")).send().await.expect(200);
    assert_eq!(page["object"], "list");
    page["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn list_narrows_by_every_filter() {
    let server = Server::start().await;
    let one = server.pending().await.id;
    let two = server.pending().await.id;
    server.post(&format!("/v1/payments/{one}/cancel"), &json!({})).send().await.expect(200);
    let all = listed(&server, "").await;
    let summary: Vec<_> =
        all.iter().map(|event| (event["type"].as_str().unwrap(), event["data"]["id"].as_str().unwrap())).collect();
    assert_eq!(summary, [("payment.canceled", &*one), ("payment.created", &*two), ("payment.created", &*one)]);
    let hour = chrono::TimeDelta::hours(1);
    let stamp = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let (earlier, later) = (stamp(crate::harness::now() - hour), stamp(crate::harness::now() + hour));
    let table = [
        ("type=payment.created".to_owned(), vec![1, 2]),
        ("type=payment.*".to_owned(), vec![0, 1, 2]),
        ("type=webhook_endpoint.*".to_owned(), vec![]),
        ("type=payment.failed".to_owned(), vec![]),
        (format!("object_id={one}"), vec![0, 2]),
        (format!("object_id={one}&type=payment.created"), vec![2]),
        ("object_id=pay_00000000000000000000000001".to_owned(), vec![]),
        (format!("created_after={earlier}&created_before={later}"), vec![0, 1, 2]),
        (format!("created_after={later}"), vec![]),
        (format!("created_before={earlier}"), vec![]),
    ];
    for (query, expected) in table {
        let expected: Vec<_> = expected.into_iter().map(|index: usize| all[index].clone()).collect();
        assert_eq!(listed(&server, &query).await, expected, "{query}");
    }
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("cursor=x", "cursor"),
        ("type=payment.made", "type"),
        ("type=*", "type"),
        ("type=pay*", "type"),
        ("type=", "type"),
        ("object_id=x", "object_id"),
        ("object_id=", "object_id"),
        ("created_after=x", "created_after"),
        ("created_before=2024-06-15", "created_before"),
    ] {
        server.get(&format!("/v1/events?{query}")).send().await.refused_at(400, "invalid_request", field);
    }
}

#[tokio::test]
async fn list_goes_page_by_page_and_shows_the_callers_own() {
    let server = Server::start().await;
    for _ in 0..3 {
        server.pending().await;
    }
    let all = listed(&server, "").await;
    let page = server.get("/v1/events?limit=2").send().await.expect(200);
    assert_eq!((&page["data"], &page["has_more"]), (&json!(all[..2]), &json!(true)));
    let cursor = page["next_cursor"].as_str().unwrap();
    let path = format!("/v1/events?cursor={cursor}");
    let rest = server.get(&path).send().await.expect(200);
    assert_eq!((&rest["data"], &rest["next_cursor"]), (&json!([all[2]]), &Value::Null));
    let stranger = server.second_account();
    let theirs = server.call_as(&stranger, Method::GET, &path).send().await.expect(200);
    assert_eq!(theirs["data"], json!([]));
    let about = format!("/v1/events?object_id={}", all[0]["data"]["id"].as_str().unwrap());
    let theirs = server.call_as(&stranger, Method::GET, &about).send().await.expect(200);
    assert_eq!(theirs["data"], json!([]));
}

#[tokio::test]
async fn retrieve_shows_the_object_as_it_was() {
    let server = Server::start().await;
    let payment = server.pending().await.id;
    let before = server.get(&format!("/v1/payments/{payment}")).send().await.expect(200);
    server.post(&format!("/v1/payments/{payment}/cancel"), &json!({})).send().await.expect(200);
    let [canceled, created] = &listed(&server, "").await[..] else { panic!("two happened") };
    for (event, sequence) in [(created, 1), (canceled, 2)] {
        let found = server.get(&format!("/v1/events/{}", event["id"].as_str().unwrap())).send().await.expect(200);
        assert_eq!(found, *event);
        assert_eq!((&event["sequence"], &event["livemode"]), (&json!(sequence), &json!(false)));
        let names: Vec<_> = event.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["created", "data", "id", "livemode", "sequence", "type"]);
    }
    assert_eq!(created["data"], before);
    assert_eq!(created["created"], before["created_at"]);
    for id in ["x", "evt_00000000000000000000000001", &payment] {
        server.get(&format!("/v1/events/{id}")).send().await.refused(404, "not_found");
    }
}

/// What is published of the types is what there is.
#[tokio::test]
async fn every_type_is_documented() {
    let server = Server::start().await;
    let spec = include_str!("../../../openapi/hedge.yaml");
    for name in super::webhooks::types(&server).await {
        assert!(spec.contains(&format!("| `{name}` |")), "{name} is not in the table of events");
    }
}
