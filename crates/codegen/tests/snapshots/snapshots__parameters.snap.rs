//! Parameters 1.0.0: wire types, one trait per tag, the router.


mod parameters {
    //! The parameters of all operations.

    use crate::parameter::{Parameter, header, path, query};
    use crate::wire;

    static PATTERN_0: wire::Pattern = wire::Pattern::new("^[a-f0-9]+$", "^[a-f0-9]+$");
    pub const ID: Parameter = path::<String>("id").max_length(8);
    pub const PART: Parameter = path::<i64>("part").minimum(1);
    pub const FLAG: Parameter = query::<bool>("flag").required();
    pub const SMALL: Parameter = query::<i32>("small");
    pub const LARGE: Parameter = query::<i64>("large");
    pub const RATIO: Parameter = query::<f64>("ratio");
    /// Any text.
    pub const TEXT: Parameter = query::<String>("text");
    pub const X_TRACE: Parameter = header::<String>("X-Trace").pattern(&PATTERN_0);
    pub const X_DEPTH: Parameter = header::<i64>("X-Depth").required();
}


mod router {
    //! The router over all traits.

    use super::*;
    use crate::serve::{methods, nothing_here};

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: Authenticate + Things,
    {
        axum::Router::new()
            .route("/things/{p0}/parts/{p1}", methods("GET, HEAD").get(things::show_part))
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

    pub use super::things::SHOW_PART;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&SHOW_PART];
}


pub mod types {
    //! Wire types.


    mod things {
        //! What the operations tagged `things` are the first to need, in the order of the description.

        pub type Seen = std::collections::BTreeMap<String, serde_json::Value>;
    }

    pub use self::things::*;
}


mod things {
    //! The operations tagged `things`.

    use super::{parameters, types};
    use crate::serve;

    /// things
    pub trait Things: crate::Service {
        /// One parameter of every primitive type, in every place
        fn show_part(
            &self,
            input: ShowPartInput,
        ) -> impl Future<Output = Result<ShowPartOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ShowPartInput {
        pub id: String,
        pub part: i64,
        pub flag: bool,
        pub small: Option<i32>,
        pub large: Option<i64>,
        pub ratio: Option<f64>,
        pub text: Option<String>,
        pub x_trace: Option<String>,
        pub x_depth: i64,
    }

    /// What was understood.
    pub type ShowPartOutput = crate::answer::Ok<types::Seen>;
    pub static SHOW_PART: crate::Operation = crate::Operation::get(
            "showPart",
            "/things/{id}/parts/{part}",
            "things",
        )
        .parameters(
            &[
                parameters::ID,
                parameters::PART,
                parameters::FLAG,
                parameters::SMALL,
                parameters::LARGE,
                parameters::RATIO,
                parameters::TEXT,
                parameters::X_TRACE,
                parameters::X_DEPTH,
            ],
        )
        .answers::<ShowPartOutput>(&[200, 400]);
    pub(super) async fn show_part<S: Things>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &SHOW_PART,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = ShowPartInput {
                        id: it.take()?,
                        part: it.take()?,
                        flag: it.take()?,
                        small: it.take()?,
                        large: it.take()?,
                        ratio: it.take()?,
                        text: it.take()?,
                        x_trace: it.take()?,
                        x_depth: it.take()?,
                    };
                    Things::show_part(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use things::{Things, ShowPartInput, ShowPartOutput};
