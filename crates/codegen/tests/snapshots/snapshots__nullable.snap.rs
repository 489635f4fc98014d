//! Nullable 1.0.0: wire types, one trait per tag, the router.


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
        S: Authenticate + Profile,
    {
        axum::Router::new()
            .route("/profile", methods("PATCH").patch(profile::change_profile))
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

    pub use super::profile::CHANGE_PROFILE;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&CHANGE_PROFILE];
}


pub mod types {
    //! Wire types.


    mod profile {
        //! What the operations tagged `profile` are the first to need, in the order of the description.

        use crate::wire::{self, limits, optional, required};

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Address {
            pub city: String,
        }

        impl wire::Value for Address {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[required("city", |it: &Self| &it.city).min_length(1)],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self { city: it.take()? })
            }
        }

        pub type Nick = String;
        pub const NICK: wire::Limits = limits().max_length(5);
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Change {
            pub id: String,
            pub owner: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub name: Option<Option<String>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub email: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub nick: Option<Option<Nick>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub born: Option<Option<chrono::NaiveDate>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub address: Option<Option<Address>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub scores: Option<Vec<Option<i64>>>,
        }

        impl wire::Value for Change {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    required("id", |it: &Self| &it.id),
                    required("owner", |it: &Self| &it.owner).min_length(2),
                    optional("name", |it: &Self| &it.name).min_length(2),
                    optional("email", |it: &Self| &it.email),
                    optional("nick", |it: &Self| &it.nick).like(NICK),
                    optional("born", |it: &Self| &it.born),
                    optional("address", |it: &Self| &it.address),
                    optional("scores", |it: &Self| &it.scores)
                        .each(const { &limits().minimum(0) }),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    id: it.take()?,
                    owner: it.take()?,
                    name: it.take()?,
                    email: it.take()?,
                    nick: it.take()?,
                    born: it.take()?,
                    address: it.take()?,
                    scores: it.take()?,
                })
            }
        }
    }

    pub use self::profile::*;
}


mod profile {
    //! The operations tagged `profile`.

    use super::types;
    use crate::serve;

    /// profile
    pub trait Profile: crate::Service {
        /// Absent leaves a field alone, null clears it, a value sets it
        fn change_profile(
            &self,
            input: ChangeProfileInput,
        ) -> impl Future<Output = Result<ChangeProfileOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ChangeProfileInput {
        pub body: types::Change,
    }

    /// The same.
    pub type ChangeProfileOutput = crate::answer::Ok<types::Change>;
    pub static CHANGE_PROFILE: crate::Operation = crate::Operation::patch(
            "changeProfile",
            "/profile",
            "profile",
        )
        .body::<types::Change>()
        .answers::<ChangeProfileOutput>(&[200, 400]);
    pub(super) async fn change_profile<S: Profile>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &CHANGE_PROFILE,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = ChangeProfileInput {
                        body: it.body().await?,
                    };
                    Profile::change_profile(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use profile::{Profile, ChangeProfileInput, ChangeProfileOutput};
