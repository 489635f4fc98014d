//! The same work as it is usually written: a pool, and a transaction per request.
//!
//! It answers the two requests that are measured, on the tables of the server itself. It is honest work: prepared
//! statements, one round trip per statement, no more of them than needed; only batching is missing.

mod postgres;
mod sqlite;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::load::SECRET_KEY;

pub async fn sqlite(folder: &Path) -> Result<Router> {
    Ok(router(sqlite::Sqlite::open(folder).await?))
}

pub async fn postgres(url: &str) -> Result<Router> {
    Ok(router(postgres::Postgres::open(url).await?))
}

/// Where payments are kept.
trait Books: Send + Sync + 'static {
    fn create(&self, order: &Order) -> impl Future<Output = Result<Vec<u8>, NaiveError>> + Send;
    fn find(&self, caller: [u8; 32], id: Uuid) -> impl Future<Output = Result<Vec<u8>, NaiveError>> + Send;
}

enum NaiveError {
    Unauthorized,
    NotFound,
    KeyUsed,
    Database(sqlx::Error),
    Json(serde_json::Error),
}

impl From<sqlx::Error> for NaiveError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<serde_json::Error> for NaiveError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

/// A checked request to create a payment.
struct Order {
    caller: [u8; 32],
    key: Option<[u8; 16]>,
    fingerprint: [u8; 16],
    id: Uuid,
    event: Uuid,
    now: i64,
    request: CreateRequest,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateRequest {
    amount: i64,
    currency: String,
    customer_email: String,
}

/// What a payment reads like, and the columns it is read from.
#[derive(Serialize, sqlx::FromRow)]
struct Payment {
    #[sqlx(skip)]
    id: String,
    #[sqlx(skip)]
    object: &'static str,
    amount: i64,
    currency: String,
    status: String,
    method: Option<String>,
    customer_email: String,
    customer: Option<String>,
    description: Option<String>,
    statement_descriptor: String,
    #[sqlx(skip)]
    refunds: Vec<String>,
    #[sqlx(skip)]
    metadata: BTreeMap<String, String>,
    fee: i64,
    refunded: i64,
    failure_code: Option<String>,
    three_d_secure: Option<String>,
    canceled_at: Option<i64>,
    cancellation_reason: Option<String>,
    expires_at: i64,
    settled_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

#[derive(Serialize)]
struct Event<'a> {
    id: Uuid,
    r#type: &'static str,
    created: i64,
    livemode: bool,
    sequence: u32,
    data: &'a Payment,
}

const DAY: i64 = 86_400_000;

impl Order {
    fn payment(&self, statement_descriptor: String) -> Payment {
        Payment {
            id: format!("pay_{}", self.id.simple()),
            object: "payment",
            amount: self.request.amount,
            currency: self.request.currency.clone(),
            status: "pending".to_owned(),
            method: None,
            customer_email: self.request.customer_email.clone(),
            customer: None,
            description: None,
            statement_descriptor,
            refunds: Vec::new(),
            metadata: BTreeMap::new(),
            fee: 0,
            refunded: 0,
            failure_code: None,
            three_d_secure: None,
            canceled_at: None,
            cancellation_reason: None,
            expires_at: self.now.saturating_add(DAY),
            settled_at: None,
            created_at: self.now,
            updated_at: self.now,
        }
    }

    fn event(&self, payment: &Payment) -> Result<Vec<u8>, serde_json::Error> {
        let (id, created) = (self.event, self.now);
        let event = Event { id, r#type: "payment.created", created, livemode: false, sequence: 1, data: payment };
        serde_json::to_vec(&event)
    }
}

impl Payment {
    /// The answer to a read.
    fn found(mut self, id: Uuid) -> Result<Vec<u8>, NaiveError> {
        self.id = format!("pay_{}", id.simple());
        self.object = "payment";
        Ok(serde_json::to_vec(&self)?)
    }
}

fn router<B: Books>(books: B) -> Router {
    Router::new()
        .route("/v1/payments", post(create::<B>))
        .route("/v1/payments/{id}", get(find::<B>))
        .with_state(Arc::new(books))
}

async fn create<B: Books>(State(books): State<Arc<B>>, headers: HeaderMap, body: String) -> Response {
    let Ok(request) = serde_json::from_str::<CreateRequest>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    if !(1..=99_999_999).contains(&request.amount) || !request.customer_email.contains('@') {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    let Some(caller) = caller(&headers) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let key = headers.get("idempotency-key").map(|key| hash16(key.as_bytes()));
    let id = Uuid::now_v7();
    let order =
        Order { caller, key, fingerprint: hash16(body.as_bytes()), id, event: Uuid::now_v7(), now: now(id), request };
    answer(StatusCode::CREATED, books.create(&order).await)
}

async fn find<B: Books>(
    State(books): State<Arc<B>>,
    axum::extract::Path(id): axum::extract::Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(caller) = caller(&headers) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let Some(Ok(id)) = id.strip_prefix("pay_").map(Uuid::try_parse) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    answer(StatusCode::OK, books.find(caller, id).await)
}

fn answer(status: StatusCode, result: Result<Vec<u8>, NaiveError>) -> Response {
    match result {
        Ok(body) => (status, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(NaiveError::Unauthorized) => StatusCode::UNAUTHORIZED.into_response(),
        Err(NaiveError::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(NaiveError::KeyUsed) => StatusCode::CONFLICT.into_response(),
        Err(NaiveError::Database(error)) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        Err(NaiveError::Json(error)) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn caller(headers: &HeaderMap) -> Option<[u8; 32]> {
    let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
    Some(key_hash(token))
}

fn key_hash(token: &str) -> [u8; 32] {
    *blake3::hash(token.as_bytes()).as_bytes()
}

fn hash16(bytes: &[u8]) -> [u8; 16] {
    let mut hash = [0; 16];
    blake3::Hasher::new().update(bytes).finalize_xof().fill(&mut hash);
    hash
}

/// The milliseconds an id was made at, so that the clock is read once.
fn now(id: Uuid) -> i64 {
    let (seconds, nanos) = id.get_timestamp().map_or((0, 0), |timestamp| timestamp.to_unix());
    i64::try_from(seconds).unwrap_or_default() * 1_000 + i64::from(nanos / 1_000_000)
}

/// The one account: an account, its merchant and its key, with these ids.
struct Tenant {
    account: Uuid,
    merchant: Uuid,
    key: Uuid,
    key_hash: [u8; 32],
    created_at: i64,
}

impl Tenant {
    fn new() -> Self {
        let account = Uuid::now_v7();
        let (merchant, key) = (Uuid::now_v7(), Uuid::now_v7());
        Self { account, merchant, key, key_hash: key_hash(SECRET_KEY), created_at: now(account) }
    }
}
