//! What no proper client sends. Every answer is in the envelope, and nothing happens.

use hedge_server::Settings;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Server, raw};
use crate::samples::{payment, with};

fn without(field: &str) -> Value {
    let mut body = payment();
    body.as_object_mut().unwrap().remove(field);
    body
}

#[tokio::test]
async fn bodies_that_are_not_json() {
    let server = Server::start().await;
    let deep = "[".repeat(10_000);
    let texts = [
        "",
        " ",
        "{",
        "}",
        "nonsense",
        "{\"amount\": 9999,}",
        "{'amount': 9999}",
        "{\"amount\": 0x10}",
        "\u{feff}{}",
        "{\"amount\": NaN}",
        "{} {}",
        "{}x",
        "\"\\ud800\"",
        deep.as_str(),
        "{\"a\": 1e999999}",
    ];
    for text in texts {
        let reply = server.call(Method::POST, "/v1/payments").text(text).send().await;
        reply.refused(400, "invalid_request");
    }
    let bytes = raw_post(&server, "Content-Length: 4\r\n", b"{\"\xff\"");
    raw::send_and_stall(&server.url, &bytes).await.expect("an answer").refused(400, "invalid_request");
    assert_eq!(server.count().await, 0);
}

#[tokio::test]
async fn bodies_of_the_wrong_shape_are_told_where() {
    let server = Server::start().await;
    let table = [
        (without("amount"), "amount"),
        (without("currency"), "currency"),
        (without("customer_email"), "customer_email"),
        (with(payment(), "amount", json!("9999")), "amount"),
        (with(payment(), "amount", json!(99.5)), "amount"),
        (with(payment(), "amount", json!(null)), "amount"),
        (with(payment(), "amount", json!(true)), "amount"),
        (with(payment(), "amount", json!([9999])), "amount"),
        (with(payment(), "currency", json!(840)), "currency"),
        (with(payment(), "customer_email", json!({})), "customer_email"),
        (with(payment(), "description", json!(1)), "description"),
        (with(payment(), "metadata", json!([])), "metadata"),
        (with(payment(), "metadata", json!({"orderId": 1})), "metadata.orderId"),
        (with(payment(), "metadata", json!({"orderId": null})), "metadata.orderId"),
        (with(payment(), "amout", json!(1)), "amout"),
        (with(payment(), "", json!(1)), ""),
    ];
    for (body, field) in table {
        let error = server.post("/v1/payments", &body).send().await.refused(400, "invalid_request");
        assert_eq!(error["details"]["field"], field, "{body}: {error}");
        assert!(error["message"].as_str().unwrap().contains(field), "{error}");
    }
    for body in [json!([]), json!(null), json!("text"), json!(9999)] {
        server.post("/v1/payments", &body).send().await.refused(400, "invalid_request");
    }
    assert_eq!(server.count().await, 0);
}

#[tokio::test]
async fn a_field_given_twice_is_refused() {
    let server = Server::start().await;
    let text = r#"{"amount": 1, "amount": 9999, "currency": "USD", "customer_email": "a@example.com"}"#;
    let reply = server.call(Method::POST, "/v1/payments").text(text).send().await;
    reply.refused_at(400, "invalid_request", "amount");
}

#[tokio::test]
async fn nested_fields_are_told_by_their_path() {
    let server = Server::start().await;
    let mut card = crate::samples::card();
    card["card"]["numbr"] = json!("x");
    server.post("/v1/payment_methods", &card).send().await.refused_at(400, "invalid_request", "card.numbr");
    let mut card = crate::samples::card();
    card["card"].as_object_mut().unwrap().remove("cvc");
    server.post("/v1/payment_methods", &card).send().await.refused_at(400, "invalid_request", "card.cvc");
}

/// Both ways to be too large: announced, and found out.
#[tokio::test]
async fn bodies_that_are_too_large() {
    let server = Server::start().await;
    let announced = raw_post(&server, "Content-Length: 99999999999\r\n", b"{");
    raw::send_and_stall(&server.url, &announced).await.expect("an answer").refused(413, "payload_too_large");
    let mut chunked = raw_post(&server, "Transfer-Encoding: chunked\r\n", b"");
    for _ in 0..9 {
        chunked.extend(b"2000\r\n");
        chunked.extend([b' '; 0x2000]);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    raw::send_and_stall(&server.url, &chunked).await.expect("an answer").refused(413, "payload_too_large");
    assert_eq!(server.count().await, 0);
}

#[tokio::test]
async fn a_chunked_body_within_the_limit_is_a_body() {
    let server = Server::start().await;
    let body = payment().to_string();
    let mut chunked = raw_post(&server, "Transfer-Encoding: chunked\r\n", b"");
    for byte in body.bytes() {
        chunked.extend(b"1\r\n");
        chunked.push(byte);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    raw::send_and_stall(&server.url, &chunked).await.expect("an answer").expect(201);
}

/// A client that hangs up half way has asked for nothing.
#[tokio::test]
async fn a_body_that_breaks_off_does_nothing() {
    let server = Server::start().await;
    let body = payment().to_string();
    let length = format!("Content-Length: {}\r\n", body.len());
    let half = raw_post(&server, &length, &body.as_bytes()[..body.len() - 1]);
    if let Some(reply) = raw::send(&server.url, &half).await {
        reply.refused(408, "request_timeout");
    }
    assert_eq!(server.count().await, 0);
}

/// Who sends such chunks has not gone silent, and would send them again.
#[tokio::test]
async fn chunks_that_are_not_of_their_form_are_refused() {
    let server = Server::start().await;
    let bodies: [&[u8]; 7] = [
        b"zz\r\n{}\r\n0\r\n\r\n",
        b"-2\r\n{}\r\n0\r\n\r\n",
        b"2 2\r\n{}\r\n0\r\n\r\n",
        b"\r\n{}\r\n0\r\n\r\n",
        b"2\r\n{}xx\r\n0\r\n\r\n",
        b"2;a=\nb\r\n{}\r\n0\r\n\r\n",
        b"ffffffffffffffff1\r\n{}\r\n0\r\n\r\n",
    ];
    for body in bodies {
        let broken = raw_post(&server, "Transfer-Encoding: chunked\r\n", body);
        let reply = raw::send_and_stall(&server.url, &broken).await.expect("an answer");
        let error = reply.refused(400, "invalid_request");
        assert!(error["message"].as_str().unwrap().contains("chunks"), "{error}");
    }
    assert_eq!(server.count().await, 0);
}

/// The HTTP library would answer these by itself, with nothing but a status.
#[tokio::test]
async fn bytes_that_are_not_http_are_refused_in_the_envelope() {
    let server = Server::start().await;
    let key = &server.key;
    let long = "x".repeat(70_000);
    let many = "X: y\r\n".repeat(101);
    let table = [
        ("\x16\x03\x01\x02\x00\x01\x00\x01\x03\x03".to_owned(), 400, "invalid_request"),
        ("GET\r\n\r\n".to_owned(), 400, "invalid_request"),
        ("GET /v1/payments HTTP/9.9\r\n\r\n".to_owned(), 400, "invalid_request"),
        ("GET /v1/pay ments HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), 400, "invalid_request"),
        ("GET /v1/payments HTTP/1.1\r\nHost: x\r\nBad Header: x\r\n\r\n".to_owned(), 400, "invalid_request"),
        ("POST /v1/payments HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".to_owned(), 400, "invalid_request"),
        (format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"), 431, "headers_too_large"),
        (format!("GET / HTTP/1.1\r\nHost: x\r\nX: {long}\r\n\r\n"), 431, "headers_too_large"),
        (format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n"), 431, "headers_too_large"),
    ];
    let before = format!("GET /v1/payments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n");
    for (request, status, code) in table {
        let told = request.get(..60).unwrap_or(&request).to_owned();
        let reply = raw::send_and_stall(&server.url, request.as_bytes()).await;
        let reply = reply.unwrap_or_else(|| panic!("no answer to {told}"));
        reply.refused(status, code);
        assert_eq!((reply.header("connection"), reply.headers.contains_key("date")), ("close", true), "{told}");
        // Behind a request that is in order, whose answer is not touched.
        let mut stream = raw::connect(&server.url).await;
        let bytes = raw::all_after(&mut stream, format!("{before}{request}").as_bytes()).await;
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && text.contains("\"has_more\":false"), "{told}: {text}");
        let again = format!("HTTP/1.1 {status} ");
        assert!(text.contains(&again) && text.ends_with("}}") && text.contains(code), "{told}: {text}");
    }
    server.get("/v1/payments").send().await.expect(200);
}

#[tokio::test]
async fn a_full_server_says_so_in_the_envelope() {
    let server = Server::with(Settings { max_connections: Some(1), ..Settings::default() }).await;
    // Where there are two, the second comes too late.
    let (mut one, mut other) = (raw::connect(&server.url).await, raw::connect(&server.url).await);
    let told = tokio::select! {
        told = raw::all_after(&mut one, b"") => told,
        told = raw::all_after(&mut other, b"") => told,
    };
    let reply = raw::parse(&told).expect("an answer");
    reply.refused(503, "service_unavailable");
    assert_eq!((reply.header("retry-after"), reply.header("connection")), ("1", "close"));
}

#[tokio::test]
async fn a_request_names_one_host() {
    let server = Server::start().await;
    let table = [
        ("HTTP/1.1", "", 400),
        ("HTTP/1.1", "Host: a\r\nHost: b\r\n", 400),
        ("HTTP/1.1", "Host: a\r\nHost: a\r\n", 400),
        ("HTTP/1.0", "Host: a\r\nHost: b\r\n", 400),
        ("HTTP/1.1", "Host: a b\r\n", 400),
        ("HTTP/1.1", "Host: a/b\r\n", 400),
        ("HTTP/1.1", "Host: a@b\r\n", 400),
        ("HTTP/1.1", "Host: a\r\n", 200),
        ("HTTP/1.1", "Host: [::1]:8080\r\n", 200),
        ("HTTP/1.1", "Host:\r\n", 200),
        ("HTTP/1.0", "", 200),
    ];
    for (version, hosts, status) in table {
        let request = format!(
            "GET /v1/payments {version}\r\n{hosts}Authorization: Bearer {}\r\nConnection: close\r\n\r\n",
            server.key
        );
        let reply = raw::send_and_stall(&server.url, request.as_bytes()).await.expect("an answer");
        match status {
            400 => reply.refused_at(400, "invalid_request", "Host"),
            _ => drop(reply.expect(status)),
        }
    }
}

#[tokio::test]
async fn content_types_of_json_are_taken_with_parameters() {
    let server = Server::start().await;
    for declared in
        ["application/json", "application/json; charset=utf-8", "Application/JSON", " application/json ;x=y"]
    {
        let call = server.call(Method::POST, "/v1/payments").body(Some(declared), &payment().to_string());
        call.send().await.expect(201);
    }
    for declared in ["text/json", "application/json-patch+json", "multipart/form-data", "json", "", "*/*"] {
        let call = server.call(Method::POST, "/v1/payments").body(Some(declared), &payment().to_string());
        call.send().await.refused(415, "unsupported_media_type");
    }
    assert_eq!(server.count().await, 4);
}

#[tokio::test]
async fn paths_that_lead_nowhere() {
    let server = Server::start().await;
    let id = server.pending().await.id;
    let paths = [
        "/",
        "/v1",
        "/v1/",
        "/v1/payments/",
        "//v1/payments",
        "/V1/payments",
        "/v2/payments",
        "/v1/payments/x/y/z",
        "/v1/checkout",
        "/v1/payments/%2e%2e/payments",
        "/healthz/x",
        "/v1/payments/%00",
        "/v1/payments/%zz",
        "/v1/payments/%ff%fe",
        "/v1/payments/%F0%9F%92%B8",
        "/v1/payments/.",
        &format!("/v1/payments/{id}/"),
        &format!("/v1/payments/{}", id.to_uppercase()),
        &format!("/v1/payments/%20{id}"),
        &format!("/v1/payments/{}", "x".repeat(256)),
        &format!("/v1/payments/{}", "x".repeat(10_000)),
    ];
    for path in paths {
        // Over a raw socket, because a client would tidy the path up.
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
            server.key
        );
        let reply = raw::send_and_stall(&server.url, request.as_bytes()).await;
        reply.unwrap_or_else(|| panic!("no answer to {path}")).refused(404, "not_found");
    }
}

#[tokio::test]
async fn an_id_may_be_written_in_percents() {
    let server = Server::start().await;
    let id = server.pending().await.id;
    let found = server.get(&format!("/v1/payments/{}", id.replace('_', "%5F"))).send().await.expect(200);
    assert_eq!(found["id"], json!(id));
}

#[tokio::test]
async fn methods_that_a_path_does_not_have() {
    let server = Server::start().await;
    let id = server.pending().await.id;
    let table = [
        (Method::PUT, "/v1/payments".to_owned(), "GET, HEAD, POST"),
        (Method::DELETE, "/v1/payments".to_owned(), "GET, HEAD, POST"),
        (Method::PATCH, "/v1/payments".to_owned(), "GET, HEAD, POST"),
        (Method::OPTIONS, "/v1/payments".to_owned(), "GET, HEAD, POST"),
        (Method::POST, format!("/v1/payments/{id}"), "GET, HEAD"),
        (Method::DELETE, format!("/v1/payments/{id}"), "GET, HEAD"),
        (Method::GET, format!("/v1/payments/{id}/refund"), "POST"),
        (Method::PUT, "/v1/payment_methods".to_owned(), "GET, HEAD, POST"),
        (Method::GET, "/v1/auth/client-token".to_owned(), "POST"),
        (Method::GET, "/v1/auth/api-keys/key_1".to_owned(), "DELETE"),
        (Method::from_bytes(b"BREW").unwrap(), "/v1/payments".to_owned(), "GET, HEAD, POST"),
    ];
    for (method, path, allow) in table {
        let reply = server.call(method, &path).send().await;
        reply.refused(405, "method_not_allowed");
        assert_eq!(reply.header("allow"), allow, "{path}");
    }
    assert_eq!(server.count().await, 1);
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let server = Server::start().await;
    let id = server.pending().await.id;
    for path in ["/v1/payments".to_owned(), format!("/v1/payments/{id}")] {
        let reply = server.call(Method::HEAD, &path).send().await;
        assert_eq!((reply.status, reply.body.len()), (200, 0));
    }
    let missing = server.call(Method::HEAD, "/v1/payments/nonsense").send().await;
    assert_eq!((missing.status, missing.body.len()), (404, 0));
}

#[tokio::test]
async fn query_parameters_that_will_not_do() {
    let server = Server::start().await;
    let table = [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=1.5", "limit"),
        ("limit=x", "limit"),
        ("limit=", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("limit=1&limit=2", "limit"),
        ("cursor=", "cursor"),
        ("cursor=nonsense", "cursor"),
        ("cursor=7061795f", "cursor"),
        ("cursor=%ff", "cursor"),
        ("status=", "status"),
        ("status=paid", "status"),
        ("status=SUCCEEDED", "status"),
        ("status=pending,failed", "status"),
        ("created_after=yesterday", "created_after"),
        ("created_after=2024-06-15", "created_after"),
        ("created_before=1718450460", "created_before"),
        ("created_before=2024-13-01T00:00:00Z", "created_before"),
        ("merchant_id=nonsense", "merchant_id"),
        ("unknown=1", "unknown"),
        ("Limit=1", "Limit"),
        ("limit[]=1", "limit[]"),
    ];
    for (query, field) in table {
        let reply = server.get(&format!("/v1/payments?{query}")).send().await;
        let error = reply.refused(400, "invalid_request");
        assert_eq!(error["details"]["field"], field, "{query}: {error}");
    }
    let long = format!("customer_id={}", "c".repeat(256));
    server.get(&format!("/v1/payments?{long}")).send().await.refused_at(400, "invalid_request", "customer_id");
    // A cursor of the one list is none of the other.
    for _ in 0..2 {
        server.make_key(json!({})).await;
    }
    let keys = server.get("/v1/auth/api-keys?limit=1").send().await.expect(200);
    let path = format!("/v1/payments?cursor={}", keys["next_cursor"].as_str().unwrap());
    server.get(&path).send().await.refused_at(400, "invalid_request", "cursor");
}

/// A request line and headers that are in order, then what is given.
fn raw_post(server: &Server, header: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /v1/payments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Connection: close\r\n{header}\r\n",
        server.key
    );
    [head.as_bytes(), body].concat()
}
