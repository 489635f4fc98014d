//! Enums 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    /// A color of the catalogue.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub enum Color {
        #[serde(rename = "red")]
        Red,
        #[serde(rename = "dark-green")]
        DarkGreen,
        #[serde(rename = "2fa")]
        _2fa,
        #[serde(rename = "self")]
        Self_,
        #[serde(rename = "+1")]
        Plus1,
        #[serde(rename = "-1")]
        Minus1,
    }

    impl Color {
        /// Every value, in the order of the description.
        pub const ALL: &'static [Self] = &[
            Self::Red,
            Self::DarkGreen,
            Self::_2fa,
            Self::Self_,
            Self::Plus1,
            Self::Minus1,
        ];
        /// The value on the wire.
        #[must_use]
        pub const fn as_str(self) -> &'static str {
            match self {
                Self::Red => "red",
                Self::DarkGreen => "dark-green",
                Self::_2fa => "2fa",
                Self::Self_ => "self",
                Self::Plus1 => "+1",
                Self::Minus1 => "-1",
            }
        }
    }

    impl<'de> serde::Deserialize<'de> for Color {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            crate::wire::listed(
                    deserializer,
                    &["red", "dark-green", "2fa", "self", "+1", "-1"],
                )
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
                "dark-green" => Ok(Self::DarkGreen),
                "2fa" => Ok(Self::_2fa),
                "self" => Ok(Self::Self_),
                "+1" => Ok(Self::Plus1),
                "-1" => Ok(Self::Minus1),
                _ => {
                    Err(
                        crate::text::NotListed(
                            "must be one of: red, dark-green, 2fa, self, +1, -1",
                        ),
                    )
                }
            }
        }
    }

    crate::text::listed!(Color);
    #[derive(
        Clone,
        Copy,
        Debug,
        Default,
        PartialEq,
        Eq,
        PartialOrd,
        Ord,
        Hash,
        serde::Serialize
    )]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    #[cfg_attr(feature = "roundtrip", schema(as = Object))]
    pub enum ObjectType {
        #[default]
        #[serde(rename = "coat")]
        Coat,
    }

    impl ObjectType {
        /// Every value, in the order of the description.
        pub const ALL: &'static [Self] = &[Self::Coat];
        /// The value on the wire.
        #[must_use]
        pub const fn as_str(self) -> &'static str {
            match self {
                Self::Coat => "coat",
            }
        }
    }

    impl<'de> serde::Deserialize<'de> for ObjectType {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            crate::wire::listed(deserializer, &["coat"]).map(|position| Self::ALL[position])
        }
    }

    impl std::fmt::Display for ObjectType {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.as_str())
        }
    }

    impl std::str::FromStr for ObjectType {
        type Err = crate::text::NotListed;
        fn from_str(text: &str) -> Result<Self, crate::text::NotListed> {
            match text {
                "coat" => Ok(Self::Coat),
                _ => Err(crate::text::NotListed("must be one of: coat")),
            }
        }
    }

    crate::text::listed!(ObjectType);
    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Coat {
        #[cfg_attr(feature = "roundtrip", schema(value_type = ObjectType, required = true))]
        pub object: ObjectType,
        #[cfg_attr(feature = "roundtrip", schema(value_type = Color, required = true))]
        pub color: Color,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Option<Color>, required = false)
        )]
        pub second: Option<Option<Color>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = i64, required = false))]
        pub layers: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = CoatInline, required = false))]
        pub inline: Option<CoatInline>,
    }

    impl<'de> serde::Deserialize<'de> for Coat {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Coat;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Coat, MapOf::Error> {
                    let mut field_0: Option<ObjectType> = None;
                    let mut field_1: Option<Color> = None;
                    let mut field_2: Option<Option<Color>> = None;
                    let mut field_3: Option<i64> = None;
                    let mut field_4: Option<CoatInline> = None;
                    while let Some(key) = map
                        .next_key_seed(
                            crate::wire::Keys(
                                &["object", "color", "second", "layers", "inline"],
                            ),
                        )?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "object", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "color", &mut map)?
                            }
                            crate::wire::Key::Known(2) => {
                                crate::wire::fill(&mut field_2, "second", &mut map)?
                            }
                            crate::wire::Key::Known(3) => {
                                crate::wire::fill(&mut field_3, "layers", &mut map)?
                            }
                            crate::wire::Key::Known(4) => {
                                crate::wire::fill(&mut field_4, "inline", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Coat {
                        object: crate::wire::required(field_0, "object")?,
                        color: crate::wire::required(field_1, "color")?,
                        second: field_2,
                        layers: field_3,
                        inline: field_4,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Coat {
        fn check(&self) -> Result<(), crate::check::Violation> {
            if let Some(value) = &self.layers {
                crate::check::field(
                    "layers",
                    || {
                        crate::check::one_of(value, &[1, 2, 4])?;
                        Ok(())
                    },
                )?;
            }
            Ok(())
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub enum CoatInline {
        #[serde(rename = "thick")]
        Thick,
        #[serde(rename = "thin")]
        Thin,
    }

    impl CoatInline {
        /// Every value, in the order of the description.
        pub const ALL: &'static [Self] = &[Self::Thick, Self::Thin];
        /// The value on the wire.
        #[must_use]
        pub const fn as_str(self) -> &'static str {
            match self {
                Self::Thick => "thick",
                Self::Thin => "thin",
            }
        }
    }

    impl<'de> serde::Deserialize<'de> for CoatInline {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            crate::wire::listed(deserializer, &["thick", "thin"])
                .map(|position| Self::ALL[position])
        }
    }

    impl std::fmt::Display for CoatInline {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.as_str())
        }
    }

    impl std::str::FromStr for CoatInline {
        type Err = crate::text::NotListed;
        fn from_str(text: &str) -> Result<Self, crate::text::NotListed> {
            match text {
                "thick" => Ok(Self::Thick),
                "thin" => Ok(Self::Thin),
                _ => Err(crate::text::NotListed("must be one of: thick, thin")),
            }
        }
    }

    crate::text::listed!(CoatInline);
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub enum PaintXFinish {
        #[serde(rename = "matte")]
        Matte,
        #[serde(rename = "high-gloss")]
        HighGloss,
    }

    impl PaintXFinish {
        /// Every value, in the order of the description.
        pub const ALL: &'static [Self] = &[Self::Matte, Self::HighGloss];
        /// The value on the wire.
        #[must_use]
        pub const fn as_str(self) -> &'static str {
            match self {
                Self::Matte => "matte",
                Self::HighGloss => "high-gloss",
            }
        }
    }

    impl<'de> serde::Deserialize<'de> for PaintXFinish {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            crate::wire::listed(deserializer, &["matte", "high-gloss"])
                .map(|position| Self::ALL[position])
        }
    }

    impl std::fmt::Display for PaintXFinish {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.as_str())
        }
    }

    impl std::str::FromStr for PaintXFinish {
        type Err = crate::text::NotListed;
        fn from_str(text: &str) -> Result<Self, crate::text::NotListed> {
            match text {
                "matte" => Ok(Self::Matte),
                "high-gloss" => Ok(Self::HighGloss),
                _ => Err(crate::text::NotListed("must be one of: matte, high-gloss")),
            }
        }
    }

    crate::text::listed!(PaintXFinish);
}


pub mod operations {
    //! The facts of every operation.

    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&PAINT];
    /// `paint`
    pub static PAINT: crate::Operation = crate::Operation {
        id: "paint",
        method: axum::http::Method::POST,
        path: "/paint",
        tag: "paint",
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
        S: super::Authenticate + super::Paint,
    {
        axum::Router::new()
            .route(
                "/paint",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::paint::paint::<S>)
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


mod paint {
    //! The operations tagged `paint`.

    /// paint
    pub trait Paint: crate::Service {
        fn paint(
            &self,
            input: PaintInput,
        ) -> impl Future<Output = Result<PaintOutput, Self::Error>> + Send;
    }

    /// What `paint` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct PaintInput {
        pub color: super::types::Color,
        pub x_finish: Option<super::types::PaintXFinish>,
        pub body: super::types::Coat,
    }

    /// What `paint` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum PaintOutput {
        /// Painted.
        Ok(super::types::Coat),
    }

    impl From<PaintOutput> for crate::Answer {
        fn from(output: PaintOutput) -> Self {
            match output {
                PaintOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    pub(super) async fn paint<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Paint,
    {
        let operation = &super::operations::PAINT;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            let query = head.query(&["color"])?;
            let parameter_0 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "color",
                    || {
                        let Some(text) = query.one("color")? else {
                            return Err(crate::check::Violation::new("is required"))
                        };
                        let read: super::types::Color = crate::text::read(&text)?;
                        Ok(read)
                    },
                )?;
            let parameter_1 = head
                .parameter(
                    crate::RejectionKind::Header,
                    "X-Finish",
                    || {
                        let Some(text) = head.header("x-finish")? else { return Ok(None) };
                        let read: super::types::PaintXFinish = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let body = head
                .body(
                    body,
                    |value: &super::types::Coat| {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )
                .await?;
            let input = PaintInput {
                color: parameter_0,
                x_finish: parameter_1,
                body,
            };
            Paint::paint(&service, input).await
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
        path = "/paint",
        operation_id = "paint",
        tag = "paint",
        params(
            ("color" = Color, Query),
            ("X-Finish" = Option<PaintXFinish>, Header, nullable = false)
        ),
        request_body(content = Coat),
        responses(
            (status = 200, description = "Painted.", body = Coat),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_paint() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(
        paths(operation_paint),
        components(schemas(Color, ObjectType, Coat, CoatInline, PaintXFinish))
    )]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/components/schemas/Coat/properties/layers", "enum", "[1,2,4]"),
        ("/paths/~1paint/post", "security", "[]"),
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
pub use paint::{Paint, PaintInput, PaintOutput};
