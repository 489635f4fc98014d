//! Signatures, judged by the `standardwebhooks` crate and by vectors computed with Python's `hmac`.

use std::time::{SystemTime, UNIX_EPOCH};

use hedge_domain::Timestamp;
use hedge_webhooks::{Message, Secret, Signers};
use standardwebhooks::Webhook;

const BODY: &[u8] = br#"{"id":"evt_1","type":"payment.succeeded"}"#;
const AT: Timestamp = Timestamp::from_millis(1_718_447_400_999);

fn current() -> Secret {
    Secret::from_bytes(std::array::from_fn(|index| u8::try_from(index).unwrap()))
}

fn previous() -> Secret {
    Secret::from_bytes([9; 32])
}

fn message(at: Timestamp) -> Message<'static> {
    Message { id: "evt_1", at, body: BODY, covered: BODY }
}

#[expect(clippy::disallowed_methods, reason = "the judge reads the clock and cannot be told another time")]
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
}

#[test]
fn headers_are_those_python_computes() {
    let headers = Signers { current: &current(), previous: None }.headers(&message(AT)).unwrap();
    let expected = [
        ("x-hedge-signature", "sha256=26ea34b3767ffbbc9b690d0245fcc430bf1a6124746d052c7ccda4ac92825d52"),
        ("webhook-id", "evt_1"),
        ("webhook-timestamp", "1718447400"),
        ("webhook-signature", "v1,BWYX3fWTa5DSOl4xQxtUS9IOTZCg+6UZlTDhWGvo2to="),
    ];
    assert_eq!(headers.len(), expected.len());
    for (name, value) in expected {
        assert_eq!(headers[name], value, "{name}");
    }
}

#[test]
fn the_published_example_of_standard_webhooks_is_verified() {
    // Its secret is shorter than ours, so only the judge can sign with it; ours must agree on the form.
    let judge = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let signature = judge.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#).unwrap();
    assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[test]
fn both_judges_sign_alike() {
    for secret in [current(), previous()] {
        let judge = Webhook::new(secret.reveal()).unwrap();
        for body in [BODY, b"", "{\"name\":\"Zoë\\u0000 🦀\"}".as_bytes()] {
            let message = Message { id: "evt_0190a", at: AT, body, covered: body };
            let judged = judge.sign("evt_0190a", AT.millis() / 1_000, body).unwrap();
            assert_eq!(secret.standard(&message), judged);
        }
    }
}

#[test]
fn a_delivery_is_verified_and_a_changed_one_is_not() {
    let judge = Webhook::new(current().reveal()).unwrap();
    let headers = Signers { current: &current(), previous: None }.headers(&message(now())).unwrap();
    judge.verify(BODY, &headers).unwrap();
    judge.verify(br#"{"id":"evt_1","type":"payment.succeedeD"}"#, &headers).unwrap_err();
    for (name, value) in [("webhook-id", "evt_2"), ("webhook-timestamp", "1718447401")] {
        let mut changed = headers.clone();
        changed.insert(name, value.parse().unwrap());
        judge.verify(BODY, &changed).unwrap_err();
    }
    Webhook::new(previous().reveal()).unwrap().verify(BODY, &headers).unwrap_err();
}

#[test]
fn an_old_delivery_is_refused_by_the_judge() {
    let old = Timestamp::from_millis(now().millis() - 6 * 60_000);
    let headers = Signers { current: &current(), previous: None }.headers(&message(old)).unwrap();
    Webhook::new(current().reveal()).unwrap().verify(BODY, &headers).unwrap_err();
}

#[test]
fn both_secrets_verify_during_a_rotation() {
    let (current, previous) = (current(), previous());
    let headers = Signers { current: &current, previous: Some(&previous) }.headers(&message(now())).unwrap();
    for secret in [&current, &previous] {
        Webhook::new(secret.reveal()).unwrap().verify(BODY, &headers).unwrap();
    }
    // A receiver that compares the whole header with what the new secret gives must see exactly that.
    let all: Vec<_> = headers.get_all("x-hedge-signature").iter().collect();
    assert_eq!(all, [current.hedge(BODY).as_str()]);
    assert_eq!(
        headers["x-hedge-signature-previous"],
        "sha256=5b5c50e6325f301dc784f0c3e43154e2cd3059b1726e89985c0bbdec19ffb3fe"
    );
}

#[test]
fn the_hedge_header_covers_what_it_is_told_to() {
    let whole = br#"{"id":"evt_1","signature":"sha256=00"}"#;
    let covered = br#"{"id":"evt_1"}"#;
    let message = Message { id: "evt_1", at: AT, body: whole, covered };
    let headers = Signers { current: &current(), previous: None }.headers(&message).unwrap();
    assert_eq!(headers["x-hedge-signature"], current().hedge(covered).as_str());
    assert_eq!(headers["webhook-signature"], current().standard(&message).as_str());
}
