//! The wall between tenants: somebody else's object is not found, whichever way it is reached for.

use hedge_client::hedge::Failure as _;
use reqwest::Method;
use serde_json::json;

use crate::harness::Server;
use crate::harness::server::{VISA, token};
use crate::samples;

#[tokio::test]
async fn lists_show_the_callers_own_only() {
    let server = Server::start().await;
    let stranger = server.client_of(&server.second_account());
    let mine = server.pending().await;
    assert!(stranger.list_payments().send().await.unwrap().data.is_empty());
    assert!(stranger.list_payments().merchant_id(mine.merchant_id.as_str()).send().await.unwrap().data.is_empty());
    server.customer().await;
    assert!(stranger.list_customers().send().await.unwrap().data.is_empty());
    let keys = stranger.list_api_keys().send().await.unwrap().into_inner();
    let own = server.client().list_api_keys().send().await.unwrap().into_inner();
    assert_eq!((keys.data.len(), own.data.len()), (1, 1));
    assert_ne!(keys.data[0].id, own.data[0].id);
}

#[tokio::test]
async fn a_cursor_of_somebody_else_opens_nothing() {
    let server = Server::start().await;
    for _ in 0..3 {
        server.pending().await;
    }
    let cursor = server.client().list_payments().limit(1).send().await.unwrap().into_inner().next_cursor.unwrap();
    let stranger = server.client_of(&server.second_account());
    assert!(stranger.list_payments().cursor(cursor).send().await.unwrap().data.is_empty());
}

#[tokio::test]
async fn tokens_and_merchants_of_somebody_else_are_not_found() {
    let server = Server::start().await;
    let stranger = server.second_account();
    let merchant = server.pending().await.merchant_id;
    let mine = server.token(VISA).await;
    let customer = server.customer().await;
    let theirs = crate::harness::server::pending(&server.client_of(&stranger)).await;
    let table = [
        ("/v1/payments".to_owned(), "merchant_id", samples::with(samples::payment(), "merchant_id", json!(merchant))),
        (
            "/v1/payments".to_owned(),
            "payment_method_token",
            samples::with(samples::payment(), "payment_method_token", json!(mine)),
        ),
        (format!("/v1/payments/{}/confirm", theirs.id), "payment_method_token", json!({"payment_method_token": mine})),
        ("/v1/payments".to_owned(), "customer_id", samples::with(samples::payment(), "customer_id", json!(customer))),
        (
            "/v1/payment_methods".to_owned(),
            "customer_id",
            samples::with(samples::card(), "customer_id", json!(customer)),
        ),
        ("/v1/auth/client-token".to_owned(), "customer_id", json!({"customer_id": customer, "scopes": ["checkout"]})),
        ("/v1/auth/api-keys".to_owned(), "merchant_ids", json!({"merchant_ids": [merchant]})),
    ];
    for (path, field, body) in table {
        let reply = server.call_as(&stranger, Method::POST, &path).json(&body).send().await;
        assert_eq!(reply.refused(404, "not_found")["details"]["field"], field, "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_and_what_is_not_yours_look_the_same() {
    let server = Server::start().await;
    let stranger = server.second_account();
    let id = server.pending().await.id;
    let ask = |id: &str| server.call_as(&stranger, Method::GET, &format!("/v1/payments/{id}")).send();
    let (theirs, nothing) = (ask(&id).await, ask("pay_00000000000000000000000001").await);
    assert_eq!((theirs.status, theirs.body), (nothing.status, nothing.body));
}

#[tokio::test]
async fn idempotency_keys_of_two_tenants_do_not_meet() {
    let server = Server::start().await;
    let stranger = server.second_account();
    let send = |key: &str| {
        let call = server.call_as(key, Method::POST, "/v1/payments").json(&samples::payment());
        call.idempotency_key("order-1").send()
    };
    let (mine, theirs) = (send(&server.key).await.expect(201), send(&stranger).await.expect(201));
    assert_ne!(mine["id"], theirs["id"]);
}

/// An account has one merchant so far, so the other merchant a key is not limited to is that of another account.
#[tokio::test]
async fn a_limited_key_acts_for_its_merchant() {
    let server = Server::start().await;
    let payment = server.pending().await;
    let made = server.make_key(json!({"merchant_ids": [payment.merchant_id]})).await;
    let limited = server.client_of(made["secret"].as_str().unwrap());
    let found = limited.retrieve_payment().id(&payment.id).send().await.unwrap();
    assert_eq!(*found, payment);
    let token = token(&limited, VISA).await;
    limited.confirm_payment().id(&payment.id).body_map(|body| body.payment_method_token(token)).send().await.unwrap();
    crate::harness::server::settled(&limited, &payment.id).await;
    limited.refund_payment().id(&payment.id).send().await.unwrap();
}

#[tokio::test]
async fn rolling_or_revoking_somebody_elses_key_does_nothing() {
    let server = Server::start().await;
    let stranger = server.client_of(&server.second_account());
    let mine = server.client().list_api_keys().send().await.unwrap().data[0].id.clone();
    let errors = [
        stranger.revoke_api_key().id(&mine).send().await.map(|_| ()).unwrap_err(),
        stranger.roll_api_key().id(&mine).send().await.map(|_| ()).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.code(), Some("not_found"));
    }
    server.client().list_payments().send().await.unwrap();
}
