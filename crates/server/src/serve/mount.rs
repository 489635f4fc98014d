//! Which listener serves which family.
//!
//! Families share the main listener unless they have one of their own. The first of those that share it has every path
//! that no other owns, and so also answers where nothing is, and what is no request at all.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::family::{Families, Family, FamilyIndex};

/// Listeners with what they serve, and the family in whose words they say that they do not.
pub type Served = Vec<(TcpListener, Router, Family)>;

/// `main` comes with what is no family's, `own` are the listeners of families that share none.
pub fn mount(
    families: &Families,
    main: (TcpListener, Router),
    own: Vec<(FamilyIndex, TcpListener)>,
    router_of: impl Fn((FamilyIndex, Family)) -> Router,
) -> Served {
    let (listener, mut router) = main;
    let shared: Vec<_> = families.iter().filter(|(index, _)| own.iter().all(|(other, _)| other != index)).collect();
    let first = shared.first().map_or_else(|| families.first(), |(_, family)| *family);
    for (place, family) in shared.into_iter().enumerate() {
        let routes = router_of(family);
        router = match place {
            0 => router.merge(routes),
            _ => router.layer(from_fn_with_state(Diversion { owns: family.1.owns, routes }, divert)),
        };
    }
    let own = own.into_iter().map(|(index, listener)| {
        let family = families.of(index);
        (listener, router_of((index, family)), family)
    });
    std::iter::once((listener, router, first)).chain(own).collect()
}

/// The paths that another family owns, and what serves them.
#[derive(Clone)]
struct Diversion {
    owns: fn(path: &str) -> bool,
    routes: Router,
}

async fn divert(State(other): State<Diversion>, request: Request, next: Next) -> Response {
    if !(other.owns)(request.uri().path()) {
        return next.run(request).await;
    }
    match other.routes.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
