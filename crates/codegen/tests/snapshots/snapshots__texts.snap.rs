//! Texts 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    pub type Code = String;
    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Texts {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = false, max_length = 3)
        )]
        pub short: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = false, min_length = 2)
        )]
        pub long: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = false, min_length = 4, max_length = 4)
        )]
        pub exact: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = false, pattern = "^[A-Z]{2}\\d+$")
        )]
        pub code: Option<Code>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = false, pattern = "b.d")
        )]
        pub anywhere: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = false, pattern = "^[\\w[&~.-]+$")
        )]
        pub class: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = false, pattern = "^\"\\\\/$")
        )]
        pub quoted: Option<String>,
    }

    impl<'de> serde::Deserialize<'de> for Texts {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Texts;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Texts, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    let mut field_1: Option<String> = None;
                    let mut field_2: Option<String> = None;
                    let mut field_3: Option<Code> = None;
                    let mut field_4: Option<String> = None;
                    let mut field_5: Option<String> = None;
                    let mut field_6: Option<String> = None;
                    while let Some(key) = map
                        .next_key_seed(
                            crate::wire::Keys(
                                &[
                                    "short",
                                    "long",
                                    "exact",
                                    "code",
                                    "anywhere",
                                    "class",
                                    "quoted",
                                ],
                            ),
                        )?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "short", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "long", &mut map)?
                            }
                            crate::wire::Key::Known(2) => {
                                crate::wire::fill(&mut field_2, "exact", &mut map)?
                            }
                            crate::wire::Key::Known(3) => {
                                crate::wire::fill(&mut field_3, "code", &mut map)?
                            }
                            crate::wire::Key::Known(4) => {
                                crate::wire::fill(&mut field_4, "anywhere", &mut map)?
                            }
                            crate::wire::Key::Known(5) => {
                                crate::wire::fill(&mut field_5, "class", &mut map)?
                            }
                            crate::wire::Key::Known(6) => {
                                crate::wire::fill(&mut field_6, "quoted", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Texts {
                        short: field_0,
                        long: field_1,
                        exact: field_2,
                        code: field_3,
                        anywhere: field_4,
                        class: field_5,
                        quoted: field_6,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Texts {
        fn check(&self) -> Result<(), crate::check::Violation> {
            if let Some(value) = &self.short {
                crate::check::field(
                    "short",
                    || {
                        crate::check::max_length(value, 3)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.long {
                crate::check::field(
                    "long",
                    || {
                        crate::check::min_length(value, 2)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.exact {
                crate::check::field(
                    "exact",
                    || {
                        crate::check::min_length(value, 4)?;
                        crate::check::max_length(value, 4)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.code {
                crate::check::field(
                    "code",
                    || {
                        {
                            static PATTERN: crate::check::Pattern = crate::check::Pattern::new(||
                            crate::check::compiled("^[A-Z]{2}[0-9]+$"));
                            crate::check::pattern(value, &PATTERN, "^[A-Z]{2}\\d+$")?;
                        }
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.anywhere {
                crate::check::field(
                    "anywhere",
                    || {
                        {
                            static PATTERN: crate::check::Pattern = crate::check::Pattern::new(||
                            crate::check::compiled("b[^\\n\\r\\u{2028}\\u{2029}]d"));
                            crate::check::pattern(value, &PATTERN, "b.d")?;
                        }
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.class {
                crate::check::field(
                    "class",
                    || {
                        {
                            static PATTERN: crate::check::Pattern = crate::check::Pattern::new(||
                            crate::check::compiled("^[[0-9A-Za-z_]\\[\\&\\~.-]+$"));
                            crate::check::pattern(value, &PATTERN, "^[\\w[&~.-]+$")?;
                        }
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.quoted {
                crate::check::field(
                    "quoted",
                    || {
                        {
                            static PATTERN: crate::check::Pattern = crate::check::Pattern::new(||
                            crate::check::compiled("^\"\\\\/$"));
                            crate::check::pattern(value, &PATTERN, "^\"\\\\/$")?;
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
    pub static OPERATIONS: &[&crate::Operation] = &[&SEND_TEXTS];
    /// `sendTexts`
    pub static SEND_TEXTS: crate::Operation = crate::Operation {
        id: "sendTexts",
        method: axum::http::Method::POST,
        path: "/texts",
        tag: "texts",
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
        S: super::Authenticate + super::Texts,
    {
        axum::Router::new()
            .route(
                "/texts",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::texts::send_texts::<S>)
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


mod texts {
    //! The operations tagged `texts`.

    /// texts
    pub trait Texts: crate::Service {
        fn send_texts(
            &self,
            input: SendTextsInput,
        ) -> impl Future<Output = Result<SendTextsOutput, Self::Error>> + Send;
    }

    /// What `sendTexts` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct SendTextsInput {
        pub body: super::types::Texts,
    }

    /// What `sendTexts` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum SendTextsOutput {
        /// The same.
        Ok(super::types::Texts),
    }

    impl From<SendTextsOutput> for crate::Answer {
        fn from(output: SendTextsOutput) -> Self {
            match output {
                SendTextsOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    pub(super) async fn send_texts<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Texts,
    {
        let operation = &super::operations::SEND_TEXTS;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let body = head
                .body(
                    body,
                    |value: &super::types::Texts| {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )
                .await?;
            let input = SendTextsInput { body };
            Texts::send_texts(&service, input).await
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
        path = "/texts",
        operation_id = "sendTexts",
        tag = "texts",
        params(),
        request_body(content = Texts),
        responses(
            (status = 200, description = "The same.", body = Texts),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_send_texts() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(operation_send_texts), components(schemas(Texts)))]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[("/paths/~1texts/post", "security", "[]")];
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
pub use texts::{Texts, SendTextsInput, SendTextsOutput};
