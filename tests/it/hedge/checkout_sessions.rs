//! `checkout_sessions`: made, found, expired; and what a payer's attempts on the page come to, seen through the API.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use hedge_server::config::{EnvironmentName, Settings};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Server;
use crate::harness::server::{CHALLENGED, DECLINED, VISA, settled};
use crate::samples::{self, checkout_session, with};

const PATH: &str = "/v1/checkout/sessions";

async fn made(server: &Server, body: &Value) -> Value {
    server.post(PATH, body).send().await.expect(201)
}

async fn session(server: &Server, id: &str) -> Value {
    server.get(&format!("{PATH}/{id}")).send().await.expect(200)
}

async fn expire(server: &Server, id: &str) -> crate::harness::Reply {
    server.call(Method::POST, &format!("{PATH}/{id}/expire")).send().await
}

/// The session once it is no longer open. The worker is woken by the commit, or looks within a second.
async fn ended(server: &Server, id: &str) -> Value {
    server.until(&format!("{PATH}/{id}"), |session| session["status"] != "open").await
}

fn time(at: DateTime<Utc>) -> Value {
    json!(at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

#[tokio::test]
async fn create_answers_what_was_sent() {
    let server = Server::start().await;
    let now = server.freeze().await;
    let body = json!({
        "amount": 9999, "currency": "EUR", "description": "Order #1234", "customer_email": "payer@example.com",
        "customer_id": server.customer().await, "merchant_id": server.pending().await.merchant_id,
        "success_url": "https://shop.example/thanks?s={CHECKOUT_SESSION_ID}", "cancel_url": "http://127.0.0.1:3000/",
        "payment_methods": ["card"], "expires_at": time(now + chrono::TimeDelta::hours(1)),
        "metadata": {"orderId": "order_1234"}
    });
    let session = made(&server, &body).await;
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(session[field], *value, "{field}");
    }
    let id = session["id"].as_str().unwrap();
    assert!(id.starts_with("cs_"));
    assert_eq!((&session["object"], &session["status"]), (&json!("checkout_session"), &json!("open")));
    assert_eq!(session["url"], format!("{}/pay/{id}", server.url));
    for field in ["payment_id", "completed_at", "expired_at"] {
        assert_eq!(session[field], Value::Null, "{field}");
    }
}

#[tokio::test]
async fn create_fills_in_what_is_left_out() {
    let server = Server::start().await;
    let now = server.freeze().await;
    let session = made(&server, &checkout_session()).await;
    assert_eq!(session["expires_at"], time(now + chrono::TimeDelta::hours(24)));
    assert_eq!((&session["payment_methods"], &session["metadata"]), (&json!(["card"]), &json!({})));
    assert_eq!(session["merchant_id"], server.pending().await.merchant_id);
    for field in ["description", "customer_email", "customer_id"] {
        assert_eq!(session[field], Value::Null, "{field}");
    }
    let customer = server.customer().await;
    let of_customer = made(&server, &with(checkout_session(), "customer_id", json!(customer))).await;
    assert_eq!(of_customer["customer_email"], samples::customer()["email"]);
}

#[tokio::test]
async fn create_refuses_what_is_out_of_bounds() {
    let server = Server::start().await;
    let url = |length: usize| json!(format!("https://shop.example/{}", "a".repeat(length - 21)));
    let fine = [
        ("amount", json!(1)),
        ("amount", json!(99_999_999)),
        ("description", json!("é".repeat(500))),
        ("success_url", url(2_048)),
        ("cancel_url", url(2_048)),
        ("metadata", json!({"k".repeat(64): "v".repeat(512)})),
        ("payment_methods", json!(["card", "card"])),
    ];
    for (field, value) in &fine {
        made(&server, &with(checkout_session(), field, value.clone())).await;
    }
    let table = [
        ("amount", json!(0), "invalid_amount", "amount"),
        ("amount", json!(100_000_000), "invalid_amount", "amount"),
        ("currency", json!("XYZ"), "invalid_currency", "currency"),
        ("description", json!(""), "invalid_value", "description"),
        ("expires_at", json!("tomorrow"), "invalid_value", "expires_at"),
        ("description", json!("é".repeat(501)), "invalid_value", "description"),
        ("customer_email", json!("nobody"), "invalid_value", "customer_email"),
        ("customer_id", json!(""), "invalid_value", "customer_id"),
        ("merchant_id", json!(""), "invalid_value", "merchant_id"),
        ("success_url", json!(""), "invalid_value", "success_url"),
        ("success_url", url(2_049), "invalid_value", "success_url"),
        ("cancel_url", url(2_049), "invalid_value", "cancel_url"),
        ("payment_methods", json!([]), "invalid_value", "payment_methods"),
        ("payment_methods", json!(["ach"]), "invalid_payment_method", "payment_methods"),
        ("payment_methods", json!(["card", "crypto"]), "invalid_payment_method", "payment_methods"),
        ("payment_methods", json!(["card", "card", "card", "card"]), "invalid_value", "payment_methods"),
        ("payment_methods", json!(["cash"]), "invalid_value", "payment_methods[0]"),
        ("metadata", json!({"k": "v".repeat(513)}), "invalid_value", "metadata.k"),
    ];
    for (field, value, code, at) in table {
        let reply = server.post(PATH, &with(checkout_session(), field, value)).send().await;
        reply.refused_at(422, code, at);
    }
    let listed = server.get(&format!("{PATH}?limit=100")).send().await.expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), fine.len(), "what is refused leaves nothing behind");
}

#[tokio::test]
async fn create_refuses_what_is_not_of_its_form() {
    let server = Server::start().await;
    for field in ["amount", "currency", "success_url", "cancel_url"] {
        let mut body = checkout_session();
        body.as_object_mut().unwrap().remove(field);
        server.post(PATH, &body).send().await.refused_at(400, "invalid_request", field);
    }
    let table = [
        ("amount", json!("9999"), "amount"),
        ("success_url", Value::Null, "success_url"),
        ("payment_methods", json!("card"), "payment_methods"),
        ("expires_at", json!(1_718_447_400), "expires_at"),
        ("sucess_url", json!("https://shop.example"), "sucess_url"),
        ("status", json!("complete"), "status"),
    ];
    for (field, value, at) in table {
        let reply = server.post(PATH, &with(checkout_session(), field, value)).send().await;
        reply.refused_at(400, "invalid_request", at);
    }
    let nobodys = with(checkout_session(), "merchant_id", json!("merch_00000000000000000000000001"));
    server.post(PATH, &nobodys).send().await.refused_at(404, "not_found", "merchant_id");
    assert_eq!(server.get(PATH).send().await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn create_sends_payers_to_web_pages_only() {
    let server = Server::start().await;
    let bad = [
        "shop.example/thanks",
        "//shop.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://shop.example",
        "https://me:secret@shop.example/",
        "https://shop.example\\@evil.example/",
        "https://shop.example/\r\nSet-Cookie: a=b",
        "https://{CHECKOUT_SESSION_ID}.example/",
    ];
    for field in ["success_url", "cancel_url"] {
        for url in bad {
            let reply = server.post(PATH, &with(checkout_session(), field, json!(url))).send().await;
            reply.refused_at(422, "invalid_value", field);
        }
    }
    let settings = Settings { environment: Some(EnvironmentName::Production), ..Settings::default() };
    let server = Server::with(settings).await;
    made(&server, &checkout_session()).await;
    for field in ["success_url", "cancel_url"] {
        let reply = server.post(PATH, &with(checkout_session(), field, json!("http://shop.example/"))).send().await;
        reply.refused_at(422, "invalid_value", field);
    }
}

#[tokio::test]
async fn create_takes_an_end_from_half_an_hour_to_a_day_ahead() {
    let server = Server::start().await;
    let now = server.freeze().await;
    // Times on the wire are whole seconds; the account's stands still within one.
    let table = [
        (30 * 60 + 1, true),
        (30 * 60 - 2, false),
        (24 * 3_600, true),
        (24 * 3_600 + 3, false),
        (0, false),
        (-3_600, false),
        (365 * 24 * 3_600, false),
    ];
    for (seconds, goes) in table {
        let at = time(now + chrono::TimeDelta::seconds(seconds));
        let reply = server.post(PATH, &with(checkout_session(), "expires_at", at.clone())).send().await;
        if goes {
            assert_eq!(reply.expect(201)["expires_at"], at);
        } else {
            reply.refused_at(422, "invalid_value", "expires_at");
        }
    }
}

#[tokio::test]
async fn create_twice_under_one_key_is_one_session() {
    let server = Server::start().await;
    let calls = (0..10).map(|_| server.post(PATH, &checkout_session()).idempotency_key("one").send());
    for reply in futures::future::join_all(calls).await {
        if reply.status != 201 {
            reply.refused(409, "idempotency_in_progress");
        }
    }
    let again = server.post(PATH, &checkout_session()).idempotency_key("one").send().await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
    let listed = server.get(PATH).send().await.expect(200);
    assert_eq!(listed["data"], json!([again.json()]));
}

#[tokio::test]
async fn create_links_to_where_payers_reach_the_server() {
    let settings = Settings { public_url: Some("https://pay.example.com/".to_owned()), ..Settings::default() };
    let server = Server::with(settings).await;
    let session = made(&server, &checkout_session()).await;
    assert_eq!(session["url"], format!("https://pay.example.com/pay/{}", session["id"].as_str().unwrap()));
    for bad in ["pay.example.com", "https://pay.example.com/shop", "ftp://pay.example.com"] {
        let settings = Settings { public_url: Some(bad.to_owned()), ..Settings::default() };
        let told = settings.resolve().unwrap_err().to_string();
        assert!(told.contains("public_url"), "{told}");
    }
}

#[tokio::test]
async fn retrieve_shows_the_session_and_nobody_elses() {
    let server = Server::start().await;
    let session = made(&server, &checkout_session()).await;
    let path = format!("{PATH}/{}", session["id"].as_str().unwrap());
    assert_eq!(server.get(&path).send().await.expect(200), session);
    let stranger = server.second_account();
    server.call_as(&stranger, Method::GET, &path).send().await.refused(404, "not_found");
    for id in ["x", "pay_00000000000000000000000001", "cs_00000000000000000000000001"] {
        server.get(&format!("{PATH}/{id}")).send().await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn retrieve_with_a_client_token_shows_the_customers_own() {
    let server = Server::start().await;
    let (ada, bob) = (server.customer().await, server.customer().await);
    let of = async |customer: &str| made(&server, &with(checkout_session(), "customer_id", json!(customer))).await;
    let (adas, bobs) = (of(&ada).await, of(&bob).await);
    let nobodys = made(&server, &checkout_session()).await;
    let jwt = server.client_token(&ada, &["checkout"]).await;
    let ask = |session: &Value| {
        let path = format!("{PATH}/{}", session["id"].as_str().unwrap());
        server.call_as(&jwt, Method::GET, &path).send()
    };
    assert_eq!(ask(&adas).await.expect(200), adas);
    for session in [bobs, nobodys] {
        ask(&session).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn list_goes_page_by_page_and_narrows() {
    let server = Server::start().await;
    let customer = server.customer().await;
    let mut all = Vec::new();
    for body in [checkout_session(), with(checkout_session(), "customer_id", json!(customer)), checkout_session()] {
        all.insert(0, made(&server, &body).await);
    }
    all[0] = expire(&server, all[0]["id"].as_str().unwrap()).await.expect(200);
    let page = server.get(&format!("{PATH}?limit=2")).send().await.expect(200);
    assert_eq!((&page["object"], &page["has_more"]), (&json!("list"), &json!(true)));
    assert_eq!(page["data"].as_array().unwrap()[..], all[..2]);
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = server.get(&format!("{PATH}?cursor={cursor}")).send().await.expect(200);
    assert_eq!((&rest["data"], &rest["next_cursor"]), (&json!([all[2]]), &Value::Null));

    let hour = chrono::TimeDelta::hours(1);
    let stamp = |at: DateTime<Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let (earlier, later) = (stamp(crate::harness::now() - hour), stamp(crate::harness::now() + hour));
    let merchant = all[0]["merchant_id"].as_str().unwrap();
    let table = [
        ("status=open".to_owned(), vec![&all[1], &all[2]]),
        ("status=expired".to_owned(), vec![&all[0]]),
        ("status=complete".to_owned(), vec![]),
        (format!("customer_id={customer}"), vec![&all[1]]),
        (format!("customer_id={customer}&status=expired"), vec![]),
        (format!("merchant_id={merchant}"), all.iter().collect()),
        ("merchant_id=merch_00000000000000000000000001".to_owned(), vec![]),
        (format!("created_after={earlier}&created_before={later}"), all.iter().collect()),
        (format!("created_after={later}"), vec![]),
    ];
    for (query, expected) in table {
        let listed = server.get(&format!("{PATH}?{query}")).send().await.expect(200);
        assert_eq!(listed["data"], json!(expected), "{query}");
    }
    for (query, field) in [
        ("limit=101", "limit"),
        ("cursor=x", "cursor"),
        ("status=paid", "status"),
        ("customer_id=x", "customer_id"),
        ("merchant_id=x", "merchant_id"),
        ("created_before=x", "created_before"),
    ] {
        server.get(&format!("{PATH}?{query}")).send().await.refused_at(400, "invalid_request", field);
    }
    let stranger = server.second_account();
    let theirs = server.call_as(&stranger, Method::GET, PATH).send().await.expect(200);
    assert_eq!(theirs["data"], json!([]));
}

#[tokio::test]
async fn expire_ends_an_open_session_and_is_replayed() {
    let server = Server::start().await;
    let id = server.open_session().await;
    let call = || server.call(Method::POST, &format!("{PATH}/{id}/expire")).idempotency_key("one").send();
    let first = call().await;
    let session = first.expect(200);
    assert_eq!((&session["status"], &session["expired_at"]), (&json!("expired"), &session["updated_at"]));
    let again = call().await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    let error = expire(&server, &id).await.refused(412, "checkout_session_not_open");
    assert_eq!(error["details"], json!({"checkout_session_id": id, "current_status": "expired"}));
    assert!(server.pay_session(&id, VISA, "n").await.is_err());
    assert_eq!(server.count().await, 0);
}

#[tokio::test]
async fn expire_cancels_a_payment_that_waits_for_3d_secure() {
    let server = Server::start().await;
    let id = server.open_session().await;
    let payment = server.pay_session(&id, CHALLENGED, "n").await.unwrap();
    let path = format!("/v1/payments/{payment}");
    let waiting = server.get(&path).send().await.expect(200);
    assert_eq!((&waiting["status"], &waiting["payment_method"]), (&json!("pending"), &json!("card")));
    assert_eq!(waiting["expires_at"], session(&server, &id).await["expires_at"]);
    assert_eq!(expire(&server, &id).await.expect(200)["payment_id"], payment);
    let canceled = server.get(&path).send().await.expect(200);
    assert_eq!((&canceled["status"], &canceled["cancellation_reason"]), (&json!("canceled"), &json!("expired")));
}

#[tokio::test]
async fn expire_of_a_paid_session_is_refused() {
    let server = Server::start().await;
    let id = server.open_session().await;
    server.pay_session(&id, VISA, "n").await.unwrap();
    ended(&server, &id).await;
    let error = expire(&server, &id).await.refused(412, "checkout_session_not_open");
    assert_eq!(error["details"]["current_status"], "complete");
}

#[tokio::test]
async fn expire_happens_by_itself_when_the_time_is_up() {
    let server = Server::start().await;
    let now = server.freeze().await;
    let soon = with(checkout_session(), "expires_at", time(now + chrono::TimeDelta::minutes(31)));
    let (early, late) = (made(&server, &soon).await, server.open_session().await);
    let early = early["id"].as_str().unwrap();
    let waiting = server.pay_session(early, CHALLENGED, "n").await.unwrap();
    server.advance(31 * 60 + 1).await;
    assert_eq!(ended(&server, early).await["status"], "expired");
    assert_eq!(settled(&server.client(), &waiting).await.cancellation_reason.as_deref(), Some("expired"));
    assert_eq!(session(&server, &late).await["status"], "open");
    server.advance(24 * 3_600).await;
    let expired = ended(&server, &late).await;
    assert_eq!((&expired["status"], &expired["payment_id"]), (&json!("expired"), &Value::Null));
}

#[tokio::test]
async fn a_payment_completes_its_session() {
    let server = Server::start().await;
    let body = with(checkout_session(), "metadata", json!({"orderId": "order_1234"}));
    let body = with(body, "description", json!("Order #1234"));
    let id = made(&server, &body).await["id"].as_str().unwrap().to_owned();
    let payment = server.pay_session(&id, VISA, "n").await.unwrap();
    let complete = ended(&server, &id).await;
    assert_eq!((&complete["status"], &complete["payment_id"]), (&json!("complete"), &json!(payment)));
    assert_eq!((&complete["customer_email"], &complete["expired_at"]), (&json!("payer@example.com"), &Value::Null));
    assert!(complete["completed_at"].is_string());
    let paid = server.get(&format!("/v1/payments/{payment}")).send().await.expect(200);
    assert_eq!((&paid["status"], &paid["checkout_session_id"]), (&json!("succeeded"), &json!(id)));
    for field in ["amount", "currency", "description", "metadata", "customer_email", "merchant_id"] {
        assert_eq!(paid[field], complete[field], "{field}");
    }
}

/// What was written for receivers: the type, and the object in it.
fn events(server: &Server, object: &str) -> Vec<(String, Value)> {
    let path = server.folder().join("hedge.db");
    let database = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = database.prepare("SELECT payload FROM events ORDER BY id").unwrap();
    let payloads = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    let all = payloads.map(|payload| serde_json::from_slice::<Value>(&payload.unwrap()).unwrap());
    let own = all.filter(|event| event["data"]["id"] == object);
    own.map(|event| (event["type"].as_str().unwrap().to_owned(), event["data"].clone())).collect()
}

#[tokio::test]
async fn the_end_of_a_session_is_announced_with_the_session_as_it_is_retrieved() {
    let server = Server::start().await;
    let (paid, unpaid) = (server.open_session().await, server.open_session().await);
    server.pay_session(&paid, VISA, "n").await.unwrap();
    let complete = ended(&server, &paid).await;
    let expired = expire(&server, &unpaid).await.expect(200);
    assert_eq!(events(&server, &paid), [("checkout.completed".to_owned(), complete)]);
    assert_eq!(events(&server, &unpaid), [("checkout.expired".to_owned(), expired)]);
}

#[tokio::test]
async fn a_declined_card_can_be_followed_by_another() {
    let server = Server::start().await;
    let id = server.open_session().await;
    let declined = server.pay_session(&id, DECLINED, "first").await.unwrap();
    let failed = settled(&server.client(), &declined).await;
    assert_eq!(failed.failure_code.as_deref(), Some("card_declined"));
    let now = session(&server, &id).await;
    assert_eq!((&now["status"], &now["payment_id"]), (&json!("open"), &json!(declined)));
    // The browser sends the same form again: that is the attempt it had.
    assert_eq!(server.pay_session(&id, DECLINED, "first").await.unwrap(), declined);
    assert_eq!(server.count().await, 1);
    let paid = server.pay_session(&id, VISA, "second").await.unwrap();
    assert_ne!(paid, declined);
    assert_eq!(ended(&server, &id).await["payment_id"], paid);
    assert!(server.pay_session(&id, VISA, "third").await.is_err());
    assert_eq!(server.count().await, 2);
}

#[tokio::test]
async fn a_session_paid_from_many_tabs_at_once_has_one_payment() {
    let server = Server::start().await;
    let id = server.open_session().await;
    let nonces: Vec<String> = (0..30).map(|tab| format!("tab {}", tab % 10)).collect();
    let attempts = futures::future::join_all(nonces.iter().map(|nonce| server.pay_session(&id, VISA, nonce))).await;
    // Whoever comes after the success is refused; nobody makes another payment.
    let payments: BTreeSet<String> = attempts.into_iter().filter_map(Result::ok).collect();
    assert_eq!(payments.len(), 1);
    let complete = ended(&server, &id).await;
    assert_eq!(Some(complete["payment_id"].as_str().unwrap()), payments.first().map(String::as_str));
    assert_eq!(server.count().await, 1);
}

#[tokio::test]
async fn a_payment_that_waits_for_3d_secure_can_be_canceled_and_paid_anew() {
    let server = Server::start().await;
    let id = server.open_session().await;
    let waiting = server.pay_session(&id, CHALLENGED, "first").await.unwrap();
    assert_eq!(server.pay_session(&id, CHALLENGED, "second").await.unwrap(), waiting);
    server.post(&format!("/v1/payments/{waiting}/cancel"), &json!({})).send().await.expect(200);
    assert_eq!(session(&server, &id).await["status"], "open");
    let paid = server.pay_session(&id, VISA, "third").await.unwrap();
    assert_eq!(ended(&server, &id).await["payment_id"], paid);
}
