//! The published samples, verbatim: their curl lines are run, and the answers hold all that their JSON shows.
//!
//! Only the base URL, the key and the ids differ. The files in `seeds/` are cut from the documents and are not to be
//! edited. The one thing a newcomer gets wrong: an answer may have more fields than a sample, never fewer.

use chrono::{DateTime, NaiveDateTime};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::server::VISA;
use crate::harness::{Call, Reply, Server};

const CREATE_PAYMENT: &str = include_str!("seeds/create_payment.curl.txt");
const PAYMENT_CREATED: &str = include_str!("seeds/create_payment.json.txt");
const RATE_LIMIT_HEADERS: &str = include_str!("seeds/rate_limit_headers.txt");
const GET_PAYMENT: &str = include_str!("seeds/get_payment.curl.txt");
const PAYMENT: &str = include_str!("seeds/get_payment.json.txt");
const FULL_REFUND: &str = include_str!("seeds/full_refund.curl.txt");
const FULLY_REFUNDED: &str = include_str!("seeds/full_refund.json.txt");
const PARTIAL_REFUND: &str = include_str!("seeds/partial_refund.curl.txt");
const PARTIALLY_REFUNDED: &str = include_str!("seeds/partial_refund.json.txt");
const REFUND_AMOUNT_EXCEEDED: &str = include_str!("seeds/refund_amount_exceeded.json.txt");

#[tokio::test]
async fn the_sample_payment_is_created() {
    let server = Server::start().await;
    let answer = run(&server, CREATE_PAYMENT, "").await.expect(201);
    holds_all_of(PAYMENT_CREATED, &answer, &[]);
}

#[tokio::test]
async fn every_answer_has_the_sample_headers() {
    let server = Server::limited().await;
    for _ in 0..12 {
        server.get("/v1/payments").send().await.expect(200);
    }
    let reply = run(&server, CREATE_PAYMENT, "").await;
    for line in RATE_LIMIT_HEADERS.lines() {
        let (name, value) = line.split_once(": ").unwrap();
        // The reset is a time of its own; as many digits as in the sample make it Unix seconds.
        match name {
            "X-RateLimit-Reset" => assert_eq!(reply.header(name).len(), value.len()),
            _ => assert_eq!(reply.header(name), value, "{name}"),
        }
    }
}

#[tokio::test]
async fn the_sample_payment_is_found() {
    let server = Server::start().await;
    let id = sample_payment(&server).await;
    let answer = run(&server, GET_PAYMENT, &id).await.expect(200);
    holds_all_of(PAYMENT, &answer, &[]);
}

#[tokio::test]
async fn the_sample_full_refund() {
    let server = Server::start().await;
    let id = sample_payment(&server).await;
    let answer = run(&server, FULL_REFUND, &id).await.expect(200);
    holds_all_of(FULLY_REFUNDED, &answer, &[]);
}

#[tokio::test]
async fn the_sample_partial_refund_and_the_sample_refusal() {
    let server = Server::start().await;
    let id = sample_payment(&server).await;
    let answer = run(&server, PARTIAL_REFUND, &id).await.expect(200);
    holds_all_of(PARTIALLY_REFUNDED, &answer, &[]);

    // The refusal's story: 7500 of 9999 are gone, and 5000 more are asked for.
    let path = format!("/v1/payments/{id}/refund");
    server.post(&path, &json!({"amount": 5000})).send().await.expect(200);
    let refused = server.post(&path, &json!({"amount": 5000})).send().await.expect(422);
    let mut sample: Value = serde_json::from_str(REFUND_AMOUNT_EXCEEDED).unwrap();
    sample["error"]["details"]["payment_id"] = json!(id);
    assert_eq!(refused, sample);
}

/// The payment of the sample answer, paid in a checkout session, once it went through.
async fn sample_payment(server: &Server) -> String {
    let sample: Value = serde_json::from_str(PAYMENT).unwrap();
    // Minutes after it was made the sample is settled.
    server.funded().await;
    let mut body = crate::samples::checkout_session();
    for field in ["amount", "currency", "customer_email", "description", "metadata"] {
        body[field] = sample[field].clone();
    }
    body["customer_id"] = json!(server.customer().await);
    let session = server.post("/v1/checkout/sessions", &body).send().await.expect(201);
    let id = server.pay_session(session["id"].as_str().unwrap(), VISA, "nonce").await.unwrap();
    server.until(&format!("/v1/payments/{id}"), |payment| payment["settled"] == true).await;
    id
}

/// Runs a published command line: reads it as a shell and curl would, and puts base URL, key and id in place.
async fn run(server: &Server, line: &str, id: &str) -> Reply {
    let mut words = shell_words::split(line).unwrap().into_iter();
    assert_eq!(words.next().as_deref(), Some("curl"));
    let (mut method, mut path, mut body) = (Method::GET, None, None);
    let mut headers = Vec::new();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-X" => method = words.next().unwrap().parse().unwrap(),
            "-H" => {
                let header = words.next().unwrap().replace("sk_live_your_api_key", &server.key);
                let (name, value) = header.split_once(": ").unwrap();
                headers.push((name.to_owned(), value.to_owned()));
            }
            "-d" => body = words.next(),
            url => {
                let there = url.strip_prefix("https://api.hedgepayments.com").unwrap();
                path = Some(there.replace("pay_abc123xyz", id));
            }
        }
    }
    assert!(headers.iter().any(|(_, value)| value.contains(&server.key)), "the sample shows a key");
    let mut call = Call::new(method, &server.url, &path.unwrap());
    if let Some(body) = body {
        let declared = headers.iter().position(|(name, _)| name == "Content-Type").map(|index| headers.remove(index).1);
        call = call.body(declared.as_deref(), &body);
    }
    for (name, value) in headers {
        call = call.header(&name, &value);
    }
    call.send().await
}

/// Every field of the sample is in the answer: the same value, or one of the same form where it names or dates something.
fn holds_all_of(sample: &str, answer: &Value, undetermined: &[&str]) {
    let mut sample: Value = serde_json::from_str(sample).unwrap();
    for field in undetermined {
        assert!(sample.as_object_mut().unwrap().remove(*field).is_some() && answer.get(field).is_some());
    }
    compare("", &sample, answer);
}

fn compare(place: &str, sample: &Value, answer: &Value) {
    match (sample, answer) {
        (Value::Object(fields), Value::Object(_)) => {
            for (name, value) in fields {
                let found = answer.get(name).unwrap_or_else(|| panic!("{place}.{name} is not in {answer}"));
                compare(&format!("{place}.{name}"), value, found);
            }
        }
        (Value::Array(items), Value::Array(found)) => {
            assert_eq!(items.len(), found.len(), "{place}");
            items.iter().zip(found).for_each(|(item, found)| compare(place, item, found));
        }
        (Value::String(text), Value::String(found)) => assert!(text == found || alike(text, found), "{place}: {found}"),
        _ => assert_eq!(sample, answer, "{place}"),
    }
}

/// Ids with the same prefix, and times of the same form.
fn alike(sample: &str, found: &str) -> bool {
    let prefixes = ["pay_", "ref_", "merch_", "cust_", "cs_"];
    let ids = prefixes.iter().any(|prefix| sample.starts_with(prefix) && found.starts_with(prefix));
    let time = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%SZ").is_ok();
    ids || (DateTime::parse_from_rfc3339(sample).is_ok() && time(found))
}
