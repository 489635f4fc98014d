//! Collections 1.0.0: wire types, one trait per tag, the router.


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
        S: Authenticate + Collections,
    {
        axum::Router::new()
            .route("/collections", methods("POST").post(collections::send_collections))
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

    pub use super::collections::SEND_COLLECTIONS;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&SEND_COLLECTIONS];
}


pub mod types {
    //! Wire types.


    mod collections {
        //! What the operations tagged `collections` are the first to need, in the order of the description.

        use crate::wire::{self, limits, optional, required};

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Item {
            pub sku: String,
        }

        impl wire::Value for Item {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[required("sku", |it: &Self| &it.sku).min_length(2)],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self { sku: it.take()? })
            }
        }

        pub type Tag = String;
        pub const TAG: wire::Limits = limits().max_length(3);
        pub type Tags = Vec<Tag>;
        pub const TAGS: wire::Limits = limits()
            .min_items(1)
            .max_items(2)
            .each(const { &limits().like(TAG) });
        pub type Metadata = std::collections::BTreeMap<String, String>;
        pub const METADATA: wire::Limits = limits()
            .min_pairs(1)
            .max_pairs(2)
            .each(const { &limits().max_length(5) });
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Collections {
            #[serde(skip_serializing_if = "Option::is_none")]
            pub tags: Option<Tags>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub unique: Option<Vec<Item>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub grid: Option<Vec<Vec<i64>>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub metadata: Option<Metadata>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub by_name: Option<std::collections::BTreeMap<String, Item>>,
        }

        impl wire::Value for Collections {
            const SHAPE: wire::Shape<Self> = wire::Shape::Closed(
                &[
                    optional("tags", |it: &Self| &it.tags).like(TAGS),
                    optional("unique", |it: &Self| &it.unique).unique(),
                    optional("grid", |it: &Self| &it.grid)
                        .each(const {
                            &limits().max_items(2).each(const { &limits().minimum(0) })
                        }),
                    optional("metadata", |it: &Self| &it.metadata).like(METADATA),
                    optional("by_name", |it: &Self| &it.by_name),
                ],
            );
            const PROPERTIES: wire::Limits = limits().min_pairs(1).max_pairs(2);
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    tags: it.take()?,
                    unique: it.take()?,
                    grid: it.take()?,
                    metadata: it.take()?,
                    by_name: it.take()?,
                })
            }
        }
    }

    pub use self::collections::*;
}


mod collections {
    //! The operations tagged `collections`.

    use super::types;
    use crate::serve;

    /// collections
    pub trait Collections: crate::Service {
        fn send_collections(
            &self,
            input: SendCollectionsInput,
        ) -> impl Future<Output = Result<SendCollectionsOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct SendCollectionsInput {
        pub body: types::Collections,
    }

    /// The same.
    pub type SendCollectionsOutput = crate::answer::Ok<types::Collections>;
    pub static SEND_COLLECTIONS: crate::Operation = crate::Operation::post(
            "sendCollections",
            "/collections",
            "collections",
        )
        .body::<types::Collections>()
        .answers::<SendCollectionsOutput>(&[200, 400]);
    pub(super) async fn send_collections<S: Collections>(
        call: serve::Call<S>,
    ) -> serve::Response {
        serve::operation(
                call,
                &SEND_COLLECTIONS,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = SendCollectionsInput {
                        body: it.body().await?,
                    };
                    Collections::send_collections(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use collections::{Collections, SendCollectionsInput, SendCollectionsOutput};
