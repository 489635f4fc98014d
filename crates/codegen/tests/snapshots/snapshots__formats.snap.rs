//! Formats 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Formats {
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = chrono::DateTime<chrono::Utc>, required = true)
        )]
        pub time: chrono::DateTime<chrono::Utc>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = chrono::NaiveDate, required = false)
        )]
        pub day: Option<chrono::NaiveDate>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = uuid::Uuid, required = false))]
        pub id: Option<uuid::Uuid>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = false, max_length = 40, format = "email")
        )]
        pub email: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = false, format = "uri")
        )]
        pub link: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(
                value_type = rust_decimal::Decimal,
                required = false,
                pattern = "^\\d+\\.\\d{2}$",
                format = "decimal"
            )
        )]
        pub amount: Option<rust_decimal::Decimal>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(
                value_type = Option<rust_decimal::Decimal>,
                required = false,
                format = "decimal"
            )
        )]
        pub maybe: Option<Option<rust_decimal::Decimal>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Vec<rust_decimal::Decimal>, required = false)
        )]
        pub rates: Option<Vec<rust_decimal::Decimal>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(
                value_type = std::collections::BTreeMap<String,
                Option<chrono::NaiveDate>>,
                required = false
            )
        )]
        pub days: Option<std::collections::BTreeMap<String, Option<chrono::NaiveDate>>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = i32, required = false))]
        pub small: Option<i32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = false, format = "byte")
        )]
        pub blob: Option<String>,
    }

    impl<'de> serde::Deserialize<'de> for Formats {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Formats;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Formats, MapOf::Error> {
                    let mut field_0: Option<chrono::DateTime<chrono::Utc>> = None;
                    let mut field_1: Option<chrono::NaiveDate> = None;
                    let mut field_2: Option<uuid::Uuid> = None;
                    let mut field_3: Option<String> = None;
                    let mut field_4: Option<String> = None;
                    let mut field_5: Option<rust_decimal::Decimal> = None;
                    let mut field_6: Option<Option<rust_decimal::Decimal>> = None;
                    let mut field_7: Option<Vec<rust_decimal::Decimal>> = None;
                    let mut field_8: Option<
                        std::collections::BTreeMap<String, Option<chrono::NaiveDate>>,
                    > = None;
                    let mut field_9: Option<i32> = None;
                    let mut field_10: Option<String> = None;
                    while let Some(key) = map
                        .next_key_seed(
                            crate::wire::Keys(
                                &[
                                    "time",
                                    "day",
                                    "id",
                                    "email",
                                    "link",
                                    "amount",
                                    "maybe",
                                    "rates",
                                    "days",
                                    "small",
                                    "blob",
                                ],
                            ),
                        )?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill_strict(&mut field_0, "time", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill_strict(&mut field_1, "day", &mut map)?
                            }
                            crate::wire::Key::Known(2) => {
                                crate::wire::fill_strict(&mut field_2, "id", &mut map)?
                            }
                            crate::wire::Key::Known(3) => {
                                crate::wire::fill(&mut field_3, "email", &mut map)?
                            }
                            crate::wire::Key::Known(4) => {
                                crate::wire::fill(&mut field_4, "link", &mut map)?
                            }
                            crate::wire::Key::Known(5) => {
                                crate::wire::fill_strict(&mut field_5, "amount", &mut map)?
                            }
                            crate::wire::Key::Known(6) => {
                                crate::wire::fill_strict(&mut field_6, "maybe", &mut map)?
                            }
                            crate::wire::Key::Known(7) => {
                                crate::wire::fill_strict(&mut field_7, "rates", &mut map)?
                            }
                            crate::wire::Key::Known(8) => {
                                crate::wire::fill_strict(&mut field_8, "days", &mut map)?
                            }
                            crate::wire::Key::Known(9) => {
                                crate::wire::fill(&mut field_9, "small", &mut map)?
                            }
                            crate::wire::Key::Known(10) => {
                                crate::wire::fill(&mut field_10, "blob", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Formats {
                        time: crate::wire::required(field_0, "time")?,
                        day: field_1,
                        id: field_2,
                        email: field_3,
                        link: field_4,
                        amount: field_5,
                        maybe: field_6,
                        rates: field_7,
                        days: field_8,
                        small: field_9,
                        blob: field_10,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Formats {
        fn check(&self) -> Result<(), crate::check::Violation> {
            if let Some(value) = &self.email {
                crate::check::field(
                    "email",
                    || {
                        crate::check::max_length(value, 40)?;
                        crate::check::email(value)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.link {
                crate::check::field(
                    "link",
                    || {
                        crate::check::uri(value)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.amount {
                crate::check::field(
                    "amount",
                    || {
                        {
                            let value = &value.to_string();
                            {
                                static PATTERN: crate::check::Pattern = crate::check::Pattern::new(||
                                crate::check::compiled("^[0-9]+\\.[0-9]{2}$"));
                                crate::check::pattern(value, &PATTERN, "^\\d+\\.\\d{2}$")?;
                            }
                        }
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
    pub static OPERATIONS: &[&crate::Operation] = &[&SEND_FORMATS];
    /// `sendFormats`
    pub static SEND_FORMATS: crate::Operation = crate::Operation {
        id: "sendFormats",
        method: axum::http::Method::POST,
        path: "/formats",
        tag: "formats",
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
        S: super::Authenticate + super::Formats,
    {
        axum::Router::new()
            .route(
                "/formats",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::formats::send_formats::<S>)
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


mod formats {
    //! The operations tagged `formats`.

    /// formats
    pub trait Formats: crate::Service {
        fn send_formats(
            &self,
            input: SendFormatsInput,
        ) -> impl Future<Output = Result<SendFormatsOutput, Self::Error>> + Send;
    }

    /// What `sendFormats` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct SendFormatsInput {
        pub since: Option<chrono::DateTime<chrono::Utc>>,
        pub day: Option<chrono::NaiveDate>,
        pub x_key: Option<uuid::Uuid>,
        pub price: Option<rust_decimal::Decimal>,
        pub body: super::types::Formats,
    }

    /// What `sendFormats` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum SendFormatsOutput {
        /// The same.
        Ok(super::types::Formats),
    }

    impl From<SendFormatsOutput> for crate::Answer {
        fn from(output: SendFormatsOutput) -> Self {
            match output {
                SendFormatsOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    pub(super) async fn send_formats<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Formats,
    {
        let operation = &super::operations::SEND_FORMATS;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            let query = head.query(&["since", "day", "price"])?;
            let parameter_0 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "since",
                    || {
                        let Some(text) = query.one("since")? else { return Ok(None) };
                        let read: chrono::DateTime<chrono::Utc> = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_1 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "day",
                    || {
                        let Some(text) = query.one("day")? else { return Ok(None) };
                        let read: chrono::NaiveDate = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_2 = head
                .parameter(
                    crate::RejectionKind::Header,
                    "X-Key",
                    || {
                        let Some(text) = head.header("x-key")? else { return Ok(None) };
                        let read: uuid::Uuid = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_3 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "price",
                    || {
                        let Some(text) = query.one("price")? else { return Ok(None) };
                        let read: rust_decimal::Decimal = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let body = head
                .body(
                    body,
                    |value: &super::types::Formats| {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )
                .await?;
            let input = SendFormatsInput {
                since: parameter_0,
                day: parameter_1,
                x_key: parameter_2,
                price: parameter_3,
                body,
            };
            Formats::send_formats(&service, input).await
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
        path = "/formats",
        operation_id = "sendFormats",
        tag = "formats",
        params(
            ("since" = Option<chrono::DateTime<chrono::Utc>>, Query),
            ("day" = Option<chrono::NaiveDate>, Query),
            ("X-Key" = Option<uuid::Uuid>, Header, nullable = false),
            ("price" = Option<rust_decimal::Decimal>, Query, format = "decimal")
        ),
        request_body(content = Formats),
        responses(
            (status = 200, description = "The same.", body = Formats),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_send_formats() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(operation_send_formats), components(schemas(Formats)))]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/components/schemas/Formats/properties/rates/items", "format", "\"decimal\""),
        ("/paths/~1formats/post", "security", "[]"),
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
pub use formats::{Formats, SendFormatsInput, SendFormatsOutput};
