//! All of 1.0.0: wire types, one trait per tag, the router.


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
        S: Authenticate + Pets,
    {
        axum::Router::new()
            .route("/pets", methods("POST").post(pets::add_pet))
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

    pub use super::pets::ADD_PET;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&ADD_PET];
}


pub mod types {
    //! Wire types.

    use crate::wire::{self, optional, required};


    mod pets {
        //! What the operations tagged `pets` are the first to need, in the order of the description.

        use crate::wire::{self, limits, optional, required};

        /// A pet that barks.
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Dog {
            pub name: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub born: Option<chrono::NaiveDate>,
            pub tag: String,
            pub bark: Loudness,
            /// Another one.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub friend: Option<Box<Dog>>,
        }

        impl wire::Value for Dog {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    required("name", |it: &Self| &it.name).min_length(1),
                    optional("born", |it: &Self| &it.born),
                    required("tag", |it: &Self| &it.tag),
                    required("bark", |it: &Self| &it.bark).like(LOUDNESS),
                    optional("friend", |it: &Self| &it.friend),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    name: it.take()?,
                    born: it.take()?,
                    tag: it.take()?,
                    bark: it.take()?,
                    friend: it.take()?,
                })
            }
        }

        pub type Loudness = i64;
        pub const LOUDNESS: wire::Limits = limits().range(1, 10);
    }

    pub use self::pets::*;
    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    pub struct Pet {
        pub name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub born: Option<chrono::NaiveDate>,
    }

    impl wire::Value for Pet {
        const SHAPE: wire::Shape<Self> = wire::Shape::Open(
            &[
                required("name", |it: &Self| &it.name).min_length(1),
                optional("born", |it: &Self| &it.born),
            ],
        );
    }

    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    pub struct Tagged {
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tag: Option<String>,
    }

    impl wire::Value for Tagged {
        const SHAPE: wire::Shape<Self> = wire::Shape::Open(
            &[optional("tag", |it: &Self| &it.tag)],
        );
    }

    pub type Animal = Pet;
}


mod pets {
    //! The operations tagged `pets`.

    use super::types;
    use crate::serve;

    /// pets
    pub trait Pets: crate::Service {
        fn add_pet(
            &self,
            input: AddPetInput,
        ) -> impl Future<Output = Result<AddPetOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct AddPetInput {
        pub body: types::Dog,
    }

    /// The same.
    pub type AddPetOutput = crate::answer::Ok<types::Dog>;
    pub static ADD_PET: crate::Operation = crate::Operation::post("addPet", "/pets", "pets")
        .body::<types::Dog>()
        .answers::<AddPetOutput>(&[200, 400]);
    pub(super) async fn add_pet<S: Pets>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &ADD_PET,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = AddPetInput {
                        body: it.body().await?,
                    };
                    Pets::add_pet(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use pets::{Pets, AddPetInput, AddPetOutput};
