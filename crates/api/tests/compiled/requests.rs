//! What is turned away before any handler: bodies that are not JSON, too large, of another type; unknown paths and methods.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::generated::{bodies, extensions, names};
use crate::harness::{Echo, get, post, post_text, send};
use crate::{Answer, Answered};

impl extensions::Authenticate for Echo {}

impl extensions::Orders for Echo {
    async fn place_order(
        &self,
        input: extensions::PlaceOrderInput,
    ) -> Result<Answered<extensions::PlaceOrderOutput>, Answer> {
        assert!(!crate::harness::seen(&input).contains_key("idempotency_key"), "the key is not part of the request");
        if input.idempotency_key.as_deref() == Some("again") {
            return Ok(Answered::Recorded(Answer::json(axum::http::StatusCode::CREATED, &json!({"note": "recorded"}))));
        }
        let note = input.body.note.or_else(|| input.dry.then(|| "dry".to_owned()));
        Ok(Answered::Fresh(extensions::PlaceOrderOutput::Created(extensions::types::Order { note })))
    }

    async fn list_orders(&self, _: extensions::ListOrdersInput) -> Result<extensions::ListOrdersOutput, Answer> {
        Ok(extensions::ListOrdersOutput::NoContent)
    }
}

impl bodies::Authenticate for Echo {}

impl bodies::Bodies for Echo {
    async fn send_optional(&self, input: bodies::SendOptionalInput) -> Result<bodies::SendOptionalOutput, Answer> {
        let absent = || bodies::types::Note { note: "absent".to_owned() };
        Ok(bodies::SendOptionalOutput::Ok(input.body.unwrap_or_else(absent)))
    }

    async fn send_required(&self, input: bodies::SendRequiredInput) -> Result<bodies::SendRequiredOutput, Answer> {
        Ok(bodies::SendRequiredOutput::Ok(input.body))
    }
}

impl names::Authenticate for Echo {}

impl names::FnType for Echo {
    async fn r#match(&self, input: names::MatchInput) -> Result<names::MatchOutput, Answer> {
        let camel_case =
            Some(format!("{:?} {:?} {:?} {:?}", input.self_, input.r#type, input.type_header, input.body_query));
        Ok(names::MatchOutput::Ok(names::types::ResultType { camel_case, ..input.body }))
    }
}

crate::harness::echo!(clashes, STag, service, ServiceInput, ServiceOutput);

#[tokio::test]
async fn names_of_generated_code_are_no_obstacle() {
    let router = crate::generated::clashes::router(Echo);
    let body = json!({"d": {"reader": {"s": {"self": "Document", "e": "err"}}, "other": 1}, "map": 2});
    let uri = "/clashes/ab?query=ab&head=1&text=err&caller=a&operation=b&input=c&request=d";
    assert_eq!(post(&router, uri, &body).await.ok(), body);
    assert_eq!(
        post(&router, "/clashes/a?query=ab", &body).await.refusal(),
        "Path path: must be at least 2 characters long"
    );
    let refusal = post(&router, "/clashes/ab?query=ab&text=all", &body).await.refusal();
    assert_eq!(refusal, "Query text: must be one of: err, ok");
}

#[tokio::test]
async fn names_of_rust_are_no_obstacle() {
    let body = json!({"type": "Self", "self": [{"2fa": true, "crate": 1}], "with space": "x", "Box": {"async": false}, "$value": "y"});
    let mut expected = body.clone();
    expected["camelCase"] = json!("\"me\" Some(\"t\") None Some(\"b\")");
    let reply = post(&names::router(Echo), "/type/me?type=t&body=b&filter%5Bfrom%5D=x", &body).await;
    assert_eq!(reply.operation, Some("match"));
    assert_eq!(reply.ok(), expected);
    let bad = json!({"self": [{"crate": 0}]});
    let reply = post(&names::router(Echo), "/type/me", &bad).await;
    assert_eq!(reply.refusal(), "BodyConstraint self[0].crate: must be at least 1");
}

#[tokio::test]
async fn an_optional_body_that_says_something_is_told_apart_from_none() {
    let router = bodies::router(Echo);
    let empty = Request::post("/bodies").body(Body::empty()).unwrap();
    assert_eq!(send(&router, empty).await.body, json!({"note": "absent"}));
    assert_eq!(post(&router, "/bodies", &json!({"note": "hi"})).await.body, json!({"note": "hi"}));
    assert_eq!(post(&router, "/bodies", &json!({})).await.refusal(), "BodySchema note: is required");
}

#[tokio::test]
async fn a_required_body_may_not_be_empty() {
    let request = Request::put("/bodies").body(Body::empty()).unwrap();
    assert_eq!(send(&bodies::router(Echo), request).await.refusal(), "BodySyntax -: a JSON body is required");
}

#[tokio::test]
async fn an_optional_body_may_be_empty() {
    let router = extensions::router(Echo);
    let request = || Request::post("/orders?dry=true");
    let reply = send(&router, request().body(Body::empty()).unwrap()).await;
    assert_eq!((reply.status, reply.body), (201, json!({"note": "dry"})));
    assert_eq!(post(&router, "/orders", &json!({"note": "hi"})).await.ok(), json!({"note": "hi"}));
    assert_eq!(post(&router, "/orders", &json!({})).await.ok(), json!({}));
    assert_eq!(post(&router, "/orders", &json!(null)).await.refusal(), "BodySchema -: must be an object, not null");
}

#[tokio::test]
async fn a_recorded_answer_is_sent_as_it_was() {
    let request = Request::post("/orders").header("Idempotency-Key", "again").body(Body::empty()).unwrap();
    let reply = send(&extensions::router(Echo), request).await;
    assert_eq!((reply.status, reply.body), (201, json!({"note": "recorded"})));
    assert_eq!(reply.operation, Some("placeOrder"));
    assert_eq!(reply.headers["content-type"], "application/json");
}

#[tokio::test]
async fn the_table_knows_limits_and_idempotency() {
    let [place, list] = extensions::OPERATIONS else { panic!("two operations") };
    assert_eq!(place.rate_limit, Some(crate::RateLimit { requests: 5, per_seconds: 1 }));
    assert_eq!(list.rate_limit, Some(crate::RateLimit { requests: 100, per_seconds: 60 }));
    assert_eq!((place.idempotent, list.idempotent), (true, false));
    assert_eq!(
        (place.method.as_str(), place.path, place.tag, place.statuses),
        ("POST", "/orders", "orders", &[201, 400][..])
    );
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let router = extensions::router(Echo);
    for (text, kind) in [
        ("{", "BodySyntax -: the body is not JSON: EOF while parsing an object at line 1 column 1"),
        ("{} x", "BodySyntax -: the body is not JSON: trailing characters at line 1 column 4"),
        (
            "{\"note\": \"\u{1}\"}",
            "BodySyntax -: the body is not JSON: control character (\\u0000-\\u001F) found while parsing a string at line 1 column 11",
        ),
        ("[]", "BodySchema -: must be an object, not an array"),
        ("{\"note\": \"a\", \"note\": \"b\"}", "BodySchema note: is there twice"),
    ] {
        assert_eq!(post_text(&router, "/orders", text).await.refusal(), kind, "{text}");
    }
    let deep = format!("{{\"x\": {}{}}}", "[".repeat(400), "]".repeat(400));
    assert_eq!(post_text(&router, "/orders", &deep).await.status, 201, "what is forgotten is skipped at any depth");
    let deep = format!("{{\"any\": {}{}}}", "[".repeat(140), "]".repeat(140));
    let reply = post_text(&crate::generated::additional::router(Echo), "/bags", &deep).await;
    assert!(reply.refusal().starts_with("BodySyntax -: the body is not JSON: recursion limit"));
}

#[tokio::test]
async fn only_json_is_taken() {
    let router = extensions::router(Echo);
    let of_type =
        |media: &'static str| Request::post("/orders").header("content-type", media).body(Body::from("{}")).unwrap();
    for good in ["application/json", "Application/JSON; charset=utf-8", "application/json;charset=\"utf-8\""] {
        assert_eq!(send(&router, of_type(good)).await.status, 201, "{good}");
    }
    let said = "ContentType Content-Type: the body must be sent as application/json";
    for bad in ["text/plain", "application/merge-patch+json", "application/jsonp", ""] {
        assert_eq!(send(&router, of_type(bad)).await.refusal(), said, "{bad}");
    }
    let untyped = Request::post("/orders").body(Body::from("{}")).unwrap();
    assert_eq!(send(&router, untyped).await.refusal(), said);
}

#[tokio::test]
async fn a_compressed_body_is_told_as_that() {
    let router = extensions::router(Echo);
    let encoded = |encoding: &'static str| {
        let request = Request::post("/orders").header("content-type", "application/json");
        request.header("content-encoding", encoding).body(Body::from("{}")).unwrap()
    };
    for encoding in ["gzip", "br", "zstd", "identity, gzip"] {
        let said = "ContentType Content-Encoding: the body must be sent as it is, not compressed";
        assert_eq!(send(&router, encoded(encoding)).await.refusal(), said, "{encoding}");
    }
    assert_eq!(send(&router, encoded("Identity")).await.status, 201);
}

#[tokio::test]
async fn a_byte_order_mark_before_a_body_is_overlooked() {
    let router = extensions::router(Echo);
    assert_eq!(post_text(&router, "/orders", "\u{feff}{\"note\": \"hi\"}").await.ok(), json!({"note": "hi"}));
    assert!(post_text(&router, "/orders", "\u{feff}\u{feff}{}").await.refusal().starts_with("BodySyntax"));
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_declared_or_not() {
    let router = extensions::router(Echo);
    let said = "BodyTooLarge -: the body is larger than 1000 bytes";
    let declared = Request::post("/orders").header("content-length", "1001").body(Body::empty()).unwrap();
    assert_eq!(send(&router, declared).await.refusal(), said);
    assert_eq!(post_text(&router, "/orders", &" ".repeat(1001)).await.refusal(), said);
    let note = format!("{{{}}}", " ".repeat(998));
    assert_eq!(post_text(&router, "/orders", &note).await.status, 201);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused_in_the_same_envelope() {
    let router = extensions::router(Echo);
    assert_eq!(get(&router, "/nowhere", &[]).await.refusal(), "UnknownRoute -: there is nothing at this path");
    let request = Request::delete("/orders").body(Body::empty()).unwrap();
    let reply = send(&router, request).await;
    assert_eq!(reply.headers["allow"], "GET, HEAD, POST");
    assert_eq!(
        reply.refusal(),
        "MethodNotAllowed { allow: \"GET, HEAD, POST\" } -: this path answers to GET, HEAD, POST"
    );
    let head = Request::head("/orders").body(Body::empty()).unwrap();
    assert_eq!(send(&router, head).await.status, 204);
}
