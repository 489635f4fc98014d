//! Names 1.0.0: wire types, one trait per tag, the router.


mod parameters {
    //! The parameters of all operations.

    use crate::parameter::{Parameter, header, path, query};

    pub const SELF: Parameter = path::<String>("self");
    pub const TYPE: Parameter = query::<String>("type");
    pub const BODY_QUERY: Parameter = query::<String>("body");
    pub const TYPE_HEADER: Parameter = header::<String>("type");
    pub const FILTER_FROM: Parameter = query::<String>("filter[from]");
}


mod router {
    //! The router over all traits.

    use super::*;
    use crate::serve::{methods, nothing_here};

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: Authenticate + FnType,
    {
        axum::Router::new()
            .route("/type/{p0}", methods("POST").post(fn_tag::r#match))
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

    pub use super::fn_tag::MATCH;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&MATCH];
}


pub mod types {
    //! Wire types.


    mod fn_tag {
        //! What the operations tagged `fn` are the first to need, in the order of the description.

        use crate::wire::{self, defaulted, optional};

        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub enum OptionType {
            None,
            Some,
            #[serde(rename = "Self")]
            Self_,
            #[serde(rename = "")]
            Empty,
            #[serde(rename = "1")]
            _1,
        }

        impl wire::Value for OptionType {
            const NAME: Option<&'static str> = Some("Option");
            const SHAPE: wire::Shape<Self> = wire::Shape::Listed(
                &[
                    ("None", Self::None),
                    ("Some", Self::Some),
                    ("Self", Self::Self_),
                    ("", Self::Empty),
                    ("1", Self::_1),
                ],
            );
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct StringType {
            #[serde(rename = "2fa", skip_serializing_if = "Option::is_none")]
            pub _2fa: Option<bool>,
            #[serde(rename = "crate", skip_serializing_if = "Option::is_none")]
            pub crate_: Option<i64>,
        }

        impl wire::Value for StringType {
            const NAME: Option<&'static str> = Some("String");
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    optional("2fa", |it: &Self| &it._2fa),
                    optional("crate", |it: &Self| &it.crate_).minimum(1),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    _2fa: it.take()?,
                    crate_: it.take()?,
                })
            }
        }

        pub type VecType = Vec<StringType>;
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct DefaultType {
            pub r#async: bool,
        }

        impl wire::Value for DefaultType {
            const NAME: Option<&'static str> = Some("default");
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[defaulted("async", |it: &Self| &it.r#async, "true")],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self { r#async: it.take()? })
            }
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct ResultType {
            #[serde(skip_serializing_if = "Option::is_none")]
            pub r#type: Option<OptionType>,
            #[serde(rename = "self", skip_serializing_if = "Option::is_none")]
            pub self_: Option<VecType>,
            #[serde(rename = "camelCase", skip_serializing_if = "Option::is_none")]
            pub camel_case: Option<String>,
            #[serde(rename = "with space", skip_serializing_if = "Option::is_none")]
            pub with_space: Option<String>,
            #[serde(rename = "Box", skip_serializing_if = "Option::is_none")]
            pub r#box: Option<DefaultType>,
            #[serde(rename = "$value", skip_serializing_if = "Option::is_none")]
            pub value: Option<String>,
        }

        impl wire::Value for ResultType {
            const NAME: Option<&'static str> = Some("Result");
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    optional("type", |it: &Self| &it.r#type),
                    optional("self", |it: &Self| &it.self_),
                    optional("camelCase", |it: &Self| &it.camel_case),
                    optional("with space", |it: &Self| &it.with_space),
                    optional("Box", |it: &Self| &it.r#box),
                    optional("$value", |it: &Self| &it.value),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    r#type: it.take()?,
                    self_: it.take()?,
                    camel_case: it.take()?,
                    with_space: it.take()?,
                    r#box: it.take()?,
                    value: it.take()?,
                })
            }
        }
    }

    pub use self::fn_tag::*;
}


mod fn_tag {
    //! The operations tagged `fn`.

    use super::{parameters, types};
    use crate::serve;

    /// fn
    pub trait FnType: crate::Service {
        fn r#match(
            &self,
            input: MatchInput,
        ) -> impl Future<Output = Result<MatchOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct MatchInput {
        pub self_: String,
        pub r#type: Option<String>,
        pub body_query: Option<String>,
        pub type_header: Option<String>,
        pub filter_from: Option<String>,
        pub body: types::ResultType,
    }

    /// Ok.
    pub type MatchOutput = crate::answer::Ok<types::ResultType>;
    pub static MATCH: crate::Operation = crate::Operation::post(
            "match",
            "/type/{self}",
            "fn",
        )
        .parameters(
            &[
                parameters::SELF,
                parameters::TYPE,
                parameters::BODY_QUERY,
                parameters::TYPE_HEADER,
                parameters::FILTER_FROM,
            ],
        )
        .optional_body::<types::ResultType>()
        .answers::<MatchOutput>(&[200, 400]);
    pub(super) async fn r#match<S: FnType>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &MATCH,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = MatchInput {
                        self_: it.take()?,
                        r#type: it.take()?,
                        body_query: it.take()?,
                        type_header: it.take()?,
                        filter_from: it.take()?,
                        body: it.body_or_empty().await?,
                    };
                    FnType::r#match(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use fn_tag::{FnType, MatchInput, MatchOutput};
