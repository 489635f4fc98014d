//! One of 1.0.0: wire types, one trait per tag, the router.


mod parameters {
    //! The parameters of all operations.
}


mod router {
    //! The router over all traits.

    use super::*;
    use crate::serve::{methods, nothing_here};

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: Authenticate + Methods,
    {
        axum::Router::new()
            .route("/methods", methods("POST").post(methods::add_method))
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

    pub use super::methods::ADD_METHOD;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&ADD_METHOD];
}


pub mod types {
    //! Wire types.


    mod methods {
        //! What the operations tagged `methods` are the first to need, in the order of the description.

        use crate::wire::{self, optional, others, required, variant};

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Order {
            pub method: Method,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub others: Option<Vec<Method>>,
        }

        impl wire::Value for Order {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    required("method", |it: &Self| &it.method),
                    optional("others", |it: &Self| &it.others),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    method: it.take()?,
                    others: it.take()?,
                })
            }
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        #[serde(untagged)]
        pub enum Method {
            Card(Box<Card>),
            Ach(Ach),
        }

        impl wire::Value for Method {
            const SHAPE: wire::Shape<Self> = wire::Shape::Union(
                "type",
                &[
                    variant::<Box<Card>, Self>(&["card", "credit"], |it| it.variant(Self::Card)),
                    variant::<Ach, Self>(&["ach"], |it| it.variant(Self::Ach)),
                ],
            );
        }

        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(rename_all = "lowercase")]
        pub enum CardType {
            Card,
            Credit,
        }

        impl wire::Value for CardType {
            const SHAPE: wire::Shape<Self> = wire::Shape::Listed(
                &[("card", Self::Card), ("credit", Self::Credit)],
            );
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Card {
            pub r#type: CardType,
            pub number: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub then: Option<Box<Method>>,
        }

        impl wire::Value for Card {
            const SHAPE: wire::Shape<Self> = wire::Shape::Closed(
                &[
                    required("type", |it: &Self| &it.r#type),
                    required("number", |it: &Self| &it.number).min_length(4),
                    optional("then", |it: &Self| &it.then),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    r#type: it.take()?,
                    number: it.take()?,
                    then: it.take()?,
                })
            }
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Ach {
            pub r#type: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub routing: Option<i64>,
        }

        impl wire::Value for Ach {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    required("type", |it: &Self| &it.r#type),
                    optional("routing", |it: &Self| &it.routing),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    r#type: it.take()?,
                    routing: it.take()?,
                })
            }
        }
    }

    pub use self::methods::*;
}


mod methods {
    //! The operations tagged `methods`.

    use super::types;
    use crate::serve;

    /// methods
    pub trait Methods: crate::Service {
        fn add_method(
            &self,
            input: AddMethodInput,
        ) -> impl Future<Output = Result<AddMethodOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct AddMethodInput {
        pub body: types::Order,
    }

    /// The same.
    pub type AddMethodOutput = crate::answer::Ok<types::Order>;
    pub static ADD_METHOD: crate::Operation = crate::Operation::post(
            "addMethod",
            "/methods",
            "methods",
        )
        .body::<types::Order>()
        .answers::<AddMethodOutput>(&[200, 400]);
    pub(super) async fn add_method<S: Methods>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &ADD_METHOD,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = AddMethodInput {
                        body: it.body().await?,
                    };
                    Methods::add_method(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use methods::{Methods, AddMethodInput, AddMethodOutput};
