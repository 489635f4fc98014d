//! Numbers 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    pub type Cents = i64;
    pub type Wide = i64;
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Numbers {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = i64, required = false, minimum = 1, maximum = 99999999)
        )]
        pub amount: Option<Cents>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = i32, required = false))]
        pub small: Option<i32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(
                value_type = i64,
                required = false,
                minimum = -9999999999_i64,
                maximum = 9999999999_i64
            )
        )]
        pub wide: Option<Wide>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = i64, required = false, exclusive_minimum = 0)
        )]
        pub above: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = i64, required = false, exclusive_maximum = -5)
        )]
        pub below: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = i64, required = false, multiple_of = 12)
        )]
        pub dozen: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = f64, required = false, minimum = 0.5, maximum = 10)
        )]
        pub ratio: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(
                value_type = f64,
                required = false,
                exclusive_minimum = 0,
                exclusive_maximum = 1
            )
        )]
        pub open: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = f64, required = false, multiple_of = 0.1)
        )]
        pub tenth: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = i64, required = false))]
        pub listed: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = f64, required = false))]
        pub half: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = i64, required = false, minimum = 1, maximum = 10)
        )]
        pub tight: Option<i64>,
    }

    impl<'de> serde::Deserialize<'de> for Numbers {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Numbers;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Numbers, MapOf::Error> {
                    let mut field_0: Option<Cents> = None;
                    let mut field_1: Option<i32> = None;
                    let mut field_2: Option<Wide> = None;
                    let mut field_3: Option<i64> = None;
                    let mut field_4: Option<i64> = None;
                    let mut field_5: Option<i64> = None;
                    let mut field_6: Option<f64> = None;
                    let mut field_7: Option<f64> = None;
                    let mut field_8: Option<f64> = None;
                    let mut field_9: Option<i64> = None;
                    let mut field_10: Option<f64> = None;
                    let mut field_11: Option<i64> = None;
                    while let Some(key) = map
                        .next_key_seed(
                            crate::wire::Keys(
                                &[
                                    "amount",
                                    "small",
                                    "wide",
                                    "above",
                                    "below",
                                    "dozen",
                                    "ratio",
                                    "open",
                                    "tenth",
                                    "listed",
                                    "half",
                                    "tight",
                                ],
                            ),
                        )?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "amount", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "small", &mut map)?
                            }
                            crate::wire::Key::Known(2) => {
                                crate::wire::fill(&mut field_2, "wide", &mut map)?
                            }
                            crate::wire::Key::Known(3) => {
                                crate::wire::fill(&mut field_3, "above", &mut map)?
                            }
                            crate::wire::Key::Known(4) => {
                                crate::wire::fill(&mut field_4, "below", &mut map)?
                            }
                            crate::wire::Key::Known(5) => {
                                crate::wire::fill(&mut field_5, "dozen", &mut map)?
                            }
                            crate::wire::Key::Known(6) => {
                                crate::wire::fill(&mut field_6, "ratio", &mut map)?
                            }
                            crate::wire::Key::Known(7) => {
                                crate::wire::fill(&mut field_7, "open", &mut map)?
                            }
                            crate::wire::Key::Known(8) => {
                                crate::wire::fill(&mut field_8, "tenth", &mut map)?
                            }
                            crate::wire::Key::Known(9) => {
                                crate::wire::fill(&mut field_9, "listed", &mut map)?
                            }
                            crate::wire::Key::Known(10) => {
                                crate::wire::fill(&mut field_10, "half", &mut map)?
                            }
                            crate::wire::Key::Known(11) => {
                                crate::wire::fill(&mut field_11, "tight", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Numbers {
                        amount: field_0,
                        small: field_1,
                        wide: field_2,
                        above: field_3,
                        below: field_4,
                        dozen: field_5,
                        ratio: field_6,
                        open: field_7,
                        tenth: field_8,
                        listed: field_9,
                        half: field_10,
                        tight: field_11,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Numbers {
        fn check(&self) -> Result<(), crate::check::Violation> {
            if let Some(value) = &self.amount {
                crate::check::field(
                    "amount",
                    || {
                        crate::check::minimum(value, 1)?;
                        crate::check::maximum(value, 99_999_999)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.wide {
                crate::check::field(
                    "wide",
                    || {
                        crate::check::minimum(value, -9_999_999_999)?;
                        crate::check::maximum(value, 9_999_999_999)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.above {
                crate::check::field(
                    "above",
                    || {
                        crate::check::above(value, 0)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.below {
                crate::check::field(
                    "below",
                    || {
                        crate::check::below(value, -5)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.dozen {
                crate::check::field(
                    "dozen",
                    || {
                        crate::check::multiple_of(value, 12)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.ratio {
                crate::check::field(
                    "ratio",
                    || {
                        crate::check::minimum(value, 0.5)?;
                        crate::check::maximum(value, 10.0)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.open {
                crate::check::field(
                    "open",
                    || {
                        crate::check::above(value, 0.0)?;
                        crate::check::below(value, 1.0)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.tenth {
                crate::check::field(
                    "tenth",
                    || {
                        crate::check::multiple_of_number(*value, "0.1")?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.listed {
                crate::check::field(
                    "listed",
                    || {
                        crate::check::one_of(value, &[1, 2, 4])?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.half {
                crate::check::field(
                    "half",
                    || {
                        crate::check::one_of(value, &[0.5, 1.0])?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.tight {
                crate::check::field(
                    "tight",
                    || {
                        crate::check::minimum(value, 1)?;
                        crate::check::maximum(value, 10)?;
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
    pub static OPERATIONS: &[&crate::Operation] = &[&SEND_NUMBERS];
    /// `sendNumbers`
    pub static SEND_NUMBERS: crate::Operation = crate::Operation {
        id: "sendNumbers",
        method: axum::http::Method::POST,
        path: "/numbers",
        tag: "numbers",
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
        S: super::Authenticate + super::Numbers,
    {
        axum::Router::new()
            .route(
                "/numbers",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::numbers::send_numbers::<S>)
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


mod numbers {
    //! The operations tagged `numbers`.

    /// numbers
    pub trait Numbers: crate::Service {
        fn send_numbers(
            &self,
            input: SendNumbersInput,
        ) -> impl Future<Output = Result<SendNumbersOutput, Self::Error>> + Send;
    }

    /// What `sendNumbers` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct SendNumbersInput {
        pub body: super::types::Numbers,
    }

    /// What `sendNumbers` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum SendNumbersOutput {
        /// The same.
        Ok(super::types::Numbers),
    }

    impl From<SendNumbersOutput> for crate::Answer {
        fn from(output: SendNumbersOutput) -> Self {
            match output {
                SendNumbersOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    pub(super) async fn send_numbers<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Numbers,
    {
        let operation = &super::operations::SEND_NUMBERS;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let body = head
                .body(
                    body,
                    |value: &super::types::Numbers| {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )
                .await?;
            let input = SendNumbersInput { body };
            Numbers::send_numbers(&service, input).await
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
        path = "/numbers",
        operation_id = "sendNumbers",
        tag = "numbers",
        params(),
        request_body(content = Numbers),
        responses(
            (status = 200, description = "The same.", body = Numbers),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_send_numbers() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(operation_send_numbers), components(schemas(Numbers)))]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/components/schemas/Numbers/properties/listed", "enum", "[1,2,4]"),
        ("/components/schemas/Numbers/properties/half", "enum", "[0.5,1]"),
        ("/paths/~1numbers/post", "security", "[]"),
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
pub use numbers::{Numbers, SendNumbersInput, SendNumbersOutput};
