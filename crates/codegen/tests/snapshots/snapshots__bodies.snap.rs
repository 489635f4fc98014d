//! Bodies 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Note {
        #[cfg_attr(feature = "roundtrip", schema(value_type = String, required = true))]
        pub note: String,
    }

    impl<'de> serde::Deserialize<'de> for Note {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Note;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Note, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    while let Some(key) = map.next_key_seed(crate::wire::Keys(&["note"]))? {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "note", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Note {
                        note: crate::wire::required(field_0, "note")?,
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
    pub static OPERATIONS: &[&crate::Operation] = &[&SEND_OPTIONAL, &SEND_REQUIRED];
    /// `sendOptional`
    pub static SEND_OPTIONAL: crate::Operation = crate::Operation {
        id: "sendOptional",
        method: axum::http::Method::POST,
        path: "/bodies",
        tag: "bodies",
        security: &[],
        rate_limit: None,
        idempotent: false,
        statuses: &[200, 400],
        deprecated: false,
    };
    /// `sendRequired`
    pub static SEND_REQUIRED: crate::Operation = crate::Operation {
        id: "sendRequired",
        method: axum::http::Method::PUT,
        path: "/bodies",
        tag: "bodies",
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
        S: super::Authenticate + super::Bodies,
    {
        axum::Router::new()
            .route(
                "/bodies",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::bodies::send_optional::<S>)
                    .on(axum::routing::MethodFilter::PUT, super::bodies::send_required::<S>)
                    .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                        crate::serve::method_not_allowed(&service, "POST, PUT")
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


mod bodies {
    //! The operations tagged `bodies`.

    /// bodies
    pub trait Bodies: crate::Service {
        fn send_optional(
            &self,
            input: SendOptionalInput,
        ) -> impl Future<Output = Result<SendOptionalOutput, Self::Error>> + Send;
        fn send_required(
            &self,
            input: SendRequiredInput,
        ) -> impl Future<Output = Result<SendRequiredOutput, Self::Error>> + Send;
    }

    /// What `sendOptional` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct SendOptionalInput {
        pub body: Option<super::types::Note>,
    }

    /// What `sendOptional` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum SendOptionalOutput {
        /// The same.
        Ok(super::types::Note),
    }

    impl From<SendOptionalOutput> for crate::Answer {
        fn from(output: SendOptionalOutput) -> Self {
            match output {
                SendOptionalOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    /// What `sendRequired` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct SendRequiredInput {
        pub body: super::types::Note,
    }

    /// What `sendRequired` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum SendRequiredOutput {
        /// The same.
        Ok(super::types::Note),
    }

    impl From<SendRequiredOutput> for crate::Answer {
        fn from(output: SendRequiredOutput) -> Self {
            match output {
                SendRequiredOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    pub(super) async fn send_optional<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Bodies,
    {
        let operation = &super::operations::SEND_OPTIONAL;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let body = head.optional_body(body, |_: &super::types::Note| Ok(())).await?;
            let input = SendOptionalInput { body };
            Bodies::send_optional(&service, input).await
        };
        crate::serve::finish(operation, answer.await)
    }

    pub(super) async fn send_required<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Bodies,
    {
        let operation = &super::operations::SEND_REQUIRED;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let body = head.body(body, |_: &super::types::Note| Ok(())).await?;
            let input = SendRequiredInput { body };
            Bodies::send_required(&service, input).await
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
        path = "/bodies",
        operation_id = "sendOptional",
        tag = "bodies",
        params(),
        request_body(content = Option<Note>),
        responses(
            (status = 200, description = "The same.", body = Note),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_send_optional() {}
    #[utoipa::path(
        put,
        path = "/bodies",
        operation_id = "sendRequired",
        tag = "bodies",
        params(),
        request_body(content = Note),
        responses(
            (status = 200, description = "The same.", body = Note),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_send_required() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(
        paths(operation_send_optional, operation_send_required),
        components(schemas(Note))
    )]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/paths/~1bodies/post", "security", "[]"),
        ("/paths/~1bodies/put", "security", "[]"),
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
pub use bodies::{
    Bodies, SendOptionalInput, SendOptionalOutput, SendRequiredInput, SendRequiredOutput,
};
