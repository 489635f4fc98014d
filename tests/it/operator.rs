//! What operators and their tools rely on: probes, metrics, request ids, an orderly end.

mod disk;
mod ledger;
mod traces;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::harness::{Call, Server, binary, hedge, raw};
use crate::samples;

/// The metrics, and what one series of them says; `None` where there is no such series.
async fn metric(server: &Server, series: &str) -> (String, Option<String>) {
    let (status, _, text) = ask(server, "/metrics").await;
    assert_eq!(status, 200);
    let value = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')).map(str::to_owned);
    (text, value)
}

async fn ask(server: &Server, path: &str) -> (u16, reqwest::header::HeaderMap, String) {
    Call::new(reqwest::Method::GET, &server.url, path).send_to_operator().await
}

#[tokio::test]
async fn probes_answer_without_a_key_and_without_limits() {
    let server = Server::limited().await;
    for _ in 0..101 {
        let (status, headers, text) = ask(&server, "/healthz").await;
        assert_eq!((status, text.as_str()), (200, "ok\n"));
        assert!(!headers.contains_key("x-ratelimit-limit"));
    }
    let (status, _, text) = ask(&server, "/readyz").await;
    assert_eq!((status, text.as_str()), (200, "ready\n"));
}

#[tokio::test]
async fn metrics_count_what_was_asked_and_name_nobody() {
    let server = Server::start().await;
    let id = server.succeeded().await.id;
    server.post(&format!("/v1/payments/{id}/refund"), &json!({"amount": 999})).send().await.expect(200);
    server.get("/v1/payments/nonsense").send().await.refused(404, "not_found");
    let (status, headers, text) = ask(&server, "/metrics").await;
    assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, "text/plain; version=0.0.4"));
    for line in [
        "hedge_http_requests_total{operation=\"createPayment\",status=\"2xx\"}",
        "hedge_http_requests_total{operation=\"retrievePayment\",status=\"4xx\"}",
        "hedge_http_request_seconds_bucket{operation=\"confirmPayment\"",
        "hedge_payments{status=\"partially_refunded\"}",
        "hedge_refunds{status=\"succeeded\"}",
        "hedge_payments_succeeded_minor{currency=\"USD\"} 9999\n",
        "hedge_payments_refunded_minor{currency=\"USD\"} 999\n",
        "hedge_payments_refunded_minor{currency=\"EUR\"} 0\n",
        "hedge_jobs_waiting ",
        "# HELP hedge_jobs_waiting ",
        "hedge_jobs_lag_seconds ",
        "hedge_fees_minor{currency=\"USD\"} 320\n",
        "hedge_ledger_balance_minor{account=\"liabilities:merchant_pending\",currency=\"USD\"} 8680\n",
        "hedge_ledger_imbalance_minor{currency=\"USD\"} 0\n",
        "hedge_store_queue_length ",
        "hedge_webhook_deliveries_waiting 0",
        "hedge_webhook_lag_seconds 0",
    ] {
        assert!(text.contains(line), "no {line} in {text}");
    }
    // Names and labels: a time that was measured may have any digits.
    let names = text.lines().filter_map(|line| Some(line.rsplit_once(' ')?.0)).collect::<Vec<_>>().join("\n");
    for private in [id.as_str(), server.key.as_str(), "customer@example.com", "4242"] {
        assert!(!names.contains(private), "{private} in the metrics");
    }
}

/// In a process of its own: servers that share one share their gauges.
#[tokio::test]
async fn a_status_that_the_last_has_left_is_told_as_empty() {
    let folder = binary::folder();
    let mut serving = hedge(folder.path()).serve(&[]);
    let key = serving.key();
    let call = |path: &str| Call::new(reqwest::Method::POST, &serving.url, path).key(&key);
    let metrics = async || Call::new(reqwest::Method::GET, &serving.url, "/metrics").send_to_operator().await.2;
    // What was read is told for a while: until the change is told, or five seconds have passed.
    let telling = async |line: &str| {
        for _ in 0..100 {
            if metrics().await.contains(line) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        metrics().await
    };
    let id = call("/v1/payments").json(&samples::payment()).send().await.expect(201)["id"].clone();
    let text = telling("hedge_payments{status=\"pending\"} 1\n").await;
    assert!(text.contains("hedge_payments{status=\"pending\"} 1\n"), "{text}");
    assert!(text.contains("hedge_refunds{status=\"succeeded\"} 0\n"), "{text}");
    call(&format!("/v1/payments/{}/cancel", id.as_str().unwrap())).json(&json!({})).send().await.expect(200);
    let text = telling("hedge_payments{status=\"canceled\"} 1\n").await;
    assert!(text.contains("hedge_payments{status=\"pending\"} 0\n"), "{text}");
    assert!(text.contains("hedge_payments{status=\"canceled\"} 1\n"), "{text}");
}

#[tokio::test]
async fn every_request_has_an_id_of_its_own() {
    let server = Server::start().await;
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        let reply = server.get("/v1/payments").send().await;
        assert!(seen.insert(reply.header("x-request-id").to_owned()));
    }
    // What a caller claims is not repeated: the id in the log is the server's own.
    let reply = server.get("/v1/payments").header("x-request-id", "req_mine").send().await;
    assert_ne!(reply.header("x-request-id"), "req_mine");
}

/// A request is under way when the server is told to stop: it is finished, and answered, and kept.
#[tokio::test]
async fn a_stop_finishes_what_was_accepted() {
    let server = Server::start().await;
    let (url, key) = (server.url.clone(), server.key.clone());
    let body = samples::payment().to_string();
    let head = format!(
        "POST /v1/payments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n\
         Expect: 100-continue\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = raw::connect(&url).await;
    stream.write_all(head.as_bytes()).await.unwrap();
    // `100 Continue` says that the request has been accepted and its body is being waited for.
    let mut interim = [0; 25];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut interim).await.unwrap();
    assert!(interim.starts_with(b"HTTP/1.1 100 Continue"));

    let folder = server.stopping(async {
        // Nobody new is let in ...
        while tokio::net::TcpStream::connect(url.strip_prefix("http://").unwrap()).await.is_ok() {}
        // ... and who was in before is served.
        stream.write_all(body.as_bytes()).await.unwrap();
        let made = raw::read(stream).await.expect("an answer").expect(201);
        assert_eq!(made["status"], "pending");
    });
    let server = folder.await;
    assert_eq!(server.count().await, 1);
}

#[tokio::test]
async fn a_signal_ends_the_process_in_order() {
    let folder = binary::folder();
    let mut serving = hedge(folder.path()).serve(&[]);
    let key = serving.key();
    let made = Call::new(reqwest::Method::POST, &serving.url, "/v1/payments").key(&key).json(&samples::payment());
    let id = made.send().await.expect(201)["id"].clone();
    serving.terminate();
    let (status, rest) = serving.end();
    assert!(status.success(), "{status}");
    assert_eq!(rest.trim(), "");
    let serving = hedge(folder.path()).serve(&[]);
    let found = Call::new(reqwest::Method::GET, &serving.url, "/v1/payments").key(&key).send().await.expect(200);
    assert_eq!(found["data"][0]["id"], json!(id));
}
