//! Recursive 1.0.0: wire types, one trait per tag, the router.


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
        S: Authenticate + Trees,
    {
        axum::Router::new()
            .route("/trees", methods("POST").post(trees::plant))
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

    pub use super::trees::PLANT;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&PLANT];
}


pub mod types {
    //! Wire types.


    mod trees {
        //! What the operations tagged `trees` are the first to need, in the order of the description.

        use crate::wire::{self, optional, required};

        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        pub struct Tree {
            pub name: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub children: Option<Vec<Tree>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub by_name: Option<std::collections::BTreeMap<String, Tree>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub graft: Option<Box<Graft>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub place: Option<TreePlace>,
        }

        impl wire::Value for Tree {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    required("name", |it: &Self| &it.name).max_length(5),
                    optional("children", |it: &Self| &it.children),
                    optional("by_name", |it: &Self| &it.by_name),
                    optional("graft", |it: &Self| &it.graft),
                    optional("place", |it: &Self| &it.place),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    name: it.take()?,
                    children: it.take()?,
                    by_name: it.take()?,
                    graft: it.take()?,
                    place: it.take()?,
                })
            }
        }

        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        pub struct TreePlace {
            pub row: i64,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub soil: Option<TreePlaceSoil>,
        }

        impl wire::Value for TreePlace {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    required("row", |it: &Self| &it.row).minimum(1),
                    optional("soil", |it: &Self| &it.soil),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    row: it.take()?,
                    soil: it.take()?,
                })
            }
        }

        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        pub struct TreePlaceSoil {
            #[serde(skip_serializing_if = "Option::is_none")]
            pub ph: Option<f64>,
        }

        impl wire::Value for TreePlaceSoil {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[optional("ph", |it: &Self| &it.ph).to_number(14.0, false)],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self { ph: it.take()? })
            }
        }

        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        pub struct Graft {
            pub of: Option<Box<Tree>>,
        }

        impl wire::Value for Graft {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[required("of", |it: &Self| &it.of)],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self { of: it.take()? })
            }
        }
    }

    pub use self::trees::*;
}


mod trees {
    //! The operations tagged `trees`.

    use super::types;
    use crate::serve;

    /// trees
    pub trait Trees: crate::Service {
        fn plant(
            &self,
            input: PlantInput,
        ) -> impl Future<Output = Result<PlantOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct PlantInput {
        pub body: types::Tree,
    }

    /// The same.
    pub type PlantOutput = crate::answer::Ok<types::Tree>;
    pub static PLANT: crate::Operation = crate::Operation::post("plant", "/trees", "trees")
        .body::<types::Tree>()
        .answers::<PlantOutput>(&[200, 400]);
    pub(super) async fn plant<S: Trees>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &PLANT,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = PlantInput {
                        body: it.body().await?,
                    };
                    Trees::plant(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use trees::{Trees, PlantInput, PlantOutput};
