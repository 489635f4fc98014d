//! Clashes 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct A {
        #[cfg_attr(feature = "roundtrip", schema(value_type = D, required = true))]
        pub d: D,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = i64, required = false))]
        pub map: Option<i64>,
    }

    impl<'de> serde::Deserialize<'de> for A {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = A;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<A, MapOf::Error> {
                    let mut field_0: Option<D> = None;
                    let mut field_1: Option<i64> = None;
                    while let Some(key) = map
                        .next_key_seed(crate::wire::Keys(&["d", "map"]))?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "d", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "map", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(A {
                        d: crate::wire::required(field_0, "d")?,
                        map: field_1,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct D {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = Reader, required = false))]
        pub reader: Option<Reader>,
        #[serde(flatten)]
        pub extra: std::collections::BTreeMap<String, i64>,
    }

    impl<'de> serde::Deserialize<'de> for D {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = D;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<D, MapOf::Error> {
                    let mut field_0: Option<Reader> = None;
                    let mut rest: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
                    while let Some(key) = map.next_key_seed(crate::wire::Keys(&["reader"]))?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "reader", &mut map)?
                            }
                            crate::wire::Key::Known(_) => {}
                            crate::wire::Key::Other(name) => {
                                let value = map.next_value()?;
                                rest.insert(name, value);
                            }
                        }
                    }
                    Ok(D { reader: field_0, extra: rest })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub enum E {
        #[serde(rename = "err")]
        Err,
        #[serde(rename = "all")]
        All,
        #[serde(rename = "value")]
        Value,
    }

    impl E {
        /// Every value, in the order of the description.
        pub const ALL: &'static [Self] = &[Self::Err, Self::All, Self::Value];
        /// The value on the wire.
        #[must_use]
        pub const fn as_str(self) -> &'static str {
            match self {
                Self::Err => "err",
                Self::All => "all",
                Self::Value => "value",
            }
        }
    }

    impl<'de> serde::Deserialize<'de> for E {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            crate::wire::listed(deserializer, &["err", "all", "value"])
                .map(|position| Self::ALL[position])
        }
    }

    impl std::fmt::Display for E {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.as_str())
        }
    }

    impl std::str::FromStr for E {
        type Err = crate::text::NotListed;
        fn from_str(text: &str) -> Result<Self, crate::text::NotListed> {
            match text {
                "err" => Ok(Self::Err),
                "all" => Ok(Self::All),
                "value" => Ok(Self::Value),
                _ => Err(crate::text::NotListed("must be one of: err, all, value")),
            }
        }
    }

    crate::text::listed!(E);
    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Reader {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = S, required = false))]
        pub s: Option<S>,
    }

    impl<'de> serde::Deserialize<'de> for Reader {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Reader;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Reader, MapOf::Error> {
                    let mut field_0: Option<S> = None;
                    while let Some(key) = map.next_key_seed(crate::wire::Keys(&["s"]))? {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "s", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Reader { s: field_0 })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[serde(untagged)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    #[cfg_attr(
        feature = "roundtrip",
        schema(
            discriminator(
                property_name = "self",
                mapping(("Document" = "#/components/schemas/Document"))
            )
        )
    )]
    pub enum S {
        Document(Document),
    }

    impl<'de> serde::Deserialize<'de> for S {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            let tagged = crate::wire::Tagged::read(deserializer, "self")?;
            match tagged.tag() {
                "Document" => tagged.variant().map(Self::Document),
                _ => Err(tagged.unknown("self", &["Document"])),
            }
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Document {
        #[serde(rename = "self")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = String, required = true))]
        pub self_: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = E, required = false))]
        pub e: Option<E>,
    }

    impl<'de> serde::Deserialize<'de> for Document {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Document;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Document, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    let mut field_1: Option<E> = None;
                    while let Some(key) = map
                        .next_key_seed(crate::wire::Keys(&["self", "e"]))?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "self", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "e", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Document {
                        self_: crate::wire::required(field_0, "self")?,
                        e: field_1,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub enum ServiceText {
        #[serde(rename = "err")]
        Err,
        #[serde(rename = "ok")]
        Ok,
    }

    impl ServiceText {
        /// Every value, in the order of the description.
        pub const ALL: &'static [Self] = &[Self::Err, Self::Ok];
        /// The value on the wire.
        #[must_use]
        pub const fn as_str(self) -> &'static str {
            match self {
                Self::Err => "err",
                Self::Ok => "ok",
            }
        }
    }

    impl<'de> serde::Deserialize<'de> for ServiceText {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            crate::wire::listed(deserializer, &["err", "ok"])
                .map(|position| Self::ALL[position])
        }
    }

    impl std::fmt::Display for ServiceText {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.as_str())
        }
    }

    impl std::str::FromStr for ServiceText {
        type Err = crate::text::NotListed;
        fn from_str(text: &str) -> Result<Self, crate::text::NotListed> {
            match text {
                "err" => Ok(Self::Err),
                "ok" => Ok(Self::Ok),
                _ => Err(crate::text::NotListed("must be one of: err, ok")),
            }
        }
    }

    crate::text::listed!(ServiceText);
}


pub mod operations {
    //! The facts of every operation.

    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&SERVICE];
    /// `service`
    pub static SERVICE: crate::Operation = crate::Operation {
        id: "service",
        method: axum::http::Method::POST,
        path: "/clashes/{path}",
        tag: "s",
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
        S: super::Authenticate + super::STag,
    {
        axum::Router::new()
            .route(
                "/clashes/{p0}",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::s::service::<S>)
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


mod s {
    //! The operations tagged `s`.

    /// s
    pub trait STag: crate::Service {
        fn service(
            &self,
            input: ServiceInput,
        ) -> impl Future<Output = Result<ServiceOutput, Self::Error>> + Send;
    }

    /// What `service` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ServiceInput {
        pub path: String,
        pub query: String,
        pub head: Option<i64>,
        pub text: Option<super::types::ServiceText>,
        pub value: Option<String>,
        pub read: Option<Vec<i64>>,
        pub caller: Option<String>,
        pub operation: Option<String>,
        pub input: Option<String>,
        pub request: Option<String>,
        pub body: super::types::A,
    }

    /// What `service` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ServiceOutput {
        /// Ok.
        Ok(super::types::A),
    }

    impl From<ServiceOutput> for crate::Answer {
        fn from(output: ServiceOutput) -> Self {
            match output {
                ServiceOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    pub(super) async fn service<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: STag,
    {
        let operation = &super::operations::SERVICE;
        let answer = async {
            let (mut head, body) = crate::head::Head::split(&service, operation, request);
            let path = head.path().await?;
            let query = head
                .query(
                    &["query", "head", "text", "caller", "operation", "input", "request"],
                )?;
            let parameter_0 = head
                .parameter(
                    crate::RejectionKind::Path,
                    "path",
                    || {
                        let text = path.at(0)?;
                        let read: String = crate::text::read(&text)?;
                        let value = &read;
                        crate::check::min_length(value, 2)?;
                        Ok(read)
                    },
                )?;
            let parameter_1 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "query",
                    || {
                        let Some(text) = query.one("query")? else {
                            return Err(crate::check::Violation::new("is required"))
                        };
                        let read: String = crate::text::read(&text)?;
                        let value = &read;
                        crate::check::min_length(value, 2)?;
                        Ok(read)
                    },
                )?;
            let parameter_2 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "head",
                    || {
                        let Some(text) = query.one("head")? else { return Ok(None) };
                        let read: i64 = crate::text::read(&text)?;
                        let value = &read;
                        crate::check::minimum(value, 1)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_3 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "text",
                    || {
                        let Some(text) = query.one("text")? else { return Ok(None) };
                        let read: super::types::ServiceText = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_4 = head
                .parameter(
                    crate::RejectionKind::Header,
                    "value",
                    || {
                        let Some(text) = head.header("value")? else { return Ok(None) };
                        let read: String = crate::text::read(&text)?;
                        let value = &read;
                        crate::check::max_length(value, 3)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_5 = head
                .parameter(
                    crate::RejectionKind::Header,
                    "read",
                    || {
                        let Some(text) = head.header("read")? else { return Ok(None) };
                        let read: Vec<i64> = crate::text::read_all(
                            crate::text::members(text),
                        )?;
                        let value = &read;
                        crate::check::each(
                            value,
                            |value| {
                                crate::check::minimum(value, 1)?;
                                Ok(())
                            },
                        )?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_6 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "caller",
                    || {
                        let Some(text) = query.one("caller")? else { return Ok(None) };
                        let read: String = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_7 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "operation",
                    || {
                        let Some(text) = query.one("operation")? else { return Ok(None) };
                        let read: String = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_8 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "input",
                    || {
                        let Some(text) = query.one("input")? else { return Ok(None) };
                        let read: String = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_9 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "request",
                    || {
                        let Some(text) = query.one("request")? else { return Ok(None) };
                        let read: String = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let body = head.body(body, |_: &super::types::A| Ok(())).await?;
            let input = ServiceInput {
                path: parameter_0,
                query: parameter_1,
                head: parameter_2,
                text: parameter_3,
                value: parameter_4,
                read: parameter_5,
                caller: parameter_6,
                operation: parameter_7,
                input: parameter_8,
                request: parameter_9,
                body,
            };
            STag::service(&service, input).await
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
        path = "/clashes/{path}",
        operation_id = "service",
        tag = "s",
        params(
            ("path" = String, Path, min_length = 2),
            ("query" = String, Query, min_length = 2),
            ("head" = Option<i64>, Query, minimum = 1),
            ("text" = Option<ServiceText>, Query),
            ("value" = Option<String>, Header, nullable = false, max_length = 3),
            ("read" = Option<Vec<i64>>, Header, nullable = false),
            ("caller" = Option<String>, Query),
            ("operation" = Option<String>, Query),
            ("input" = Option<String>, Query),
            ("request" = Option<String>, Query)
        ),
        request_body(content = A),
        responses(
            (status = 200, description = "Ok.", body = A),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_service() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(
        paths(operation_service),
        components(schemas(A, D, E, Reader, S, Document, ServiceText))
    )]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/paths/~1clashes~1{path}/post/parameters/5/schema/items", "minimum", "1"),
        ("/paths/~1clashes~1{path}/post", "security", "[]"),
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
pub use s::{STag, ServiceInput, ServiceOutput};
