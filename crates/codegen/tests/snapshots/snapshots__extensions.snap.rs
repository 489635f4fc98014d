//! Extensions 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    #[cfg_attr(feature = "roundtrip", derive(utoipa::ToSchema))]
    pub struct Order {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(
            feature = "roundtrip",
            schema(value_type = String, required = false, max_length = 10)
        )]
        pub note: Option<String>,
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
                    Ok(Order { note: field_0 })
                }
            }
            deserializer.deserialize_map(ObjectReader)
        }
    }

    impl crate::check::Check for Order {
        fn check(&self) -> Result<(), crate::check::Violation> {
            if let Some(value) = &self.note {
                crate::check::field(
                    "note",
                    || {
                        crate::check::max_length(value, 10)?;
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
    pub static OPERATIONS: &[&crate::Operation] = &[&PLACE_ORDER, &LIST_ORDERS];
    /// `placeOrder`
    pub static PLACE_ORDER: crate::Operation = crate::Operation {
        id: "placeOrder",
        method: axum::http::Method::POST,
        path: "/orders",
        tag: "orders",
        security: &[],
        rate_limit: Some(crate::RateLimit {
            requests: 5,
            per_seconds: 1,
        }),
        idempotent: true,
        statuses: &[201, 400],
        deprecated: false,
    };
    /// `listOrders`
    pub static LIST_ORDERS: crate::Operation = crate::Operation {
        id: "listOrders",
        method: axum::http::Method::GET,
        path: "/orders",
        tag: "orders",
        security: &[],
        rate_limit: Some(crate::RateLimit {
            requests: 100,
            per_seconds: 60,
        }),
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
        S: super::Authenticate + super::Orders,
    {
        axum::Router::new()
            .route(
                "/orders",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::POST, super::orders::place_order::<S>)
                    .on(axum::routing::MethodFilter::GET, super::orders::list_orders::<S>)
                    .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                        crate::serve::method_not_allowed(&service, "GET, HEAD, POST")
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


mod orders {
    //! The operations tagged `orders`.

    /// orders
    pub trait Orders: crate::Service {
        /// An idempotent operation with an optional body
        fn place_order(
            &self,
            input: PlaceOrderInput,
        ) -> impl Future<
            Output = Result<crate::Answered<PlaceOrderOutput>, Self::Error>,
        > + Send;
        fn list_orders(
            &self,
            input: ListOrdersInput,
        ) -> impl Future<Output = Result<ListOrdersOutput, Self::Error>> + Send;
    }

    /// What `placeOrder` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct PlaceOrderInput {
        #[serde(skip)]
        pub idempotency_key: Option<String>,
        pub dry: bool,
        pub body: super::types::Order,
    }

    /// What `placeOrder` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum PlaceOrderOutput {
        /// Placed.
        Created(super::types::Order),
    }

    impl From<PlaceOrderOutput> for crate::Answer {
        fn from(output: PlaceOrderOutput) -> Self {
            match output {
                PlaceOrderOutput::Created(body) => {
                    Self::json(crate::answer::status(201), &body)
                }
            }
        }
    }

    /// What `listOrders` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ListOrdersInput {}
    /// What `listOrders` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ListOrdersOutput {
        /// None.
        NoContent,
    }

    impl From<ListOrdersOutput> for crate::Answer {
        fn from(output: ListOrdersOutput) -> Self {
            match output {
                ListOrdersOutput::NoContent => Self::empty(crate::answer::status(204)),
            }
        }
    }

    pub(super) async fn place_order<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Orders,
    {
        let operation = &super::operations::PLACE_ORDER;
        let answer = async {
            let (head, body) = crate::head::Head::split(&service, operation, request);
            let query = head.query(&["dry"])?;
            let parameter_0 = head
                .parameter(
                    crate::RejectionKind::Header,
                    "Idempotency-Key",
                    || {
                        let Some(text) = head.header("idempotency-key")? else {
                            return Ok(None)
                        };
                        let read: String = crate::text::read(&text)?;
                        let value = &read;
                        crate::check::min_length(value, 1)?;
                        crate::check::max_length(value, 255)?;
                        Ok(Some(read))
                    },
                )?;
            let parameter_1 = head
                .parameter(
                    crate::RejectionKind::Query,
                    "dry",
                    || {
                        let Some(text) = query.one("dry")? else { return Ok(false) };
                        let read: bool = crate::text::read(&text)?;
                        Ok(read)
                    },
                )?;
            let body = head
                .body_or_empty(
                    body,
                    |value: &super::types::Order| {
                        crate::check::Check::check(value)?;
                        Ok(())
                    },
                )
                .await?;
            let input = PlaceOrderInput {
                idempotency_key: parameter_0,
                dry: parameter_1,
                body,
            };
            Orders::place_order(&service, input).await
        };
        crate::serve::finish(operation, answer.await)
    }

    pub(super) async fn list_orders<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Orders,
    {
        let operation = &super::operations::LIST_ORDERS;
        let answer = async {
            let (head, _) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let input = ListOrdersInput {};
            Orders::list_orders(&service, input).await
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
        path = "/orders",
        operation_id = "placeOrder",
        tag = "orders",
        summary = "An idempotent operation with an optional body",
        params(
            (
                "Idempotency-Key" = Option<String>,
                Header,
                nullable = false,
                min_length = 1,
                max_length = 255
            ),
            ("dry" = Option<bool>, Query)
        ),
        request_body(content = Option<Order>),
        responses(
            (status = 201, description = "Placed.", body = Order),
            (status = 400, description = "Bad.")
        ),
        security()
    )]
    fn operation_place_order() {}
    #[utoipa::path(
        get,
        path = "/orders",
        operation_id = "listOrders",
        tag = "orders",
        params(),
        responses((status = 204, description = "None.")),
        security()
    )]
    fn operation_list_orders() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(
        paths(operation_place_order, operation_list_orders),
        components(schemas(Order))
    )]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/paths/~1orders/post/parameters/1/schema", "default", "false"),
        ("/paths/~1orders/post", "security", "[]"),
        ("/paths/~1orders/get", "security", "[]"),
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
pub use orders::{
    Orders, PlaceOrderInput, PlaceOrderOutput, ListOrdersInput, ListOrdersOutput,
};
