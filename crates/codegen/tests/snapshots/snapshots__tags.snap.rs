//! Tags 1.0.0: wire types, one trait per tag, the router.


pub mod types {
    //! Wire types, in the order of the description.
}


pub mod operations {
    //! The facts of every operation.

    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[
        &LIST_ACCOUNTS,
        &ADD_ACCOUNT,
        &LIST_TYPES,
        &REMOVE_UNTAGGED,
    ];
    /// `listAccounts`
    pub static LIST_ACCOUNTS: crate::Operation = crate::Operation {
        id: "listAccounts",
        method: axum::http::Method::GET,
        path: "/accounts",
        tag: "bank_accounts",
        security: &[],
        rate_limit: None,
        idempotent: false,
        statuses: &[204],
        deprecated: false,
    };
    /// `addAccount`
    pub static ADD_ACCOUNT: crate::Operation = crate::Operation {
        id: "addAccount",
        method: axum::http::Method::POST,
        path: "/accounts",
        tag: "bank_accounts",
        security: &[],
        rate_limit: None,
        idempotent: false,
        statuses: &[204],
        deprecated: false,
    };
    /// `listTypes`
    pub static LIST_TYPES: crate::Operation = crate::Operation {
        id: "listTypes",
        method: axum::http::Method::GET,
        path: "/types",
        tag: "types",
        security: &[],
        rate_limit: None,
        idempotent: false,
        statuses: &[204],
        deprecated: false,
    };
    /// `removeUntagged`
    pub static REMOVE_UNTAGGED: crate::Operation = crate::Operation {
        id: "removeUntagged",
        method: axum::http::Method::DELETE,
        path: "/untagged",
        tag: "default",
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
        S: super::Authenticate + super::BankAccounts + super::Types + super::DefaultType,
    {
        axum::Router::new()
            .route(
                "/accounts",
                axum::routing::MethodRouter::new()
                    .on(
                        axum::routing::MethodFilter::GET,
                        super::bank_accounts::list_accounts::<S>,
                    )
                    .on(
                        axum::routing::MethodFilter::POST,
                        super::bank_accounts::add_account::<S>,
                    )
                    .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                        crate::serve::method_not_allowed(&service, "GET, HEAD, POST")
                    }),
            )
            .route(
                "/types",
                axum::routing::MethodRouter::new()
                    .on(axum::routing::MethodFilter::GET, super::types_tag::list_types::<S>)
                    .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                        crate::serve::method_not_allowed(&service, "GET, HEAD")
                    }),
            )
            .route(
                "/untagged",
                axum::routing::MethodRouter::new()
                    .on(
                        axum::routing::MethodFilter::DELETE,
                        super::default::remove_untagged::<S>,
                    )
                    .fallback(|axum::extract::State(service): axum::extract::State<S>| async move {
                        crate::serve::method_not_allowed(&service, "DELETE")
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
    pub trait Authenticate: crate::Service {}
}


mod bank_accounts {
    //! The operations tagged `bank_accounts`.

    /// Accounts, and what
    ///    hangs on them.
    pub trait BankAccounts: crate::Service {
        /// List accounts
        ///
        /// All of them.
        ///
        ///    curl https://example.com/accounts
        ///
        /// ```text
        /// not Rust
        /// ```
        fn list_accounts(
            &self,
            input: ListAccountsInput,
        ) -> impl Future<Output = Result<ListAccountsOutput, Self::Error>> + Send;
        fn add_account(
            &self,
            input: AddAccountInput,
        ) -> impl Future<Output = Result<AddAccountOutput, Self::Error>> + Send;
    }

    /// What `listAccounts` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ListAccountsInput {}
    /// What `listAccounts` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ListAccountsOutput {
        /// None.
        NoContent,
    }

    impl From<ListAccountsOutput> for crate::Answer {
        fn from(output: ListAccountsOutput) -> Self {
            match output {
                ListAccountsOutput::NoContent => Self::empty(crate::answer::status(204)),
            }
        }
    }

    /// What `addAccount` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct AddAccountInput {}
    /// What `addAccount` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum AddAccountOutput {
        /// Added.
        NoContent,
    }

    impl From<AddAccountOutput> for crate::Answer {
        fn from(output: AddAccountOutput) -> Self {
            match output {
                AddAccountOutput::NoContent => Self::empty(crate::answer::status(204)),
            }
        }
    }

    pub(super) async fn list_accounts<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: BankAccounts,
    {
        let operation = &super::operations::LIST_ACCOUNTS;
        let answer = async {
            let (head, _) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let input = ListAccountsInput {};
            BankAccounts::list_accounts(&service, input).await
        };
        crate::serve::finish(operation, answer.await)
    }

    pub(super) async fn add_account<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: BankAccounts,
    {
        let operation = &super::operations::ADD_ACCOUNT;
        let answer = async {
            let (head, _) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let input = AddAccountInput {};
            BankAccounts::add_account(&service, input).await
        };
        crate::serve::finish(operation, answer.await)
    }
}


mod types_tag {
    //! The operations tagged `types`.

    /// A tag that is called like a module.
    pub trait Types: crate::Service {
        fn list_types(
            &self,
            input: ListTypesInput,
        ) -> impl Future<Output = Result<ListTypesOutput, Self::Error>> + Send;
    }

    /// What `listTypes` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ListTypesInput {}
    /// What `listTypes` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ListTypesOutput {
        /// None.
        NoContent,
    }

    impl From<ListTypesOutput> for crate::Answer {
        fn from(output: ListTypesOutput) -> Self {
            match output {
                ListTypesOutput::NoContent => Self::empty(crate::answer::status(204)),
            }
        }
    }

    pub(super) async fn list_types<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: Types,
    {
        let operation = &super::operations::LIST_TYPES;
        let answer = async {
            let (head, _) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let input = ListTypesInput {};
            Types::list_types(&service, input).await
        };
        crate::serve::finish(operation, answer.await)
    }
}


mod default {
    //! The operations tagged `default`.

    /// default
    pub trait DefaultType: crate::Service {
        fn remove_untagged(
            &self,
            input: RemoveUntaggedInput,
        ) -> impl Future<Output = Result<RemoveUntaggedOutput, Self::Error>> + Send;
    }

    /// What `removeUntagged` is asked with.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct RemoveUntaggedInput {}
    /// What `removeUntagged` answers with.
    #[derive(Clone, Debug, PartialEq)]
    pub enum RemoveUntaggedOutput {
        /// Gone.
        NoContent,
    }

    impl From<RemoveUntaggedOutput> for crate::Answer {
        fn from(output: RemoveUntaggedOutput) -> Self {
            match output {
                RemoveUntaggedOutput::NoContent => Self::empty(crate::answer::status(204)),
            }
        }
    }

    pub(super) async fn remove_untagged<S>(
        axum::extract::State(service): axum::extract::State<S>,
        request: axum::extract::Request,
    ) -> axum::response::Response
    where
        S: DefaultType,
    {
        let operation = &super::operations::REMOVE_UNTAGGED;
        let answer = async {
            let (head, _) = crate::head::Head::split(&service, operation, request);
            head.query(&[])?;
            let input = RemoveUntaggedInput {};
            DefaultType::remove_untagged(&service, input).await
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
        path = "/accounts",
        operation_id = "listAccounts",
        tag = "bank_accounts",
        summary = "List accounts",
        description = "All of them.\n\n    curl https://example.com/accounts\n\n```\nnot Rust\n```",
        params(),
        responses((status = 204, description = "None.")),
        security()
    )]
    fn operation_list_accounts() {}
    #[utoipa::path(
        post,
        path = "/accounts",
        operation_id = "addAccount",
        tag = "bank_accounts",
        params(),
        responses((status = 204, description = "Added.")),
        security()
    )]
    fn operation_add_account() {}
    #[utoipa::path(
        get,
        path = "/types",
        operation_id = "listTypes",
        tag = "types",
        params(),
        responses((status = 204, description = "None.")),
        security()
    )]
    fn operation_list_types() {}
    #[utoipa::path(
        delete,
        path = "/untagged",
        operation_id = "removeUntagged",
        tag = "default",
        params(),
        responses((status = 204, description = "Gone.")),
        security()
    )]
    fn operation_remove_untagged() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(
        paths(
            operation_list_accounts,
            operation_add_account,
            operation_list_types,
            operation_remove_untagged
        ),
        components(schemas())
    )]
    struct RebuiltDescription;
    /// What utoipa has no attribute for: a place, a key in it, and its value.
    const PATCHES: &[(&str, &str, &str)] = &[
        ("/paths/~1accounts/get", "security", "[]"),
        ("/paths/~1accounts/post", "security", "[]"),
        ("/paths/~1types/get", "security", "[]"),
        ("/paths/~1untagged/delete", "security", "[]"),
    ];
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
pub use bank_accounts::{
    BankAccounts, ListAccountsInput, ListAccountsOutput, AddAccountInput,
    AddAccountOutput,
};
pub use types_tag::{Types, ListTypesInput, ListTypesOutput};
pub use default::{DefaultType, RemoveUntaggedInput, RemoveUntaggedOutput};
