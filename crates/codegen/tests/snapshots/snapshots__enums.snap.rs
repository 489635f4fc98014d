//! Enums 1.0.0: wire types, one trait per tag, the router.


mod parameters {
    //! The parameters of all operations.

    use super::types;
    use crate::parameter::{Parameter, header, query};

    pub const COLOR: Parameter = query::<types::Color>("color").required();
    pub const X_FINISH: Parameter = header::<types::PaintXFinish>("X-Finish");
}


mod router {
    //! The router over all traits.

    use super::*;
    use crate::serve::{methods, nothing_here};

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: Authenticate + Paint,
    {
        axum::Router::new()
            .route("/paint", methods("POST").post(paint::paint))
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

    pub use super::paint::PAINT;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&PAINT];
}


pub mod types {
    //! Wire types.


    mod paint {
        //! What the operations tagged `paint` are the first to need, in the order of the description.

        use crate::wire::{self, optional, required};

        /// A color of the catalogue.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub enum Color {
            #[serde(rename = "red")]
            Red,
            #[serde(rename = "dark-green")]
            DarkGreen,
            #[serde(rename = "2fa")]
            _2fa,
            #[serde(rename = "self")]
            Self_,
            #[serde(rename = "+1")]
            Plus1,
            #[serde(rename = "-1")]
            Minus1,
        }

        impl wire::Value for Color {
            const SHAPE: wire::Shape<Self> = wire::Shape::Listed(
                &[
                    ("red", Self::Red),
                    ("dark-green", Self::DarkGreen),
                    ("2fa", Self::_2fa),
                    ("self", Self::Self_),
                    ("+1", Self::Plus1),
                    ("-1", Self::Minus1),
                ],
            );
        }

        #[derive(
            Clone,
            Copy,
            Debug,
            Default,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            serde::Serialize
        )]
        #[serde(rename_all = "lowercase")]
        pub enum Object {
            #[default]
            Coat,
        }

        impl wire::Value for Object {
            const SHAPE: wire::Shape<Self> = wire::Shape::Listed(&[("coat", Self::Coat)]);
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Coat {
            pub object: Object,
            pub color: Color,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub second: Option<Option<Color>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub layers: Option<i64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub inline: Option<CoatInline>,
        }

        impl wire::Value for Coat {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    required("object", |it: &Self| &it.object),
                    required("color", |it: &Self| &it.color),
                    optional("second", |it: &Self| &it.second),
                    optional("layers", |it: &Self| &it.layers).allowed(&["1", "2", "4"]),
                    optional("inline", |it: &Self| &it.inline),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    object: it.take()?,
                    color: it.take()?,
                    second: it.take()?,
                    layers: it.take()?,
                    inline: it.take()?,
                })
            }
        }

        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(rename_all = "lowercase")]
        pub enum CoatInline {
            Thick,
            Thin,
        }

        impl wire::Value for CoatInline {
            const SHAPE: wire::Shape<Self> = wire::Shape::Listed(
                &[("thick", Self::Thick), ("thin", Self::Thin)],
            );
        }

        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum PaintXFinish {
            Matte,
            HighGloss,
        }

        impl wire::Value for PaintXFinish {
            const SHAPE: wire::Shape<Self> = wire::Shape::Listed(
                &[("matte", Self::Matte), ("high-gloss", Self::HighGloss)],
            );
        }
    }

    pub use self::paint::*;
}


mod paint {
    //! The operations tagged `paint`.

    use super::{parameters, types};
    use crate::serve;

    /// paint
    pub trait Paint: crate::Service {
        fn paint(
            &self,
            input: PaintInput,
        ) -> impl Future<Output = Result<PaintOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct PaintInput {
        pub color: types::Color,
        pub x_finish: Option<types::PaintXFinish>,
        pub body: types::Coat,
    }

    /// Painted.
    pub type PaintOutput = crate::answer::Ok<types::Coat>;
    pub static PAINT: crate::Operation = crate::Operation::post("paint", "/paint", "paint")
        .parameters(&[parameters::COLOR, parameters::X_FINISH])
        .body::<types::Coat>()
        .answers::<PaintOutput>(&[200, 400]);
    pub(super) async fn paint<S: Paint>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &PAINT,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = PaintInput {
                        color: it.take()?,
                        x_finish: it.take()?,
                        body: it.body().await?,
                    };
                    Paint::paint(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use paint::{Paint, PaintInput, PaintOutput};
