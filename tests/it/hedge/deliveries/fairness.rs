//! Endpoints beside one another, replicas beside one another, and a server that stops and starts.

use std::collections::BTreeSet;
use std::time::Instant;

use hedge_server::config::{Settings, Switch};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::Endpoint;
use crate::harness::server::pending;
use crate::harness::{Answer, Got, Receiver, Replicas, Server};

fn unlimited() -> Settings {
    Settings { rate_limits: Some(Switch::Off), ..Settings::default() }
}

/// The events that were got, each once.
fn ids(got: &[Got]) -> BTreeSet<String> {
    got.iter().map(|got| got.json()["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_endpoint_that_never_answers_delays_nobody_else() {
    const PAYMENTS: usize = 30;
    const MOST: usize = 8;
    const PATIENCE_SECONDS: u64 = 10;
    let receiver = Receiver::start().await;
    let server = Server::with(Settings { webhook_concurrency: Some(12), ..unlimited() }).await;
    receiver.answers("/dead", Answer::Hang);
    let dead = Endpoint::create(&server, &receiver.url("/dead"), &["payment.created"]).await;
    let live = Endpoint::create(&server, &receiver.url("/live"), &["payment.created"]).await;
    let started = Instant::now();
    for _ in 0..PAYMENTS {
        server.pending().await;
    }
    live.delivered(PAYMENTS).await;
    assert_eq!(ids(&receiver.got("/live")).len(), PAYMENTS);
    let first = dead.deliveries().await;
    assert_eq!(first.len(), PAYMENTS);
    let (sent, given_up) = (receiver.got("/dead").len(), first.iter().filter(|one| one["attempts"] != 0).count());
    // None, unless the machine is so slow that the first of them have had all their time by now.
    let over = usize::try_from(started.elapsed().as_secs() / PATIENCE_SECONDS).unwrap();
    assert!(given_up <= over * MOST, "they have ten seconds to answer: {given_up}");
    assert!(sent <= (over + 1) * MOST, "more at once than an endpoint may have: {sent}");

    let failed = |all: &[Value]| all.iter().any(|one| one["attempts"] != 0);
    let tried = dead.deliveries_once("given up", failed).await;
    let tried = tried.iter().find(|one| one["attempts"] != 0).unwrap();
    let delivery = dead.get(&format!("/deliveries/{}", tried["id"].as_str().unwrap())).await;
    let attempt = &delivery["attempt_log"][0];
    assert_eq!((&attempt["error_code"], &attempt["response_status"]), (&json!("timeout"), &Value::Null));
    assert!((10_000..30_000).contains(&attempt["duration_ms"].as_i64().unwrap()), "{attempt}");
}

#[tokio::test]
async fn no_more_are_under_way_to_one_endpoint_than_it_may_have() {
    const MOST: u32 = 3;
    const PAYMENTS: usize = 8;
    let receiver = Receiver::start().await;
    let settings = Settings { webhook_endpoint_concurrency: Some(MOST), ..unlimited() };
    let server = Server::with(settings).await;
    let (over, until) = watch::channel(false);
    receiver.answers("/hook", Answer::Held(until));
    let endpoint = Endpoint::create(&server, &receiver.url("/hook"), &["payment.created"]).await;
    Endpoint::create(&server, &receiver.url("/live"), &["payment.created"]).await;
    for number in 0..PAYMENTS {
        server.pending().await;
        // When it has arrived elsewhere, whatever may be under way here is, too.
        receiver.wait("/live", number + 1).await;
    }
    assert_eq!(receiver.wait("/hook", 3).await.len(), 3);
    over.send_replace(true);
    endpoint.delivered(PAYMENTS).await;
    assert_eq!(receiver.got("/hook").len(), PAYMENTS);
}

#[tokio::test]
async fn two_replicas_deliver_each_event_once() {
    const PAYMENTS: usize = 40;
    let Some(replicas) = Replicas::start().await else {
        return;
    };
    let receiver = Receiver::start().await;
    let body = json!({"url": receiver.url("/hook"), "events": ["*"]});
    let endpoint = Endpoint::create_at(&replicas.urls[0], &replicas.key, &body).await;
    let clients = replicas.clients();
    for number in 0..PAYMENTS {
        pending(&clients[number % 2]).await;
    }
    let deliveries = endpoint.delivered(PAYMENTS).await;
    assert!(deliveries.iter().all(|one| one["attempts"] == 1), "{deliveries:?}");
    let got = receiver.got("/hook");
    assert_eq!((got.len(), ids(&got).len()), (PAYMENTS, PAYMENTS));
    replicas.end().await;
}

/// What was sent and not recorded when the server stopped is sent again after its start.
#[tokio::test]
async fn a_stop_loses_nothing_that_was_under_way() {
    let (server, receiver) = (Server::start().await, Receiver::start().await);
    receiver.answers_first("/hook", [Answer::Hang], Answer::Status(200));
    let endpoint = Endpoint::create(&server, &receiver.url("/hook"), &["payment.created"]).await;
    server.pending().await;
    receiver.wait("/hook", 1).await;
    let server = server.restarted(Settings::default()).await;
    let got = receiver.wait("/hook", 2).await;
    assert_eq!(got[0].body, got[1].body);
    let endpoint = Endpoint { server: server.url.clone(), ..endpoint };
    endpoint.delivered(1).await;
}
