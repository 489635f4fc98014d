//! Deprecated 1.0.0: wire types, one trait per tag, the router.


mod parameters {
    //! The parameters of all operations.

    use crate::parameter::{Parameter, query};

    pub const Q: Parameter = query::<String>("q");
}


mod router {
    //! The router over all traits.

    use super::*;
    use crate::serve::{methods, nothing_here};

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: Authenticate + Old,
    {
        axum::Router::new()
            .route("/old", methods("POST").post(old::old_way))
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

    pub use super::old::OLD_WAY;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&OLD_WAY];
}


pub mod types {
    //! Wire types.


    mod old {
        //! What the operations tagged `old` are the first to need, in the order of the description.

        use crate::wire::{self, optional, others};

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Old {
            #[serde(skip_serializing_if = "Option::is_none")]
            pub fresh: Option<String>,
            #[deprecated]
            #[serde(skip_serializing_if = "Option::is_none")]
            pub stale: Option<String>,
            #[serde(flatten)]
            pub extra: std::collections::BTreeMap<String, i64>,
        }

        #[allow(deprecated, reason = "a deprecated field is still part of the wire")]
        impl wire::Value for Old {
            const SHAPE: wire::Shape<Self> = wire::Shape::Keeping(
                &[
                    optional("fresh", |it: &Self| &it.fresh).min_length(1),
                    optional("stale", |it: &Self| &it.stale).min_length(1),
                ],
                &others(|it: &Self| &it.extra),
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    fresh: it.take()?,
                    stale: it.take()?,
                    extra: it.others()?,
                })
            }
        }
    }

    pub use self::old::*;
}


mod old {
    //! The operations tagged `old`.

    use super::{parameters, types};
    use crate::serve;

    /// old
    pub trait Old: crate::Service {
        /// The old way
        #[deprecated]
        fn old_way(
            &self,
            input: OldWayInput,
        ) -> impl Future<Output = Result<OldWayOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct OldWayInput {
        #[deprecated]
        pub q: Option<String>,
        pub body: types::Old,
    }

    /// Done.
    pub type OldWayOutput = crate::answer::NoContent;
    pub static OLD_WAY: crate::Operation = crate::Operation::post("oldWay", "/old", "old")
        .deprecated()
        .parameters(&[parameters::Q])
        .body::<types::Old>()
        .answers::<OldWayOutput>(&[204, 400]);
    #[allow(deprecated, reason = "its route stays until it is removed")]
    pub(super) async fn old_way<S: Old>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &OLD_WAY,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = OldWayInput {
                        q: it.take()?,
                        body: it.body().await?,
                    };
                    Old::old_way(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use old::{Old, OldWayInput, OldWayOutput};
