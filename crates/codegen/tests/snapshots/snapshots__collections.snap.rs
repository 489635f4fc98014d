//! Collections 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Item {
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = true, min_length = 2)
        )]
        pub sku: String,
    }

    impl<'de> serde::Deserialize<'de> for Item {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Item;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Item, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    while let Some(key) = map.next_key_seed(crate::wire::Keys(&["sku"]))? {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "sku", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Item {
                        sku: crate::wire::required(field_0, "sku")?,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Item {
        fn check(&self) -> Result<(), crate::check::Violation> {
            {
                let value = &self.sku;
                crate::check::field(
                    "sku",
                    || {
                        crate::check::min_length(value, 2)?;
                        Ok(())
                    },
                )?;
            }
            Ok(())
        }
    }

    pub type Tags = Vec<String>;
    pub type Metadata = std::collections::BTreeMap<String, String>;
    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    #[cfg_attr(feature = "roundtrip", schema(min_properties = 1, max_properties = 2))]
    #[cfg_attr(feature = "roundtrip", serde(deny_unknown_fields))]
    pub struct Collections {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Vec<String>, required = false, min_items = 1, max_items = 2)
        )]
        pub tags: Option<Tags>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = Vec<Item>, required = false))]
        pub unique: Option<Vec<Item>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Vec<Vec<i64>>, required = false)
        )]
        pub grid: Option<Vec<Vec<i64>>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = std::collections::BTreeMap<String, String>, required = false)
        )]
        pub metadata: Option<Metadata>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = std::collections::BTreeMap<String, Item>, required = false)
        )]
        pub by_name: Option<std::collections::BTreeMap<String, Item>>,
    }

    impl<'de> serde::Deserialize<'de> for Collections {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Collections;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Collections, MapOf::Error> {
                    let mut field_0: Option<Tags> = None;
                    let mut field_1: Option<Vec<Item>> = None;
                    let mut field_2: Option<Vec<Vec<i64>>> = None;
                    let mut field_3: Option<Metadata> = None;
                    let mut field_4: Option<std::collections::BTreeMap<String, Item>> = None;
                    while let Some(key) = map
                        .next_key_seed(
                            crate::wire::Keys(
                                &["tags", "unique", "grid", "metadata", "by_name"],
                            ),
                        )?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "tags", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "unique", &mut map)?
                            }
                            crate::wire::Key::Known(2) => {
                                crate::wire::fill(&mut field_2, "grid", &mut map)?
                            }
                            crate::wire::Key::Known(3) => {
                                crate::wire::fill(&mut field_3, "metadata", &mut map)?
                            }
                            crate::wire::Key::Known(4) => {
                                crate::wire::fill(&mut field_4, "by_name", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                return Err(crate::wire::unknown_field(&key));
                            }
                        }
                    }
                    Ok(Collections {
                        tags: field_0,
                        unique: field_1,
                        grid: field_2,
                        metadata: field_3,
                        by_name: field_4,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Collections {
        fn check(&self) -> Result<(), crate::check::Violation> {
            if let Some(value) = &self.tags {
                crate::check::field(
                    "tags",
                    || {
                        crate::check::min_items(value, 1)?;
                        crate::check::max_items(value, 2)?;
                        crate::check::each(
                            value,
                            |value| {
                                crate::check::max_length(value, 3)?;
                                Ok(())
                            },
                        )?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.unique {
                crate::check::field(
                    "unique",
                    || {
                        crate::check::unique_items(value)?;
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
            if let Some(value) = &self.grid {
                crate::check::field(
                    "grid",
                    || {
                        crate::check::each(
                            value,
                            |value| {
                                crate::check::max_items(value, 2)?;
                                crate::check::each(
                                    value,
                                    |value| {
                                        crate::check::minimum(value, 0)?;
                                        Ok(())
                                    },
                                )?;
                                Ok(())
                            },
                        )?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.metadata {
                crate::check::field(
                    "metadata",
                    || {
                        crate::check::min_properties(value.len(), 1)?;
                        crate::check::max_properties(value.len(), 2)?;
                        crate::check::each_value(
                            value,
                            |value| {
                                crate::check::max_length(value, 5)?;
                                Ok(())
                            },
                        )?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.by_name {
                crate::check::field(
                    "by_name",
                    || {
                        crate::check::each_value(
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
            crate::check::min_properties(
                0 + usize::from(self.tags.is_some()) + usize::from(self.unique.is_some())
                    + usize::from(self.grid.is_some()) + usize::from(self.metadata.is_some())
                    + usize::from(self.by_name.is_some()),
                1,
            )?;
            crate::check::max_properties(
                0 + usize::from(self.tags.is_some()) + usize::from(self.unique.is_some())
                    + usize::from(self.grid.is_some()) + usize::from(self.metadata.is_some())
                    + usize::from(self.by_name.is_some()),
                2,
            )?;
            Ok(())
        }
    }
}


pub mod operations {
    //! The facts of every operation.

    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&SEND_COLLECTIONS];
    /// `sendCollections`
    pub static SEND_COLLECTIONS: crate::Operation = crate::Operation {
        id: "sendCollections",
        method: axum::http::Method::POST,
        path: "/collections",
        tag: "collections",
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
        S: super::Authenticate + super::Collections,
    {
        axum::Router::new()
            .route(
                "/collections",
                axum::routing::MethodRouter::new()
                    .on(
                        axum::routing::MethodFilter::POST,
                        super::collections::send_collections::<S>,
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


mod collections {
    //! The operations tagged `collections`.

    /// collections
    pub trait Collections: crate::Service {
        fn send_collections(
            &self,
            input: SendCollectionsInput,
        ) -> impl Future<Output = Result<SendCollectionsOutput, Self::Error>> + Send;
    }

    /// What `sendCollections` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct SendCollectionsInput {
        pub body: super::types::Collections,
    }

    /// What `sendCollections` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum SendCollectionsOutput {
        /// The same.
        Ok(super::types::Collections),
    }

    impl From<SendCollectionsOutput> for crate::Answer {
        fn from(output: SendCollectionsOutput) -> Self {
            match output {
                SendCollectionsOutput::Ok(body) => {
                    Self::json(crate::answer::status(200), &body)
                }
            }
        }
    }

    pub(super) async fn send_collections<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Collections,
    {
        let operation = &super::operations::SEND_COLLECTIONS;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let body = head
                .body(
                    body,
                    |value: &super::types::Collections| {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )
                .await?;
            let input = SendCollectionsInput { body };
            Collections::send_collections(&service, input).await
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
        path = "/collections",
        operation_id = "sendCollections",
        tag = "collections",
        params(),
        request_body(content = Collections),
        responses(
            (status = 200, description = "The same.", body = Collections),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_send_collections() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(operation_send_collections), components(schemas(Item, Collections)))]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/components/schemas/Collections/properties/tags/items", "maxLength", "3"),
        ("/components/schemas/Collections/properties/unique", "uniqueItems", "true"),
        ("/components/schemas/Collections/properties/grid/items", "maxItems", "2"),
        ("/components/schemas/Collections/properties/grid/items/items", "minimum", "0"),
        ("/components/schemas/Collections/properties/metadata", "minProperties", "1"),
        ("/components/schemas/Collections/properties/metadata", "maxProperties", "2"),
        (
            "/components/schemas/Collections/properties/metadata/additionalProperties",
            "maxLength",
            "5",
        ),
        ("/paths/~1collections/post", "security", "[]"),
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
pub use collections::{Collections, SendCollectionsInput, SendCollectionsOutput};
