//! What is said about bodies of our own operations that are spoiled in one place each.
//!
//! The one thing to know: the snapshot is a promise to callers. A line that changes is a refusal that reads differently.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use axum::body::Body;
use axum::http::Request;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::Operation;
use crate::harness::Echo;
use crate::head::Head;
use crate::hedge::{operations, types};

/// What a field is spoiled with, as JSON.
const WRONG: &[&str] = &[
    "null",
    "true",
    "1",
    "-1",
    "0",
    "1.5",
    "100000000000",
    "9223372036854775808",
    r#""""#,
    r#""?""#,
    r#""a\u0000b""#,
    "[]",
    "[1]",
    "[null]",
    r#"["?", "?"]"#,
    "{}",
    r#"{"a": 1}"#,
    r#"{"a": null}"#,
    r#"{"?": "?"}"#,
];

fn description() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/hedge.yaml");
    serde_yaml_ng::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The examples of an operation's body.
fn examples(operation: &Operation) -> Vec<Map<String, Value>> {
    let description = description();
    let told = &description["paths"][operation.path][operation.method.as_str().to_lowercase()];
    let content = &told["requestBody"]["content"]["application/json"];
    let several = content["examples"].as_object().into_iter().flat_map(|all| all.values().map(|one| &one["value"]));
    let all = content.get("example").into_iter().chain(several);
    all.filter_map(|example| example.as_object().cloned()).collect()
}

/// A body with one member as it is given here.
fn with(example: &Map<String, Value>, name: &str, json: &str) -> String {
    let others = example.iter().filter(|(key, _)| *key != name).map(|(key, value)| format!("{}:{value}", json!(key)));
    let members: Vec<String> = others.chain([format!("{}:{json}", json!(name))]).collect();
    format!("{{{}}}", members.join(","))
}

/// The body spoiled in every way, with a few words on how.
fn spoiled(example: &Map<String, Value>) -> Vec<(String, String)> {
    let whole = Value::Object(example.clone()).to_string();
    let mut out = vec![
        ("cut".to_owned(), whole[..whole.len() - 1].to_owned()),
        ("more".to_owned(), format!("{whole} x")),
        ("list".to_owned(), format!("[{whole}]")),
        ("unknown".to_owned(), with(example, "no_such_field", "1")),
    ];
    for (name, value) in example {
        let without: Map<String, Value> = example.clone().into_iter().filter(|(key, _)| key != name).collect();
        out.push((format!("no {name}"), Value::Object(without).to_string()));
        out.push((format!("{name} twice"), with(example, name, &format!("{value},{}:{value}", json!(name)))));
        out.push((format!("{name} long"), with(example, name, &format!("{:?}", "x".repeat(600)))));
        out.extend(WRONG.iter().map(|json| (format!("{name} {json}"), with(example, name, json))));
    }
    out
}

async fn said<T: crate::wire::Value + Serialize>(operation: &'static Operation, body: String) -> String {
    let request = Request::post("/").header("content-type", "application/json").body(Body::from(body)).unwrap();
    let (head, body) = Head::split(Echo, operation, request).await;
    match head.body::<T>(body).await {
        Ok(_) => "accepted".to_owned(),
        Err(answer) => {
            let told: Value = serde_json::from_slice(&answer.body).unwrap();
            let field = told["field"].as_str().unwrap_or("-");
            format!("{} {field}: {}", told["kind"].as_str().unwrap(), told["message"].as_str().unwrap())
        }
    }
}

async fn told<T: crate::wire::Value + Serialize>(operation: &'static Operation, out: &mut String) {
    let mut seen = BTreeSet::new();
    for example in examples(operation) {
        assert_eq!(said::<T>(operation, Value::Object(example.clone()).to_string()).await, "accepted", "{example:?}");
        for (how, body) in spoiled(&example) {
            let line = format!("{} | {how} | {}", operation.id, said::<T>(operation, body).await);
            if seen.insert(line.clone()) {
                writeln!(out, "{line}").unwrap();
            }
        }
    }
}

macro_rules! bodies {
    ($out:ident, $($operation:ident $body:ident;)*) => {
        $(told::<types::$body>(&operations::$operation, &mut $out).await;)*
    };
}

#[tokio::test]
async fn every_refusal_of_a_body_reads_as_it_did() {
    let mut out = String::new();
    bodies! { out,
        CREATE_PAYMENT CreatePaymentRequest;
        CONFIRM_PAYMENT ConfirmPaymentRequest;
        CANCEL_PAYMENT CancelPaymentRequest;
        REFUND_PAYMENT RefundPaymentRequest;
        CREATE_CHECKOUT_SESSION CreateCheckoutSessionRequest;
        CREATE_PAYMENT_METHOD CreatePaymentMethodRequest;
        CREATE_CUSTOMER CreateCustomerRequest;
        UPDATE_CUSTOMER UpdateCustomerRequest;
        CREATE_MERCHANT CreateMerchantRequest;
        UPDATE_MERCHANT UpdateMerchantRequest;
        CREATE_PAYOUT CreatePayoutRequest;
        CREATE_WEBHOOK_ENDPOINT CreateWebhookEndpointRequest;
        UPDATE_WEBHOOK_ENDPOINT UpdateWebhookEndpointRequest;
        ROTATE_WEBHOOK_SECRET RotateWebhookSecretRequest;
        RESEND_WEBHOOK_EVENTS ResendWebhookEventsRequest;
        SEND_TEST_WEBHOOK SendTestWebhookRequest;
        CREATE_CLIENT_TOKEN CreateClientTokenRequest;
        CREATE_API_KEY CreateApiKeyRequest;
        ROLL_API_KEY RollApiKeyRequest;
        MOVE_TEST_CLOCK MoveTestClockRequest;
    }
    insta::assert_snapshot!(out);
}
