//! Numbers 1.0.0: wire types, one trait per tag, the router.


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
        S: Authenticate + Numbers,
    {
        axum::Router::new()
            .route("/numbers", methods("POST").post(numbers::send_numbers))
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

    pub use super::numbers::SEND_NUMBERS;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&SEND_NUMBERS];
}


pub mod types {
    //! Wire types.


    mod numbers {
        //! What the operations tagged `numbers` are the first to need, in the order of the description.

        use crate::wire::{self, limits, optional};

        pub type Cents = i64;
        pub const CENTS: wire::Limits = limits().range(1, 99_999_999);
        pub type Wide = i64;
        pub const WIDE: wire::Limits = limits().range(-9_999_999_999, 9_999_999_999);
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        pub struct Numbers {
            #[serde(skip_serializing_if = "Option::is_none")]
            pub amount: Option<Cents>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub small: Option<i32>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub wide: Option<Wide>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub above: Option<i64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub below: Option<i64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub dozen: Option<i64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub ratio: Option<f64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub open: Option<f64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub tenth: Option<f64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub listed: Option<i64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub half: Option<f64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub tight: Option<i64>,
        }

        impl wire::Value for Numbers {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    optional("amount", |it: &Self| &it.amount).like(CENTS),
                    optional("small", |it: &Self| &it.small),
                    optional("wide", |it: &Self| &it.wide).like(WIDE),
                    optional("above", |it: &Self| &it.above).above(0),
                    optional("below", |it: &Self| &it.below).below(-5),
                    optional("dozen", |it: &Self| &it.dozen).multiple_of("12"),
                    optional("ratio", |it: &Self| &it.ratio)
                        .from_number(0.5, false)
                        .to_number(10.0, false),
                    optional("open", |it: &Self| &it.open)
                        .from_number(0.0, true)
                        .to_number(1.0, true),
                    optional("tenth", |it: &Self| &it.tenth).multiple_of("0.1"),
                    optional("listed", |it: &Self| &it.listed).allowed(&["1", "2", "4"]),
                    optional("half", |it: &Self| &it.half).allowed(&["0.5", "1"]),
                    optional("tight", |it: &Self| &it.tight).range(1, 10),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    amount: it.take()?,
                    small: it.take()?,
                    wide: it.take()?,
                    above: it.take()?,
                    below: it.take()?,
                    dozen: it.take()?,
                    ratio: it.take()?,
                    open: it.take()?,
                    tenth: it.take()?,
                    listed: it.take()?,
                    half: it.take()?,
                    tight: it.take()?,
                })
            }
        }
    }

    pub use self::numbers::*;
}


mod numbers {
    //! The operations tagged `numbers`.

    use super::types;
    use crate::serve;

    /// numbers
    pub trait Numbers: crate::Service {
        fn send_numbers(
            &self,
            input: SendNumbersInput,
        ) -> impl Future<Output = Result<SendNumbersOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct SendNumbersInput {
        pub body: types::Numbers,
    }

    /// The same.
    pub type SendNumbersOutput = crate::answer::Ok<types::Numbers>;
    pub static SEND_NUMBERS: crate::Operation = crate::Operation::post(
            "sendNumbers",
            "/numbers",
            "numbers",
        )
        .body::<types::Numbers>()
        .answers::<SendNumbersOutput>(&[200, 400]);
    pub(super) async fn send_numbers<S: Numbers>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &SEND_NUMBERS,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = SendNumbersInput {
                        body: it.body().await?,
                    };
                    Numbers::send_numbers(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use numbers::{Numbers, SendNumbersInput, SendNumbersOutput};
