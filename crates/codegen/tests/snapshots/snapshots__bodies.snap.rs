//! Bodies 1.0.0: wire types, one trait per tag, the router.


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
        S: Authenticate + Bodies,
    {
        axum::Router::new()
            .route(
                "/bodies",
                methods("POST, PUT").post(bodies::send_optional).put(bodies::send_required),
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

    pub use super::bodies::{SEND_OPTIONAL, SEND_REQUIRED};
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&SEND_OPTIONAL, &SEND_REQUIRED];
}


pub mod types {
    //! Wire types.


    mod bodies {
        //! What the operations tagged `bodies` are the first to need, in the order of the description.

        use crate::wire::{self, required};

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Note {
            pub note: String,
        }

        impl wire::Value for Note {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[required("note", |it: &Self| &it.note)],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self { note: it.take()? })
            }
        }
    }

    pub use self::bodies::*;
}


mod bodies {
    //! The operations tagged `bodies`.

    use super::types;
    use crate::serve;

    /// bodies
    pub trait Bodies: crate::Service {
        fn send_optional(
            &self,
            input: SendOptionalInput,
        ) -> impl Future<Output = Result<SendOptionalOutput, Self::Error>> + Send;
        fn send_required(
            &self,
            input: SendRequiredInput,
        ) -> impl Future<Output = Result<SendRequiredOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct SendOptionalInput {
        pub body: Option<types::Note>,
    }

    /// The same.
    pub type SendOptionalOutput = crate::answer::Ok<types::Note>;
    pub static SEND_OPTIONAL: crate::Operation = crate::Operation::post(
            "sendOptional",
            "/bodies",
            "bodies",
        )
        .optional_body::<types::Note>()
        .answers::<SendOptionalOutput>(&[200, 400]);
    pub(super) async fn send_optional<S: Bodies>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &SEND_OPTIONAL,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = SendOptionalInput {
                        body: it.optional_body().await?,
                    };
                    Bodies::send_optional(head.service(), input).await
                },
            )
            .await
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct SendRequiredInput {
        pub body: types::Note,
    }

    /// The same.
    pub type SendRequiredOutput = crate::answer::Ok<types::Note>;
    pub static SEND_REQUIRED: crate::Operation = crate::Operation::put(
            "sendRequired",
            "/bodies",
            "bodies",
        )
        .body::<types::Note>()
        .answers::<SendRequiredOutput>(&[200, 400]);
    pub(super) async fn send_required<S: Bodies>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &SEND_REQUIRED,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = SendRequiredInput {
                        body: it.body().await?,
                    };
                    Bodies::send_required(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use bodies::{
    Bodies, SendOptionalInput, SendOptionalOutput, SendRequiredInput, SendRequiredOutput,
};
