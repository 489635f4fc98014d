//! Recursive 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Tree {
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = true, max_length = 5)
        )]
        pub name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Vec<Tree>, required = false, no_recursion)
        )]
        pub children: Option<Vec<Tree>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(
                value_type = std::collections::BTreeMap<String,
                Tree>,
                required = false,
                no_recursion
            )
        )]
        pub by_name: Option<std::collections::BTreeMap<String, Tree>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Graft, required = false, no_recursion)
        )]
        pub graft: Option<Box<Graft>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = TreePlace, required = false))]
        pub place: Option<TreePlace>,
    }

    impl<'de> serde::Deserialize<'de> for Tree {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Tree;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Tree, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    let mut field_1: Option<Vec<Tree>> = None;
                    let mut field_2: Option<std::collections::BTreeMap<String, Tree>> = None;
                    let mut field_3: Option<Box<Graft>> = None;
                    let mut field_4: Option<TreePlace> = None;
                    while let Some(key) = map
                        .next_key_seed(
                            crate::wire::Keys(
                                &["name", "children", "by_name", "graft", "place"],
                            ),
                        )?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "name", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "children", &mut map)?
                            }
                            crate::wire::Key::Known(2) => {
                                crate::wire::fill(&mut field_2, "by_name", &mut map)?
                            }
                            crate::wire::Key::Known(3) => {
                                crate::wire::fill(&mut field_3, "graft", &mut map)?
                            }
                            crate::wire::Key::Known(4) => {
                                crate::wire::fill(&mut field_4, "place", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Tree {
                        name: crate::wire::required(field_0, "name")?,
                        children: field_1,
                        by_name: field_2,
                        graft: field_3,
                        place: field_4,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Tree {
        fn check(&self) -> Result<(), crate::check::Violation> {
            {
                let value = &self.name;
                crate::check::field(
                    "name",
                    || {
                        crate::check::max_length(value, 5)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.children {
                crate::check::field(
                    "children",
                    || {
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
            if let Some(value) = &self.graft {
                crate::check::field(
                    "graft",
                    || {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.place {
                crate::check::field(
                    "place",
                    || {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )?;
            }
            Ok(())
        }
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct TreePlace {
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = i64, required = true, minimum = 1)
        )]
        pub row: i64,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = TreePlaceSoil, required = false)
        )]
        pub soil: Option<TreePlaceSoil>,
    }

    impl<'de> serde::Deserialize<'de> for TreePlace {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = TreePlace;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<TreePlace, MapOf::Error> {
                    let mut field_0: Option<i64> = None;
                    let mut field_1: Option<TreePlaceSoil> = None;
                    while let Some(key) = map
                        .next_key_seed(crate::wire::Keys(&["row", "soil"]))?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "row", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "soil", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(TreePlace {
                        row: crate::wire::required(field_0, "row")?,
                        soil: field_1,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for TreePlace {
        fn check(&self) -> Result<(), crate::check::Violation> {
            {
                let value = &self.row;
                crate::check::field(
                    "row",
                    || {
                        crate::check::minimum(value, 1)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.soil {
                crate::check::field(
                    "soil",
                    || {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )?;
            }
            Ok(())
        }
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct TreePlaceSoil {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = f64, required = false, maximum = 14)
        )]
        pub ph: Option<f64>,
    }

    impl<'de> serde::Deserialize<'de> for TreePlaceSoil {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = TreePlaceSoil;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<TreePlaceSoil, MapOf::Error> {
                    let mut field_0: Option<f64> = None;
                    while let Some(key) = map.next_key_seed(crate::wire::Keys(&["ph"]))? {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "ph", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(TreePlaceSoil { ph: field_0 })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for TreePlaceSoil {
        fn check(&self) -> Result<(), crate::check::Violation> {
            if let Some(value) = &self.ph {
                crate::check::field(
                    "ph",
                    || {
                        crate::check::maximum(value, 14.0)?;
                        Ok(())
                    },
                )?;
            }
            Ok(())
        }
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Graft {
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Option<Tree>, required = true, no_recursion)
        )]
        pub of: Option<Box<Tree>>,
    }

    impl<'de> serde::Deserialize<'de> for Graft {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Graft;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Graft, MapOf::Error> {
                    let mut field_0: Option<Option<Box<Tree>>> = None;
                    while let Some(key) = map.next_key_seed(crate::wire::Keys(&["of"]))? {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "of", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Graft {
                        of: crate::wire::required(field_0, "of")?,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Graft {
        fn check(&self) -> Result<(), crate::check::Violation> {
            if let Some(value) = &self.of {
                crate::check::field(
                    "of",
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
    pub static OPERATIONS: &[&crate::Operation] = &[&PLANT];
    /// `plant`
    pub static PLANT: crate::Operation = crate::Operation {
        id: "plant",
        method: axum::http::Method::POST,
        path: "/trees",
        tag: "trees",
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
        S: super::Authenticate + super::Trees,
    {
        axum::Router::new()
            .route(
                "/trees",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::trees::plant::<S>)
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


mod trees {
    //! The operations tagged `trees`.

    /// trees
    pub trait Trees: crate::Service {
        fn plant(
            &self,
            input: PlantInput,
        ) -> impl Future<Output = Result<PlantOutput, Self::Error>> + Send;
    }

    /// What `plant` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct PlantInput {
        pub body: super::types::Tree,
    }

    /// What `plant` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum PlantOutput {
        /// The same.
        Ok(super::types::Tree),
    }

    impl From<PlantOutput> for crate::Answer {
        fn from(output: PlantOutput) -> Self {
            match output {
                PlantOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    pub(super) async fn plant<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Trees,
    {
        let operation = &super::operations::PLANT;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let body = head
                .body(
                    body,
                    |value: &super::types::Tree| {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )
                .await?;
            let input = PlantInput { body };
            Trees::plant(&service, input).await
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
        path = "/trees",
        operation_id = "plant",
        tag = "trees",
        params(),
        request_body(content = Tree),
        responses(
            (status = 200, description = "The same.", body = Tree),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_plant() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(
        paths(operation_plant),
        components(schemas(Tree, TreePlace, TreePlaceSoil, Graft))
    )]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[("/paths/~1trees/post", "security", "[]")];
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
pub use trees::{Trees, PlantInput, PlantOutput};
