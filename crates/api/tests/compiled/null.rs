//! Absent, null and a value; and defaults.

use serde_json::json;

use crate::generated::defaults;
use crate::generated::nullable::types::Change;
use crate::harness::{Echo, echo, post, table};

echo!(defaults, Defaults, send_defaults, SendDefaultsInput, SendDefaultsOutput);

impl crate::generated::nullable::Authenticate for Echo {}

impl crate::generated::nullable::Profile for Echo {
    async fn change_profile(
        &self,
        input: crate::generated::nullable::ChangeProfileInput,
    ) -> Result<crate::generated::nullable::ChangeProfileOutput, crate::Answer> {
        Ok(crate::generated::nullable::ChangeProfileOutput::Ok(input.body))
    }
}

fn patch(body: &serde_json::Value) -> axum::http::Request<axum::body::Body> {
    let request = axum::http::Request::patch("/profile").header("content-type", "application/json; charset=utf-8");
    request.body(axum::body::Body::from(body.to_string())).unwrap()
}

#[tokio::test]
async fn absent_null_and_a_value_are_three_things() {
    let router = crate::generated::nullable::router(Echo);
    for body in [
        json!({"id": "a", "owner": null}),
        json!({"id": "a", "owner": "me", "name": null, "nick": null, "born": null, "address": null}),
        json!({"id": "a", "owner": "me", "name": "ab", "nick": "abcde", "born": "2000-01-01", "address": {"city": "B"}}),
        json!({"id": "a", "owner": "me", "email": "x", "scores": [1, null]}),
    ] {
        assert_eq!(crate::harness::send(&router, patch(&body)).await.ok(), body);
    }
    for (body, said) in [
        (json!({"id": "a"}), "BodySchema owner: is required"),
        (json!({"id": null, "owner": null}), "BodySchema id: must be a string, not null"),
        (json!({"id": "a", "owner": "x"}), "BodyConstraint owner: must be at least 2 characters long"),
        (json!({"id": "a", "owner": null, "email": null}), "BodySchema email: must be a string, not null"),
        (json!({"id": "a", "owner": null, "name": "x"}), "BodyConstraint name: must be at least 2 characters long"),
        (json!({"id": "a", "owner": null, "nick": "123456"}), "BodyConstraint nick: must be at most 5 characters long"),
        (json!({"id": "a", "owner": null, "address": {}}), "BodySchema address.city: is required"),
        (
            json!({"id": "a", "owner": null, "address": {"city": ""}}),
            "BodyConstraint address.city: must be at least 1 characters long",
        ),
        (json!({"id": "a", "owner": null, "scores": [1, null, -1]}), "BodyConstraint scores[2]: must be at least 0"),
    ] {
        assert_eq!(crate::harness::send(&router, patch(&body)).await.refusal(), said, "{body}");
    }
}

#[test]
fn the_three_are_told_apart_in_rust() {
    let read = |text: &str| crate::wire::literal::<Change>(text).unwrap().name;
    assert_eq!(read(r#"{"id": "a", "owner": null}"#), None);
    assert_eq!(read(r#"{"id": "a", "owner": null, "name": null}"#), Some(None));
    assert_eq!(read(r#"{"id": "a", "owner": null, "name": "x"}"#), Some(Some("x".to_owned())));
}

#[tokio::test]
async fn defaults_are_filled_in() {
    let filled = json!({
        "count": -3, "big": 1_234_567, "ratio": 1.5, "on": true, "text": "it's", "amount": "12.50", "mode": "slow",
        "list": [1, 2], "map": {}, "maybe": "yes please", "nothing": null
    });
    assert_eq!(post(&defaults::router(Echo), "/defaults", &json!({})).await.ok(), filled);
    table!(defaults, "/defaults",
        accepted: [
            {"count": 0, "big": 1, "ratio": 0.0, "on": false, "text": "", "amount": "0", "mode": "fast",
             "list": [], "map": {"a": "b"}, "maybe": null, "nothing": "x"},
        ],
        refused: [
            {"count": null} => "BodySchema count: must be an integer, not null",
        ]
    );
}

#[test]
fn defaults_of_parameters_are_in_the_input() {
    let input = defaults::SendDefaultsInput {
        limit: 20,
        order: "newest".to_owned(),
        x_retry: false,
        body: crate::wire::literal("{}").unwrap(),
    };
    assert_eq!(crate::harness::seen(&input)["limit"], 20);
}
