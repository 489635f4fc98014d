//! Secrets 1: wire types, one trait per tag, the router.


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
        S: Authenticate + Doors,
    {
        axum::Router::new()
            .route("/doors", methods("POST").post(doors::open_door))
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

    pub use super::doors::OPEN_DOOR;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&OPEN_DOOR];
}


pub mod types {
    //! Wire types.


    mod doors {
        //! What the operations tagged `doors` are the first to need, in the order of the description.

        use crate::wire::{self, required};

        #[derive(Clone, PartialEq, Eq, serde::Serialize)]
        pub struct Visit {
            pub name: String,
            pub code: String,
        }

        impl std::fmt::Debug for Visit {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct("Visit")
                    .field("name", &self.name)
                    .field("code", &format_args!(".."))
                    .finish()
            }
        }

        impl wire::Value for Visit {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    required("name", |it: &Self| &it.name),
                    required("code", |it: &Self| &it.code).format("password"),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    name: it.take()?,
                    code: it.take()?,
                })
            }
        }
    }

    pub use self::doors::*;
}


mod doors {
    //! The operations tagged `doors`.

    use super::types;
    use crate::serve;

    /// doors
    pub trait Doors: crate::Service {
        /// Open a door
        fn open_door(
            &self,
            input: OpenDoorInput,
        ) -> impl Future<Output = Result<OpenDoorOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct OpenDoorInput {
        pub body: types::Visit,
    }

    /// It is open.
    pub type OpenDoorOutput = crate::answer::NoContent;
    pub static OPEN_DOOR: crate::Operation = crate::Operation::post(
            "openDoor",
            "/doors",
            "doors",
        )
        .body::<types::Visit>()
        .answers::<OpenDoorOutput>(&[204]);
    pub(super) async fn open_door<S: Doors>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &OPEN_DOOR,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = OpenDoorInput {
                        body: it.body().await?,
                    };
                    Doors::open_door(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use doors::{Doors, OpenDoorInput, OpenDoorOutput};
