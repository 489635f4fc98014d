//! `payment_methods`: a card becomes a token, and its number is never seen again.

use hedge_client::hedge::types::CardBrand;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Server;
use crate::samples;

fn card(field: &str, value: Value) -> Value {
    let mut body = samples::card();
    body["card"][field] = value;
    body
}

#[tokio::test]
async fn create_answers_what_may_be_known_of_the_card() {
    let server = Server::start().await;
    let customer = server.customer().await;
    let body = samples::with(samples::card(), "customer_id", json!(customer));
    let made = server.post("/v1/payment_methods", &body).send().await.expect(201);
    assert!(made["id"].as_str().unwrap().starts_with("tok_"));
    let shown = json!({"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2034});
    assert_eq!((&made["object"], &made["type"], &made["card"]), (&json!("payment_method"), &json!("card"), &shown));
    assert_eq!(made["customer_id"], customer);
    assert!(!made.to_string().contains("4242424242424242") && !made.to_string().contains("cvc"));
}

#[tokio::test]
async fn list_shows_a_customers_own_page_by_page() {
    let server = Server::start().await;
    let (ada, bob) = (server.customer().await, server.customer().await);
    let mut of_ada = Vec::new();
    for whose in [Some(&ada), Some(&bob), None, Some(&ada), Some(&ada)] {
        let body = match whose {
            Some(customer) => samples::with(samples::card(), "customer_id", json!(customer)),
            None => samples::card(),
        };
        let made = server.post("/v1/payment_methods", &body).send().await.expect(201);
        if whose == Some(&ada) {
            of_ada.insert(0, made);
        }
    }
    let page = server.get(&format!("/v1/payment_methods?customer_id={ada}&limit=2")).send().await.expect(200);
    assert_eq!((&page["object"], &page["has_more"]), (&json!("list"), &json!(true)));
    assert_eq!(page["data"].as_array().unwrap()[..], of_ada[..2]);
    let cursor = page["next_cursor"].as_str().unwrap();
    let path = format!("/v1/payment_methods?customer_id={ada}&limit=2&cursor={cursor}");
    let rest = server.get(&path).send().await.expect(200);
    assert_eq!(
        (&rest["data"], &rest["has_more"], &rest["next_cursor"]),
        (&json!([of_ada[2]]), &json!(false), &Value::Null)
    );

    server.get("/v1/payment_methods").send().await.refused_at(400, "invalid_request", "customer_id");
    server.get("/v1/payment_methods?customer_id=x").send().await.refused_at(400, "invalid_request", "customer_id");
    let nobody = format!("/v1/payment_methods?customer_id={}", samples::NOBODY);
    assert_eq!(server.get(&nobody).send().await.expect(200)["data"], json!([]));
    let path = format!("/v1/payment_methods?customer_id={ada}");
    let stranger = server.call_as(&server.second_account(), reqwest::Method::GET, &path).send().await.expect(200);
    assert_eq!(stranger["data"], json!([]));
}

#[tokio::test]
async fn create_tells_the_brands_apart() {
    let server = Server::start().await;
    let client = server.client();
    let table = [
        ("4242424242424242", "123", CardBrand::Visa),
        ("5555555555554444", "123", CardBrand::Mastercard),
        ("2223003122003222", "123", CardBrand::Mastercard),
        ("378282246310005", "1234", CardBrand::Amex),
        ("6011111111111117", "123", CardBrand::Discover),
        ("3566002020360505", "123", CardBrand::Jcb),
        ("3056930009020004", "123", CardBrand::Diners),
        ("6200000000000005", "123", CardBrand::Unionpay),
    ];
    for (number, cvc, brand) in table {
        let card =
            hedge_client::hedge::types::CardDetails::builder().number(number).exp_month(1).exp_year(2034).cvc(cvc);
        let made = client.create_payment_method().body_map(|body| body.type_("card").card(card)).send().await.unwrap();
        assert_eq!((made.card.brand, made.card.last4.as_str()), (brand, &number[number.len() - 4..]));
    }
}

#[tokio::test]
async fn create_takes_a_publishable_key() {
    let server = Server::start().await;
    let key = server.make_key(json!({"type": "publishable"})).await;
    let call = server.call_as(key["secret"].as_str().unwrap(), reqwest::Method::POST, "/v1/payment_methods");
    let token = call.json(&samples::card()).send().await.expect(201)["id"].clone();
    // The account's server may charge what its customer's browser tokenised.
    let body = samples::with(samples::payment(), "payment_method_token", token);
    server.post("/v1/payments", &body).send().await.expect(201);
}

#[tokio::test]
async fn create_refuses_a_card_that_cannot_be() {
    let server = Server::start().await;
    let table = [
        (card("number", json!("4242424242424241")), "invalid_card_number", "card.number"),
        (card("number", json!("9999999999999995")), "invalid_card_number", "card.number"),
        (card("number", json!("42424242424")), "invalid_card_number", "card.number"),
        (card("number", json!("4242 4242 4242 4242")), "invalid_card_number", "card.number"),
        (card("exp_year", json!(2020)), "expired_card", "card.exp_year"),
        (card("cvc", json!("1234")), "invalid_cvc", "card.cvc"),
        (card("cvc", json!("12")), "invalid_cvc", "card.cvc"),
        (card("cvc", json!("12a")), "invalid_cvc", "card.cvc"),
    ];
    for (body, code, field) in table {
        let error = server.post("/v1/payment_methods", &body).send().await.refused(422, code);
        assert_eq!(error["details"]["field"], field, "{error}");
        assert!(!error.to_string().contains("4242"), "a card number on its way back: {error}");
    }
}

/// A body that does not parse is told where, not what.
#[tokio::test]
async fn create_never_repeats_the_card_in_an_error() {
    let server = Server::start().await;
    let number = "4242424242424242";
    let bodies = [
        card("number", json!(4_242_424_242_424_242_u64)),
        card("exp_month", json!(number)),
        card("cvc", json!(987)),
        samples::with(samples::card(), "type", json!(number)),
        samples::with(samples::card(), "card", json!(number)),
    ];
    for body in bodies {
        let reply = server.post("/v1/payment_methods", &body).send().await;
        let text = String::from_utf8(reply.body.clone()).unwrap();
        assert!(reply.status == 400 || reply.status == 422, "{text}");
        assert!(!text.contains(number) && !text.contains("987"), "{text}");
    }
}

#[tokio::test]
async fn create_by_a_publishable_key_names_no_customer_and_learns_of_none() {
    let server = Server::start().await;
    let made = server.make_key(json!({"type": "publishable"})).await;
    let (there, nobody) = (server.customer().await, samples::NOBODY.to_owned());
    let mut answers = Vec::new();
    for customer in [there, nobody] {
        let body = samples::with(samples::card(), "customer_id", json!(customer));
        let call = server.call_as(made["secret"].as_str().unwrap(), Method::POST, "/v1/payment_methods");
        let reply = call.json(&body).send().await;
        reply.refused_at(403, "forbidden", "customer_id");
        answers.push(reply.json());
    }
    assert_eq!(answers[0], answers[1]);
}
