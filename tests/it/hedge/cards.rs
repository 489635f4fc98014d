//! The sandbox's published test cards, each watched until the rail has decided.

use hedge_client::hedge::types::{PaymentStatus, ThreeDSecure};
use serde_json::json;

use crate::harness::Server;
use crate::harness::server::{settled, token};
use crate::samples;

#[tokio::test]
async fn cards_that_succeed() {
    let server = Server::start().await;
    let client = server.client();
    let table = [
        ("4242424242424242", ThreeDSecure::NotSupported),
        ("5555555555554444", ThreeDSecure::NotSupported),
        ("378282246310005", ThreeDSecure::NotSupported),
        ("6011111111111117", ThreeDSecure::NotSupported),
        ("3566002020360505", ThreeDSecure::NotSupported),
        // Any other that passes the check digit.
        ("4000056655665556", ThreeDSecure::NotSupported),
        ("4000000000003220", ThreeDSecure::Authenticated),
        ("4000000000003055", ThreeDSecure::NotRequired),
    ];
    for (number, three_d_secure) in table {
        let id = charge(&server, number).await;
        let payment = settled(&client, &id).await;
        assert_eq!(
            (payment.status, payment.three_d_secure),
            (PaymentStatus::Succeeded, Some(three_d_secure)),
            "{number}"
        );
        assert_eq!((payment.fee, payment.net_amount), (320, 9679));
        assert_eq!((payment.failure_code, payment.failure_message), (None, None));
    }
}

#[tokio::test]
async fn cards_that_are_declined() {
    let server = Server::start().await;
    let client = server.client();
    let table = [
        ("4000000000000002", "card_declined", ThreeDSecure::NotSupported),
        ("4000000000009995", "insufficient_funds", ThreeDSecure::NotSupported),
        ("4000000000009987", "lost_card", ThreeDSecure::NotSupported),
        ("4000000000009979", "stolen_card", ThreeDSecure::NotSupported),
        ("4000000000000069", "expired_card", ThreeDSecure::NotSupported),
        ("4000000000000127", "incorrect_cvc", ThreeDSecure::NotSupported),
        ("4000000000003063", "authentication_failed", ThreeDSecure::Failed),
    ];
    for (number, code, three_d_secure) in table {
        let id = charge(&server, number).await;
        let payment = settled(&client, &id).await;
        assert_eq!((payment.status, payment.failure_code.as_deref()), (PaymentStatus::Failed, Some(code)), "{number}");
        assert!(payment.failure_message.is_some_and(|text| !text.is_empty()));
        assert_eq!(payment.three_d_secure, Some(three_d_secure), "{number}");
        assert_eq!((payment.fee, payment.net_amount), (0, 9999));
    }
}

/// Creates a payment with the card; that it will be declined is no error of this.
async fn charge(server: &Server, number: &str) -> String {
    let token = token(&server.client(), number).await;
    let body = samples::with(samples::payment(), "payment_method_token", json!(token));
    let made = server.post("/v1/payments", &body).send().await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}
