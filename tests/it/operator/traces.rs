//! Traces as a collector gets them from the real binary, by OTLP over HTTP.
//!
//! What a newcomer gets wrong: the receiver of webhooks in the harness plays the collector as well, so what it got at
//! `/v1/traces` are spans.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use reqwest::Method;
use serde_json::json;

use crate::harness::binary::{self, Binary, Serving};
use crate::harness::{Call, Receiver, hedge, until};
use crate::samples;

/// The caller's trace and the span in it that called.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// What the collector has got so far.
fn exports(collector: &Receiver) -> Vec<ExportTraceServiceRequest> {
    let got = collector.got("/v1/traces");
    let decode = |got: &crate::harness::Got| {
        assert_eq!(got.header("content-type"), "application/x-protobuf");
        ExportTraceServiceRequest::decode(got.body.as_slice()).unwrap()
    };
    got.iter().map(decode).collect()
}

fn spans(collector: &Receiver) -> Vec<Span> {
    let resources = exports(collector).into_iter().flat_map(|export| export.resource_spans);
    resources.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans).collect()
}

/// The first span with this name, once there is one.
async fn span(collector: &Receiver, name: &str) -> Span {
    span_once(collector, name, |span| span.name == name).await
}

/// The first one that is so, as soon as it has come.
async fn span_once(collector: &Receiver, what: &str, so: impl Fn(&Span) -> bool) -> Span {
    until(async || {
        let got = collector.got("/v1/traces").len();
        let all = spans(collector);
        if let Some(span) = all.iter().find(|span| so(span)) {
            return Ok(span.clone());
        }
        collector.wait("/v1/traces", got + 1).await;
        Err(format!("no {what}: {:?}", all.iter().map(|span| &span.name).collect::<Vec<_>>()))
    })
    .await
}

fn text(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|one| one.key == key).and_then(|one| one.value.as_ref()?.value.clone());
    match found {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        other => panic!("{key} is {other:?} in {attributes:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A server that sends its spans soon.
fn traced(folder: &std::path::Path, collector: &Receiver) -> Binary {
    hedge(folder).env("HEDGE_OTLP_ENDPOINT", &collector.url("")).env("OTEL_BSP_SCHEDULE_DELAY", "50")
}

fn call(serving: &Serving, key: &str, path: &str, body: &serde_json::Value) -> Call {
    Call::new(Method::POST, &serving.url, path).key(key).json(body)
}

#[tokio::test]
async fn a_request_is_a_span_in_the_trace_of_its_caller() {
    let (folder, collector) = (binary::folder(), Receiver::start().await);
    let mut serving = traced(folder.path(), &collector).serve(&[]);
    let key = serving.key();
    let asked = call(&serving, &key, "/v1/payments", &samples::payment());
    let made = asked.header("traceparent", &format!("00-{TRACE}-{CALLER}-01")).send().await;
    made.expect(201);

    let request = span(&collector, "POST /v1/payments").await;
    assert_eq!((hex(&request.trace_id), hex(&request.parent_span_id)), (TRACE.to_owned(), CALLER.to_owned()));
    let told = |key: &str| text(&request.attributes, key);
    assert_eq!(told("http.response.status_code"), "201");
    assert_eq!((told("http.route"), told("operation")), ("/v1/payments".to_owned(), "createPayment".to_owned()));
    assert_eq!(told("request_id"), made.header("x-request-id"));
    assert!(told("account").starts_with("acct_"), "{request:?}");
    assert!(request.end_time_unix_nano > request.start_time_unix_nano);

    let linked = |span: &Span| span.name == "store batch" && span.links.iter().any(|to| to.span_id == request.span_id);
    let batch = span_once(&collector, "batch that is linked to the request", linked).await;
    assert_eq!(
        (text(&batch.attributes, "engine"), text(&batch.attributes, "commands")),
        ("sqlite".to_owned(), "1".to_owned())
    );
    let resource = exports(&collector)[0].resource_spans[0].resource.clone().unwrap();
    assert_eq!(text(&resource.attributes, "service.name"), "hedge");
}

#[tokio::test]
async fn rails_and_receivers_are_spans_and_nothing_private_is_in_any() {
    let (folder, collector) = (binary::folder(), Receiver::start().await);
    let mut serving = traced(folder.path(), &collector).serve(&[]);
    let key = serving.key();
    let endpoint = json!({"url": collector.url("/hook?secret=hunter2"), "events": ["payment.succeeded"]});
    call(&serving, &key, "/v1/webhooks/endpoints", &endpoint).send().await.expect(201);
    let card = json!({"type": "card", "card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "917"}});
    let token = call(&serving, &key, "/v1/payment_methods", &card).send().await.expect(201)["id"].clone();
    let mut payment = samples::payment();
    payment["payment_method_token"] = token;
    let made = call(&serving, &key, "/v1/payments", &payment).send().await.expect(201);
    call(&serving, &key, "/v1/payments?x=hunter3", &payment).send().await.refused(400, "invalid_request");

    let rail = span(&collector, "rail charge").await;
    assert_eq!(json!(text(&rail.attributes, "subject")), made["id"]);
    let attempt = span(&collector, "webhook attempt").await;
    let told = |key: &str| text(&attempt.attributes, key);
    assert_eq!(
        (told("outcome"), told("http.response.status_code"), told("number")),
        ("delivered".to_owned(), "200".to_owned(), "1".to_owned())
    );
    let email = payment["customer_email"].as_str().unwrap();
    for got in collector.got("/v1/traces") {
        let sent = String::from_utf8_lossy(&got.body).into_owned();
        for private in [&key, email, "4242424242424242", "hunter2", "hunter3"] {
            assert!(!sent.contains(private), "{private} in {sent}");
        }
    }
}

/// By the variable that everything understands, and with the usual five seconds between two exports.
#[tokio::test]
async fn what_is_left_is_sent_when_the_server_stops() {
    let (folder, collector) = (binary::folder(), Receiver::start().await);
    let mut serving = hedge(folder.path()).env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url("/")).serve(&[]);
    let key = serving.key();
    call(&serving, &key, "/v1/payments", &samples::payment()).send().await.expect(201);
    serving.terminate();
    let (status, _) = tokio::task::spawn_blocking(|| serving.end()).await.unwrap();
    assert!(status.success(), "{status}");
    assert!(spans(&collector).iter().any(|span| span.name == "POST /v1/payments"));
}

#[tokio::test]
async fn a_collector_that_is_not_there_is_told_in_the_log_and_harms_nobody() {
    let folder = binary::folder();
    let log = folder.path().join("log");
    // Nothing listens on port 1.
    let nowhere =
        hedge(folder.path()).env("HEDGE_OTLP_ENDPOINT", "http://127.0.0.1:1").env("OTEL_BSP_SCHEDULE_DELAY", "50");
    let mut serving = nowhere.serve_logging(&log);
    let key = serving.key();
    for _ in 0..20 {
        call(&serving, &key, "/v1/payments", &samples::payment()).send().await.expect(201);
    }
    serving.terminate();
    let (status, _) = tokio::task::spawn_blocking(|| serving.end()).await.unwrap();
    assert!(status.success(), "{status}");
    let told = std::fs::read_to_string(&log).unwrap();
    assert!(told.contains("BatchSpanProcessor.ExportError"), "{told}");
}
