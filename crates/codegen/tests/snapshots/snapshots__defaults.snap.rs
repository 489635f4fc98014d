//! Defaults 1.0.0: wire types, one trait per tag, the router.


mod parameters {
    //! The parameters of all operations.

    use super::types;
    use crate::parameter::{Parameter, header, query};

    pub const LIMIT: Parameter = query::<types::Limit>("limit")
        .like(types::LIMIT)
        .default("20");
    pub const ORDER: Parameter = query::<String>("order").default("\"newest\"");
    pub const X_RETRY: Parameter = header::<bool>("X-Retry").default("false");
}


mod router {
    //! The router over all traits.

    use super::*;
    use crate::serve::{methods, nothing_here};

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: Authenticate + Defaults,
    {
        axum::Router::new()
            .route("/defaults", methods("POST").post(defaults::send_defaults))
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

    pub use super::defaults::SEND_DEFAULTS;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&SEND_DEFAULTS];
}


pub mod types {
    //! Wire types.


    mod defaults {
        //! What the operations tagged `defaults` are the first to need, in the order of the description.

        use crate::wire::{self, defaulted, limits};

        pub type Limit = i64;
        pub const LIMIT: wire::Limits = limits().range(1, 100);
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(rename_all = "lowercase")]
        pub enum Mode {
            Fast,
            Slow,
        }

        impl wire::Value for Mode {
            const SHAPE: wire::Shape<Self> = wire::Shape::Listed(
                &[("fast", Self::Fast), ("slow", Self::Slow)],
            );
        }

        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        pub struct Defaults {
            pub count: i64,
            pub big: i64,
            pub ratio: f64,
            pub on: bool,
            pub text: String,
            pub amount: rust_decimal::Decimal,
            pub mode: Mode,
            pub list: Vec<i64>,
            pub map: std::collections::BTreeMap<String, String>,
            pub maybe: Option<String>,
            pub nothing: Option<String>,
        }

        impl wire::Value for Defaults {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    defaulted("count", |it: &Self| &it.count, "-3"),
                    defaulted("big", |it: &Self| &it.big, "1234567"),
                    defaulted("ratio", |it: &Self| &it.ratio, "1.5"),
                    defaulted("on", |it: &Self| &it.on, "true"),
                    defaulted("text", |it: &Self| &it.text, "\"it's\""),
                    defaulted("amount", |it: &Self| &it.amount, "\"12.50\""),
                    defaulted("mode", |it: &Self| &it.mode, "\"slow\""),
                    defaulted("list", |it: &Self| &it.list, "[1,2]"),
                    defaulted("map", |it: &Self| &it.map, "{}"),
                    defaulted("maybe", |it: &Self| &it.maybe, "\"yes please\""),
                    defaulted("nothing", |it: &Self| &it.nothing, "null"),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    count: it.take()?,
                    big: it.take()?,
                    ratio: it.take()?,
                    on: it.take()?,
                    text: it.take()?,
                    amount: it.take()?,
                    mode: it.take()?,
                    list: it.take()?,
                    map: it.take()?,
                    maybe: it.take()?,
                    nothing: it.take()?,
                })
            }
        }
    }

    pub use self::defaults::*;
}


mod defaults {
    //! The operations tagged `defaults`.

    use super::{parameters, types};
    use crate::serve;

    /// defaults
    pub trait Defaults: crate::Service {
        fn send_defaults(
            &self,
            input: SendDefaultsInput,
        ) -> impl Future<Output = Result<SendDefaultsOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct SendDefaultsInput {
        pub limit: types::Limit,
        pub order: String,
        pub x_retry: bool,
        pub body: types::Defaults,
    }

    /// The same, filled in.
    pub type SendDefaultsOutput = crate::answer::Ok<types::Defaults>;
    pub static SEND_DEFAULTS: crate::Operation = crate::Operation::post(
            "sendDefaults",
            "/defaults",
            "defaults",
        )
        .parameters(&[parameters::LIMIT, parameters::ORDER, parameters::X_RETRY])
        .body::<types::Defaults>()
        .answers::<SendDefaultsOutput>(&[200, 400]);
    pub(super) async fn send_defaults<S: Defaults>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &SEND_DEFAULTS,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = SendDefaultsInput {
                        limit: it.take()?,
                        order: it.take()?,
                        x_retry: it.take()?,
                        body: it.body().await?,
                    };
                    Defaults::send_defaults(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use defaults::{Defaults, SendDefaultsInput, SendDefaultsOutput};
