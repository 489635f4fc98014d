//! Turns names into addresses. What comes out is not trusted: every address is checked before it is connected to.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;

type Answer = io::Result<Vec<IpAddr>>;

/// Looks a name up.
#[derive(Clone)]
pub struct Resolver(Arc<dyn Fn(String) -> BoxFuture<'static, Answer> + Send + Sync>);

impl Resolver {
    /// The resolver of the operating system.
    #[must_use]
    pub fn system() -> Self {
        Self::new(|name| {
            async move {
                // The dot makes the name absolute, so that no search domain of ours is put behind it.
                let found = tokio::net::lookup_host((format!("{name}."), 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            }
            .boxed()
        })
    }

    /// Any other one.
    pub fn new(lookup: impl Fn(String) -> BoxFuture<'static, Answer> + Send + Sync + 'static) -> Self {
        Self(Arc::new(lookup))
    }

    pub(crate) fn lookup(&self, name: &str) -> BoxFuture<'static, Answer> {
        (self.0)(name.to_owned())
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Resolver")
    }
}
