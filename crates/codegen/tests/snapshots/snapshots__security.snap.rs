//! Security 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.
}


pub mod operations {
    //! The facts of every operation.

    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[
        &INHERITED,
        &EITHER,
        &SCOPED,
        &MAYBE,
        &OPEN,
    ];
    /// `inherited`
    pub static INHERITED: crate::Operation = crate::Operation {
        id: "inherited",
        method: axum::http::Method::GET,
        path: "/inherited",
        tag: "doors",
        security: &[
            crate::Requirement {
                scheme: "secret",
                scopes: &[],
            },
        ],
        rate_limit: None,
        idempotent: false,
        statuses: &[204, 400],
        deprecated: false,
    };
    /// `either`
    pub static EITHER: crate::Operation = crate::Operation {
        id: "either",
        method: axum::http::Method::GET,
        path: "/either",
        tag: "doors",
        security: &[
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
        ],
        rate_limit: None,
        idempotent: false,
        statuses: &[204, 400],
        deprecated: false,
    };
    /// `scoped`
    pub static SCOPED: crate::Operation = crate::Operation {
        id: "scoped",
        method: axum::http::Method::GET,
        path: "/scoped",
        tag: "doors",
        security: &[
            crate::Requirement {
                scheme: "oauth",
                scopes: &["doors:open", "doors:close"],
            },
            crate::Requirement {
                scheme: "basic",
                scopes: &[],
            },
        ],
        rate_limit: None,
        idempotent: false,
        statuses: &[204, 400],
        deprecated: false,
    };
    /// `maybe`
    pub static MAYBE: crate::Operation = crate::Operation {
        id: "maybe",
        method: axum::http::Method::GET,
        path: "/maybe",
        tag: "doors",
        security: &[
            crate::Requirement {
                scheme: "secret",
                scopes: &[],
            },
        ],
        rate_limit: None,
        idempotent: false,
        statuses: &[204, 400],
        deprecated: false,
    };
    /// `open`
    pub static OPEN: crate::Operation = crate::Operation {
        id: "open",
        method: axum::http::Method::GET,
        path: "/open",
        tag: "doors",
        security: &[],
        rate_limit: None,
        idempotent: false,
        statuses: &[204],
        deprecated: false,
    };
}


mod router {
    //! The router over all traits.

    /// Routes every operation to its trait; whatever is turned away is turned away by [`Service::reject`](crate::Service::reject).
    pub fn router<S>(service: S) -> axum::Router
    where
        S: super::Authenticate + super::Doors,
    {
        axum::Router::new()
            .route(
                "/inherited",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::GET, super::doors::inherited::<S>)
                    .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                        crate::serve::method_not_allowed(&service, "GET, HEAD")
                    }),
            )
            .route(
                "/either",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::GET, super::doors::either::<S>)
                    .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                        crate::serve::method_not_allowed(&service, "GET, HEAD")
                    }),
            )
            .route(
                "/scoped",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::GET, super::doors::scoped::<S>)
                    .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                        crate::serve::method_not_allowed(&service, "GET, HEAD")
                    }),
            )
            .route(
                "/maybe",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::GET, super::doors::maybe::<S>)
                    .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                        crate::serve::method_not_allowed(&service, "GET, HEAD")
                    }),
            )
            .route(
                "/open",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::GET, super::doors::open::<S>)
                    .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                        crate::serve::method_not_allowed(&service, "GET, HEAD")
                    }),
            )
            .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                crate::serve::unknown_route(&service)
            })
            .with_state(service)
    }
}


mod security {
    //! Who may call: one method per security scheme.

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
}


mod doors {
    //! The operations tagged `doors`.

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

    /// What `inherited` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct InheritedInput {}
    /// What `inherited` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum InheritedOutput {
        /// In.
        NoContent,
    }

    impl From<InheritedOutput> for crate::Answer {
        fn from(output: InheritedOutput) -> Self {
            match output {
                InheritedOutput::NoContent => Self::empty(crate::answer::status(204)),
            }
        }
    }

    /// What `either` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct EitherInput {}
    /// What `either` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum EitherOutput {
        /// In.
        NoContent,
    }

    impl From<EitherOutput> for crate::Answer {
        fn from(output: EitherOutput) -> Self {
            match output {
                EitherOutput::NoContent => Self::empty(crate::answer::status(204)),
            }
        }
    }

    /// What `scoped` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ScopedInput {}
    /// What `scoped` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ScopedOutput {
        /// In.
        NoContent,
    }

    impl From<ScopedOutput> for crate::Answer {
        fn from(output: ScopedOutput) -> Self {
            match output {
                ScopedOutput::NoContent => Self::empty(crate::answer::status(204)),
            }
        }
    }

    /// What `maybe` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct MaybeInput {}
    /// What `maybe` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum MaybeOutput {
        /// In.
        NoContent,
    }

    impl From<MaybeOutput> for crate::Answer {
        fn from(output: MaybeOutput) -> Self {
            match output {
                MaybeOutput::NoContent => Self::empty(crate::answer::status(204)),
            }
        }
    }

    /// What `open` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct OpenInput {}
    /// What `open` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum OpenOutput {
        /// In.
        NoContent,
    }

    impl From<OpenOutput> for crate::Answer {
        fn from(output: OpenOutput) -> Self {
            match output {
                OpenOutput::NoContent => Self::empty(crate::answer::status(204)),
            }
        }
    }

    pub(super) async fn inherited<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: super::Authenticate + Doors,
    {
        let operation = &super::operations::INHERITED;
        let answer = async {
            let (head, _) = crate::head::Head::split(&service, operation, request);
            let caller = 'caller: {
                let mut refused: Option<S::Error> = None;
                if let Some(credential) = head.authorization("bearer") {
                    match super::Authenticate::secret(
                            &service,
                            credential,
                            head.parts(),
                            &[],
                        )
                        .await
                    {
                        Ok(caller) => break 'caller caller,
                        Err(error) => refused = Some(error),
                    }
                }
                return Err(refused.unwrap_or_else(|| head.missing_credentials()));
            };
            head.query(&[])?;
            let input = InheritedInput {};
            Doors::inherited(&service, caller, input).await
        };
        crate::serve::finish(operation, answer.await)
    }

    pub(super) async fn either<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: super::Authenticate + Doors,
    {
        let operation = &super::operations::EITHER;
        let answer = async {
            let (head, _) = crate::head::Head::split(&service, operation, request);
            let caller = 'caller: {
                let mut refused: Option<S::Error> = None;
                if let Some(credential) = head.authorization("bearer") {
                    match super::Authenticate::secret(
                            &service,
                            credential,
                            head.parts(),
                            &[],
                        )
                        .await
                    {
                        Ok(caller) => break 'caller caller,
                        Err(error) => refused = Some(error),
                    }
                }
                if let Some(credential) = head.authorization("bearer") {
                    match super::Authenticate::public(
                            &service,
                            credential,
                            head.parts(),
                            &[],
                        )
                        .await
                    {
                        Ok(caller) => break 'caller caller,
                        Err(error) => refused = Some(error),
                    }
                }
                if let Some(credential) = head.header_key("x-api-key") {
                    match super::Authenticate::header(
                            &service,
                            credential,
                            head.parts(),
                            &[],
                        )
                        .await
                    {
                        Ok(caller) => break 'caller caller,
                        Err(error) => refused = Some(error),
                    }
                }
                if let Some(credential) = head.query_key("api_key") {
                    match super::Authenticate::query(&service, credential, head.parts(), &[])
                        .await
                    {
                        Ok(caller) => break 'caller caller,
                        Err(error) => refused = Some(error),
                    }
                }
                return Err(refused.unwrap_or_else(|| head.missing_credentials()));
            };
            head.query(&["api_key"])?;
            let input = EitherInput {};
            Doors::either(&service, caller, input).await
        };
        crate::serve::finish(operation, answer.await)
    }

    pub(super) async fn scoped<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: super::Authenticate + Doors,
    {
        let operation = &super::operations::SCOPED;
        let answer = async {
            let (head, _) = crate::head::Head::split(&service, operation, request);
            let caller = 'caller: {
                let mut refused: Option<S::Error> = None;
                if let Some(credential) = head.authorization("bearer") {
                    match super::Authenticate::oauth(
                            &service,
                            credential,
                            head.parts(),
                            &["doors:open", "doors:close"],
                        )
                        .await
                    {
                        Ok(caller) => break 'caller caller,
                        Err(error) => refused = Some(error),
                    }
                }
                if let Some(credential) = head.authorization("basic") {
                    match super::Authenticate::basic(&service, credential, head.parts(), &[])
                        .await
                    {
                        Ok(caller) => break 'caller caller,
                        Err(error) => refused = Some(error),
                    }
                }
                return Err(refused.unwrap_or_else(|| head.missing_credentials()));
            };
            head.query(&[])?;
            let input = ScopedInput {};
            Doors::scoped(&service, caller, input).await
        };
        crate::serve::finish(operation, answer.await)
    }

    pub(super) async fn maybe<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: super::Authenticate + Doors,
    {
        let operation = &super::operations::MAYBE;
        let answer = async {
            let (head, _) = crate::head::Head::split(&service, operation, request);
            let caller = 'caller: {
                let mut refused: Option<S::Error> = None;
                if let Some(credential) = head.authorization("bearer") {
                    match super::Authenticate::secret(
                            &service,
                            credential,
                            head.parts(),
                            &[],
                        )
                        .await
                    {
                        Ok(caller) => break 'caller Some(caller),
                        Err(error) => refused = Some(error),
                    }
                }
                match refused {
                    Some(error) => return Err(error),
                    None => None,
                }
            };
            head.query(&[])?;
            let input = MaybeInput {};
            Doors::maybe(&service, caller, input).await
        };
        crate::serve::finish(operation, answer.await)
    }

    pub(super) async fn open<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Doors,
    {
        let operation = &super::operations::OPEN;
        let answer = async {
            let (head, _) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let input = OpenInput {};
            Doors::open(&service, input).await
        };
        crate::serve::finish(operation, answer.await)
    }
}

#[cfg(feature = "roundtrip")]

pub mod roundtrip {
    //! The description, rebuilt from the generated code for a test that compares the two.

    #![allow(
        dead_code,
        deprecated,
        unused_imports,
        reason = "the functions only carry attributes"
    )]
    use super::types::*;
    #[utoipa::path(
        get,
        path = "/inherited",
        operation_id = "inherited",
        tag = "doors",
        params(),
        responses((status = 204, description = "In."), (status = 400, description = "No.")),
        security(("secret" = []))
    )]
    fn operation_inherited() {}
    #[utoipa::path(
        get,
        path = "/either",
        operation_id = "either",
        tag = "doors",
        params(),
        responses((status = 204, description = "In."), (status = 400, description = "No.")),
        security(("secret" = []), ("public" = []), ("header" = []), ("query" = []))
    )]
    fn operation_either() {}
    #[utoipa::path(
        get,
        path = "/scoped",
        operation_id = "scoped",
        tag = "doors",
        params(),
        responses((status = 204, description = "In."), (status = 400, description = "No.")),
        security(("oauth" = ["doors:open", "doors:close"]), ("basic" = []))
    )]
    fn operation_scoped() {}
    #[utoipa::path(
        get,
        path = "/maybe",
        operation_id = "maybe",
        tag = "doors",
        params(),
        responses((status = 204, description = "In."), (status = 400, description = "No.")),
        security((), ("secret" = []))
    )]
    fn operation_maybe() {}
    #[utoipa::path(
        get,
        path = "/open",
        operation_id = "open",
        tag = "doors",
        params(),
        responses((status = 204, description = "In.")),
        security()
    )]
    fn operation_open() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(
        paths(
            operation_inherited,
            operation_either,
            operation_scoped,
            operation_maybe,
            operation_open
        ),
        components(schemas())
    )]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[("/paths/~1open/get", "security", "[]")];
    /// The description as OpenAPI 3.1.
    ///
    /// # Errors
    /// When utoipa's document or a patch is not JSON.
    pub fn document() -> Result<serde_json::Value, serde_json::Error> {
        let mut document = serde_json::to_value(
            <RebuiltDescription as utoipa::OpenApi>::openapi(),
        )?;
        for (place, key, json) in PATCHES {
            if let Some(serde_json::Value::Object(object)) = document.pointer_mut(place) {
                object.insert((*key).to_owned(), serde_json::from_str(json)?);
            }
        }
        Ok(document)
    }
}

pub use operations::OPERATIONS;
pub use router::router;
pub use security::Authenticate;
pub use doors::{
    Doors, InheritedInput, InheritedOutput, EitherInput, EitherOutput, ScopedInput,
    ScopedOutput, MaybeInput, MaybeOutput, OpenInput, OpenOutput,
};
