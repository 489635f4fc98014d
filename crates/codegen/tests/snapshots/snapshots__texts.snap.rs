//! Texts 1.0.0: wire types, one trait per tag, the router.


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
        S: Authenticate + Texts,
    {
        axum::Router::new()
            .route("/texts", methods("POST").post(texts::send_texts))
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

    pub use super::texts::SEND_TEXTS;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&SEND_TEXTS];
}


pub mod types {
    //! Wire types.


    mod texts {
        //! What the operations tagged `texts` are the first to need, in the order of the description.

        use crate::wire::{self, limits, optional};

        static PATTERN_0: wire::Pattern = wire::Pattern::new(
            "^[A-Z]{2}\\d+$",
            "^[A-Z]{2}[0-9]+$",
        );
        static PATTERN_1: wire::Pattern = wire::Pattern::new(
            "b.d",
            "b[^\\n\\r\\u{2028}\\u{2029}]d",
        );
        static PATTERN_2: wire::Pattern = wire::Pattern::new(
            "^[\\w[&~.-]+$",
            "^[[0-9A-Za-z_]\\[\\&\\~.-]+$",
        );
        static PATTERN_3: wire::Pattern = wire::Pattern::new("^\"\\\\/$", "^\"\\\\/$");
        pub type Code = String;
        pub const CODE: wire::Limits = limits().pattern(&PATTERN_0);
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Texts {
            #[serde(skip_serializing_if = "Option::is_none")]
            pub short: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub long: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub exact: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub code: Option<Code>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub anywhere: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub class: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub quoted: Option<String>,
        }

        impl wire::Value for Texts {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    optional("short", |it: &Self| &it.short).max_length(3),
                    optional("long", |it: &Self| &it.long).min_length(2),
                    optional("exact", |it: &Self| &it.exact).length(4, 4),
                    optional("code", |it: &Self| &it.code).like(CODE),
                    optional("anywhere", |it: &Self| &it.anywhere).pattern(&PATTERN_1),
                    optional("class", |it: &Self| &it.class).pattern(&PATTERN_2),
                    optional("quoted", |it: &Self| &it.quoted).pattern(&PATTERN_3),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    short: it.take()?,
                    long: it.take()?,
                    exact: it.take()?,
                    code: it.take()?,
                    anywhere: it.take()?,
                    class: it.take()?,
                    quoted: it.take()?,
                })
            }
        }
    }

    pub use self::texts::*;
}


mod texts {
    //! The operations tagged `texts`.

    use super::types;
    use crate::serve;

    /// texts
    pub trait Texts: crate::Service {
        fn send_texts(
            &self,
            input: SendTextsInput,
        ) -> impl Future<Output = Result<SendTextsOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct SendTextsInput {
        pub body: types::Texts,
    }

    /// The same.
    pub type SendTextsOutput = crate::answer::Ok<types::Texts>;
    pub static SEND_TEXTS: crate::Operation = crate::Operation::post(
            "sendTexts",
            "/texts",
            "texts",
        )
        .body::<types::Texts>()
        .answers::<SendTextsOutput>(&[200, 400]);
    pub(super) async fn send_texts<S: Texts>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &SEND_TEXTS,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = SendTextsInput {
                        body: it.body().await?,
                    };
                    Texts::send_texts(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use texts::{Texts, SendTextsInput, SendTextsOutput};
