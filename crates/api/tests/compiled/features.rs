//! Statuses and their headers, security, tags, deprecation.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use crate::generated::{deprecated, secrets, security, statuses, tags};
use crate::harness::{Echo, get, post, send};
use crate::{Answer, Credential, RequestParts};

impl statuses::Authenticate for Echo {}

impl statuses::Jobs for Echo {
    async fn start_job(&self, input: statuses::StartJobInput) -> Result<statuses::StartJobOutput, Answer> {
        use statuses::{StartJobCreatedHeaders, StartJobOutput, StartJobSeeOtherHeaders, types::Job};
        let job = || Job { id: "j".to_owned() };
        let location = "/jobs/j".to_owned();
        Ok(match input.how.as_deref() {
            None => StartJobOutput::Ok(job()),
            Some("created") => StartJobOutput::Created {
                body: job(),
                headers: StartJobCreatedHeaders {
                    location,
                    x_left: Some(3),
                    x_at: chrono::DateTime::from_timestamp(0, 0),
                },
            },
            Some("accepted") => StartJobOutput::Accepted,
            Some("nothing") => StartJobOutput::NoContent,
            Some("there") => StartJobOutput::SeeOther { headers: StartJobSeeOtherHeaders { location } },
            Some(_) => return Err(Answer::json(StatusCode::CONFLICT, &json!({"message": "no"}))),
        })
    }
}

#[tokio::test]
async fn each_status_has_its_body_and_headers() {
    let router = statuses::router(Echo);
    let ask = async |how: &str| send(&router, Request::post(format!("/jobs{how}")).body(Body::empty()).unwrap()).await;
    let reply = ask("").await;
    assert_eq!((reply.status, reply.body), (200, json!({"id": "j"})));
    let reply = ask("?how=created").await;
    assert_eq!((reply.status, &reply.body), (201, &json!({"id": "j"})));
    assert_eq!(reply.headers["location"], "/jobs/j");
    assert_eq!(reply.headers["x-left"], "3");
    assert_eq!(reply.headers["x-at"], "1970-01-01T00:00:00Z");
    assert!(!reply.headers.contains_key("x-request-id"), "middleware sets it");
    let reply = ask("?how=nothing").await;
    assert_eq!((reply.status, reply.body), (204, json!(null)));
    assert!(!reply.headers.contains_key("content-type"));
    assert_eq!(ask("?how=accepted").await.status, 202);
    assert_eq!(ask("?how=there").await.headers["location"], "/jobs/j");
    let reply = ask("?how=x").await;
    assert_eq!((reply.status, reply.body, reply.operation), (409, json!({"message": "no"}), Some("startJob")));
}

/// Accepts a credential that is called like its scheme, and says so in the caller.
fn check(scheme: &str, credential: &Credential, request: RequestParts<'_>, scopes: &[&str]) -> Result<String, Answer> {
    assert!(!format!("{credential:?}").contains(credential.text()), "a credential never prints itself");
    if credential.text() == scheme {
        Ok(format!("{scheme} {} {}", request.operation.id, scopes.join("+")))
    } else {
        Err(Answer::json(StatusCode::BAD_REQUEST, &json!({"kind": "Refused", "message": scheme})))
    }
}

macro_rules! authenticate {
    ($($scheme:ident),*) => {
        impl security::Authenticate for Echo {
            $(
                async fn $scheme(
                    &self,
                    credential: Credential,
                    request: RequestParts<'_>,
                    scopes: &'static [&'static str],
                ) -> Result<String, Answer> {
                    check(stringify!($scheme), &credential, request, scopes)
                }
            )*
        }
    };
}

authenticate!(secret, public, basic, header, query, oauth);

/// Shows who called in an error, for the operations have no body.
fn show(caller: &str) -> Answer {
    Answer::json(StatusCode::BAD_REQUEST, &json!({"kind": "Caller", "message": caller}))
}

impl security::Doors for Echo {
    async fn inherited(
        &self,
        caller: String,
        _: security::InheritedInput,
    ) -> Result<security::InheritedOutput, Answer> {
        Err(show(&caller))
    }

    async fn either(&self, caller: String, _: security::EitherInput) -> Result<security::EitherOutput, Answer> {
        Err(show(&caller))
    }

    async fn scoped(&self, caller: String, _: security::ScopedInput) -> Result<security::ScopedOutput, Answer> {
        Err(show(&caller))
    }

    async fn maybe(&self, caller: Option<String>, _: security::MaybeInput) -> Result<security::MaybeOutput, Answer> {
        Err(show(caller.as_deref().unwrap_or("nobody")))
    }

    async fn open(&self, _: security::OpenInput) -> Result<security::OpenOutput, Answer> {
        Ok(security::OpenOutput::NoContent)
    }
}

#[tokio::test]
async fn alternatives_are_tried_in_order() {
    let router = security::router(Echo);
    let bearer = |text: &str| format!("Bearer {text}");
    for (uri, name, value, said) in [
        ("/inherited", "authorization", bearer("secret"), "Caller -: secret inherited "),
        ("/inherited", "authorization", "bearer  secret".to_owned(), "Caller -: secret inherited "),
        ("/inherited", "authorization", bearer("wrong"), "Refused -: secret"),
        ("/inherited", "authorization", "Basic secret".to_owned(), "MissingCredentials -: no credential was given"),
        ("/inherited", "authorization", "Bearer ".to_owned(), "MissingCredentials -: no credential was given"),
        ("/inherited", "x-nothing", String::new(), "MissingCredentials -: no credential was given"),
        ("/inherited?unknown=1", "x-nothing", String::new(), "MissingCredentials -: no credential was given"),
        ("/either", "authorization", bearer("public"), "Caller -: public either "),
        ("/either", "authorization", bearer("wrong"), "Refused -: public"),
        ("/either", "x-api-key", "header".to_owned(), "Caller -: header either "),
        ("/either?api_key=query", "x-nothing", String::new(), "Caller -: query either "),
        ("/either?api_key=query", "authorization", bearer("wrong"), "Caller -: query either "),
        ("/either?api_key=wrong", "authorization", bearer("wrong"), "Refused -: query"),
        ("/scoped", "authorization", bearer("oauth"), "Caller -: oauth scoped doors:open+doors:close"),
        ("/scoped", "authorization", "Basic basic".to_owned(), "Caller -: basic scoped "),
        ("/maybe", "x-nothing", String::new(), "Caller -: nobody"),
        ("/maybe", "authorization", bearer("secret"), "Caller -: secret maybe "),
        ("/maybe", "authorization", bearer("wrong"), "Refused -: secret"),
    ] {
        assert_eq!(get(&router, uri, &[(name, &value)]).await.refusal(), said, "{uri} {value}");
    }
    assert_eq!(get(&router, "/open", &[]).await.status, 204);
}

impl tags::Authenticate for Echo {}

impl tags::BankAccounts for Echo {
    async fn list_accounts(&self, _: tags::ListAccountsInput) -> Result<tags::ListAccountsOutput, Answer> {
        Ok(tags::ListAccountsOutput::NoContent)
    }

    async fn add_account(&self, _: tags::AddAccountInput) -> Result<tags::AddAccountOutput, Answer> {
        Ok(tags::AddAccountOutput::NoContent)
    }
}

impl tags::Types for Echo {
    async fn list_types(&self, _: tags::ListTypesInput) -> Result<tags::ListTypesOutput, Answer> {
        Ok(tags::ListTypesOutput::NoContent)
    }
}

impl tags::DefaultType for Echo {
    async fn remove_untagged(&self, _: tags::RemoveUntaggedInput) -> Result<tags::RemoveUntaggedOutput, Answer> {
        Ok(tags::RemoveUntaggedOutput::NoContent)
    }
}

#[tokio::test]
async fn every_tag_is_a_trait_of_its_own() {
    let router = tags::router(Echo);
    assert_eq!(get(&router, "/accounts", &[]).await.operation, Some("listAccounts"));
    assert_eq!(get(&router, "/types", &[]).await.operation, Some("listTypes"));
    let request = Request::delete("/untagged").body(Body::empty()).unwrap();
    assert_eq!(send(&router, request).await.operation, Some("removeUntagged"));
}

impl deprecated::Authenticate for Echo {}

#[allow(deprecated, reason = "the fixture is about deprecated operations")]
impl deprecated::Old for Echo {
    async fn old_way(&self, input: deprecated::OldWayInput) -> Result<deprecated::OldWayOutput, Answer> {
        assert_eq!(input.body.stale.as_deref(), Some("x"));
        Ok(deprecated::OldWayOutput::NoContent)
    }
}

#[tokio::test]
async fn what_is_deprecated_still_works() {
    let router = deprecated::router(Echo);
    assert_eq!(post(&router, "/old", &json!({"stale": "x", "other": 1})).await.status, 204);
    let refusal = post(&router, "/old", &json!({"stale": ""})).await.refusal();
    assert_eq!(refusal, "BodyConstraint stale: must be at least 1 characters long");
    assert!(deprecated::OPERATIONS[0].deprecated);
}

#[test]
fn secrets_are_left_out_of_debug_and_of_nothing_else() {
    let visit = secrets::types::Visit { name: "Ada".to_owned(), code: "1234".to_owned() };
    assert_eq!(format!("{visit:?}"), r#"Visit { name: "Ada", code: .. }"#);
    assert_eq!(serde_json::to_value(&visit).unwrap(), json!({"name": "Ada", "code": "1234"}));
}
