//! `payouts`: what is available goes out, once; by asking for it and by schedule, and back when the bank says no.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Server;
use crate::harness::server::WALLET;

async fn settle_by(server: &Server, settlement: Value) -> String {
    let merchant = server.merchant().await;
    let call = server.call(Method::PATCH, &format!("/v1/merchants/{merchant}"));
    call.json(&json!({"settlement": settlement})).send().await.expect(200);
    merchant
}

/// The account whose payouts arrive ends in 0000, the closed one in 2222.
fn bank(last4: &str) -> Value {
    let number = format!("111122223333{last4}");
    json!({"routing_number": "011401533", "account_number": number, "account_type": "checking"})
}

/// The pockets that a payout goes through: available, in transit.
async fn pockets(server: &Server, merchant: &str) -> (i64, i64) {
    let balance = server.get(&format!("/v1/merchants/{merchant}/balance")).send().await.expect(200);
    let sum = |pocket: &str| balance[pocket][0]["amount"].as_i64().unwrap();
    (sum("available"), sum("in_transit"))
}

fn path(payout: &Value) -> String {
    format!("/v1/payouts/{}", payout["id"].as_str().unwrap())
}

async fn create(server: &Server, body: &Value) -> Value {
    server.post("/v1/payouts", body).send().await.expect(201)
}

async fn events_of(server: &Server, payout: &Value) -> Vec<String> {
    let id = payout["id"].as_str().unwrap();
    let listed = server.get(&format!("/v1/events?object_id={id}")).send().await.expect(200);
    let kinds = listed["data"].as_array().unwrap().iter().rev();
    kinds.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn create_sends_usdc_at_once() {
    let server = Server::start().await;
    let merchant = server.funded().await;
    let payout = create(&server, &json!({"description": "June", "metadata": {"month": "6"}})).await;
    // 0.5 % of 9679, half up to the cent.
    assert_eq!((&payout["amount"], &payout["fee"], &payout["net_amount"]), (&json!(9_679), &json!(48), &json!(9_631)));
    assert_eq!((&payout["status"], &payout["automatic"]), (&json!("pending"), &json!(false)));
    let destination = json!({"type": "solana_wallet", "solana_wallet": WALLET, "bank_account": null});
    assert_eq!((&payout["destination"], &payout["merchant_id"]), (&destination, &json!(merchant)));
    let paid = server.until(&path(&payout), |payout| payout["status"] == "paid").await;
    assert_eq!((&paid["metadata"], &paid["description"]), (&json!({"month": "6"}), &json!("June")));
    assert!(paid["paid_at"].is_string() && paid["arrival_at"] == paid["paid_at"]);
    assert_eq!(pockets(&server, &merchant).await, (0, 0));
    assert_eq!(events_of(&server, &payout).await, ["payout.created", "payout.in_transit", "payout.paid"]);
}

#[tokio::test]
async fn create_to_a_bank_arrives_on_the_next_banking_day() {
    let server = Server::start().await;
    // A Wednesday; the day after is Thanksgiving.
    server.freeze_at("2093-11-18T17:00:00Z").await;
    let merchant = settle_by(&server, json!({"bank_account": bank("0000"), "schedule": "manual"})).await;
    let payment = server.succeeded().await;
    server.advance_to("2093-11-25T17:00:00Z").await;
    server.until(&format!("/v1/payments/{}", payment.id), |payment| payment["settled"] == true).await;
    let payout = create(&server, &json!({"amount": 9_000})).await;
    assert_eq!((&payout["fee"], &payout["net_amount"], &payout["method"]), (&json!(23), &json!(8_977), &json!("usd")));
    assert_eq!(payout["destination"]["bank_account"]["last4"], "0000");
    let sent = server.until(&path(&payout), |payout| payout["arrival_at"].is_string()).await;
    assert_eq!((&sent["status"], &sent["arrival_at"]), (&json!("in_transit"), &json!("2093-11-27T13:30:00Z")));
    assert_eq!(pockets(&server, &merchant).await, (679, 8_977));
    server.advance_to("2093-11-27T13:30:00Z").await;
    server.until(&path(&payout), |payout| payout["status"] == "paid").await;
    assert_eq!(pockets(&server, &merchant).await, (679, 0));
}

#[tokio::test]
async fn create_to_a_closed_account_comes_back_with_its_fee() {
    let server = Server::start().await;
    server.freeze_at("2093-11-16T17:00:00Z").await;
    let merchant = settle_by(&server, json!({"bank_account": bank("2222"), "schedule": "manual"})).await;
    let payment = server.succeeded().await;
    server.advance_to("2093-11-19T17:00:00Z").await;
    server.until(&format!("/v1/payments/{}", payment.id), |payment| payment["settled"] == true).await;
    let payout = create(&server, &json!({})).await;
    server.until(&path(&payout), |payout| payout["arrival_at"].is_string()).await;
    server.advance_to("2093-11-21T00:00:00Z").await;
    let failed = server.until(&path(&payout), |payout| payout["status"] == "failed").await;
    assert_eq!((&failed["failure_code"], &failed["paid_at"]), (&json!("account_closed"), &Value::Null));
    assert!(failed["failure_message"].is_string() && failed["failed_at"].is_string());
    assert_eq!(pockets(&server, &merchant).await, (9_679, 0));
    assert_eq!(events_of(&server, &payout).await, ["payout.created", "payout.in_transit", "payout.failed"]);
    let statement = server.get(&format!("/v1/merchants/{merchant}/statement")).send().await.expect(200);
    let back = &statement["data"][2];
    assert_eq!(
        (&back["type"], &back["net"], &back["balance"]),
        (&json!("payout_failure"), &json!(9_679), &json!(9_679))
    );
}

#[tokio::test]
async fn create_refuses_what_cannot_be_paid_out() {
    let server = Server::start().await;
    server.post("/v1/payouts", &json!({})).send().await.refused(412, "payout_destination_missing");
    let merchant = server.funded().await;
    let before = pockets(&server, &merchant).await;
    let refuse = async |body: Value, status, code| server.post("/v1/payouts", &body).send().await.refused(status, code);
    let below = refuse(json!({"amount": 99}), 422, "payout_below_minimum").await;
    assert_eq!(below["details"], json!({"field": "amount", "minimum": 100, "requested": 99}));
    let short = refuse(json!({"amount": 9_680}), 422, "balance_insufficient").await;
    assert_eq!(short["details"], json!({"field": "amount", "available": 9_679, "requested": 9_680}));
    refuse(json!({"amount": i64::MAX}), 422, "invalid_amount").await;
    refuse(json!({"currency": "EUR"}), 422, "invalid_currency").await;
    refuse(json!({"amount": -1}), 422, "invalid_amount").await;
    refuse(json!({"amount": 1.5}), 400, "invalid_request").await;
    refuse(json!({"amout": 100}), 400, "invalid_request").await;
    refuse(json!({"merchant_id": "merch_x"}), 404, "not_found").await;
    assert_eq!(pockets(&server, &merchant).await, before);
    create(&server, &json!({})).await;
    refuse(json!({}), 422, "balance_insufficient").await;
}

/// Else it would have come at once, and gone for half the fee.
#[tokio::test]
async fn create_to_a_bank_takes_nothing_that_settled_at_once() {
    let server = Server::start().await;
    let merchant = server.funded().await;
    settle_by(&server, json!({"method": "usd", "bank_account": bank("0000"), "schedule": "manual"})).await;
    let available = async || {
        let balance = server.get(&format!("/v1/merchants/{merchant}/balance")).send().await.expect(200);
        balance["available"].clone()
    };
    assert_eq!(available().await, json!([{"currency": "USD", "amount": 9_679, "usdc_only": 9_679}]));
    for body in [json!({}), json!({"method": "usd", "amount": 9_000})] {
        let short = server.post("/v1/payouts", &body).send().await.refused(422, "balance_insufficient");
        assert_eq!((&short["details"]["available"], &short["details"]["usdc_only"]), (&json!(0), &json!(9_679)));
    }
    let payout = create(&server, &json!({"method": "usdc"})).await;
    assert_eq!((&payout["method"], &payout["fee"], &payout["amount"]), (&json!("usdc"), &json!(48), &json!(9_679)));
    assert_eq!(available().await, json!([{"currency": "USD", "amount": 0, "usdc_only": 0}]));
    server.post("/v1/payouts", &json!({"method": "gold"})).send().await.refused(422, "invalid_value");
}

#[tokio::test]
async fn create_from_many_at_once_pays_out_what_is_there_and_no_more() {
    let server = Server::start().await;
    let merchant = server.funded().await;
    let body = json!({"amount": 4_000});
    let replies = join_all((0..10).map(|_| server.post("/v1/payouts", &body).send())).await;
    let made: Vec<_> = replies.iter().filter(|reply| reply.status == 201).collect();
    assert_eq!(made.len(), 2, "9679 is enough for two");
    assert_eq!(pockets(&server, &merchant).await.0, 1_679);
}

#[tokio::test]
async fn create_twice_under_one_key_is_one_payout() {
    let server = Server::start().await;
    let merchant = server.funded().await;
    let call = || server.post("/v1/payouts", &json!({"amount": 1_000})).idempotency_key("one");
    let first = call().send().await;
    let again = call().send().await;
    assert_eq!((first.status, &first.body), (201, &again.body));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(pockets(&server, &merchant).await.0, 8_679);
}

#[tokio::test]
async fn payouts_are_made_by_schedule() {
    let server = Server::start().await;
    // A Friday. What is paid then is available on Wednesday morning, and goes out at ten in New York.
    server.freeze_at("2093-11-13T17:00:00Z").await;
    let merchant = settle_by(&server, json!({"bank_account": bank("0000")})).await;
    server.succeeded().await;
    server.advance_to("2093-11-18T15:00:00Z").await;
    let listed = server.until("/v1/payouts", |listed| listed["data"][0]["status"] == "in_transit").await;
    let payout = &listed["data"][0];
    assert_eq!((&payout["amount"], &payout["automatic"]), (&json!(9_679), &json!(true)));
    assert_eq!((&payout["merchant_id"], &payout["created_at"]), (&json!(merchant), &json!("2093-11-18T15:00:00Z")));
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    let shown = server.get(&format!("/v1/merchants/{merchant}")).send().await.expect(200);
    assert_eq!(shown["settlement"]["next_payout_at"], "2093-11-19T15:00:00Z");
}

#[tokio::test]
async fn payouts_by_schedule_leave_small_sums_where_they_are() {
    let server = Server::start().await;
    server.freeze_at("2093-11-13T17:00:00Z").await;
    let merchant = settle_by(&server, json!({"bank_account": bank("0000")})).await;
    let payment = server.succeeded().await;
    let path = format!("/v1/payments/{}", payment.id);
    server.post(&format!("{path}/refund"), &json!({"amount": 8_000})).send().await.expect(200);
    server.advance_to("2093-11-20T17:00:00Z").await;
    server.until(&path, |payment| payment["settled"] == true).await;
    let at = format!("/v1/merchants/{merchant}");
    server.until(&at, |shown| shown["settlement"]["next_payout_at"] == "2093-11-23T15:00:00Z").await;
    assert_eq!(pockets(&server, &merchant).await, (1_679, 0));
    assert_eq!(server.get("/v1/payouts").send().await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn retrieve_shows_the_payout_and_nobody_elses() {
    let server = Server::start().await;
    let id = server.payout().await;
    assert_eq!(server.get(&format!("/v1/payouts/{id}")).send().await.expect(200)["id"], json!(id));
    for id in ["x", "pay_00000000000000000000000001", "po_00000000000000000000000001"] {
        server.get(&format!("/v1/payouts/{id}")).send().await.refused(404, "not_found");
    }
    let other = server.post("/v1/merchants", &json!({"name": "Other"})).send().await.expect(201);
    let limited = server.make_key(json!({"merchant_ids": [other["id"]]})).await;
    let key = limited["secret"].as_str().unwrap();
    server.call_as(key, Method::GET, &format!("/v1/payouts/{id}")).send().await.refused(404, "not_found");
    let listed = server.call_as(key, Method::GET, "/v1/payouts").send().await.expect(200);
    assert_eq!(listed["data"], json!([]));
}

#[tokio::test]
async fn list_goes_page_by_page_and_narrows() {
    let server = Server::start().await;
    let merchant = server.funded().await;
    for amount in [100, 200, 300] {
        let payout = create(&server, &json!({"amount": amount})).await;
        server.until(&path(&payout), |payout| payout["status"] == "paid").await;
    }
    let amounts = |page: &Value| -> Vec<i64> {
        page["data"].as_array().unwrap().iter().map(|payout| payout["amount"].as_i64().unwrap()).collect()
    };
    let page = server.get("/v1/payouts?limit=2").send().await.expect(200);
    assert_eq!((amounts(&page), &page["has_more"]), (vec![300, 200], &json!(true)));
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(amounts(&server.get(&format!("/v1/payouts?cursor={cursor}")).send().await.expect(200)), [100]);
    let table = [
        ("status=paid".to_owned(), 3),
        ("status=failed".to_owned(), 0),
        (format!("merchant_id={merchant}&status=paid"), 3),
        ("merchant_id=merch_00000000000000000000000001".to_owned(), 0),
        ("created_before=2024-01-01T00:00:00Z".to_owned(), 0),
        ("created_after=2024-01-01T00:00:00Z".to_owned(), 3),
    ];
    for (query, count) in table {
        let page = server.get(&format!("/v1/payouts?{query}")).send().await.expect(200);
        assert_eq!(amounts(&page).len(), count, "{query}");
    }
    for query in ["status=lost", "limit=0", "cursor=x", "merchant_id=x"] {
        server.get(&format!("/v1/payouts?{query}")).send().await.refused(400, "invalid_request");
    }
}
