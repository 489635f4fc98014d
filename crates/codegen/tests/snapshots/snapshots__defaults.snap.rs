//! Defaults 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    pub type Limit = i64;
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub enum Mode {
        #[serde(rename = "fast")]
        Fast,
        #[serde(rename = "slow")]
        Slow,
    }

    impl Mode {
        /// Every value, in the order of the description.
        pub const ALL: &'static [Self] = &[Self::Fast, Self::Slow];
        /// The value on the wire.
        #[must_use]
        pub const fn as_str(self) -> &'static str {
            match self {
                Self::Fast => "fast",
                Self::Slow => "slow",
            }
        }
    }

    impl<'de> serde::Deserialize<'de> for Mode {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            crate::wire::listed(deserializer, &["fast", "slow"])
                .map(|position| Self::ALL[position])
        }
    }

    impl std::fmt::Display for Mode {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.as_str())
        }
    }

    impl std::str::FromStr for Mode {
        type Err = crate::text::NotListed;
        fn from_str(text: &str) -> Result<Self, crate::text::NotListed> {
            match text {
                "fast" => Ok(Self::Fast),
                "slow" => Ok(Self::Slow),
                _ => Err(crate::text::NotListed("must be one of: fast, slow")),
            }
        }
    }

    crate::text::listed!(Mode);
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Defaults {
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = i64, required = false, default = json!(-3))
        )]
        pub count: i64,
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = i64, required = false, default = json!(1234567))
        )]
        pub big: i64,
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = f64, required = false, default = json!(1.5))
        )]
        pub ratio: f64,
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = bool, required = false, default = json!(true))
        )]
        pub on: bool,
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = false, default = json!("it's"))
        )]
        pub text: String,
        #[cfg_attr(
            feature = "roundtrip",
            schema(
                value_type = rust_decimal::Decimal,
                required = false,
                format = "decimal",
                default = json!("12.50")
            )
        )]
        pub amount: rust_decimal::Decimal,
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Mode, required = false, default = json!("slow"))
        )]
        pub mode: Mode,
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Vec<i64>, required = false, default = json!([1, 2]))
        )]
        pub list: Vec<i64>,
        #[cfg_attr(
            feature = "roundtrip",
            schema(
                value_type = std::collections::BTreeMap<String,
                String>,
                required = false,
                default = json!({})
            )
        )]
        pub map: std::collections::BTreeMap<String, String>,
        #[cfg_attr(
            feature = "roundtrip",
            schema(
                value_type = Option<String>,
                required = false,
                default = json!("yes please")
            )
        )]
        pub maybe: Option<String>,
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Option<String>, required = false, default = json!(null))
        )]
        pub nothing: Option<String>,
    }

    impl Defaults {
        fn default_count() -> i64 {
            -3
        }
        fn default_big() -> i64 {
            1_234_567
        }
        fn default_ratio() -> f64 {
            1.5
        }
        fn default_on() -> bool {
            true
        }
        fn default_text() -> String {
            "it's".to_owned()
        }
        fn default_amount() -> rust_decimal::Decimal {
            crate::text::decimal("12.50")
        }
        fn default_mode() -> Mode {
            Mode::Slow
        }
        fn default_list() -> Vec<i64> {
            vec![1, 2]
        }
        fn default_map() -> std::collections::BTreeMap<String, String> {
            std::collections::BTreeMap::new()
        }
        fn default_maybe() -> Option<String> {
            Some("yes please".to_owned())
        }
        fn default_nothing() -> Option<String> {
            None
        }
    }

    impl<'de> serde::Deserialize<'de> for Defaults {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Defaults;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Defaults, MapOf::Error> {
                    let mut field_0: Option<i64> = None;
                    let mut field_1: Option<i64> = None;
                    let mut field_2: Option<f64> = None;
                    let mut field_3: Option<bool> = None;
                    let mut field_4: Option<String> = None;
                    let mut field_5: Option<rust_decimal::Decimal> = None;
                    let mut field_6: Option<Mode> = None;
                    let mut field_7: Option<Vec<i64>> = None;
                    let mut field_8: Option<std::collections::BTreeMap<String, String>> = None;
                    let mut field_9: Option<Option<String>> = None;
                    let mut field_10: Option<Option<String>> = None;
                    while let Some(key) = map
                        .next_key_seed(
                            crate::wire::Keys(
                                &[
                                    "count",
                                    "big",
                                    "ratio",
                                    "on",
                                    "text",
                                    "amount",
                                    "mode",
                                    "list",
                                    "map",
                                    "maybe",
                                    "nothing",
                                ],
                            ),
                        )?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "count", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "big", &mut map)?
                            }
                            crate::wire::Key::Known(2) => {
                                crate::wire::fill(&mut field_2, "ratio", &mut map)?
                            }
                            crate::wire::Key::Known(3) => {
                                crate::wire::fill(&mut field_3, "on", &mut map)?
                            }
                            crate::wire::Key::Known(4) => {
                                crate::wire::fill(&mut field_4, "text", &mut map)?
                            }
                            crate::wire::Key::Known(5) => {
                                crate::wire::fill_strict(&mut field_5, "amount", &mut map)?
                            }
                            crate::wire::Key::Known(6) => {
                                crate::wire::fill(&mut field_6, "mode", &mut map)?
                            }
                            crate::wire::Key::Known(7) => {
                                crate::wire::fill(&mut field_7, "list", &mut map)?
                            }
                            crate::wire::Key::Known(8) => {
                                crate::wire::fill(&mut field_8, "map", &mut map)?
                            }
                            crate::wire::Key::Known(9) => {
                                crate::wire::fill(&mut field_9, "maybe", &mut map)?
                            }
                            crate::wire::Key::Known(10) => {
                                crate::wire::fill(&mut field_10, "nothing", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Defaults {
                        count: field_0.unwrap_or_else(Defaults::default_count),
                        big: field_1.unwrap_or_else(Defaults::default_big),
                        ratio: field_2.unwrap_or_else(Defaults::default_ratio),
                        on: field_3.unwrap_or_else(Defaults::default_on),
                        text: field_4.unwrap_or_else(Defaults::default_text),
                        amount: field_5.unwrap_or_else(Defaults::default_amount),
                        mode: field_6.unwrap_or_else(Defaults::default_mode),
                        list: field_7.unwrap_or_else(Defaults::default_list),
                        map: field_8.unwrap_or_else(Defaults::default_map),
                        maybe: field_9.unwrap_or_else(Defaults::default_maybe),
                        nothing: field_10.unwrap_or_else(Defaults::default_nothing),
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
    pub static OPERATIONS: &[&crate::Operation] = &[&SEND_DEFAULTS];
    /// `sendDefaults`
    pub static SEND_DEFAULTS: crate::Operation = crate::Operation {
        id: "sendDefaults",
        method: axum::http::Method::POST,
        path: "/defaults",
        tag: "defaults",
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
        S: super::Authenticate + super::Defaults,
    {
        axum::Router::new()
            .route(
                "/defaults",
                axum::routing::MethodRouter::new()
                    .on(
                        axum::routing::MethodFilter::POST,
                        super::defaults::send_defaults::<S>,
                    )
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


mod defaults {
    //! The operations tagged `defaults`.

    /// defaults
    pub trait Defaults: crate::Service {
        fn send_defaults(
            &self,
            input: SendDefaultsInput,
        ) -> impl Future<Output = Result<SendDefaultsOutput, Self::Error>> + Send;
    }

    /// What `sendDefaults` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct SendDefaultsInput {
        pub limit: super::types::Limit,
        pub order: String,
        pub x_retry: bool,
        pub body: super::types::Defaults,
    }

    /// What `sendDefaults` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum SendDefaultsOutput {
        /// The same, filled in.
        Ok(super::types::Defaults),
    }

    impl From<SendDefaultsOutput> for crate::Answer {
        fn from(output: SendDefaultsOutput) -> Self {
            match output {
                SendDefaultsOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    pub(super) async fn send_defaults<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Defaults,
    {
        let operation = &super::operations::SEND_DEFAULTS;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            let query = head.query(&["limit", "order"])?;
            let parameter_0 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "limit",
                    || {
                        let Some(text) = query.one("limit")? else { return Ok(20) };
                        let read: super::types::Limit = crate::text::read(&text)?;
                        let value = &read;
                        crate::check::minimum(value, 1)?;
                        crate::check::maximum(value, 100)?;
                        Ok(read)
                    },
                )?;
            let parameter_1 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "order",
                    || {
                        let Some(text) = query.one("order")? else {
                            return Ok("newest".to_owned())
                        };
                        let read: String = crate::text::read(&text)?;
                        Ok(read)
                    },
                )?;
            let parameter_2 = head
                .parameter(
                    crate::RejectionKind::Header,
                    "X-Retry",
                    || {
                        let Some(text) = head.header("x-retry")? else { return Ok(false) };
                        let read: bool = crate::text::read(&text)?;
                        Ok(read)
                    },
                )?;
            let body = head.body(body, |_: &super::types::Defaults| Ok(())).await?;
            let input = SendDefaultsInput {
                limit: parameter_0,
                order: parameter_1,
                x_retry: parameter_2,
                body,
            };
            Defaults::send_defaults(&service, input).await
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
        path = "/defaults",
        operation_id = "sendDefaults",
        tag = "defaults",
        params(
            ("limit" = Option<i64>, Query, minimum = 1, maximum = 100),
            ("order" = Option<String>, Query),
            ("X-Retry" = Option<bool>, Header, nullable = false)
        ),
        request_body(content = Defaults),
        responses(
            (status = 200, description = "The same, filled in.", body = Defaults),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_send_defaults() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(operation_send_defaults), components(schemas(Mode, Defaults)))]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/paths/~1defaults/post/parameters/0/schema", "default", "20"),
        ("/paths/~1defaults/post/parameters/1/schema", "default", "\"newest\""),
        ("/paths/~1defaults/post/parameters/2/schema", "default", "false"),
        ("/paths/~1defaults/post", "security", "[]"),
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
pub use defaults::{Defaults, SendDefaultsInput, SendDefaultsOutput};
