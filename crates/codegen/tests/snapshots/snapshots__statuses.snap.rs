//! Statuses 1.0.0: wire types, one trait per tag, the router.


mod parameters {
    //! The parameters of all operations.

    use crate::parameter::{Parameter, query};

    pub const HOW: Parameter = query::<String>("how");
}


mod router {
    //! The router over all traits.

    use super::*;
    use crate::serve::{methods, nothing_here};

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: Authenticate + Jobs,
    {
        axum::Router::new()
            .route("/jobs", methods("POST").post(jobs::start_job))
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

    pub use super::jobs::START_JOB;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[&START_JOB];
}


pub mod types {
    //! Wire types.


    mod jobs {
        //! What the operations tagged `jobs` are the first to need, in the order of the description.

        use crate::wire::{self, required};

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Job {
            pub id: String,
        }

        impl wire::Value for Job {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[required("id", |it: &Self| &it.id)],
            );
        }

        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct Error {
            pub message: String,
        }

        impl wire::Value for Error {
            const SHAPE: wire::Shape<Self> = wire::Shape::Open(
                &[required("message", |it: &Self| &it.message)],
            );
        }
    }

    pub use self::jobs::*;
}


mod jobs {
    //! The operations tagged `jobs`.

    use super::{parameters, types};
    use crate::serve;

    /// jobs
    pub trait Jobs: crate::Service {
        fn start_job(
            &self,
            input: StartJobInput,
        ) -> impl Future<Output = Result<StartJobOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct StartJobInput {
        pub how: Option<String>,
    }

    /// What `startJob` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum StartJobOutput {
        /// Done at once.
        Ok(types::Job),
        /// Started.
        Created { body: types::Job, headers: StartJobCreatedHeaders },
        /// Will start.
        Accepted,
        /// Nothing to do.
        NoContent,
        /// There already.
        SeeOther { headers: StartJobSeeOtherHeaders },
    }

    impl From<StartJobOutput> for crate::Answer {
        fn from(output: StartJobOutput) -> Self {
            match output {
                StartJobOutput::Ok(body) => Self::json(crate::answer::status(200), &body),
                StartJobOutput::Created { body, headers } => {
                    Self::json(crate::answer::status(201), &body)
                        .with_header(
                            "location",
                            &crate::wire::Value::to_text(&headers.location),
                        )
                        .with_optional_header("x-left", headers.x_left.as_ref())
                        .with_optional_header("x-at", headers.x_at.as_ref())
                }
                StartJobOutput::Accepted => Self::empty(crate::answer::status(202)),
                StartJobOutput::NoContent => Self::empty(crate::answer::status(204)),
                StartJobOutput::SeeOther { headers } => {
                    Self::empty(crate::answer::status(303))
                        .with_header(
                            "location",
                            &crate::wire::Value::to_text(&headers.location),
                        )
                }
            }
        }
    }

    impl crate::answer::Output for StartJobOutput {
        fn successes() -> Vec<crate::answer::Success> {
            vec![
                crate ::answer::Success::json:: < types::Job > (200), crate
                ::answer::Success::json:: < types::Job > (201).header:: < String >
                ("Location", true).header:: < i64 > ("X-Left", false).header:: <
                chrono::DateTime < chrono::Utc > > ("X-At", false), crate
                ::answer::Success::empty(202), crate ::answer::Success::empty(204), crate
                ::answer::Success::empty(303).header:: < String > ("Location", true)
            ]
        }
    }

    /// The headers of a 201 from `startJob`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct StartJobCreatedHeaders {
        /// Where to look.
        pub location: String,
        pub x_left: Option<i64>,
        pub x_at: Option<chrono::DateTime<chrono::Utc>>,
    }

    /// The headers of a 303 from `startJob`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct StartJobSeeOtherHeaders {
        pub location: String,
    }

    pub static START_JOB: crate::Operation = crate::Operation::post(
            "startJob",
            "/jobs",
            "jobs",
        )
        .parameters(&[parameters::HOW])
        .answers::<StartJobOutput>(&[200, 201, 202, 204, 303, 400, 409]);
    pub(super) async fn start_job<S: Jobs>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &START_JOB,
                async |head, body| {
                    let mut it = head.arguments(body)?;
                    let input = StartJobInput { how: it.take()? };
                    Jobs::start_job(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use jobs::{
    Jobs, StartJobInput, StartJobOutput, StartJobCreatedHeaders, StartJobSeeOtherHeaders,
};
