//! Tags 1.0.0: wire types, one trait per tag, the router.


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
        S: Authenticate + BankAccounts + Types + DefaultType,
    {
        axum::Router::new()
            .route(
                "/accounts",
                methods("GET, HEAD, POST")
                    .get(bank_accounts::list_accounts)
                    .post(bank_accounts::add_account),
            )
            .route("/types", methods("GET, HEAD").get(types_tag::list_types))
            .route("/untagged", methods("DELETE").delete(default::remove_untagged))
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

    pub use super::bank_accounts::{LIST_ACCOUNTS, ADD_ACCOUNT};
    pub use super::types_tag::LIST_TYPES;
    pub use super::default::REMOVE_UNTAGGED;
    /// Every operation, in the order of the description.
    pub static OPERATIONS: &[&crate::Operation] = &[
        &LIST_ACCOUNTS,
        &ADD_ACCOUNT,
        &LIST_TYPES,
        &REMOVE_UNTAGGED,
    ];
}


pub mod types {
    //! Wire types.

    pub use self::{};
}


mod bank_accounts {
    //! The operations tagged `bank_accounts`.

    use crate::serve;

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

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ListAccountsInput {}
    /// None.
    pub type ListAccountsOutput = crate::answer::NoContent;
    pub static LIST_ACCOUNTS: crate::Operation = crate::Operation::get(
            "listAccounts",
            "/accounts",
            "bank_accounts",
        )
        .answers::<ListAccountsOutput>(&[204]);
    pub(super) async fn list_accounts<S: BankAccounts>(
        call: serve::Call<S>,
    ) -> serve::Response {
        serve::operation(
                call,
                &LIST_ACCOUNTS,
                async |head, body| {
                    head.arguments(body)?;
                    let input = ListAccountsInput {};
                    BankAccounts::list_accounts(head.service(), input).await
                },
            )
            .await
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct AddAccountInput {}
    /// Added.
    pub type AddAccountOutput = crate::answer::NoContent;
    pub static ADD_ACCOUNT: crate::Operation = crate::Operation::post(
            "addAccount",
            "/accounts",
            "bank_accounts",
        )
        .answers::<AddAccountOutput>(&[204]);
    pub(super) async fn add_account<S: BankAccounts>(
        call: serve::Call<S>,
    ) -> serve::Response {
        serve::operation(
                call,
                &ADD_ACCOUNT,
                async |head, body| {
                    head.arguments(body)?;
                    let input = AddAccountInput {};
                    BankAccounts::add_account(head.service(), input).await
                },
            )
            .await
    }
}


mod types_tag {
    //! The operations tagged `types`.

    use crate::serve;

    /// A tag that is called like a module.
    pub trait Types: crate::Service {
        fn list_types(
            &self,
            input: ListTypesInput,
        ) -> impl Future<Output = Result<ListTypesOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct ListTypesInput {}
    /// None.
    pub type ListTypesOutput = crate::answer::NoContent;
    pub static LIST_TYPES: crate::Operation = crate::Operation::get(
            "listTypes",
            "/types",
            "types",
        )
        .answers::<ListTypesOutput>(&[204]);
    pub(super) async fn list_types<S: Types>(call: serve::Call<S>) -> serve::Response {
        serve::operation(
                call,
                &LIST_TYPES,
                async |head, body| {
                    head.arguments(body)?;
                    let input = ListTypesInput {};
                    Types::list_types(head.service(), input).await
                },
            )
            .await
    }
}


mod default {
    //! The operations tagged `default`.

    use crate::serve;

    /// default
    pub trait DefaultType: crate::Service {
        fn remove_untagged(
            &self,
            input: RemoveUntaggedInput,
        ) -> impl Future<Output = Result<RemoveUntaggedOutput, Self::Error>> + Send;
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct RemoveUntaggedInput {}
    /// Gone.
    pub type RemoveUntaggedOutput = crate::answer::NoContent;
    pub static REMOVE_UNTAGGED: crate::Operation = crate::Operation::delete(
            "removeUntagged",
            "/untagged",
            "default",
        )
        .answers::<RemoveUntaggedOutput>(&[204]);
    pub(super) async fn remove_untagged<S: DefaultType>(
        call: serve::Call<S>,
    ) -> serve::Response {
        serve::operation(
                call,
                &REMOVE_UNTAGGED,
                async |head, body| {
                    head.arguments(body)?;
                    let input = RemoveUntaggedInput {};
                    DefaultType::remove_untagged(head.service(), input).await
                },
            )
            .await
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
