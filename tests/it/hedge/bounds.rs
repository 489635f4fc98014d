//! Every bound the description states, from both sides: the last value that will do, and the first that will not.

use serde_json::{Map, Value, json};

use crate::harness::Server;
use crate::samples::{card, payment, with};

fn text(length: usize) -> Value {
    json!("é".repeat(length))
}

fn pairs(count: usize) -> Value {
    Value::Object((0..count).map(|index| (format!("key{index}"), json!("v"))).collect())
}

fn pair(key: usize, value: usize) -> Value {
    Value::Object(Map::from_iter([("k".repeat(key), text(value))]))
}

/// Sends every value and expects it taken, or refused with this code at this field.
async fn hold(server: &Server, path: &str, rows: Vec<(Value, Option<(&str, &str)>)>) {
    for (body, refused) in rows {
        let reply = server.post(path, &body).send().await;
        match refused {
            None => assert!(reply.status < 300, "{body}: {}", reply.json()),
            Some((code, field)) => {
                let error = reply.refused(422, code);
                assert_eq!(error["details"]["field"], field, "{body}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn of_a_payment() {
    let server = Server::start().await;
    let merchant = server.pending().await.merchant_id;
    let customer = server.customer().await;
    let row = |field: &'static str, value: Value, refused: Option<(&'static str, &'static str)>| {
        (with(payment(), field, value), refused)
    };
    let amount = Some(("invalid_amount", "amount"));
    let value = |field| Some(("invalid_value", field));
    let email = |local: usize| json!(format!("{}@{}.{}.example", "l".repeat(local), "a".repeat(63), "b".repeat(63)));
    let rows = vec![
        row("amount", json!(1), None),
        row("amount", json!(0), amount),
        row("amount", json!(-1), amount),
        row("amount", json!(99_999_999), None),
        row("amount", json!(100_000_000), amount),
        row("amount", json!(i64::MAX), amount),
        row("amount", json!(u64::MAX), amount),
        row("amount", json!(i64::MIN), amount),
        row("currency", json!("USD"), None),
        row("currency", json!("EUR"), None),
        row("currency", json!("GBP"), None),
        row("currency", json!("BRL"), None),
        row("currency", json!("usd"), Some(("invalid_currency", "currency"))),
        row("currency", json!(""), Some(("invalid_currency", "currency"))),
        row("customer_email", email(64), None),
        row("customer_email", email(65), value("customer_email")),
        row("customer_email", json!("customer"), value("customer_email")),
        row("customer_email", json!(""), value("customer_email")),
        row("customer_email", json!("a b@example.com"), value("customer_email")),
        row("customer_id", json!(customer), None),
        row("customer_id", json!(""), value("customer_id")),
        row("customer_id", text(256), value("customer_id")),
        row("description", json!(""), None),
        row("description", text(500), None),
        row("description", text(501), value("description")),
        row("statement_descriptor", json!("S"), None),
        row("statement_descriptor", json!(""), value("statement_descriptor")),
        row("statement_descriptor", json!("S".repeat(22)), None),
        row("statement_descriptor", json!("S".repeat(23)), value("statement_descriptor")),
        row("statement_descriptor", json!("A .,&#/+_-9"), None),
        row("statement_descriptor", json!("12345"), value("statement_descriptor")),
        row("statement_descriptor", json!("SHOP*1"), value("statement_descriptor")),
        row("statement_descriptor", json!("CAFÉ"), value("statement_descriptor")),
        row("statement_descriptor", json!("A\n"), value("statement_descriptor")),
        row("merchant_id", json!(merchant), None),
        row("merchant_id", json!(""), value("merchant_id")),
        row("merchant_id", text(256), value("merchant_id")),
        row("payment_method", json!("card"), None),
        row("payment_method", json!("cash"), Some(("invalid_payment_method", "payment_method"))),
        row("payment_method_token", json!(""), value("payment_method_token")),
        row("payment_method_token", text(256), value("payment_method_token")),
        row("metadata", json!({}), None),
        row("metadata", pairs(50), None),
        row("metadata", pairs(51), value("metadata")),
        row("metadata", pair(64, 512), None),
        row("metadata", pair(1, 513), value("metadata.k")),
        row("metadata", json!({"": "v"}), value("metadata.")),
    ];
    let taken = rows.iter().filter(|(_, refused)| refused.is_none()).count();
    hold(&server, "/v1/payments", rows).await;
    assert_eq!(server.count().await, taken + 1, "what is refused leaves nothing behind");
    let body = with(payment(), "metadata", pair(65, 1));
    server.post("/v1/payments", &body).send().await.refused(422, "invalid_value");
}

#[tokio::test]
async fn of_a_refund() {
    let server = Server::start().await;
    let id = server.succeeded().await.id;
    let amount = Some(("invalid_amount", "amount"));
    let rows = vec![
        (json!({"amount": 1}), None),
        (json!({"amount": 0}), amount),
        (json!({"amount": -1}), amount),
        (json!({"amount": 100_000_000}), amount),
        (json!({"amount": 1, "reason": "r"}), None),
        (json!({"amount": 1, "reason": ""}), Some(("invalid_value", "reason"))),
        (json!({"amount": 1, "reason": text(500)}), None),
        (json!({"amount": 1, "reason": text(501)}), Some(("invalid_value", "reason"))),
        (json!({"amount": 1, "metadata": pairs(50)}), None),
        (json!({"amount": 1, "metadata": pairs(51)}), Some(("invalid_value", "metadata"))),
        (json!({"amount": 1, "metadata": pair(64, 512)}), None),
        (json!({"amount": 1, "metadata": pair(1, 513)}), Some(("invalid_value", "metadata.k"))),
        (json!({"amount": 99_999_999}), Some(("refund_amount_exceeded", ""))),
    ];
    for (body, refused) in rows {
        let reply = server.post(&format!("/v1/payments/{id}/refund"), &body).send().await;
        match refused {
            None => assert_eq!(reply.status, 200, "{body}"),
            Some((code, "")) => assert_eq!(reply.refused(422, code)["details"]["payment_id"], json!(id)),
            Some((code, field)) => assert_eq!(reply.refused(422, code)["details"]["field"], field),
        }
    }
    let found = server.get(&format!("/v1/payments/{id}")).send().await.expect(200);
    assert_eq!(found["refunded_amount"], 5, "what is refused leaves nothing behind");
}

#[tokio::test]
async fn of_any_text() {
    let server = Server::start().await;
    let row = |field: &str, value: Value, place| (with(payment(), field, value), Some(("invalid_value", place)));
    let rows = vec![
        row("description", json!("a\0b"), "description"),
        row("metadata", json!({"order": "\0"}), "metadata.order"),
        row("metadata", json!({"\0": "order"}), "metadata"),
        (with(payment(), "description", json!("a\\u0000b")), None),
    ];
    hold(&server, "/v1/payments", rows).await;
    let listed = server.get("/v1/customers?email=a%00@example.com").send().await;
    listed.refused_at(400, "invalid_request", "email");
    assert_eq!(server.count().await, 1);
}

#[tokio::test]
async fn of_a_cancellation_and_a_confirmation() {
    let server = Server::start().await;
    let reason = Some(("invalid_value", "reason"));
    for (length, refused) in [(0, reason), (1, None), (500, None), (501, reason)] {
        let path = format!("/v1/payments/{}/cancel", server.pending().await.id);
        hold(&server, &path, vec![(json!({"reason": text(length)}), refused)]).await;
    }
    let path = format!("/v1/payments/{}/confirm", server.pending().await.id);
    let field = Some(("invalid_value", "payment_method_token"));
    let rows = [0, 256].map(|length| (json!({"payment_method_token": text(length)}), field));
    hold(&server, &path, rows.to_vec()).await;
}

#[tokio::test]
async fn of_a_card() {
    let server = Server::start().await;
    let row = |field: &str, value: Value, refused| {
        let mut body = card();
        body["card"][field] = value;
        (body, refused)
    };
    let month = Some(("invalid_value", "card.exp_month"));
    let year = Some(("invalid_value", "card.exp_year"));
    let number = Some(("invalid_card_number", "card.number"));
    let cvc = Some(("invalid_cvc", "card.cvc"));
    let customer = Some(("invalid_value", "customer_id"));
    let rows = vec![
        row("exp_month", json!(1), None),
        row("exp_month", json!(0), month),
        row("exp_month", json!(12), None),
        row("exp_month", json!(13), month),
        row("exp_year", json!(9999), None),
        row("exp_year", json!(10_000), year),
        row("exp_year", json!(1999), year),
        row("exp_year", json!(2000), Some(("expired_card", "card.exp_year"))),
        row("number", json!("4".repeat(11)), number),
        row("number", json!("4".repeat(20)), number),
        row("number", json!(""), number),
        row("cvc", json!("12"), cvc),
        row("cvc", json!("12345"), cvc),
        row("cvc", json!(""), cvc),
        (with(card(), "customer_id", json!(server.customer().await)), None),
        (with(card(), "customer_id", json!("")), customer),
        (with(card(), "customer_id", text(256)), customer),
        (with(card(), "type", json!("ach")), Some(("invalid_value", "type"))),
    ];
    hold(&server, "/v1/payment_methods", rows).await;
}

#[tokio::test]
async fn of_a_key() {
    let server = Server::start().await;
    let merchant = server.pending().await.merchant_id;
    let ids = |count: usize| -> Value { (0..count).map(|index| json!(format!("merch_{index:026}"))).collect() };
    let name = Some(("invalid_value", "name"));
    let merchants = Some(("invalid_value", "merchant_ids"));
    let rows = vec![
        (json!({}), None),
        (json!({"name": "n"}), None),
        (json!({"name": ""}), name),
        (json!({"name": text(100)}), None),
        (json!({"name": text(101)}), name),
        (json!({"type": "publishable"}), None),
        (json!({"type": "root"}), Some(("invalid_value", "type"))),
        (json!({"merchant_ids": [merchant]}), None),
        (json!({"merchant_ids": []}), merchants),
        (json!({"merchant_ids": ids(101)}), merchants),
        (json!({"merchant_ids": [merchant, merchant]}), merchants),
        (json!({"merchant_ids": [""]}), Some(("invalid_value", "merchant_ids[0]"))),
        (json!({"merchant_ids": [text(256)]}), Some(("invalid_value", "merchant_ids[0]"))),
    ];
    hold(&server, "/v1/auth/api-keys", rows).await;
    // A hundred are not too many, though these name nobody.
    let reply = server.post("/v1/auth/api-keys", &json!({"merchant_ids": ids(100)})).send().await;
    reply.refused(404, "not_found");
    let overlap = Some(("invalid_value", "overlap_seconds"));
    for (seconds, refused) in [(0, None), (-1, overlap), (604_800, None), (604_801, overlap)] {
        let key = server.make_key(json!({})).await;
        let path = format!("/v1/auth/api-keys/{}/roll", key["id"].as_str().unwrap());
        hold(&server, &path, vec![(json!({"overlap_seconds": seconds}), refused)]).await;
    }
}

#[tokio::test]
async fn of_a_page() {
    let server = Server::start().await;
    for _ in 0..21 {
        server.pending().await;
    }
    for (query, count) in [("", 20), ("?limit=1", 1), ("?limit=100", 21)] {
        let reply = server.get(&format!("/v1/payments{query}")).send().await;
        assert_eq!(reply.expect(200)["data"].as_array().unwrap().len(), count, "{query}");
    }
}
