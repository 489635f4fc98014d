//! Which events arrive, and how a receiver puts them in order; and sending them again.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Endpoint;
use crate::harness::{Receiver, Server};

#[tokio::test]
async fn the_events_of_an_object_are_numbered_without_a_gap() {
    let (server, receiver) = (Server::start().await, Receiver::start().await);
    let endpoint = Endpoint::create(&server, &receiver.url("/hook"), &["*"]).await;
    let payments = [server.succeeded().await.id, server.succeeded().await.id];
    for (id, part) in payments.iter().zip([1_000, 9_999]) {
        server.post(&format!("/v1/payments/{id}/refund"), &json!({"amount": part})).send().await.expect(200);
    }
    let listed = server.get("/v1/events?limit=100").send().await.expect(200)["data"].as_array().unwrap().clone();
    endpoint.delivered(listed.len()).await;
    let got: Vec<Value> = receiver.got("/hook").iter().map(|got| got.json()).collect();
    for id in &payments {
        let of_this = |events: &[Value]| -> Vec<(u64, String)> {
            let mine = events.iter().filter(|event| event["data"]["id"] == json!(id));
            let mut all: Vec<_> = mine
                .map(|event| (event["sequence"].as_u64().unwrap(), event["type"].as_str().unwrap().to_owned()))
                .collect();
            all.sort();
            all
        };
        let arrived = of_this(&got);
        let numbers: Vec<u64> = arrived.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (1..=u64::try_from(numbers.len()).unwrap()).collect::<Vec<_>>());
        assert_eq!(arrived[0].1, "payment.created");
        assert!(arrived.iter().any(|(_, kind)| kind == "payment.refunded"), "{arrived:?}");
        assert_eq!(arrived, of_this(&listed), "what is listed is what was sent");
    }
}

#[tokio::test]
async fn an_endpoint_gets_what_it_asked_for_and_nothing_of_others() {
    let (server, receiver) = (Server::start().await, Receiver::start().await);
    let stranger = server.second_account();
    let all = Endpoint::create(&server, &receiver.url("/all"), &["*"]).await;
    Endpoint::create(&server, &receiver.url("/some"), &["payment.succeeded"]).await;
    let body = json!({"url": receiver.url("/stranger"), "events": ["*"]});
    Endpoint::create_at(&server.url, &stranger, &body).await;
    let id = server.succeeded().await.id;
    let some = receiver.wait("/some", 1).await;
    // Whoever gets them all has got the last one, too; then there is nothing left to come.
    let over = |all: &[Value]| {
        all.iter().all(|one| one["status"] == "delivered")
            && all.iter().any(|one| one["event_type"] == "payment.succeeded")
    };
    all.deliveries_once("delivered", over).await;
    assert_eq!((some.len(), &some[0].json()["data"]["id"]), (1, &json!(id)));
    assert_eq!(receiver.got("/some").len(), 1);
    assert!(receiver.got("/stranger").is_empty());
    let kinds: BTreeSet<String> = receiver.got("/all").iter().map(|got| got.json()["type"].to_string()).collect();
    assert!(kinds.len() >= 3, "{kinds:?}");
}

#[tokio::test]
async fn a_delivery_is_sent_again_by_hand() {
    let (server, receiver) = (Server::start().await, Receiver::start().await);
    let endpoint = Endpoint::create(&server, &receiver.url("/hook"), &["payment.created"]).await;
    server.pending().await;
    let delivered = endpoint.delivered(1).await;
    let id = delivered[0]["id"].as_str().unwrap();
    endpoint.post(&format!("/deliveries/{id}/resend"), &json!({})).await;
    let delivery = endpoint.attempted(2).await;
    assert_eq!(delivery["status"], "delivered");
    let got = receiver.got("/hook");
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].body, got[1].body);
    assert_eq!(got[0].header("webhook-id"), got[1].header("webhook-id"));
}

#[tokio::test]
async fn an_endpoint_is_sent_what_happened_before_it_was_there() {
    let (server, receiver) = (Server::start().await, Receiver::start().await);
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(server.pending().await);
    }
    let endpoint = Endpoint::create(&server, &receiver.url("/hook"), &["payment.created"]).await;
    let all = json!({"since": made[0].created_at, "limit": 3});
    let first = endpoint.post("/resend", &all).await;
    assert_eq!((&first["queued"], &first["has_more"]), (&json!(3), &json!(true)));
    let mut rest = all.clone();
    rest["cursor"] = first["next_cursor"].clone();
    let second = endpoint.post("/resend", &rest).await;
    assert_eq!((&second["queued"], &second["has_more"]), (&json!(2), &json!(false)));
    endpoint.delivered(5).await;
    let ids: BTreeSet<String> =
        receiver.got("/hook").iter().map(|got| got.json()["data"]["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, made.iter().map(|payment| payment.id.clone()).collect());

    let again = endpoint.post("/resend", &json!({"since": made[0].created_at, "undelivered_only": true})).await;
    assert_eq!(again["queued"], 0);
    let again = endpoint.post("/resend", &json!({"since": made[3].created_at})).await;
    let queued = usize::try_from(again["queued"].as_u64().unwrap()).unwrap();
    assert!(queued >= 2, "{again}");
    receiver.wait("/hook", 5 + queued).await;
}
