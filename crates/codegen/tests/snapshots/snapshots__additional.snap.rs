//! Additional properties 1.0.0: wire types, one trait per tag, the router.


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
        S: Authenticate + Bags,
    {
        axum::Router::new()
            .route("/bags", methods("POST").post(bags::pack_bag))
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

    pub use super::bags::PACK_BAG;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&PACK_BAG];
}


pub mod types {
    //! Wire types.


    mod bags {
        //! What the operations tagged `bags` are the first to need, in the order of the description.

        use crate::wire::{self, limits, optional, others, required};

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Closed {
            #[serde(skip_serializing_if = "Option::is_none")]
            pub a: Option<i64>,
        }

        impl wire::Value for Closed {
            const SHAPE: wire::Shape<Self> = wire::Shape::Closed(
                &[optional("a", |it: &Self| &it.a)],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self { a: it.take()? })
            }
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Empty {}
        impl wire::Value for Empty {
            const SHAPE: wire::Shape<Self> = wire::Shape::Closed(&[]);
            fn build(_: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {})
            }
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Forgetful {
            #[serde(skip_serializing_if = "Option::is_none")]
            pub a: Option<i64>,
        }

        impl wire::Value for Forgetful {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[optional("a", |it: &Self| &it.a)],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self { a: it.take()? })
            }
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Anything {
            #[serde(skip_serializing_if = "Option::is_none")]
            pub a: Option<i64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub extra: Option<String>,
            #[serde(flatten)]
            pub extra_: std::collections::BTreeMap<String, serde_json::Value>,
        }

        impl wire::Value for Anything {
            const SHAPE: wire::Shape<Self> = wire::Shape::Keeping(
                &[optional("a", |it: &Self| &it.a), optional("extra", |it: &Self| &it.extra)],
                &others(|it: &Self| &it.extra_),
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    a: it.take()?,
                    extra: it.take()?,
                    extra_: it.others()?,
                })
            }
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Typed {
            pub a: i64,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub when: Option<chrono::DateTime<chrono::Utc>>,
            #[serde(flatten)]
            pub extra: std::collections::BTreeMap<String, String>,
        }

        impl wire::Value for Typed {
            const SHAPE: wire::Shape<Self> = wire::Shape::Keeping(
                &[
                    required("a", |it: &Self| &it.a).minimum(1),
                    optional("when", |it: &Self| &it.when),
                ],
                &others(|it: &Self| &it.extra).max_length(3),
            );
            const PROPERTIES: wire::Limits = limits().max_pairs(3);
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    a: it.take()?,
                    when: it.take()?,
                    extra: it.others()?,
                })
            }
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Bag {
            #[serde(skip_serializing_if = "Option::is_none")]
            pub closed: Option<Closed>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub empty: Option<Empty>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub forgetful: Option<Forgetful>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub anything: Option<Anything>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub typed: Option<Typed>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub free: Option<std::collections::BTreeMap<String, serde_json::Value>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub any: Option<serde_json::Value>,
        }

        impl wire::Value for Bag {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    optional("closed", |it: &Self| &it.closed),
                    optional("empty", |it: &Self| &it.empty),
                    optional("forgetful", |it: &Self| &it.forgetful),
                    optional("anything", |it: &Self| &it.anything),
                    optional("typed", |it: &Self| &it.typed),
                    optional("free", |it: &Self| &it.free),
                    optional("any", |it: &Self| &it.any),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    closed: it.take()?,
                    empty: it.take()?,
                    forgetful: it.take()?,
                    anything: it.take()?,
                    typed: it.take()?,
                    free: it.take()?,
                    any: it.take()?,
                })
            }
        }
    }

    pub use self::bags::*;
}


mod bags {
    //! The operations tagged `bags`.

    use super::types;
    use crate::serve;

    /// bags
    pub trait Bags: crate::Service {
        fn pack_bag(
            &self,
            input: PackBagInput,
        ) -> impl Future<Output = Result<PackBagOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct PackBagInput {
        pub body: types::Bag,
    }

    /// The same.
    pub type PackBagOutput = crate::answer::Ok<types::Bag>;
    pub static PACK_BAG: crate::Operation = crate::Operation::post(
            "packBag",
            "/bags",
            "bags",
        )
        .body::<types::Bag>()
        .answers::<PackBagOutput>(&[200, 400]);
    pub(super) async fn pack_bag<S: Bags>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &PACK_BAG,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = PackBagInput {
                        body: it.body().await?,
                    };
                    Bags::pack_bag(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use bags::{Bags, PackBagInput, PackBagOutput};
