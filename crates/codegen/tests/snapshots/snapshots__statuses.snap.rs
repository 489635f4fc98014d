//! Statuses 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Job {
        #[cfg_attr(feature = "roundtrip", schema(value_type = String, required = true))]
        pub id: String,
    }

    impl<'de> serde::Deserialize<'de> for Job {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Job;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Job, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    while let Some(key) = map.next_key_seed(crate::wire::Keys(&["id"]))? {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "id", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Job {
                        id: crate::wire::required(field_0, "id")?,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Error {
        #[cfg_attr(feature = "roundtrip", schema(value_type = String, required = true))]
        pub message: String,
    }

    impl<'de> serde::Deserialize<'de> for Error {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Error;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Error, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    while let Some(key) = map.next_key_seed(crate::wire::Keys(&["message"]))?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "message", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Error {
                        message: crate::wire::required(field_0, "message")?,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }
}


pub mod operations {
    //! The facts of every operation.

    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&START_JOB];
    /// `startJob`
    pub static START_JOB: crate::Operation = crate::Operation {
        id: "startJob",
        method: axum::http::Method::POST,
        path: "/jobs",
        tag: "jobs",
        security: &[],
        rate_limit: None,
        idempotent: false,
        statuses: &[200, 201, 202, 204, 303, 400, 409],
        deprecated: false,
    };
}


mod router {
    //! The router over all traits.

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: super::Authenticate + super::Jobs,
    {
        axum::Router::new()
            .route(
                "/jobs",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::jobs::start_job::<S>)
                    .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                        crate::serve::method_not_allowed(&service, "POST")
                    }),
            )
            .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                crate::serve::unknown_route(&service)
            })
            .with_state(service)
    }
}


mod security {
    //! Who may call: one method per security scheme.

    /// Finds out who calls. A credential that is not accepted is an error; an absent one never gets here.
    pub trait Authenticate: crate::Service {}
}


mod jobs {
    //! The operations tagged `jobs`.

    /// jobs
    pub trait Jobs: crate::Service {
        fn start_job(
            &self,
            input: StartJobInput,
        ) -> impl Future<Output = Result<StartJobOutput, Self::Error>> + Send;
    }

    /// What `startJob` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct StartJobInput {
        pub how: Option<String>,
    }

    /// What `startJob` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum StartJobOutput {
        /// Done at once.
        Ok(super::types::Job),
        /// Started.
        Created { body: super::types::Job, headers: StartJobCreatedHeaders },
        /// Will start.
        Accepted,
        /// Nothing to do.
        NoContent,
        /// There already.
        SeeOther { headers: StartJobSeeOtherHeaders },
    }

    impl From<StartJobOutput> for crate::Answer {
        fn from(output: StartJobOutput) -> Self {
            match output {
                StartJobOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
                StartJobOutput::Created { body, headers } => {
                    let mut answer = Self::json(crate::answer::status(201), &body);
                    answer = answer
                        .with_header(
                            "location",
                            &crate::text::ToText::to_text(&headers.location),
                        );
                    if let Some(value) = &headers.x_left {
                        answer = answer
                            .with_header("x-left", &crate::text::ToText::to_text(value));
                    }
                    if let Some(value) = &headers.x_at {
                        answer = answer
                            .with_header("x-at", &crate::text::ToText::to_text(value));
                    }
                    answer
                }
                StartJobOutput::Accepted => Self::empty(crate::answer::status(202)),
                StartJobOutput::NoContent => Self::empty(crate::answer::status(204)),
                StartJobOutput::SeeOther { headers } => {
                    let mut answer = Self::empty(crate::answer::status(303));
                    answer = answer
                        .with_header(
                            "location",
                            &crate::text::ToText::to_text(&headers.location),
                        );
                    answer
                }
            }
        }
    }

    /// The headers of a 201 from `startJob`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct StartJobCreatedHeaders {
        /// Where to look.
        pub location: String,
        pub x_left: Option<i64>,
        pub x_at: Option<chrono::DateTime<chrono::Utc>>,
    }

    /// The headers of a 303 from `startJob`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct StartJobSeeOtherHeaders {
        pub location: String,
    }

    pub(super) async fn start_job<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Jobs,
    {
        let operation = &super::operations::START_JOB;
        let answer = async {
            let (head, _) = crate::head::Head::split(&service, operation, request);
            let query = head.query(&["how"])?;
            let parameter_0 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "how",
                    || {
                        let Some(text) = query.one("how")? else { return Ok(None) };
                        let read: String = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let input = StartJobInput { how: parameter_0 };
            Jobs::start_job(&service, input).await
        };
        crate::serve::finish(operation, answer.await)
    }
}

#[cfg(feature = "roundtrip")]

pub mod roundtrip {
    //! The description, rebuilt from the generated code for a test that compares the two.

    #![allow(
        dead_code,
        deprecated,
        unused_imports,
        reason = "the functions only carry attributes"
    )]
    use super::types::*;
    #[utoipa::path(
        post,
        path = "/jobs",
        operation_id = "startJob",
        tag = "jobs",
        params(("how" = Option<String>, Query)),
        responses(
            (status = 200, description = "Done at once.", body = Job),
            (
                status = 201,
                description = "Started.",
                body = Job,
                headers(
                    ("Location" = String, description = "Where to look."),
                    ("X-Left" = i64),
                    ("X-At" = chrono::DateTime<chrono::Utc>),
                    ("X-Request-Id" = String)
                )
            ),
            (status = 202, description = "Will start."),
            (status = 204, description = "Nothing to do."),
            (status = 303, description = "There already.", headers(("Location" = String))),
            (status = 400, description = "No.", body = Error),
            (status = 409, description = "No.", body = Error)
        ),
        security()
    )]
    fn operation_start_job() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(operation_start_job), components(schemas(Job, Error)))]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/paths/~1jobs/post", "security", "[]"),
        ("/paths/~1jobs/post/responses/201/headers/Location", "required", "true"),
        ("/paths/~1jobs/post/responses/303/headers/Location", "required", "true"),
    ];
    /// The description as OpenAPI 3.1.
    ///
    /// # Errors
    /// When utoipa's document or a patch is not JSON.
    pub fn document() -> Result<serde_json::Value, serde_json::Error> {
        let mut document = serde_json::to_value(
            <RebuiltDescription as utoipa::OpenApi>::openapi(),
        )?;
        for (place, key, json) in PATCHES {
            if let Some(serde_json::Value::Object(object)) = document.pointer_mut(place) {
                object.insert((*key).to_owned(), serde_json::from_str(json)?);
            }
        }
        Ok(document)
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use jobs::{
    Jobs, StartJobInput, StartJobOutput, StartJobCreatedHeaders, StartJobSeeOtherHeaders,
};
