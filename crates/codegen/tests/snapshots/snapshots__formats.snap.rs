//! Formats 1.0.0: wire types, one trait per tag, the router.


mod parameters {
    //! The parameters of all operations.

    use crate::parameter::{Parameter, header, query};

    pub const SINCE: Parameter = query::<chrono::DateTime<chrono::Utc>>("since");
    pub const DAY: Parameter = query::<chrono::NaiveDate>("day");
    pub const X_KEY: Parameter = header::<uuid::Uuid>("X-Key");
    pub const PRICE: Parameter = query::<rust_decimal::Decimal>("price");
}


mod router {
    //! The router over all traits.

    use super::*;
    use crate::serve::{methods, nothing_here};

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: Authenticate + Formats,
    {
        axum::Router::new()
            .route("/formats", methods("POST").post(formats::send_formats))
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

    pub use super::formats::SEND_FORMATS;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&SEND_FORMATS];
}


pub mod types {
    //! Wire types.


    mod formats {
        //! What the operations tagged `formats` are the first to need, in the order of the description.

        use crate::wire::{self, optional, required};

        static PATTERN_0: wire::Pattern = wire::Pattern::new(
            "^\\d+\\.\\d{2}$",
            "^[0-9]+\\.[0-9]{2}$",
        );
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Formats {
            pub time: chrono::DateTime<chrono::Utc>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub day: Option<chrono::NaiveDate>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub id: Option<uuid::Uuid>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub email: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub link: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub amount: Option<rust_decimal::Decimal>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub maybe: Option<Option<rust_decimal::Decimal>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub rates: Option<Vec<rust_decimal::Decimal>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub days: Option<std::collections::BTreeMap<String, Option<chrono::NaiveDate>>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub small: Option<i32>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub blob: Option<String>,
        }

        impl wire::Value for Formats {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[
                    required("time", |it: &Self| &it.time),
                    optional("day", |it: &Self| &it.day),
                    optional("id", |it: &Self| &it.id),
                    optional("email", |it: &Self| &it.email).max_length(40).format("email"),
                    optional("link", |it: &Self| &it.link).format("uri"),
                    optional("amount", |it: &Self| &it.amount).pattern(&PATTERN_0),
                    optional("maybe", |it: &Self| &it.maybe),
                    optional("rates", |it: &Self| &it.rates),
                    optional("days", |it: &Self| &it.days),
                    optional("small", |it: &Self| &it.small),
                    optional("blob", |it: &Self| &it.blob).format("byte"),
                ],
            );
            fn build(it: &mut wire::Fields) -> wire::Read<Self> {
                Ok(Self {
                    time: it.take()?,
                    day: it.take()?,
                    id: it.take()?,
                    email: it.take()?,
                    link: it.take()?,
                    amount: it.take()?,
                    maybe: it.take()?,
                    rates: it.take()?,
                    days: it.take()?,
                    small: it.take()?,
                    blob: it.take()?,
                })
            }
        }
    }

    pub use self::formats::*;
}


mod formats {
    //! The operations tagged `formats`.

    use super::{parameters, types};
    use crate::serve;

    /// formats
    pub trait Formats: crate::Service {
        fn send_formats(
            &self,
            input: SendFormatsInput,
        ) -> impl Future<Output = Result<SendFormatsOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct SendFormatsInput {
        pub since: Option<chrono::DateTime<chrono::Utc>>,
        pub day: Option<chrono::NaiveDate>,
        pub x_key: Option<uuid::Uuid>,
        pub price: Option<rust_decimal::Decimal>,
        pub body: types::Formats,
    }

    /// The same.
    pub type SendFormatsOutput = crate::answer::Ok<types::Formats>;
    pub static SEND_FORMATS: crate::Operation = crate::Operation::post(
            "sendFormats",
            "/formats",
            "formats",
        )
        .parameters(
            &[parameters::SINCE, parameters::DAY, parameters::X_KEY, parameters::PRICE],
        )
        .body::<types::Formats>()
        .answers::<SendFormatsOutput>(&[200, 400]);
    pub(super) async fn send_formats<S: Formats>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &SEND_FORMATS,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = SendFormatsInput {
                        since: it.take()?,
                        day: it.take()?,
                        x_key: it.take()?,
                        price: it.take()?,
                        body: it.body().await?,
                    };
                    Formats::send_formats(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use formats::{Formats, SendFormatsInput, SendFormatsOutput};
