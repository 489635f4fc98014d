//! Lists 1.0.0: wire types, one trait per tag, the router.


mod parameters {
    //! The parameters of all operations.

    use super::types;
    use crate::parameter::{Parameter, header, path, query};
    use crate::wire::limits;

    pub const IDS: Parameter = path::<Vec<i64>>("ids");
    pub const REPEATED: Parameter = query::<Vec<String>>("repeated")
        .max_items(3)
        .each(const { &limits().min_length(2) });
    pub const JOINED: Parameter = query::<Vec<String>>("joined").joined(",");
    pub const NUMBERS: Parameter = query::<Vec<i64>>("numbers").unique().required();
    pub const COLORS: Parameter = query::<Vec<types::Color>>("colors");
    pub const X_TAGS: Parameter = header::<Vec<String>>("X-Tags");
}


mod router {
    //! The router over all traits.

    use super::*;
    use crate::serve::{methods, nothing_here};

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: Authenticate + Lists,
    {
        axum::Router::new()
            .route("/lists/{p0}", methods("GET, HEAD").get(lists::show_lists))
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

    pub use super::lists::SHOW_LISTS;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&SHOW_LISTS];
}


pub mod types {
    //! Wire types.


    mod lists {
        //! What the operations tagged `lists` are the first to need, in the order of the description.

        use crate::wire;

        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(rename_all = "lowercase")]
        pub enum Color {
            Red,
            Green,
        }

        impl wire::Value for Color {
            const SHAPE: wire::Shape<Self> = wire::Shape::Listed(
                &[("red", Self::Red), ("green", Self::Green)],
            );
        }

        pub type Seen = std::collections::BTreeMap<String, serde_json::Value>;
    }

    pub use self::lists::*;
}


mod lists {
    //! The operations tagged `lists`.

    use super::{parameters, types};
    use crate::serve;

    /// lists
    pub trait Lists: crate::Service {
        fn show_lists(
            &self,
            input: ShowListsInput,
        ) -> impl Future<Output = Result<ShowListsOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ShowListsInput {
        pub ids: Vec<i64>,
        pub repeated: Option<Vec<String>>,
        pub joined: Option<Vec<String>>,
        pub numbers: Vec<i64>,
        pub colors: Option<Vec<types::Color>>,
        pub x_tags: Option<Vec<String>>,
    }

    /// What was understood.
    pub type ShowListsOutput = crate::answer::Ok<types::Seen>;
    pub static SHOW_LISTS: crate::Operation = crate::Operation::get(
            "showLists",
            "/lists/{ids}",
            "lists",
        )
        .parameters(
            &[
                parameters::IDS,
                parameters::REPEATED,
                parameters::JOINED,
                parameters::NUMBERS,
                parameters::COLORS,
                parameters::X_TAGS,
            ],
        )
        .answers::<ShowListsOutput>(&[200, 400]);
    pub(super) async fn show_lists<S: Lists>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &SHOW_LISTS,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = ShowListsInput {
                        ids: it.take()?,
                        repeated: it.take()?,
                        joined: it.take()?,
                        numbers: it.take()?,
                        colors: it.take()?,
                        x_tags: it.take()?,
                    };
                    Lists::show_lists(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use lists::{Lists, ShowListsInput, ShowListsOutput};
