//! Deprecated 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Old {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = false, min_length = 1)
        )]
        pub fresh: Option<String>,
        #[deprecated]
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = false, min_length = 1)
        )]
        pub stale: Option<String>,
        #[serde(flatten)]
        pub extra: std::collections::BTreeMap<String, i64>,
    }

    #[allow(deprecated, reason = "a deprecated field is still part of the wire")]
    impl<'de> serde::Deserialize<'de> for Old {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Old;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Old, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    let mut field_1: Option<String> = None;
                    let mut rest: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
                    while let Some(key) = map
                        .next_key_seed(crate::wire::Keys(&["fresh", "stale"]))?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "fresh", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "stale", &mut map)?
                            }
                            crate::wire::Key::Known(_) => {}
                            crate::wire::Key::Other(name) => {
                                let value = map.next_value()?;
                                rest.insert(name, value);
                            }
                        }
                    }
                    Ok(Old {
                        fresh: field_0,
                        stale: field_1,
                        extra: rest,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    #[allow(deprecated, reason = "a deprecated field is still part of the wire")]
    impl crate::check::Check for Old {
        fn check(&self) -> Result<(), crate::check::Violation> {
            if let Some(value) = &self.fresh {
                crate::check::field(
                    "fresh",
                    || {
                        crate::check::min_length(value, 1)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.stale {
                crate::check::field(
                    "stale",
                    || {
                        crate::check::min_length(value, 1)?;
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
    pub static OPERATIONS: &[&crate::Operation] = &[&OLD_WAY];
    /// `oldWay`
    pub static OLD_WAY: crate::Operation = crate::Operation {
        id: "oldWay",
        method: axum::http::Method::POST,
        path: "/old",
        tag: "old",
        security: &[],
        rate_limit: None,
        idempotent: false,
        statuses: &[204, 400],
        deprecated: true,
    };
}


mod router {
    //! The router over all traits.

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: super::Authenticate + super::Old,
    {
        axum::Router::new()
            .route(
                "/old",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::old::old_way::<S>)
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


mod old {
    //! The operations tagged `old`.

    /// old
    pub trait Old: crate::Service {
        /// The old way
        #[deprecated]
        fn old_way(
            &self,
            input: OldWayInput,
        ) -> impl Future<Output = Result<OldWayOutput, Self::Error>> + Send;
    }

    /// What `oldWay` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct OldWayInput {
        #[deprecated]
        pub q: Option<String>,
        pub body: super::types::Old,
    }

    /// What `oldWay` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum OldWayOutput {
        /// Done.
        NoContent,
    }

    impl From<OldWayOutput> for crate::Answer {
        fn from(output: OldWayOutput) -> Self {
            match output {
                OldWayOutput::NoContent => Self::empty(crate::answer::status(204)),
            }
        }
    }

    #[allow(deprecated, reason = "its route stays until it is removed")]
    pub(super) async fn old_way<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Old,
    {
        let operation = &super::operations::OLD_WAY;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            let query = head.query(&["q"])?;
            let parameter_0 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "q",
                    || {
                        let Some(text) = query.one("q")? else { return Ok(None) };
                        let read: String = crate::text::read(&text)?;
                        Ok(Some(read))
                    },
                )?;
            let body = head
                .body(
                    body,
                    |value: &super::types::Old| {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )
                .await?;
            let input = OldWayInput {
                q: parameter_0,
                body,
            };
            Old::old_way(&service, input).await
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
    #[deprecated]
    #[utoipa::path(
        post,
        path = "/old",
        operation_id = "oldWay",
        tag = "old",
        summary = "The old way",
        params(("q" = Option<String>, Query, deprecated)),
        request_body(content = Old),
        responses(
            (status = 204, description = "Done."),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_old_way() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(operation_old_way), components(schemas(Old)))]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[("/paths/~1old/post", "security", "[]")];
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
pub use old::{Old, OldWayInput, OldWayOutput};
