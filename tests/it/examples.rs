//! Whoever pastes an example of the description is not told that it will not do.
//!
//! What a newcomer gets wrong: an example may name what is not there. In a body that is put in its place here, so that
//! nothing hides behind a 404; a parameter has to be of the right form at least.

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::harness::server::VISA;
use crate::harness::{Call, Server};
use crate::samples::{operations, sample};

/// What is said of the form of a request.
const MALFORMED: [u16; 4] = [400, 413, 415, 422];

/// A description, in which what is referred to is found.
struct Description(Value);

impl Description {
    fn read() -> Self {
        Self(serde_yaml_ng::from_str(include_str!("../../openapi/hedge.yaml")).unwrap())
    }

    fn follow<'a>(&'a self, node: &'a Value) -> &'a Value {
        match node["$ref"].as_str() {
            Some(pointer) => self.0.pointer(pointer.strip_prefix('#').unwrap()).unwrap(),
            None => node,
        }
    }

    /// The examples of an operation's parameters that stand in this place, by name.
    fn parameters(&self, path: &str, method: &Method, place: &str) -> Vec<(&str, String)> {
        let item = &self.0["paths"][path];
        let operation = &item[method.as_str().to_lowercase()];
        let lists = [&item["parameters"], &operation["parameters"]].into_iter().filter_map(Value::as_array);
        let all = lists.flatten().map(|parameter| self.follow(parameter));
        let here = all.filter(|parameter| parameter["in"] == place && !parameter["example"].is_null());
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        here.map(|parameter| (parameter["name"].as_str().unwrap(), text(&parameter["example"]))).collect()
    }

    fn bodies(&self, path: &str, method: &Method) -> Vec<&Value> {
        let operation = &self.0["paths"][path][method.as_str().to_lowercase()];
        let media = &self.follow(&operation["requestBody"])["content"]["application/json"];
        let named = media["examples"].as_object().into_iter().flat_map(Map::values);
        let bodies = named.map(|example| &self.follow(example)["value"]);
        bodies.chain(media.get("example")).collect()
    }
}

#[tokio::test]
async fn every_example_of_a_body_is_taken() {
    let (server, description) = (Server::start().await, Description::read());
    let mut sent = 0;
    for operation in operations() {
        for (index, body) in description.bodies(operation.path, &operation.method).into_iter().enumerate() {
            let mut body = body.clone();
            name_what_is_there(&server, &mut body).await;
            let path = sample(&server, operation).await.path;
            let mut call = Call::new(operation.method.clone(), &server.url, &path).key(&server.key).json(&body);
            // A second body under one key is another matter.
            if index == 0 {
                for (name, value) in description.parameters(operation.path, &operation.method, "header") {
                    call = call.header(name, &value);
                }
            }
            let reply = call.send().await;
            // The only example that also takes money to be there.
            let poor = reply.status == 422 && reply.json()["error"]["code"] == "balance_insufficient";
            assert!(reply.status < 300 || poor, "{}: {body}: {}", operation.id, reply.json());
            sent += 1;
        }
    }
    assert!(sent > operations().filter(|operation| operation.body.is_some()).count());
}

/// Puts things of this server in the place of those that an example names.
async fn name_what_is_there(server: &Server, body: &mut Value) {
    let Some(fields) = body.as_object_mut() else { return };
    for (name, value) in fields {
        match name.as_str() {
            "customer_id" => *value = json!(server.customer().await),
            "merchant_id" => *value = json!(server.pending().await.merchant_id),
            "merchant_ids" => *value = json!([server.pending().await.merchant_id]),
            "payment_method_token" => *value = json!(server.token(VISA).await),
            _ => {}
        }
    }
}

#[tokio::test]
async fn every_example_of_a_parameter_is_of_the_form_that_is_taken() {
    let (server, description) = (Server::start().await, Description::read());
    for operation in operations().filter(|operation| operation.method == Method::GET) {
        let path = filled(&description, operation.path, &operation.method);
        let queries = description.parameters(operation.path, &operation.method, "query");
        let mut paths: Vec<_> = queries.iter().map(|(name, value)| format!("{path}?{name}={value}")).collect();
        // All of them together, and none, if none is needed.
        let all: Vec<_> = queries.iter().map(|(name, value)| format!("{name}={value}")).collect();
        paths.push(format!("{path}?{}", all.join("&")));
        for path in paths.into_iter().filter(|path| needed(operation.id).is_none_or(|name| path.contains(name))) {
            let reply = Call::new(Method::GET, &server.url, &path).key(&server.key).send().await;
            assert!(!MALFORMED.contains(&reply.status), "{path}: {}", reply.json());
        }
    }
}

/// The parameter without which the operation is refused whatever else is asked.
fn needed(operation: &str) -> Option<&'static str> {
    (operation == "listPaymentMethods").then_some("customer_id")
}

/// A path with the examples of its parameters in it.
fn filled(description: &Description, path: &str, method: &Method) -> String {
    let parameters = description.parameters(path, method, "path");
    let filled =
        parameters.iter().fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    assert!(!filled.contains('{'), "{filled}: a parameter has no example");
    filled
}
