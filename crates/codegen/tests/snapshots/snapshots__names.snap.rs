//! Names 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    #[cfg_attr(feature = "roundtrip", schema(as = Option))]
    pub enum OptionType {
        #[serde(rename = "None")]
        None,
        #[serde(rename = "Some")]
        Some,
        #[serde(rename = "Self")]
        Self_,
        #[serde(rename = "")]
        Empty,
        #[serde(rename = "1")]
        _1,
    }

    impl OptionType {
        /// Every value, in the order of the description.
        pub const ALL: &'static [Self] = &[
            Self::None,
            Self::Some,
            Self::Self_,
            Self::Empty,
            Self::_1,
        ];
        /// The value on the wire.
        #[must_use]
        pub const fn as_str(self) -> &'static str {
            match self {
                Self::None => "None",
                Self::Some => "Some",
                Self::Self_ => "Self",
                Self::Empty => "",
                Self::_1 => "1",
            }
        }
    }

    impl<'de> serde::Deserialize<'de> for OptionType {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            crate::wire::listed(deserializer, &["None", "Some", "Self", "", "1"])
                .map(|position| Self::ALL[position])
        }
    }

    impl std::fmt::Display for OptionType {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.as_str())
        }
    }

    impl std::str::FromStr for OptionType {
        type Err = crate::text::NotListed;
        fn from_str(text: &str) -> Result<Self, crate::text::NotListed> {
            match text {
                "None" => Ok(Self::None),
                "Some" => Ok(Self::Some),
                "Self" => Ok(Self::Self_),
                "" => Ok(Self::Empty),
                "1" => Ok(Self::_1),
                _ => Err(crate::text::NotListed("must be one of: None, Some, Self, , 1")),
            }
        }
    }

    crate::text::listed!(OptionType);
    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    #[cfg_attr(feature = "roundtrip", schema(as = String))]
    pub struct StringType {
        #[serde(rename = "2fa", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = bool, required = false))]
        pub _2fa: Option<bool>,
        #[serde(rename = "crate", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = i64, required = false, minimum = 1)
        )]
        pub crate_: Option<i64>,
    }

    impl<'de> serde::Deserialize<'de> for StringType {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = StringType;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<StringType, MapOf::Error> {
                    let mut field_0: Option<bool> = None;
                    let mut field_1: Option<i64> = None;
                    while let Some(key) = map
                        .next_key_seed(crate::wire::Keys(&["2fa", "crate"]))?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "2fa", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "crate", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(StringType {
                        _2fa: field_0,
                        crate_: field_1,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for StringType {
        fn check(&self) -> Result<(), crate::check::Violation> {
            if let Some(value) = &self.crate_ {
                crate::check::field(
                    "crate",
                    || {
                        crate::check::minimum(value, 1)?;
                        Ok(())
                    },
                )?;
            }
            Ok(())
        }
    }

    pub type VecType = Vec<StringType>;
    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    #[cfg_attr(feature = "roundtrip", schema(as = default))]
    pub struct DefaultType {
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = bool, required = false, default = json!(true))
        )]
        pub r#async: bool,
    }

    impl DefaultType {
        fn default_async() -> bool {
            true
        }
    }

    impl<'de> serde::Deserialize<'de> for DefaultType {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = DefaultType;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<DefaultType, MapOf::Error> {
                    let mut field_0: Option<bool> = None;
                    while let Some(key) = map.next_key_seed(crate::wire::Keys(&["async"]))? {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "async", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(DefaultType {
                        r#async: field_0.unwrap_or_else(DefaultType::default_async),
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    #[cfg_attr(feature = "roundtrip", schema(as = Result))]
    pub struct ResultType {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = OptionType, required = false))]
        pub r#type: Option<OptionType>,
        #[serde(rename = "self", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Vec<StringType>, required = false)
        )]
        pub self_: Option<VecType>,
        #[serde(rename = "camelCase", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = String, required = false))]
        pub camel_case: Option<String>,
        #[serde(rename = "with space", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = String, required = false))]
        pub with_space: Option<String>,
        #[serde(rename = "Box", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = DefaultType, required = false)
        )]
        pub r#box: Option<DefaultType>,
        #[serde(rename = "$value", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = String, required = false))]
        pub value: Option<String>,
    }

    impl<'de> serde::Deserialize<'de> for ResultType {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = ResultType;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<ResultType, MapOf::Error> {
                    let mut field_0: Option<OptionType> = None;
                    let mut field_1: Option<VecType> = None;
                    let mut field_2: Option<String> = None;
                    let mut field_3: Option<String> = None;
                    let mut field_4: Option<DefaultType> = None;
                    let mut field_5: Option<String> = None;
                    while let Some(key) = map
                        .next_key_seed(
                            crate::wire::Keys(
                                &["type", "self", "camelCase", "with space", "Box", "$value"],
                            ),
                        )?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "type", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "self", &mut map)?
                            }
                            crate::wire::Key::Known(2) => {
                                crate::wire::fill(&mut field_2, "camelCase", &mut map)?
                            }
                            crate::wire::Key::Known(3) => {
                                crate::wire::fill(&mut field_3, "with space", &mut map)?
                            }
                            crate::wire::Key::Known(4) => {
                                crate::wire::fill(&mut field_4, "Box", &mut map)?
                            }
                            crate::wire::Key::Known(5) => {
                                crate::wire::fill(&mut field_5, "$value", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(ResultType {
                        r#type: field_0,
                        self_: field_1,
                        camel_case: field_2,
                        with_space: field_3,
                        r#box: field_4,
                        value: field_5,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for ResultType {
        fn check(&self) -> Result<(), crate::check::Violation> {
            if let Some(value) = &self.self_ {
                crate::check::field(
                    "self",
                    || {
                        crate::check::each(
                            value,
                            |value| {
                                crate::check::Check::check(value)?;
                                Ok(())
                            },
                        )?;
                        Ok(())
                    },
                )?;
            }
            Ok(())
        }
    }
}


pub mod operations {
    //! The facts of every operation.

    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&MATCH];
    /// `match`
    pub static MATCH: crate::Operation = crate::Operation {
        id: "match",
        method: axum::http::Method::POST,
        path: "/type/{self}",
        tag: "fn",
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
        S: super::Authenticate + super::FnType,
    {
        axum::Router::new()
            .route(
                "/type/{p0}",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::fn_tag::r#match::<S>)
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


mod fn_tag {
    //! The operations tagged `fn`.

    /// fn
    pub trait FnType: crate::Service {
        fn r#match(
            &self,
            input: MatchInput,
        ) -> impl Future<Output = Result<MatchOutput, Self::Error>> + Send;
    }

    /// What `match` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct MatchInput {
        pub self_: String,
        pub r#type: Option<String>,
        pub body_query: Option<String>,
        pub type_header: Option<String>,
        pub filter_from: Option<String>,
        pub body: super::types::ResultType,
    }

    /// What `match` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum MatchOutput {
        /// Ok.
        Ok(super::types::ResultType),
    }

    impl From<MatchOutput> for crate::Answer {
        fn from(output: MatchOutput) -> Self {
            match output {
                MatchOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    pub(super) async fn r#match<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: FnType,
    {
        let operation = &super::operations::MATCH;
        let answer = async {
            let (mut head, body) = crate::head::Head::split(&service, operation, request);
            let path = head.path().await?;
            let query = head.query(&["type", "body", "filter[from]"])?;
            let parameter_0 = head
                .parameter(
                    crate::RejectionKind::Path,
                    "self",
                    || {
                        let text = path.at(0)?;
                        let read: String = crate::text::read(&text)?;
                        Ok(read)
                    },
                )?;
            let parameter_1 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "type",
                    || {
                        let Some(text) = query.one("type")? else { return Ok(None) };
                        let read: String = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_2 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "body",
                    || {
                        let Some(text) = query.one("body")? else { return Ok(None) };
                        let read: String = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_3 = head
                .parameter(
                    crate::RejectionKind::Header,
                    "type",
                    || {
                        let Some(text) = head.header("type")? else { return Ok(None) };
                        let read: String = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_4 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "filter[from]",
                    || {
                        let Some(text) = query.one("filter[from]")? else { return Ok(None) };
                        let read: String = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let body = head
                .body_or_empty(
                    body,
                    |value: &super::types::ResultType| {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )
                .await?;
            let input = MatchInput {
                self_: parameter_0,
                r#type: parameter_1,
                body_query: parameter_2,
                type_header: parameter_3,
                filter_from: parameter_4,
                body,
            };
            FnType::r#match(&service, input).await
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
        path = "/type/{self}",
        operation_id = "match",
        tag = "fn",
        params(
            ("self" = String, Path),
            ("type" = Option<String>, Query),
            ("body" = Option<String>, Query),
            ("type" = Option<String>, Header, nullable = false),
            ("filter[from]" = Option<String>, Query)
        ),
        request_body(content = Option<ResultType>),
        responses(
            (status = 200, description = "Ok.", body = ResultType),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_match() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(
        paths(operation_match),
        components(schemas(OptionType, StringType, DefaultType, ResultType))
    )]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/components/schemas/Option", "enum", "[\"None\",\"Some\",\"Self\",\"\",\"1\"]"),
        ("/paths/~1type~1{self}/post", "security", "[]"),
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
pub use fn_tag::{FnType, MatchInput, MatchOutput};
