//! Which operation a request is for, before the router knows: what the gateway itself answers goes by it.
//!
//! Follows the family's table of operations. A newcomer's usual mistake is to list paths here.

use hedge_api::Operation;
use http::Method;

type Operations = &'static [&'static Operation];

pub struct Routes {
    by_path: matchit::Router<Vec<&'static Operation>>,
}

impl Routes {
    pub fn new(operations: Operations) -> Self {
        let mut by_path = matchit::Router::new();
        for (at, first) in operations.iter().enumerate() {
            let is_of_path = |operation: &&&'static Operation| operation.path == first.path;
            if operations[..at].iter().any(|operation| is_of_path(&operation)) {
                continue;
            }
            let of_path = operations.iter().filter(is_of_path).copied().collect();
            if let Err(error) = by_path.insert(first.path, of_path) {
                tracing::error!(%error, path = first.path, "the gateway does not know this path");
            }
        }
        Self { by_path }
    }

    /// Those of a path.
    pub fn at(&self, path: &str) -> &[&'static Operation] {
        self.by_path.at(path).map_or(&[], |found| found.value.as_slice())
    }

    /// As HTTP has it, HEAD is answered by what answers GET.
    pub fn find(&self, method: &Method, path: &str) -> Option<&'static Operation> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.at(path).iter().find(|operation| operation.method == *method).copied()
    }
}

#[cfg(test)]
mod tests {
    use hedge_api::hedge::OPERATIONS;

    use super::*;

    #[test]
    fn every_operation_is_found_by_its_method_and_a_path_of_it() {
        let routes = Routes::new(OPERATIONS);
        for operation in OPERATIONS {
            let path = operation.path.replace(['{', '}'], "");
            let found = routes.find(&operation.method, &path).map(|found| found.id);
            assert_eq!(found, Some(operation.id));
        }
        assert!(routes.find(&Method::HEAD, "/v1/payments").is_some_and(|found| found.id == "listPayments"));
        assert!(routes.find(&Method::GET, "/v1/payments/").is_none());
        assert!(routes.find(&Method::PUT, "/v1/payments").is_none());
    }
}
