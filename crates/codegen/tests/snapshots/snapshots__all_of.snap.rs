//! All of 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Pet {
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = true, min_length = 1)
        )]
        pub name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = chrono::NaiveDate, required = false)
        )]
        pub born: Option<chrono::NaiveDate>,
    }

    impl<'de> serde::Deserialize<'de> for Pet {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Pet;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Pet, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    let mut field_1: Option<chrono::NaiveDate> = None;
                    while let Some(key) = map
                        .next_key_seed(crate::wire::Keys(&["name", "born"]))?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "name", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill_strict(&mut field_1, "born", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Pet {
                        name: crate::wire::required(field_0, "name")?,
                        born: field_1,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Pet {
        fn check(&self) -> Result<(), crate::check::Violation> {
            {
                let value = &self.name;
                crate::check::field(
                    "name",
                    || {
                        crate::check::min_length(value, 1)?;
                        Ok(())
                    },
                )?;
            }
            Ok(())
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Tagged {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = String, required = false))]
        pub tag: Option<String>,
    }

    impl<'de> serde::Deserialize<'de> for Tagged {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Tagged;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Tagged, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    while let Some(key) = map.next_key_seed(crate::wire::Keys(&["tag"]))? {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "tag", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Tagged { tag: field_0 })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    pub type Animal = Pet;
    /// A pet that barks.
    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Dog {
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = true, min_length = 1)
        )]
        pub name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = chrono::NaiveDate, required = false)
        )]
        pub born: Option<chrono::NaiveDate>,
        #[cfg_attr(feature = "roundtrip", schema(value_type = String, required = true))]
        pub tag: String,
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = i64, required = true, minimum = 1, maximum = 10)
        )]
        pub bark: Loudness,
        /// Another one.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Dog, required = false, no_recursion)
        )]
        pub friend: Option<Box<Dog>>,
    }

    impl<'de> serde::Deserialize<'de> for Dog {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Dog;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Dog, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    let mut field_1: Option<chrono::NaiveDate> = None;
                    let mut field_2: Option<String> = None;
                    let mut field_3: Option<Loudness> = None;
                    let mut field_4: Option<Box<Dog>> = None;
                    while let Some(key) = map
                        .next_key_seed(
                            crate::wire::Keys(&["name", "born", "tag", "bark", "friend"]),
                        )?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "name", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill_strict(&mut field_1, "born", &mut map)?
                            }
                            crate::wire::Key::Known(2) => {
                                crate::wire::fill(&mut field_2, "tag", &mut map)?
                            }
                            crate::wire::Key::Known(3) => {
                                crate::wire::fill(&mut field_3, "bark", &mut map)?
                            }
                            crate::wire::Key::Known(4) => {
                                crate::wire::fill(&mut field_4, "friend", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Dog {
                        name: crate::wire::required(field_0, "name")?,
                        born: field_1,
                        tag: crate::wire::required(field_2, "tag")?,
                        bark: crate::wire::required(field_3, "bark")?,
                        friend: field_4,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Dog {
        fn check(&self) -> Result<(), crate::check::Violation> {
            {
                let value = &self.name;
                crate::check::field(
                    "name",
                    || {
                        crate::check::min_length(value, 1)?;
                        Ok(())
                    },
                )?;
            }
            {
                let value = &self.bark;
                crate::check::field(
                    "bark",
                    || {
                        crate::check::minimum(value, 1)?;
                        crate::check::maximum(value, 10)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.friend {
                crate::check::field(
                    "friend",
                    || {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )?;
            }
            Ok(())
        }
    }

    pub type Loudness = i64;
}


pub mod operations {
    //! The facts of every operation.

    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&ADD_PET];
    /// `addPet`
    pub static ADD_PET: crate::Operation = crate::Operation {
        id: "addPet",
        method: axum::http::Method::POST,
        path: "/pets",
        tag: "pets",
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
        S: super::Authenticate + super::Pets,
    {
        axum::Router::new()
            .route(
                "/pets",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::pets::add_pet::<S>)
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


mod pets {
    //! The operations tagged `pets`.

    /// pets
    pub trait Pets: crate::Service {
        fn add_pet(
            &self,
            input: AddPetInput,
        ) -> impl Future<Output = Result<AddPetOutput, Self::Error>> + Send;
    }

    /// What `addPet` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct AddPetInput {
        pub body: super::types::Dog,
    }

    /// What `addPet` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum AddPetOutput {
        /// The same.
        Ok(super::types::Dog),
    }

    impl From<AddPetOutput> for crate::Answer {
        fn from(output: AddPetOutput) -> Self {
            match output {
                AddPetOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    pub(super) async fn add_pet<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Pets,
    {
        let operation = &super::operations::ADD_PET;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let body = head
                .body(
                    body,
                    |value: &super::types::Dog| {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )
                .await?;
            let input = AddPetInput { body };
            Pets::add_pet(&service, input).await
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
        path = "/pets",
        operation_id = "addPet",
        tag = "pets",
        params(),
        request_body(content = Dog),
        responses(
            (status = 200, description = "The same.", body = Dog),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_add_pet() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(operation_add_pet), components(schemas(Pet, Tagged, Dog)))]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[("/paths/~1pets/post", "security", "[]")];
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
pub use pets::{Pets, AddPetInput, AddPetOutput};
