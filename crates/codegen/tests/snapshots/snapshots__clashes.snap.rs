//! Clashes 1.0.0: wire types, one trait per tag, the router.


mod parameters {
    //! The parameters of all operations.

    use super::types;
    use crate::parameter::{Parameter, header, path, query};
    use crate::wire::limits;

    pub const PATH: Parameter = path::<String>("path").min_length(2);
    pub const QUERY: Parameter = query::<String>("query").min_length(2).required();
    pub const HEAD: Parameter = query::<i64>("head").minimum(1);
    pub const TEXT: Parameter = query::<types::ServiceText>("text");
    pub const VALUE: Parameter = header::<String>("value").max_length(3);
    pub const READ: Parameter = header::<Vec<i64>>("read")
        .each(const { &limits().minimum(1) });
    pub const CALLER: Parameter = query::<String>("caller");
    pub const OPERATION: Parameter = query::<String>("operation");
    pub const INPUT: Parameter = query::<String>("input");
    pub const REQUEST: Parameter = query::<String>("request");
}


mod router {
    //! The router over all traits.

    use super::*;
    use crate::serve::{methods, nothing_here};

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: Authenticate + STag,
    {
        axum::Router::new()
            .route("/clashes/{p0}", methods("POST").post(s::service))
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

    pub use super::s::SERVICE;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&SERVICE];
}


pub mod types {
    //! Wire types.


    mod s {
        //! What the operations tagged `s` are the first to need, in the order of the description.

        use crate::wire::{self, optional, others, required, variant};

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct A {
            pub d: D,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub map: Option<i64>,
        }

        impl wire::Value for A {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[required("d", |it: &Self| &it.d), optional("map", |it: &Self| &it.map)],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    d: it.take()?,
                    map: it.take()?,
                })
            }
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct D {
            #[serde(skip_serializing_if = "Option::is_none")]
            pub reader: Option<Reader>,
            #[serde(flatten)]
            pub extra: std::collections::BTreeMap<String, i64>,
        }

        impl wire::Value for D {
            const SHAPE: wire::Shape<Self> = wire::Shape::Keeping(
                &[optional("reader", |it: &Self| &it.reader)],
                &others(|it: &Self| &it.extra),
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    reader: it.take()?,
                    extra: it.others()?,
                })
            }
        }

        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(rename_all = "lowercase")]
        pub enum E {
            Err,
            All,
            Value,
        }

        impl wire::Value for E {
            const SHAPE: wire::Shape<Self> = wire::Shape::Listed(
                &[("err", Self::Err), ("all", Self::All), ("value", Self::Value)],
            );
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Reader {
            #[serde(skip_serializing_if = "Option::is_none")]
            pub s: Option<S>,
        }

        impl wire::Value for Reader {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[optional("s", |it: &Self| &it.s)],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self { s: it.take()? })
            }
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        #[serde(untagged)]
        pub enum S {
            Document(Document),
        }

        impl wire::Value for S {
            const SHAPE: wire::Shape<Self> = wire::Shape::Union(
                "self",
                &[variant::<Document, Self>(&["Document"], |it| it.variant(Self::Document))],
            );
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Document {
            #[serde(rename = "self")]
            pub self_: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub e: Option<E>,
        }

        impl wire::Value for Document {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[required("self", |it: &Self| &it.self_), optional("e", |it: &Self| &it.e)],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    self_: it.take()?,
                    e: it.take()?,
                })
            }
        }

        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(rename_all = "lowercase")]
        pub enum ServiceText {
            Err,
            Ok,
        }

        impl wire::Value for ServiceText {
            const SHAPE: wire::Shape<Self> = wire::Shape::Listed(
                &[("err", Self::Err), ("ok", Self::Ok)],
            );
        }
    }

    pub use self::s::*;
}


mod s {
    //! The operations tagged `s`.

    use super::{parameters, types};
    use crate::serve;

    /// s
    pub trait STag: crate::Service {
        fn service(
            &self,
            input: ServiceInput,
        ) -> impl Future<Output = Result<ServiceOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ServiceInput {
        pub path: String,
        pub query: String,
        pub head: Option<i64>,
        pub text: Option<types::ServiceText>,
        pub value: Option<String>,
        pub read: Option<Vec<i64>>,
        pub caller: Option<String>,
        pub operation: Option<String>,
        pub input: Option<String>,
        pub request: Option<String>,
        pub body: types::A,
    }

    /// Ok.
    pub type ServiceOutput = crate::answer::Ok<types::A>;
    pub static SERVICE: crate::Operation = crate::Operation::post(
            "service",
            "/clashes/{path}",
            "s",
        )
        .parameters(
            &[
                parameters::PATH,
                parameters::QUERY,
                parameters::HEAD,
                parameters::TEXT,
                parameters::VALUE,
                parameters::READ,
                parameters::CALLER,
                parameters::OPERATION,
                parameters::INPUT,
                parameters::REQUEST,
            ],
        )
        .body::<types::A>()
        .answers::<ServiceOutput>(&[200, 400]);
    pub(super) async fn service<S: STag>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &SERVICE,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = ServiceInput {
                        path: it.take()?,
                        query: it.take()?,
                        head: it.take()?,
                        text: it.take()?,
                        value: it.take()?,
                        read: it.take()?,
                        caller: it.take()?,
                        operation: it.take()?,
                        input: it.take()?,
                        request: it.take()?,
                        body: it.body().await?,
                    };
                    STag::service(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use s::{STag, ServiceInput, ServiceOutput};
