//! Lists 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub enum Color {
        #[serde(rename = "red")]
        Red,
        #[serde(rename = "green")]
        Green,
    }

    impl Color {
        /// Every value, in the order of the description.
        pub const ALL: &'static [Self] = &[Self::Red, Self::Green];
        /// The value on the wire.
        #[must_use]
        pub const fn as_str(self) -> &'static str {
            match self {
                Self::Red => "red",
                Self::Green => "green",
            }
        }
    }

    impl<'de> serde::Deserialize<'de> for Color {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            crate::wire::listed(deserializer, &["red", "green"])
                .map(|position| Self::ALL[position])
        }
    }

    impl std::fmt::Display for Color {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.as_str())
        }
    }

    impl std::str::FromStr for Color {
        type Err = crate::text::NotListed;
        fn from_str(text: &str) -> Result<Self, crate::text::NotListed> {
            match text {
                "red" => Ok(Self::Red),
                "green" => Ok(Self::Green),
                _ => Err(crate::text::NotListed("must be one of: red, green")),
            }
        }
    }

    crate::text::listed!(Color);
    pub type Seen = std::collections::BTreeMap<String, serde_json::Value>;
}


pub mod operations {
    //! The facts of every operation.

    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&SHOW_LISTS];
    /// `showLists`
    pub static SHOW_LISTS: crate::Operation = crate::Operation {
        id: "showLists",
        method: axum::http::Method::GET,
        path: "/lists/{ids}",
        tag: "lists",
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
        S: super::Authenticate + super::Lists,
    {
        axum::Router::new()
            .route(
                "/lists/{p0}",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::GET, super::lists::show_lists::<S>)
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


mod lists {
    //! The operations tagged `lists`.

    /// lists
    pub trait Lists: crate::Service {
        fn show_lists(
            &self,
            input: ShowListsInput,
        ) -> impl Future<Output = Result<ShowListsOutput, Self::Error>> + Send;
    }

    /// What `showLists` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ShowListsInput {
        pub ids: Vec<i64>,
        pub repeated: Option<Vec<String>>,
        pub joined: Option<Vec<String>>,
        pub numbers: Vec<i64>,
        pub colors: Option<Vec<super::types::Color>>,
        pub x_tags: Option<Vec<String>>,
    }

    /// What `showLists` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ShowListsOutput {
        /// What was understood.
        Ok(super::types::Seen),
    }

    impl From<ShowListsOutput> for crate::Answer {
        fn from(output: ShowListsOutput) -> Self {
            match output {
                ShowListsOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    pub(super) async fn show_lists<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Lists,
    {
        let operation = &super::operations::SHOW_LISTS;
        let answer = async {
            let (mut head, _) = crate::head::Head::split(&service, operation, request);
            let path = head.path().await?;
            let query = head.query(&["repeated", "joined", "numbers", "colors"])?;
            let parameter_0 = head
                .parameter(
                    crate::RejectionKind::Path,
                    "ids",
                    || {
                        let text = path.at(0)?;
                        let read: Vec<i64> = crate::text::read_all(
                            crate::text::members(text),
                        )?;
                        Ok(read)
                    },
                )?;
            let parameter_1 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "repeated",
                    || {
                        let Some(text) = query.repeated("repeated")? else {
                            return Ok(None)
                        };
                        let read: Vec<String> = crate::text::read_all(text)?;
                        let value = &read;
                        crate::check::max_items(value, 3)?;
                        crate::check::each(
                            value,
                            |value| {
                                crate::check::min_length(value, 2)?;
                                Ok(())
                            },
                        )?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_2 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "joined",
                    || {
                        let Some(text) = query.joined("joined", ",")? else {
                            return Ok(None)
                        };
                        let read: Vec<String> = crate::text::read_all(text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_3 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "numbers",
                    || {
                        let Some(text) = query.repeated("numbers")? else {
                            return Err(crate::check::Violation::new("is required"))
                        };
                        let read: Vec<i64> = crate::text::read_all(text)?;
                        let value = &read;
                        crate::check::unique_items(value)?;
                        Ok(read)
                    },
                )?;
            let parameter_4 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "colors",
                    || {
                        let Some(text) = query.repeated("colors")? else { return Ok(None) };
                        let read: Vec<super::types::Color> = crate::text::read_all(text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_5 = head
                .parameter(
                    crate::RejectionKind::Header,
                    "X-Tags",
                    || {
                        let Some(text) = head.header("x-tags")? else { return Ok(None) };
                        let read: Vec<String> = crate::text::read_all(
                            crate::text::members(text),
                        )?;
                        Ok(Some(read))
                    },
                )?;
            let input = ShowListsInput {
                ids: parameter_0,
                repeated: parameter_1,
                joined: parameter_2,
                numbers: parameter_3,
                colors: parameter_4,
                x_tags: parameter_5,
            };
            Lists::show_lists(&service, input).await
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
        path = "/lists/{ids}",
        operation_id = "showLists",
        tag = "lists",
        params(
            ("ids" = Vec<i64>, Path),
            ("repeated" = Option<Vec<String>>, Query, max_items = 3),
            ("joined" = Option<Vec<String>>, Query),
            ("numbers" = Vec<i64>, Query),
            ("colors" = Option<Vec<Color>>, Query),
            ("X-Tags" = Option<Vec<String>>, Header, nullable = false)
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
    fn operation_show_lists() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(operation_show_lists), components(schemas(Color)))]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/paths/~1lists~1{ids}/get/parameters/1/schema/items", "minLength", "2"),
        ("/paths/~1lists~1{ids}/get/parameters/2", "explode", "false"),
        ("/paths/~1lists~1{ids}/get/parameters/3/schema", "uniqueItems", "true"),
        ("/paths/~1lists~1{ids}/get", "security", "[]"),
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
pub use lists::{Lists, ShowListsInput, ShowListsOutput};
