//! Secrets 1: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Visit {
        #[cfg_attr(feature = "roundtrip", schema(value_type = String, required = true))]
        pub name: String,
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = true, format = "password")
        )]
        pub code: String,
    }

    impl std::fmt::Debug for Visit {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Visit")
                .field("name", &self.name)
                .field("code", &format_args!(".."))
                .finish()
        }
    }

    impl<'de> serde::Deserialize<'de> for Visit {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Visit;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Visit, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    let mut field_1: Option<String> = None;
                    while let Some(key) = map
                        .next_key_seed(crate::wire::Keys(&["name", "code"]))?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "name", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "code", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Visit {
                        name: crate::wire::required(field_0, "name")?,
                        code: crate::wire::required(field_1, "code")?,
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
    pub static OPERATIONS: &[&crate::Operation] = &[&OPEN_DOOR];
    /// `openDoor`
    pub static OPEN_DOOR: crate::Operation = crate::Operation {
        id: "openDoor",
        method: axum::http::Method::POST,
        path: "/doors",
        tag: "doors",
        security: &[],
        rate_limit: None,
        idempotent: false,
        statuses: &[204],
        deprecated: false,
    };
}


mod router {
    //! The router over all traits.

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: super::Authenticate + super::Doors,
    {
        axum::Router::new()
            .route(
                "/doors",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::doors::open_door::<S>)
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


mod doors {
    //! The operations tagged `doors`.

    /// doors
    pub trait Doors: crate::Service {
        /// Open a door
        fn open_door(
            &self,
            input: OpenDoorInput,
        ) -> impl Future<Output = Result<OpenDoorOutput, Self::Error>> + Send;
    }

    /// What `openDoor` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct OpenDoorInput {
        pub body: super::types::Visit,
    }

    /// What `openDoor` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum OpenDoorOutput {
        /// It is open.
        NoContent,
    }

    impl From<OpenDoorOutput> for crate::Answer {
        fn from(output: OpenDoorOutput) -> Self {
            match output {
                OpenDoorOutput::NoContent => Self::empty(crate::answer::status(204)),
            }
        }
    }

    pub(super) async fn open_door<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Doors,
    {
        let operation = &super::operations::OPEN_DOOR;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let body = head.body(body, |_: &super::types::Visit| Ok(())).await?;
            let input = OpenDoorInput { body };
            Doors::open_door(&service, input).await
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
        path = "/doors",
        operation_id = "openDoor",
        tag = "doors",
        summary = "Open a door",
        params(),
        request_body(content = Visit),
        responses((status = 204, description = "It is open.")),
        security()
    )]
    fn operation_open_door() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(operation_open_door), components(schemas(Visit)))]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[("/paths/~1doors/post", "security", "[]")];
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
pub use doors::{Doors, OpenDoorInput, OpenDoorOutput};
