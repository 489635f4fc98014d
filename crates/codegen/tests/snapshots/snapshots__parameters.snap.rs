//! Parameters 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    pub type Seen = std::collections::BTreeMap<String, serde_json::Value>;
}


pub mod operations {
    //! The facts of every operation.

    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&SHOW_PART];
    /// `showPart`
    pub static SHOW_PART: crate::Operation = crate::Operation {
        id: "showPart",
        method: axum::http::Method::GET,
        path: "/things/{id}/parts/{part}",
        tag: "things",
        security: &[],
        rate_limit: None,
        idempotent: false,
        statuses: &[200, 400],
        deprecated: false,
    };
}


mod router {
    //! The router over all traits.

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: super::Authenticate + super::Things,
    {
        axum::Router::new()
            .route(
                "/things/{p0}/parts/{p1}",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::GET, super::things::show_part::<S>)
                    .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                        crate::serve::method_not_allowed(&service, "GET, HEAD")
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


mod things {
    //! The operations tagged `things`.

    /// things
    pub trait Things: crate::Service {
        /// One parameter of every primitive type, in every place
        fn show_part(
            &self,
            input: ShowPartInput,
        ) -> impl Future<Output = Result<ShowPartOutput, Self::Error>> + Send;
    }

    /// What `showPart` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ShowPartInput {
        pub id: String,
        pub part: i64,
        pub flag: bool,
        pub small: Option<i32>,
        pub large: Option<i64>,
        pub ratio: Option<f64>,
        /// Any text.
        pub text: Option<String>,
        pub x_trace: Option<String>,
        pub x_depth: i64,
    }

    /// What `showPart` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ShowPartOutput {
        /// What was understood.
        Ok(super::types::Seen),
    }

    impl From<ShowPartOutput> for crate::Answer {
        fn from(output: ShowPartOutput) -> Self {
            match output {
                ShowPartOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    pub(super) async fn show_part<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Things,
    {
        let operation = &super::operations::SHOW_PART;
        let answer = async {
            let (mut head, _) = crate::head::Head::split(&service, operation, request);
            let path = head.path().await?;
            let query = head.query(&["flag", "small", "large", "ratio", "text"])?;
            let parameter_0 = head
                .parameter(
                    crate::RejectionKind::Path,
                    "id",
                    || {
                        let text = path.at(0)?;
                        let read: String = crate::text::read(&text)?;
                        let value = &read;
                        crate::check::max_length(value, 8)?;
                        Ok(read)
                    },
                )?;
            let parameter_1 = head
                .parameter(
                    crate::RejectionKind::Path,
                    "part",
                    || {
                        let text = path.at(1)?;
                        let read: i64 = crate::text::read(&text)?;
                        let value = &read;
                        crate::check::minimum(value, 1)?;
                        Ok(read)
                    },
                )?;
            let parameter_2 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "flag",
                    || {
                        let Some(text) = query.one("flag")? else {
                            return Err(crate::check::Violation::new("is required"))
                        };
                        let read: bool = crate::text::read(&text)?;
                        Ok(read)
                    },
                )?;
            let parameter_3 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "small",
                    || {
                        let Some(text) = query.one("small")? else { return Ok(None) };
                        let read: i32 = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_4 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "large",
                    || {
                        let Some(text) = query.one("large")? else { return Ok(None) };
                        let read: i64 = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_5 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "ratio",
                    || {
                        let Some(text) = query.one("ratio")? else { return Ok(None) };
                        let read: f64 = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_6 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "text",
                    || {
                        let Some(text) = query.one("text")? else { return Ok(None) };
                        let read: String = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_7 = head
                .parameter(
                    crate::RejectionKind::Header,
                    "X-Trace",
                    || {
                        let Some(text) = head.header("x-trace")? else { return Ok(None) };
                        let read: String = crate::text::read(&text)?;
                        let value = &read;
                        {
                            static PATTERN: crate::check::Pattern = crate::check::Pattern::new(||
                            crate::check::compiled("^[a-f0-9]+$"));
                            crate::check::pattern(value, &PATTERN, "^[a-f0-9]+$")?;
                        }
                        Ok(Some(read))
                    },
                )?;
            let parameter_8 = head
                .parameter(
                    crate::RejectionKind::Header,
                    "X-Depth",
                    || {
                        let Some(text) = head.header("x-depth")? else {
                            return Err(crate::check::Violation::new("is required"))
                        };
                        let read: i64 = crate::text::read(&text)?;
                        Ok(read)
                    },
                )?;
            let input = ShowPartInput {
                id: parameter_0,
                part: parameter_1,
                flag: parameter_2,
                small: parameter_3,
                large: parameter_4,
                ratio: parameter_5,
                text: parameter_6,
                x_trace: parameter_7,
                x_depth: parameter_8,
            };
            Things::show_part(&service, input).await
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
        get,
        path = "/things/{id}/parts/{part}",
        operation_id = "showPart",
        tag = "things",
        summary = "One parameter of every primitive type, in every place",
        params(
            ("id" = String, Path, max_length = 8),
            ("part" = i64, Path, minimum = 1),
            ("flag" = bool, Query),
            ("small" = Option<i32>, Query),
            ("large" = Option<i64>, Query),
            ("ratio" = Option<f64>, Query),
            ("text" = Option<String>, Query, description = "Any text."),
            ("X-Trace" = Option<String>, Header, nullable = false, pattern = "^[a-f0-9]+$"),
            ("X-Depth" = i64, Header)
        ),
        responses(
            (
                status = 200,
                description = "What was understood.",
                body = std::collections::BTreeMap<String,
                serde_json::Value>
            ),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_show_part() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(operation_show_part), components(schemas()))]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/paths/~1things~1{id}~1parts~1{part}/get", "security", "[]"),
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
pub use things::{Things, ShowPartInput, ShowPartOutput};
