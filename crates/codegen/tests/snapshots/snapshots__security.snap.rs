//! Security 1.0.0: wire types, one trait per tag, the router.


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
        S: Authenticate + Doors,
    {
        axum::Router::new()
            .route("/inherited", methods("GET, HEAD").get(doors::inherited))
            .route("/either", methods("GET, HEAD").get(doors::either))
            .route("/scoped", methods("GET, HEAD").get(doors::scoped))
            .route("/maybe", methods("GET, HEAD").get(doors::maybe))
            .route("/open", methods("GET, HEAD").get(doors::open))
            .fallback(nothing_here::<S>)
            .with_state(service)
    }
}


mod security {
    //! Who may call: one method per security scheme, one function per list of alternatives.

    /// Finds out who calls. A credential that is not accepted is an error; an absent one never gets here.
    pub trait Authenticate: crate::Service {
        /// The secret key.
        fn secret(
            &self,
            credential: crate::Credential,
            request: crate::RequestParts<'_>,
            scopes: &'static [&'static str],
        ) -> impl Future<Output = Result<Self::Caller, Self::Error>> + Send;
        /// The scheme `public`.
        fn public(
            &self,
            credential: crate::Credential,
            request: crate::RequestParts<'_>,
            scopes: &'static [&'static str],
        ) -> impl Future<Output = Result<Self::Caller, Self::Error>> + Send;
        /// The scheme `basic`.
        fn basic(
            &self,
            credential: crate::Credential,
            request: crate::RequestParts<'_>,
            scopes: &'static [&'static str],
        ) -> impl Future<Output = Result<Self::Caller, Self::Error>> + Send;
        /// The scheme `header`.
        fn header(
            &self,
            credential: crate::Credential,
            request: crate::RequestParts<'_>,
            scopes: &'static [&'static str],
        ) -> impl Future<Output = Result<Self::Caller, Self::Error>> + Send;
        /// The scheme `query`.
        fn query(
            &self,
            credential: crate::Credential,
            request: crate::RequestParts<'_>,
            scopes: &'static [&'static str],
        ) -> impl Future<Output = Result<Self::Caller, Self::Error>> + Send;
        /// The scheme `oauth`.
        fn oauth(
            &self,
            credential: crate::Credential,
            request: crate::RequestParts<'_>,
            scopes: &'static [&'static str],
        ) -> impl Future<Output = Result<Self::Caller, Self::Error>> + Send;
    }

    pub(super) const SECRET: &[crate::Requirement] = &[
        crate::Requirement {
            scheme: "secret",
            scopes: &[],
        },
    ];
    pub(super) async fn secret<S: Authenticate>(
        head: &crate::head::Head<S>,
    ) -> Result<S::Caller, S::Error> {
        let mut attempts = crate::head::Attempts::new(head);
        if let Some(credential) = attempts.next(head.authorization("bearer")) {
            attempts
                .made(
                    Authenticate::secret(head.service(), credential, head.parts(), &[]).await,
                );
        }
        attempts.caller()
    }

    pub(super) const SECRET_OR_PUBLIC_OR_HEADER_OR_QUERY: &[crate::Requirement] = &[
        crate::Requirement {
            scheme: "secret",
            scopes: &[],
        },
        crate::Requirement {
            scheme: "public",
            scopes: &[],
        },
        crate::Requirement {
            scheme: "header",
            scopes: &[],
        },
        crate::Requirement {
            scheme: "query",
            scopes: &[],
        },
    ];
    pub(super) async fn secret_or_public_or_header_or_query<S: Authenticate>(
        head: &crate::head::Head<S>,
    ) -> Result<S::Caller, S::Error> {
        let mut attempts = crate::head::Attempts::new(head);
        if let Some(credential) = attempts.next(head.authorization("bearer")) {
            attempts
                .made(
                    Authenticate::secret(head.service(), credential, head.parts(), &[]).await,
                );
        }
        if let Some(credential) = attempts.next(head.authorization("bearer")) {
            attempts
                .made(
                    Authenticate::public(head.service(), credential, head.parts(), &[]).await,
                );
        }
        if let Some(credential) = attempts.next(head.header_key("x-api-key")) {
            attempts
                .made(
                    Authenticate::header(head.service(), credential, head.parts(), &[]).await,
                );
        }
        if let Some(credential) = attempts.next(head.query_key("api_key")) {
            attempts
                .made(
                    Authenticate::query(head.service(), credential, head.parts(), &[]).await,
                );
        }
        attempts.caller()
    }

    pub(super) const OAUTH_DOORS_OPEN_DOORS_CLOSE_OR_BASIC: &[crate::Requirement] = &[
        crate::Requirement {
            scheme: "oauth",
            scopes: &["doors:open", "doors:close"],
        },
        crate::Requirement {
            scheme: "basic",
            scopes: &[],
        },
    ];
    pub(super) async fn oauth_doors_open_doors_close_or_basic<S: Authenticate>(
        head: &crate::head::Head<S>,
    ) -> Result<S::Caller, S::Error> {
        let mut attempts = crate::head::Attempts::new(head);
        if let Some(credential) = attempts.next(head.authorization("bearer")) {
            attempts
                .made(
                    Authenticate::oauth(
                            head.service(),
                            credential,
                            head.parts(),
                            &["doors:open", "doors:close"],
                        )
                        .await,
                );
        }
        if let Some(credential) = attempts.next(head.authorization("basic")) {
            attempts
                .made(
                    Authenticate::basic(head.service(), credential, head.parts(), &[]).await,
                );
        }
        attempts.caller()
    }

    pub(super) const SECRET_OR_NOBODY: &[crate::Requirement] = &[
        crate::Requirement {
            scheme: "secret",
            scopes: &[],
        },
    ];
    pub(super) async fn secret_or_nobody<S: Authenticate>(
        head: &crate::head::Head<S>,
    ) -> Result<Option<S::Caller>, S::Error> {
        let mut attempts = crate::head::Attempts::new(head);
        if let Some(credential) = attempts.next(head.authorization("bearer")) {
            attempts
                .made(
                    Authenticate::secret(head.service(), credential, head.parts(), &[]).await,
                );
        }
        attempts.caller_or_nobody()
    }
}


pub mod operations {
    //! Every operation; its facts stand beside its handler.

    pub use super::doors::{INHERITED, EITHER, SCOPED, MAYBE, OPEN};
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[
        &INHERITED,
        &EITHER,
        &SCOPED,
        &MAYBE,
        &OPEN,
    ];
}


pub mod types {
    //! Wire types.

    pub use self::{};
}


mod doors {
    //! The operations tagged `doors`.

    use super::security;
    use crate::serve;

    /// doors
    pub trait Doors: crate::Service {
        fn inherited(
            &self,
            caller: Self::Caller,
            input: InheritedInput,
        ) -> impl Future<Output = Result<InheritedOutput, Self::Error>> + Send;
        fn either(
            &self,
            caller: Self::Caller,
            input: EitherInput,
        ) -> impl Future<Output = Result<EitherOutput, Self::Error>> + Send;
        fn scoped(
            &self,
            caller: Self::Caller,
            input: ScopedInput,
        ) -> impl Future<Output = Result<ScopedOutput, Self::Error>> + Send;
        fn maybe(
            &self,
            caller: Option<Self::Caller>,
            input: MaybeInput,
        ) -> impl Future<Output = Result<MaybeOutput, Self::Error>> + Send;
        fn open(
            &self,
            input: OpenInput,
        ) -> impl Future<Output = Result<OpenOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct InheritedInput {}
    /// In.
    pub type InheritedOutput = crate::answer::NoContent;
    pub static INHERITED: crate::Operation = crate::Operation::get(
            "inherited",
            "/inherited",
            "doors",
        )
        .security(security::SECRET)
        .answers::<InheritedOutput>(&[204, 400]);
    pub(super) async fn inherited<S: super::Authenticate + Doors>(
        call: serve::Call<S>,
    ) -> serve::Response {
        serve::operation(
                call,
                &INHERITED,
                async |head, body| {
                    let caller = security::secret(&head).await?;
                    head.arguments(body)?;
                    let input = InheritedInput {};
                    Doors::inherited(head.service(), caller, input).await
                },
            )
            .await
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct EitherInput {}
    /// In.
    pub type EitherOutput = crate::answer::NoContent;
    pub static EITHER: crate::Operation = crate::Operation::get("either", "/either", "doors")
        .security(security::SECRET_OR_PUBLIC_OR_HEADER_OR_QUERY)
        .query_keys(&["api_key"])
        .answers::<EitherOutput>(&[204, 400]);
    pub(super) async fn either<S: super::Authenticate + Doors>(
        call: serve::Call<S>,
    ) -> serve::Response {
        serve::operation(
                call,
                &EITHER,
                async |head, body| {
                    let caller = security::secret_or_public_or_header_or_query(&head).await?;
                    head.arguments(body)?;
                    let input = EitherInput {};
                    Doors::either(head.service(), caller, input).await
                },
            )
            .await
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ScopedInput {}
    /// In.
    pub type ScopedOutput = crate::answer::NoContent;
    pub static SCOPED: crate::Operation = crate::Operation::get("scoped", "/scoped", "doors")
        .security(security::OAUTH_DOORS_OPEN_DOORS_CLOSE_OR_BASIC)
        .answers::<ScopedOutput>(&[204, 400]);
    pub(super) async fn scoped<S: super::Authenticate + Doors>(
        call: serve::Call<S>,
    ) -> serve::Response {
        serve::operation(
                call,
                &SCOPED,
                async |head, body| {
                    let caller = security::oauth_doors_open_doors_close_or_basic(&head)
                        .await?;
                    head.arguments(body)?;
                    let input = ScopedInput {};
                    Doors::scoped(head.service(), caller, input).await
                },
            )
            .await
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct MaybeInput {}
    /// In.
    pub type MaybeOutput = crate::answer::NoContent;
    pub static MAYBE: crate::Operation = crate::Operation::get("maybe", "/maybe", "doors")
        .security(security::SECRET_OR_NOBODY)
        .open()
        .answers::<MaybeOutput>(&[204, 400]);
    pub(super) async fn maybe<S: super::Authenticate + Doors>(
        call: serve::Call<S>,
    ) -> serve::Response {
        serve::operation(
                call,
                &MAYBE,
                async |head, body| {
                    let caller = security::secret_or_nobody(&head).await?;
                    head.arguments(body)?;
                    let input = MaybeInput {};
                    Doors::maybe(head.service(), caller, input).await
                },
            )
            .await
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct OpenInput {}
    /// In.
    pub type OpenOutput = crate::answer::NoContent;
    pub static OPEN: crate::Operation = crate::Operation::get("open", "/open", "doors")
        .answers::<OpenOutput>(&[204]);
    pub(super) async fn open<S: Doors>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &OPEN,
                async |head, body| {
                    head.arguments(body)?;
                    let input = OpenInput {};
                    Doors::open(head.service(), input).await
                },
            )
            .await
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use doors::{
    Doors, InheritedInput, InheritedOutput, EitherInput, EitherOutput, ScopedInput,
    ScopedOutput, MaybeInput, MaybeOutput, OpenInput, OpenOutput,
};
