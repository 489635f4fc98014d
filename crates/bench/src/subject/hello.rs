//! The least that a request can cost: axum, a body read to its end, a small JSON.

use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;

#[derive(Serialize)]
struct Hello {
    id: &'static str,
    object: &'static str,
}

const HELLO: Hello = Hello { id: "pay_00000000000000000000000000", object: "hello" };

pub fn router() -> Router {
    Router::new()
        .route("/v1/payments", post(async |_body: Bytes| (StatusCode::CREATED, Json(HELLO))).get(async || Json(HELLO)))
        .route("/v1/payments/{id}", get(async || Json(HELLO)))
}
