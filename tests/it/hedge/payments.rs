//! `payments`: what each operation means, through the generated client.

use chrono::TimeDelta;
use hedge_client::hedge::Failure as _;
use hedge_client::hedge::types::{Currency, PaymentMethodType, PaymentStatus, RefundStatus};
use serde_json::json;

use crate::harness::server::{DECLINED, VISA, settled};
use crate::harness::{Server, now};
use crate::samples;

#[tokio::test]
async fn create_without_a_method_waits_to_be_paid() {
    let server = Server::start().await;
    let before = now();
    let payment = server.pending().await;
    assert!(payment.id.starts_with("pay_") && payment.merchant_id.starts_with("merch_"), "{payment:?}");
    assert_eq!((payment.amount, payment.currency, payment.status), (9999, Currency::Usd, PaymentStatus::Pending));
    assert_eq!((payment.fee, payment.net_amount, payment.refunded_amount), (0, 9999, 0));
    assert_eq!((payment.payment_method, payment.three_d_secure), (None, None));
    assert_eq!((&payment.customer_id, &payment.description, &payment.checkout_session_id), (&None, &None, &None));
    assert_eq!((&payment.failure_code, &payment.failure_message), (&None, &None));
    assert_eq!((&payment.cancellation_reason, &payment.canceled_at), (&None, &None));
    assert_eq!((payment.settled, payment.settled_at), (false, None));
    assert_eq!(payment.statement_descriptor, "HEDGE PAYMENTS");
    assert!(payment.refunds.is_empty() && payment.metadata.is_empty());
    assert_eq!(payment.expires_at, Some(payment.created_at + TimeDelta::hours(24)));
    assert_eq!(payment.updated_at, payment.created_at);
    // Times are shown in whole seconds.
    assert!(payment.created_at >= before - TimeDelta::seconds(1) && payment.created_at <= now(), "{payment:?}");
}

#[tokio::test]
async fn create_with_a_token_goes_through() {
    let server = Server::start().await;
    let client = server.client();
    let token = server.token(VISA).await;
    let customer = server.customer().await;
    let made = client
        .create_payment()
        .body_map(|body| {
            body.amount(9999)
                .currency(Currency::Usd)
                .customer_email("customer@example.com")
                .customer_id(customer.clone())
                .description("Order #1234".to_owned())
                .statement_descriptor("HEDGE PAYMENTS".to_owned())
                .payment_method(PaymentMethodType::Card)
                .payment_method_token(token)
                .metadata([("orderId".to_owned(), "order_1234".to_owned())])
        })
        .send()
        .await
        .unwrap();
    assert_eq!((made.status, made.fee, made.expires_at), (PaymentStatus::Initiated, 0, None));
    let payment = settled(&client, &made.id).await;
    assert_eq!((payment.status, payment.fee, payment.net_amount), (PaymentStatus::Succeeded, 320, 9679));
    assert_eq!(payment.payment_method, Some(PaymentMethodType::Card));
    assert_eq!(payment.customer_id.as_deref(), Some(customer.as_str()));
    assert_eq!(payment.metadata["orderId"], "order_1234");
    assert_eq!((payment.failure_code, payment.expires_at), (None, None));
}

#[tokio::test]
async fn create_knows_the_fee_of_every_amount() {
    let server = Server::start().await;
    let client = server.client();
    let token = server.token(VISA).await;
    // 2.9 % and 30 cents, half up, however small the payment is.
    for (amount, fee) in [(1, 30), (17, 30), (18, 31), (51, 31), (52, 32), (9999, 320), (99_999_999, 2_900_030)] {
        let body = samples::with(samples::payment(), "amount", json!(amount));
        let body = samples::with(body, "payment_method_token", json!(token));
        let made = server.post("/v1/payments", &body).send().await.expect(201);
        let payment = settled(&client, made["id"].as_str().unwrap()).await;
        assert_eq!((payment.fee, payment.net_amount), (fee, amount - fee), "{amount}");
    }
}

#[tokio::test]
async fn create_refuses_what_it_cannot_take() {
    let server = Server::start().await;
    let unknown_token = "tok_00000000000000000000000001";
    let table = [
        ("payment_method", json!("crypto"), 422, "invalid_payment_method", "payment_method"),
        ("payment_method", json!("ach"), 422, "invalid_payment_method", "payment_method"),
        ("currency", json!("JPY"), 422, "invalid_currency", "currency"),
        ("payment_method_token", json!(unknown_token), 404, "not_found", "payment_method_token"),
        ("payment_method_token", json!("nonsense"), 404, "not_found", "payment_method_token"),
        ("merchant_id", json!("merch_00000000000000000000000001"), 404, "not_found", "merchant_id"),
        ("merchant_id", json!("nonsense"), 404, "not_found", "merchant_id"),
    ];
    for (field, value, status, code, at) in table {
        let body = samples::with(samples::payment(), field, value);
        let error = server.post("/v1/payments", &body).send().await.refused(status, code);
        assert_eq!(error["details"]["field"], at, "{error}");
    }
    assert_eq!(server.count().await, 0);
}

#[tokio::test]
async fn retrieve_finds_what_create_answered() {
    let server = Server::start().await;
    let made = server.pending().await;
    let found = server.client().retrieve_payment().id(&made.id).send().await.unwrap();
    assert_eq!(*found, made);
}

#[tokio::test]
async fn retrieve_of_an_unknown_id_is_not_found() {
    let server = Server::start().await;
    for id in ["pay_00000000000000000000000001", "pay_abc123xyz", "nonsense", "key_00000000000000000000000001"] {
        let error = server.client().retrieve_payment().id(id).send().await.unwrap_err();
        assert_eq!((error.status().unwrap().as_u16(), error.code()), (404, Some("not_found")), "{id}");
        assert_eq!(error.message(), Some("Payment not found with the given ID."));
        assert!(error.request_id().is_some());
    }
}

#[tokio::test]
async fn list_pages_through_everything_newest_first() {
    let server = Server::start().await;
    let client = server.client();
    let mut made = Vec::new();
    for _ in 0..7 {
        made.insert(0, server.pending().await.id);
    }
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let mut request = client.list_payments().limit(3);
        if let Some(cursor) = cursor.take() {
            request = request.cursor::<String>(cursor);
        }
        let page = request.send().await.unwrap().into_inner();
        assert_eq!(page.next_cursor.is_some(), page.has_more);
        seen.extend(page.data.into_iter().map(|payment| payment.id));
        // A payment made in between does not shift the pages.
        server.pending().await;
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, made);
}

#[tokio::test]
async fn list_filters_combine() {
    let server = Server::start().await;
    let paid = server.succeeded().await;
    let waiting = server.pending().await;
    let (id, merchant) = (|key: &str| key.to_owned(), paid.merchant_id.clone());
    let hour = TimeDelta::hours(1);
    let stamp = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let (earlier, later) = (stamp(paid.created_at - hour), stamp(paid.created_at + hour));
    let both = vec![waiting.id.clone(), paid.id.clone()];
    let table = [
        ("status=succeeded".to_owned(), vec![paid.id.clone()]),
        ("status=pending".to_owned(), vec![waiting.id]),
        ("status=refunded".to_owned(), vec![]),
        ("customer_id=cust_00000000000000000000000001".to_owned(), vec![]),
        (format!("merchant_id={merchant}"), both.clone()),
        (format!("created_after={earlier}"), both.clone()),
        (format!("created_after={later}"), vec![]),
        (format!("created_before={later}"), both),
        (format!("created_before={earlier}"), vec![]),
        (format!("status=succeeded&merchant_id={merchant}&created_before={later}&limit=1"), vec![paid.id.clone()]),
        (format!("status=succeeded&customer_id=cust_00000000000000000000000001&created_after={earlier}"), vec![]),
        ("merchant_id=merch_00000000000000000000000001".to_owned(), vec![]),
    ];
    for (query, expected) in table {
        let listed = server.get(&format!("/v1/payments?{query}")).send().await.expect(200);
        let ids: Vec<_> = listed["data"].as_array().unwrap().iter().map(|it| id(it["id"].as_str().unwrap())).collect();
        assert_eq!(ids, expected, "{query}");
        assert_eq!((&listed["object"], &listed["has_more"]), (&json!("list"), &json!(false)));
    }
}

#[tokio::test]
async fn confirm_submits_a_pending_payment() {
    let server = Server::start().await;
    let client = server.client();
    let (id, token) = (server.pending().await.id, server.token(VISA).await);
    let confirmed = client.confirm_payment().id(&id).body_map(|body| body.payment_method_token(token)).send().await;
    let confirmed = confirmed.unwrap();
    assert_eq!((confirmed.status, confirmed.expires_at), (PaymentStatus::Initiated, None));
    assert_eq!(settled(&client, &id).await.status, PaymentStatus::Succeeded);
}

#[tokio::test]
async fn confirm_twice_is_refused_with_the_state_it_is_in() {
    let server = Server::start().await;
    let (payment, token) = (server.succeeded().await, server.token(VISA).await);
    let path = format!("/v1/payments/{}/confirm", payment.id);
    let reply = server.post(&path, &json!({"payment_method_token": token})).send().await;
    let error = reply.refused(412, "payment_not_confirmable");
    assert_eq!(
        error["details"],
        json!({"payment_id": payment.id, "current_status": "succeeded", "confirmable_statuses": ["pending"]})
    );
}

#[tokio::test]
async fn confirm_with_an_unknown_token_is_not_found() {
    let server = Server::start().await;
    let payment = server.pending().await;
    for token in ["tok_00000000000000000000000001", "nonsense"] {
        let path = format!("/v1/payments/{}/confirm", payment.id);
        let reply = server.post(&path, &json!({"payment_method_token": token})).send().await;
        assert_eq!(reply.refused(404, "not_found")["details"]["field"], "payment_method_token");
    }
    assert_eq!(*server.client().retrieve_payment().id(&payment.id).send().await.unwrap(), payment);
}

#[tokio::test]
async fn cancel_calls_a_pending_payment_off() {
    let server = Server::start().await;
    for (body, reason) in [(json!({"reason": "customer_requested"}), Some("customer_requested")), (json!({}), None)] {
        let id = server.pending().await.id;
        let canceled = server.post(&format!("/v1/payments/{id}/cancel"), &body).send().await.expect(200);
        assert_eq!((canceled["status"].as_str(), canceled["cancellation_reason"].as_str()), (Some("canceled"), reason));
        assert_eq!(canceled["canceled_at"], canceled["updated_at"]);
        assert_eq!(canceled["expires_at"], json!(null));
        let found = server.get(&format!("/v1/payments/{id}")).send().await.expect(200);
        assert_eq!(found, canceled);
    }
}

#[tokio::test]
async fn cancel_and_refund_need_no_body() {
    let server = Server::start().await;
    let (id, paid) = (server.pending().await.id, server.succeeded().await.id);
    let post = |path: String| server.call(reqwest::Method::POST, &path);
    let canceled = post(format!("/v1/payments/{id}/cancel")).send().await.expect(200);
    assert_eq!(canceled["status"], "canceled");
    let refunded = post(format!("/v1/payments/{paid}/refund")).send().await.expect(200);
    assert_eq!(refunded["status"], "refunded");
}

#[tokio::test]
async fn cancel_of_what_has_gone_further_is_refused() {
    let server = Server::start().await;
    let payment = server.succeeded().await;
    let reply = server.post(&format!("/v1/payments/{}/cancel", payment.id), &json!({})).send().await;
    let error = reply.refused(412, "payment_not_cancelable");
    assert_eq!(
        error["details"],
        json!({
            "payment_id": payment.id, "current_status": "succeeded", "cancelable_statuses": ["pending", "initiated"]
        })
    );
    let message = error["message"].as_str().unwrap();
    assert!(message.contains(&payment.id) && message.contains("succeeded"), "{message}");
}

#[tokio::test]
async fn refund_of_parts_adds_up_to_the_whole() {
    let server = Server::start().await;
    let client = server.client();
    let id = server.succeeded().await.id;
    for (amount, refunded) in [(2500, 2500), (5000, 7500)] {
        let payment = client.refund_payment().id(&id).body_map(|body| body.amount(amount)).send().await.unwrap();
        assert_eq!((payment.status, payment.refunded_amount), (PaymentStatus::PartiallyRefunded, refunded));
        // Fees are not returned.
        assert_eq!((payment.fee, payment.net_amount), (320, 9679));
    }
    let refused = client.refund_payment().id(&id).body_map(|body| body.amount(2500)).send().await.unwrap_err();
    assert_eq!(refused.code(), Some("refund_amount_exceeded"));
    let rest = client.refund_payment().id(&id).send().await.unwrap();
    assert_eq!((rest.status, rest.refunded_amount), (PaymentStatus::Refunded, 9999));
    let amounts: Vec<_> = rest.refunds.iter().map(|refund| (refund.amount, refund.status)).collect();
    assert_eq!(amounts, [2500, 5000, 2499].map(|amount| (amount, RefundStatus::Succeeded)));
    assert!(rest.refunds.iter().all(|refund| refund.id.starts_with("ref_") && refund.reason.is_none()));
}

#[tokio::test]
async fn refund_keeps_reason_and_metadata() {
    let server = Server::start().await;
    let id = server.succeeded().await.id;
    let body = json!({"amount": 1, "reason": "a reason of our own", "metadata": {"refund_item": "shipping_fee"}});
    let payment = server.post(&format!("/v1/payments/{id}/refund"), &body).send().await.expect(200);
    assert_eq!(payment["refunds"][0]["reason"], body["reason"]);
    assert_eq!(payment["refunds"][0]["metadata"], body["metadata"]);
    assert_eq!(payment["metadata"], json!({}));
}

#[tokio::test]
async fn refund_in_any_other_state_is_refused() {
    let server = Server::start().await;
    let client = server.client();
    let refunded = server.succeeded().await.id;
    client.refund_payment().id(&refunded).send().await.unwrap();
    let canceled = server.pending().await.id;
    client.cancel_payment().id(&canceled).send().await.unwrap();
    let failed = {
        let token = server.token(DECLINED).await;
        let id = server.pending().await.id;
        client.confirm_payment().id(&id).body_map(|body| body.payment_method_token(token)).send().await.unwrap();
        settled(&client, &id).await.id
    };
    let pending = server.pending().await.id;
    for (id, status) in [(pending, "pending"), (canceled, "canceled"), (failed, "failed"), (refunded, "refunded")] {
        let reply = server.post(&format!("/v1/payments/{id}/refund"), &json!({"amount": 1})).send().await;
        let error = reply.refused(412, "payment_not_refundable");
        let expected = json!({
            "payment_id": id, "current_status": status, "refundable_statuses": ["succeeded", "partially_refunded"]
        });
        assert_eq!(error["details"], expected);
    }
}
