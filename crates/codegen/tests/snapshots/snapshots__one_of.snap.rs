//! One of 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Order {
        #[cfg_attr(feature = "roundtrip", schema(value_type = Method, required = true))]
        pub method: Method,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Vec<Method>, required = false)
        )]
        pub others: Option<Vec<Method>>,
    }

    impl<'de> serde::Deserialize<'de> for Order {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Order;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Order, MapOf::Error> {
                    let mut field_0: Option<Method> = None;
                    let mut field_1: Option<Vec<Method>> = None;
                    while let Some(key) = map
                        .next_key_seed(crate::wire::Keys(&["method", "others"]))?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "method", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "others", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Order {
                        method: crate::wire::required(field_0, "method")?,
                        others: field_1,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Order {
        fn check(&self) -> Result<(), crate::check::Violation> {
            {
                let value = &self.method;
                crate::check::field(
                    "method",
                    || {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.others {
                crate::check::field(
                    "others",
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
            Ok(())
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[serde(untagged)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    #[cfg_attr(
        feature = "roundtrip",
        schema(
            discriminator(
                property_name = "type",
                mapping(
                    ("card" = "#/components/schemas/Card"),
                    ("credit" = "#/components/schemas/Card"),
                    ("ach" = "#/components/schemas/Ach")
                )
            )
        )
    )]
    pub enum Method {
        Card(Box<Card>),
        Ach(Ach),
    }

    impl<'de> serde::Deserialize<'de> for Method {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            let tagged = crate::wire::Tagged::read(deserializer, "type")?;
            match tagged.tag() {
                "card" | "credit" => tagged.variant().map(Self::Card),
                "ach" => tagged.variant().map(Self::Ach),
                _ => Err(tagged.unknown("type", &["card", "credit", "ach"])),
            }
        }
    }

    impl crate::check::Check for Method {
        fn check(&self) -> Result<(), crate::check::Violation> {
            match self {
                Self::Card(value) => crate::check::Check::check(value),
                Self::Ach(_) => Ok(()),
            }
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub enum CardType {
        #[serde(rename = "card")]
        Card,
        #[serde(rename = "credit")]
        Credit,
    }

    impl CardType {
        /// Every value, in the order of the description.
        pub const ALL: &'static [Self] = &[Self::Card, Self::Credit];
        /// The value on the wire.
        #[must_use]
        pub const fn as_str(self) -> &'static str {
            match self {
                Self::Card => "card",
                Self::Credit => "credit",
            }
        }
    }

    impl<'de> serde::Deserialize<'de> for CardType {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            crate::wire::listed(deserializer, &["card", "credit"])
                .map(|position| Self::ALL[position])
        }
    }

    impl std::fmt::Display for CardType {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.as_str())
        }
    }

    impl std::str::FromStr for CardType {
        type Err = crate::text::NotListed;
        fn from_str(text: &str) -> Result<Self, crate::text::NotListed> {
            match text {
                "card" => Ok(Self::Card),
                "credit" => Ok(Self::Credit),
                _ => Err(crate::text::NotListed("must be one of: card, credit")),
            }
        }
    }

    crate::text::listed!(CardType);
    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    #[cfg_attr(feature = "roundtrip", serde(deny_unknown_fields))]
    pub struct Card {
        #[cfg_attr(feature = "roundtrip", schema(value_type = CardType, required = true))]
        pub r#type: CardType,
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = true, min_length = 4)
        )]
        pub number: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = Method, required = false, no_recursion)
        )]
        pub then: Option<Box<Method>>,
    }

    impl<'de> serde::Deserialize<'de> for Card {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Card;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Card, MapOf::Error> {
                    let mut field_0: Option<CardType> = None;
                    let mut field_1: Option<String> = None;
                    let mut field_2: Option<Box<Method>> = None;
                    while let Some(key) = map
                        .next_key_seed(crate::wire::Keys(&["type", "number", "then"]))?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "type", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "number", &mut map)?
                            }
                            crate::wire::Key::Known(2) => {
                                crate::wire::fill(&mut field_2, "then", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                return Err(crate::wire::unknown_field(&key));
                            }
                        }
                    }
                    Ok(Card {
                        r#type: crate::wire::required(field_0, "type")?,
                        number: crate::wire::required(field_1, "number")?,
                        then: field_2,
                    })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Card {
        fn check(&self) -> Result<(), crate::check::Violation> {
            {
                let value = &self.number;
                crate::check::field(
                    "number",
                    || {
                        crate::check::min_length(value, 4)?;
                        Ok(())
                    },
                )?;
            }
            if let Some(value) = &self.then {
                crate::check::field(
                    "then",
                    || {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )?;
            }
            Ok(())
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Ach {
        #[cfg_attr(feature = "roundtrip", schema(value_type = String, required = true))]
        pub r#type: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "roundtrip", schema(value_type = i64, required = false))]
        pub routing: Option<i64>,
    }

    impl<'de> serde::Deserialize<'de> for Ach {
        fn deserialize<DeserializerOf: serde::Deserializer<'de>>(
            deserializer: DeserializerOf,
        ) -> Result<Self, DeserializerOf::Error> {
            struct ObjectReader;
            impl<'de> serde::de::Visitor<'de> for ObjectReader {
                type Value = Ach;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<MapOf: serde::de::MapAccess<'de>>(
                    self,
                    mut map: MapOf,
                ) -> Result<Ach, MapOf::Error> {
                    let mut field_0: Option<String> = None;
                    let mut field_1: Option<i64> = None;
                    while let Some(key) = map
                        .next_key_seed(crate::wire::Keys(&["type", "routing"]))?
                    {
                        match key {
                            crate::wire::Key::Known(0) => {
                                crate::wire::fill(&mut field_0, "type", &mut map)?
                            }
                            crate::wire::Key::Known(1) => {
                                crate::wire::fill(&mut field_1, "routing", &mut map)?
                            }
                            crate::wire::Key::Known(_) | crate::wire::Key::Other(_) => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Ach {
                        r#type: crate::wire::required(field_0, "type")?,
                        routing: field_1,
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
    pub static OPERATIONS: &[&crate::Operation] = &[&ADD_METHOD];
    /// `addMethod`
    pub static ADD_METHOD: crate::Operation = crate::Operation {
        id: "addMethod",
        method: axum::http::Method::POST,
        path: "/methods",
        tag: "methods",
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
        S: super::Authenticate + super::Methods,
    {
        axum::Router::new()
            .route(
                "/methods",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::methods::add_method::<S>)
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


mod methods {
    //! The operations tagged `methods`.

    /// methods
    pub trait Methods: crate::Service {
        fn add_method(
            &self,
            input: AddMethodInput,
        ) -> impl Future<Output = Result<AddMethodOutput, Self::Error>> + Send;
    }

    /// What `addMethod` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct AddMethodInput {
        pub body: super::types::Order,
    }

    /// What `addMethod` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum AddMethodOutput {
        /// The same.
        Ok(super::types::Order),
    }

    impl From<AddMethodOutput> for crate::Answer {
        fn from(output: AddMethodOutput) -> Self {
            match output {
                AddMethodOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
            }
        }
    }

    pub(super) async fn add_method<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Methods,
    {
        let operation = &super::operations::ADD_METHOD;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let body = head
                .body(
                    body,
                    |value: &super::types::Order| {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )
                .await?;
            let input = AddMethodInput { body };
            Methods::add_method(&service, input).await
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
        path = "/methods",
        operation_id = "addMethod",
        tag = "methods",
        params(),
        request_body(content = Order),
        responses(
            (status = 200, description = "The same.", body = Order),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_add_method() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(
        paths(operation_add_method),
        components(schemas(Order, Method, CardType, Card, Ach))
    )]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[("/paths/~1methods/post", "security", "[]")];
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
pub use methods::{Methods, AddMethodInput, AddMethodOutput};
