//! Additional properties 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    #[cfg_attr(feature = "roundtrip", serde(deny_unknown_fields))]
    pub struct Closed {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = i64, required = false))]
        pub a: Option<i64>,
    }

    impl<'de> serde::Deserialize<'de> for Closed {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Closed;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Closed, MapOf::Error> {
                    let mut field_0: Option<i64> = None;
                    while let Some(key) = map.next_key_seed(crate::wire::Keys(&["a"]))? {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "a", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                return Err(crate::wire::unknown_field(&key));
                            }
                        }
                    }
                    Ok(Closed { a: field_0 })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    #[cfg_attr(feature = "roundtrip", serde(deny_unknown_fields))]
    pub struct Empty {}
    impl<'de> serde::Deserialize<'de> for Empty {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Empty;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Empty, MapOf::Error> {
                    while let Some(key) = map.next_key_seed(crate::wire::Keys(&[]))? {
                        match key {
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                return Err(crate::wire::unknown_field(&key));
                            }
                        }
                    }
                    Ok(Empty {})
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Forgetful {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = i64, required = false))]
        pub a: Option<i64>,
    }

    impl<'de> serde::Deserialize<'de> for Forgetful {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Forgetful;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Forgetful, MapOf::Error> {
                    let mut field_0: Option<i64> = None;
                    while let Some(key) = map.next_key_seed(crate::wire::Keys(&["a"]))? {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "a", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Forgetful { a: field_0 })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Anything {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = i64, required = false))]
        pub a: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = String, required = false))]
        pub extra: Option<String>,
        #[serde(flatten)]
        pub extra_: std::collections::BTreeMap<String, serde_json::Value>,
    }

    impl<'de> serde::Deserialize<'de> for Anything {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Anything;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Anything, MapOf::Error> {
                    let mut field_0: Option<i64> = None;
                    let mut field_1: Option<String> = None;
                    let mut rest: std::collections::BTreeMap<String, serde_json::Value> = std::collections::BTreeMap::new();
                    while let Some(key) = map
                        .next_key_seed(crate::wire::Keys(&["a", "extra"]))?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "a", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "extra", &mut map)?
                            }
                            crate::wire::Key::Known(_) => {}
                            crate::wire::Key::Other(name) => {
                                let value = map.next_value()?;
                                rest.insert(name, value);
                            }
                        }
                    }
                    Ok(Anything {
                        a: field_0,
                        extra: field_1,
                        extra_: rest,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    #[cfg_attr(feature = "roundtrip", schema(max_properties = 3))]
    pub struct Typed {
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = i64, required = true, minimum = 1)
        )]
        pub a: i64,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = chrono::DateTime<chrono::Utc>, required = false)
        )]
        pub when: Option<chrono::DateTime<chrono::Utc>>,
        #[serde(flatten)]
        pub extra: std::collections::BTreeMap<String, String>,
    }

    impl<'de> serde::Deserialize<'de> for Typed {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Typed;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Typed, MapOf::Error> {
                    let mut field_0: Option<i64> = None;
                    let mut field_1: Option<chrono::DateTime<chrono::Utc>> = None;
                    let mut rest: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
                    while let Some(key) = map
                        .next_key_seed(crate::wire::Keys(&["a", "when"]))?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "a", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill_strict(&mut field_1, "when", &mut map)?
                            }
                            crate::wire::Key::Known(_) => {}
                            crate::wire::Key::Other(name) => {
                                let value = map.next_value()?;
                                rest.insert(name, value);
                            }
                        }
                    }
                    Ok(Typed {
                        a: crate::wire::required(field_0, "a")?,
                        when: field_1,
                        extra: rest,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Typed {
        fn check(&self) -> Result<(), crate::check::Violation> {
            {
                let value = &self.a;
                crate::check::field(
                    "a",
                    || {
                        crate::check::minimum(value, 1)?;
                        Ok(())
                    },
                )?;
            }
            crate::check::each_value(
                &self.extra,
                |value| {
                    crate::check::max_length(value, 3)?;
                    Ok(())
                },
            )?;
            crate::check::max_properties(
                1 + usize::from(self.when.is_some()) + self.extra.len(),
                3,
            )?;
            Ok(())
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Bag {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = Closed, required = false))]
        pub closed: Option<Closed>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = Empty, required = false))]
        pub empty: Option<Empty>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = Forgetful, required = false))]
        pub forgetful: Option<Forgetful>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = Anything, required = false))]
        pub anything: Option<Anything>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = Typed, required = false))]
        pub typed: Option<Typed>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(
                value_type = std::collections::BTreeMap<String,
                serde_json::Value>,
                required = false
            )
        )]
        pub free: Option<std::collections::BTreeMap<String, serde_json::Value>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = serde_json::Value, required = false)
        )]
        pub any: Option<serde_json::Value>,
    }

    impl<'de> serde::Deserialize<'de> for Bag {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Bag;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Bag, MapOf::Error> {
                    let mut field_0: Option<Closed> = None;
                    let mut field_1: Option<Empty> = None;
                    let mut field_2: Option<Forgetful> = None;
                    let mut field_3: Option<Anything> = None;
                    let mut field_4: Option<Typed> = None;
                    let mut field_5: Option<
                        std::collections::BTreeMap<String, serde_json::Value>,
                    > = None;
                    let mut field_6: Option<serde_json::Value> = None;
                    while let Some(key) = map
                        .next_key_seed(
                            crate::wire::Keys(
                                &[
                                    "closed",
                                    "empty",
                                    "forgetful",
                                    "anything",
                                    "typed",
                                    "free",
                                    "any",
                                ],
                            ),
                        )?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "closed", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "empty", &mut map)?
                            }
                            crate::wire::Key::Known(2) => {
                                crate::wire::fill(&mut field_2, "forgetful", &mut map)?
                            }
                            crate::wire::Key::Known(3) => {
                                crate::wire::fill(&mut field_3, "anything", &mut map)?
                            }
                            crate::wire::Key::Known(4) => {
                                crate::wire::fill(&mut field_4, "typed", &mut map)?
                            }
                            crate::wire::Key::Known(5) => {
                                crate::wire::fill(&mut field_5, "free", &mut map)?
                            }
                            crate::wire::Key::Known(6) => {
                                crate::wire::fill(&mut field_6, "any", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Bag {
                        closed: field_0,
                        empty: field_1,
                        forgetful: field_2,
                        anything: field_3,
                        typed: field_4,
                        free: field_5,
                        any: field_6,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Bag {
        fn check(&self) -> Result<(), crate::check::Violation> {
            if let Some(value) = &self.typed {
                crate::check::field(
                    "typed",
                    || {
                        crate::check::Check::check(value)?;
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
    pub static OPERATIONS: &[&crate::Operation] = &[&PACK_BAG];
    /// `packBag`
    pub static PACK_BAG: crate::Operation = crate::Operation {
        id: "packBag",
        method: axum::http::Method::POST,
        path: "/bags",
        tag: "bags",
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
        S: super::Authenticate + super::Bags,
    {
        axum::Router::new()
            .route(
                "/bags",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::bags::pack_bag::<S>)
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


mod bags {
    //! The operations tagged `bags`.

    /// bags
    pub trait Bags: crate::Service {
        fn pack_bag(
            &self,
            input: PackBagInput,
        ) -> impl Future<Output = Result<PackBagOutput, Self::Error>> + Send;
    }

    /// What `packBag` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct PackBagInput {
        pub body: super::types::Bag,
    }

    /// What `packBag` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum PackBagOutput {
        /// The same.
        Ok(super::types::Bag),
    }

    impl From<PackBagOutput> for crate::Answer {
        fn from(output: PackBagOutput) -> Self {
            match output {
                PackBagOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    pub(super) async fn pack_bag<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Bags,
    {
        let operation = &super::operations::PACK_BAG;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let body = head
                .body(
                    body,
                    |value: &super::types::Bag| {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )
                .await?;
            let input = PackBagInput { body };
            Bags::pack_bag(&service, input).await
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
        path = "/bags",
        operation_id = "packBag",
        tag = "bags",
        params(),
        request_body(content = Bag),
        responses(
            (status = 200, description = "The same.", body = Bag),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_pack_bag() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(
        paths(operation_pack_bag),
        components(schemas(Closed, Empty, Forgetful, Anything, Typed, Bag))
    )]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/components/schemas/Typed/additionalProperties", "maxLength", "3"),
        ("/paths/~1bags/post", "security", "[]"),
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
pub use bags::{Bags, PackBagInput, PackBagOutput};
