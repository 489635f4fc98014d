//! Nullable 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Address {
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = true, min_length = 1)
        )]
        pub city: String,
    }

    impl<'de> serde::Deserialize<'de> for Address {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Address;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Address, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    while let Some(key) = map.next_key_seed(crate::wire::Keys(&["city"]))? {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "city", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Address {
                        city: crate::wire::required(field_0, "city")?,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Address {
        fn check(&self) -> Result<(), crate::check::Violation> {
            {
                let value = &self.city;
                crate::check::field(
                    "city",
                    || {
                        crate::check::min_length(value, 1)?;
                        Ok(())
                    },
                )?;
            }
            Ok(())
        }
    }

    pub type Nick = String;
    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Change {
        #[cfg_attr(feature = "roundtrip", schema(value_type = String, required = true))]
        pub id: String,
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Option<String>, required = true, min_length = 2)
        )]
        pub owner: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Option<String>, required = false, min_length = 2)
        )]
        pub name: Option<Option<String>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = String, required = false))]
        pub email: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Option<String>, required = false, max_length = 5)
        )]
        pub nick: Option<Option<Nick>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Option<chrono::NaiveDate>, required = false)
        )]
        pub born: Option<Option<chrono::NaiveDate>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Option<Address>, required = false)
        )]
        pub address: Option<Option<Address>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Vec<Option<i64>>, required = false)
        )]
        pub scores: Option<Vec<Option<i64>>>,
    }

    impl<'de> serde::Deserialize<'de> for Change {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Change;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Change, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    let mut field_1: Option<Option<String>> = None;
                    let mut field_2: Option<Option<String>> = None;
                    let mut field_3: Option<String> = None;
                    let mut field_4: Option<Option<Nick>> = None;
                    let mut field_5: Option<Option<chrono::NaiveDate>> = None;
                    let mut field_6: Option<Option<Address>> = None;
                    let mut field_7: Option<Vec<Option<i64>>> = None;
                    while let Some(key) = map
                        .next_key_seed(
                            crate::wire::Keys(
                                &[
                                    "id",
                                    "owner",
                                    "name",
                                    "email",
                                    "nick",
                                    "born",
                                    "address",
                                    "scores",
                                ],
                            ),
                        )?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "id", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "owner", &mut map)?
                            }
                            crate::wire::Key::Known(2) => {
                                crate::wire::fill(&mut field_2, "name", &mut map)?
                            }
                            crate::wire::Key::Known(3) => {
                                crate::wire::fill(&mut field_3, "email", &mut map)?
                            }
                            crate::wire::Key::Known(4) => {
                                crate::wire::fill(&mut field_4, "nick", &mut map)?
                            }
                            crate::wire::Key::Known(5) => {
                                crate::wire::fill_strict(&mut field_5, "born", &mut map)?
                            }
                            crate::wire::Key::Known(6) => {
                                crate::wire::fill(&mut field_6, "address", &mut map)?
                            }
                            crate::wire::Key::Known(7) => {
                                crate::wire::fill(&mut field_7, "scores", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Change {
                        id: crate::wire::required(field_0, "id")?,
                        owner: crate::wire::required(field_1, "owner")?,
                        name: field_2,
                        email: field_3,
                        nick: field_4,
                        born: field_5,
                        address: field_6,
                        scores: field_7,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Change {
        fn check(&self) -> Result<(), crate::check::Violation> {
            if let Some(value) = &self.owner {
                crate::check::field(
                    "owner",
                    || {
                        crate::check::min_length(value, 2)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(Some(value)) = &self.name {
                crate::check::field(
                    "name",
                    || {
                        crate::check::min_length(value, 2)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(Some(value)) = &self.nick {
                crate::check::field(
                    "nick",
                    || {
                        crate::check::max_length(value, 5)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(Some(value)) = &self.address {
                crate::check::field(
                    "address",
                    || {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.scores {
                crate::check::field(
                    "scores",
                    || {
                        crate::check::each(
                            value,
                            |value| {
                                if let Some(value) = value {
                                    crate::check::minimum(value, 0)?;
                                }
                                Ok(())
                            },
                        )?;
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
    pub static OPERATIONS: &[&crate::Operation] = &[&CHANGE_PROFILE];
    /// `changeProfile`
    pub static CHANGE_PROFILE: crate::Operation = crate::Operation {
        id: "changeProfile",
        method: axum::http::Method::PATCH,
        path: "/profile",
        tag: "profile",
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
        S: super::Authenticate + super::Profile,
    {
        axum::Router::new()
            .route(
                "/profile",
                axum::routing::MethodRouter::new()
                    .on(
                        axum::routing::MethodFilter::PATCH,
                        super::profile::change_profile::<S>,
                    )
                    .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                        crate::serve::method_not_allowed(&service, "PATCH")
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


mod profile {
    //! The operations tagged `profile`.

    /// profile
    pub trait Profile: crate::Service {
        /// Absent leaves a field alone, null clears it, a value sets it
        fn change_profile(
            &self,
            input: ChangeProfileInput,
        ) -> impl Future<Output = Result<ChangeProfileOutput, Self::Error>> + Send;
    }

    /// What `changeProfile` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ChangeProfileInput {
        pub body: super::types::Change,
    }

    /// What `changeProfile` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ChangeProfileOutput {
        /// The same.
        Ok(super::types::Change),
    }

    impl From<ChangeProfileOutput> for crate::Answer {
        fn from(output: ChangeProfileOutput) -> Self {
            match output {
                ChangeProfileOutput::Ok(body) => {
                    Self::json(crate::answer::status(200), &body)
                }
            }
        }
    }

    pub(super) async fn change_profile<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Profile,
    {
        let operation = &super::operations::CHANGE_PROFILE;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let body = head
                .body(
                    body,
                    |value: &super::types::Change| {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )
                .await?;
            let input = ChangeProfileInput { body };
            Profile::change_profile(&service, input).await
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
        patch,
        path = "/profile",
        operation_id = "changeProfile",
        tag = "profile",
        summary = "Absent leaves a field alone, null clears it, a value sets it",
        params(),
        request_body(content = Change),
        responses(
            (status = 200, description = "The same.", body = Change),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_change_profile() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(operation_change_profile), components(schemas(Address, Change)))]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/components/schemas/Change/properties/scores/items", "minimum", "0"),
        ("/paths/~1profile/patch", "security", "[]"),
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
pub use profile::{Profile, ChangeProfileInput, ChangeProfileOutput};
