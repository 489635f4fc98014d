//! A merchant's whole statement as CSV: `/v1/merchants/{id}/statement.csv`.
//!
//! It stands beside the generated router, which answers JSON only, and goes by the same rules: its operation is that of the
//! statement. Rows are written out as they are read, so a statement of any length takes no more memory than a page of it.

use std::fmt::Write;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream;
use hedge_api::head::Head;
use hedge_api::hedge::{Authenticate, operations, types};
use hedge_api::query::Query;
use hedge_api::serve::method_not_allowed;
use hedge_api::text;
use hedge_api::wire::Value;
use hedge_api::{Answer, Credential, Operation, RejectionKind};
use hedge_domain::AccountId;
use hedge_domain::ledger::StatementQuery;
use hedge_domain::merchant::Merchant;

use hedge_store::{Statement, StoreError};
use http::header;

use super::super::{Error, Hedge, convert};
use super::render;
use crate::platform::Platform;

const OPERATION: &Operation = &operations::RETRIEVE_MERCHANT_STATEMENT;
const ROWS_AT_ONCE: u32 = 1_000;
const HEAD: &str = "id,created_at,type,source_id,amount,fee,net,currency,balance\n";

pub fn router(hedge: Hedge) -> Router {
    let refuse = async |State(hedge): State<Hedge>| method_not_allowed(&hedge, "GET, HEAD");
    Router::new().route("/v1/merchants/{id}/statement.csv", get(export).fallback(refuse)).with_state(hedge)
}

async fn export(State(hedge): State<Hedge>, request: Request) -> Response {
    let mut response = match answer(&hedge, request).await {
        Ok(response) => response,
        Err(error) => Answer::from(error).into_response(),
    };
    // So that logs and metrics know it by its operation.
    response.extensions_mut().insert(OPERATION);
    response
}

async fn answer(hedge: &Hedge, request: Request) -> Result<Response, Error> {
    let (head, _body) = Head::split(hedge.clone(), OPERATION, request).await;
    // The gateway has read the credential; the authenticator goes by what it found.
    let caller = hedge.secret_key(Credential::new(""), head.parts(), &[]).await?;
    let path = head.path()?;
    let id = head.parameter(RejectionKind::Path, "id", || path.at(0))?;
    let asked = Asked::of(&head)?;
    let merchant = hedge.own_merchant(&caller, id).await?;
    let query = asked.about(&merchant);
    let account = merchant.account;
    let first = hedge.platform.statement(account, &query).await?;
    let file = format!("attachment; filename=\"statement-{}.csv\"", merchant.id);
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, file)];
    Ok((headers, Body::from_stream(rows((Arc::clone(&hedge.platform), account), query, first))).into_response())
}

/// The parameters, read and refused as those of the statement are.
struct Asked {
    currency: Option<types::Currency>,
    created_after: Option<DateTime<Utc>>,
    created_before: Option<DateTime<Utc>>,
}

impl Asked {
    fn of(head: &Head<Hedge>) -> Result<Self, Error> {
        let query = head.query(&["currency", "created_after", "created_before"])?;
        Ok(Self {
            currency: one(head, &query, "currency")?,
            created_after: one(head, &query, "created_after")?,
            created_before: one(head, &query, "created_before")?,
        })
    }

    fn about(self, merchant: &Merchant) -> StatementQuery {
        StatementQuery {
            merchant: merchant.id,
            currency: self.currency.map_or(merchant.default_currency, convert::to_currency),
            from: self.created_after.map(convert::to_time),
            until: self.created_before.map(convert::to_time),
            after: None,
            opening: None,
            limit: ROWS_AT_ONCE,
        }
    }
}

fn one<T: Value>(head: &Head<Hedge>, query: &Query<'_>, name: &'static str) -> Result<Option<T>, Error> {
    head.parameter(RejectionKind::Query, name, || query.one(name)?.map(|text| text::read(&text)).transpose())
}

/// What is yet to be written.
enum Export {
    Begun(StatementQuery, Statement),
    Next(StatementQuery),
    End,
}

fn rows(
    (platform, account): (Arc<Platform>, AccountId),
    query: StatementQuery,
    first: Statement,
) -> impl futures::Stream<Item = Result<Bytes, StoreError>> + Send + 'static {
    stream::try_unfold(Export::Begun(query, first), move |export| {
        let platform = Arc::clone(&platform);
        async move {
            let (query, statement, head) = match export {
                Export::Begun(query, statement) => (query, statement, HEAD),
                Export::Next(query) => (query, platform.statement(account, &query).await?, ""),
                Export::End => return Ok(None),
            };
            let (text, balance) = written(head, &statement);
            let export = match statement.items.last() {
                Some(last) if statement.has_more => {
                    Export::Next(StatementQuery { after: Some(last.id), opening: Some(balance), ..query })
                }
                Some(_) | None => Export::End,
            };
            Ok(Some((Bytes::from(text), export)))
        }
    })
}

/// The page's rows, and the balance after them. None of these values needs quotes.
fn written(head: &str, statement: &Statement) -> (String, i64) {
    let (mut text, mut balance) = (head.to_owned(), statement.opening);
    for (line, transaction) in render::lines(statement).zip(&statement.items) {
        balance = line.balance;
        let (kind, currency) = (transaction.kind.code(), transaction.amount.currency());
        let at = line.created_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        // Writing to a text does not fail.
        let _written = writeln!(
            text,
            "{},{at},{kind},{},{},{},{},{currency},{balance}",
            line.id, line.source_id, line.amount, line.fee, line.net
        );
    }
    (text, balance)
}
