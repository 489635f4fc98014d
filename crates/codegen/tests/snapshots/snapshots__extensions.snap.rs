//! Extensions 1.0.0: wire types, one trait per tag, the router.


mod parameters {
    //! The parameters of all operations.

    use crate::parameter::{Parameter, header, query};

    pub const IDEMPOTENCY_KEY: Parameter = header::<String>("Idempotency-Key")
        .length(1, 255);
    pub const DRY: Parameter = query::<bool>("dry").default("false");
}


mod router {
    //! The router over all traits.

    use super::*;
    use crate::serve::{methods, nothing_here};

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: Authenticate + Orders,
    {
        axum::Router::new()
            .route(
                "/orders",
                methods("GET, HEAD, POST").post(orders::place_order).get(orders::list_orders),
            )
            .fallback(nothing_here::<S>)
            .with_state(service)
    }
}


mod security {
    //! Who may call: one method per security scheme, one function per list of alternatives.

    /// Finds out who calls. A credential that is not accepted is an error; an absent one never gets here.
    pub trait Authenticate: crate::Service {}
}


pub mod operations {
    //! Every operation; its facts stand beside its handler.

    pub use super::orders::{PLACE_ORDER, LIST_ORDERS};
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&PLACE_ORDER, &LIST_ORDERS];
}


pub mod types {
    //! Wire types.


    mod orders {
        //! What the operations tagged `orders` are the first to need, in the order of the description.

        use crate::wire::{self, optional};

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Order {
            #[serde(skip_serializing_if = "Option::is_none")]
            pub note: Option<String>,
        }

        impl wire::Value for Order {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[optional("note", |it: &Self| &it.note).max_length(10)],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self { note: it.take()? })
            }
        }
    }

    pub use self::orders::*;
}


mod orders {
    //! The operations tagged `orders`.

    use super::{parameters, types};
    use crate::serve;

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

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct PlaceOrderInput {
        #[serde(skip)]
        pub idempotency_key: Option<String>,
        pub dry: bool,
        pub body: types::Order,
    }

    /// Placed.
    pub type PlaceOrderOutput = crate::answer::Created<types::Order>;
    pub static PLACE_ORDER: crate::Operation = crate::Operation::post(
            "placeOrder",
            "/orders",
            "orders",
        )
        .rate_limit(5, 1)
        .idempotent()
        .parameters(&[parameters::IDEMPOTENCY_KEY, parameters::DRY])
        .optional_body::<types::Order>()
        .answers::<PlaceOrderOutput>(&[201, 400]);
    pub(super) async fn place_order<S: Orders>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &PLACE_ORDER,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = PlaceOrderInput {
                        idempotency_key: it.take()?,
                        dry: it.take()?,
                        body: it.body_or_empty().await?,
                    };
                    Orders::place_order(head.service(), input).await
                },
            )
            .await
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ListOrdersInput {}
    /// None.
    pub type ListOrdersOutput = crate::answer::NoContent;
    pub static LIST_ORDERS: crate::Operation = crate::Operation::get(
            "listOrders",
            "/orders",
            "orders",
        )
        .rate_limit(100, 60)
        .answers::<ListOrdersOutput>(&[204]);
    pub(super) async fn list_orders<S: Orders>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &LIST_ORDERS,
                async |head, body| {
                    head.arguments(body)?;
                    let input = ListOrdersInput {};
                    Orders::list_orders(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use orders::{
    Orders, PlaceOrderInput, PlaceOrderOutput, ListOrdersInput, ListOrdersOutput,
};
