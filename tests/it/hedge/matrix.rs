//! The matrix: every operation, by every kind of credential, about what is the caller's own, another merchant's, another
//! customer's and another account's.
//!
//! What is expected follows from the table of operations: who may call is the security of each, and what a request names are
//! the fields of its path, query and body that are called after a kind of object. A new operation is in it by itself; a
//! new kind of object or field fails here until it is said what it is.

mod world;

use std::collections::BTreeSet;

use hedge_api::Operation;
use hedge_api::parameter::Location;
use hedge_api::wire::Described;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Call, Reply, Server};
use crate::samples::{Sample, guarded, operations, sample};
use world::{Kind, Owner, World};

/// Kinds of credentials, all of the same shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Secret,
    ReadOnly,
    /// Limited to one merchant.
    Limited,
    Publishable,
    Token(&'static [&'static str]),
}

const EVERYBODY: [Who; 7] = [
    Who::Secret,
    Who::ReadOnly,
    Who::Limited,
    Who::Publishable,
    Who::Token(&["checkout", "payment_methods"]),
    Who::Token(&["checkout"]),
    Who::Token(&["payment_methods"]),
];

/// Operations about what belongs to the account as a whole: its keys, its receivers and what they are told, its clock.
fn is_of_whole_account(operation: &Operation) -> bool {
    match operation.tag {
        "api_keys" | "webhooks" | "events" | "audit_log" => true,
        // Anybody may read what time it is.
        "test_clock" => operation.method != Method::GET,
        "payments" | "checkout_sessions" | "payment_methods" | "customers" | "payouts" | "client_tokens" => false,
        // A merchant can be read and changed by whom it reaches, and be made by the whole account only.
        "merchants" => operation.id == "createMerchant",
        unknown => panic!("is {unknown} of the whole account?"),
    }
}

/// Why a caller may not call this at all, if that is so.
fn barred(operation: &Operation, who: Who) -> Option<&'static str> {
    let scopes = |scheme: &str| operation.security.iter().find(|one| one.scheme == scheme).map(|one| one.scopes);
    match who {
        Who::Secret => scopes("secretKey").is_none().then_some("forbidden"),
        Who::ReadOnly => (operation.method != Method::GET).then_some("forbidden"),
        Who::Limited => is_of_whole_account(operation).then_some("forbidden"),
        Who::Publishable => scopes("publishableKey").is_none().then_some("forbidden"),
        Who::Token(given) => match scopes("clientToken") {
            Some(needed) if needed.iter().all(|scope| given.contains(scope)) => None,
            Some(_) | None => Some("insufficient_scope"),
        },
    }
}

async fn credential(world: &World, who: Who) -> String {
    match who {
        Who::Secret => world.server.key.clone(),
        Who::ReadOnly => world.read_only.clone(),
        Who::Limited => world.limited.clone(),
        Who::Publishable => world.publishable.clone(),
        Who::Token(scopes) => world.server.client_token(world.id(Kind::Customer, Owner::Us), scopes).await,
    }
}

#[tokio::test]
async fn who_is_not_recognised_may_do_nothing() {
    let server = Server::start().await;
    let revoked = server.make_key(json!({})).await;
    let path = format!("/v1/auth/api-keys/{}", revoked["id"].as_str().unwrap());
    server.call(Method::DELETE, &path).send().await.expect(200);
    let other_environment = server.key.replace("sk_test_", "sk_live_");
    let keys =
        ["sk_test_unknown", &other_environment, "pk_test_unknown", "e30.e30.e30", revoked["secret"].as_str().unwrap()];
    for operation in guarded() {
        let sample = sample(&server, operation).await;
        sample.call(operation, &server.url).send().await.refused(401, "unauthorized");
        for key in keys {
            let reply = sample.call(operation, &server.url).key(key).send().await;
            reply.refused(401, "unauthorized");
        }
    }
}

#[tokio::test]
async fn a_credential_does_what_its_kind_may_and_nothing_else() {
    let world = World::new().await;
    for operation in guarded() {
        for who in EVERYBODY {
            let Some(code) = barred(operation, who) else { continue };
            let sample = sample(&world.server, operation).await;
            let reply = sample.call(operation, &world.server.url).key(&credential(&world, who).await).send().await;
            let error = reply.expect(403)["error"].clone();
            assert_eq!(error["code"], code, "{} by {who:?}: {error}", operation.id);
        }
    }
}

#[tokio::test]
async fn what_is_not_the_callers_is_not_there_whatever_operation_names_it() {
    let world = World::new().await;
    let before = world.all_as_they_are().await;
    let mut tried = BTreeSet::new();
    for operation in operations() {
        for place in places(operation) {
            for (who, owner) in strangers(operation) {
                if barred(operation, who).is_some() || !world.has(place.kind(), owner) {
                    continue;
                }
                let foreign = world.id(place.kind(), owner);
                let request = place.naming(&world, operation, foreign).await;
                let call = request.call(operation, &world.server.url).key(&credential(&world, who).await);
                let reply = call.send().await;
                judge(&reply, (operation, &place), (who, owner));
                tried.insert((operation.id, format!("{place:?}"), format!("{who:?}"), format!("{owner:?}")));
            }
        }
    }
    assert!(tried.len() > 100, "{}", tried.len());
    assert_eq!(world.all_as_they_are().await, before, "somebody has changed what was not theirs");
}

/// Whom this may not reach, by whom.
fn strangers(operation: &Operation) -> Vec<(Who, Owner)> {
    let token = Who::Token(&["checkout", "payment_methods"]);
    let by_keys = EVERYBODY.into_iter().filter(|who| !matches!(who, Who::Token(_)));
    let mut all: Vec<_> = by_keys.map(|who| (who, Owner::OtherAccount)).collect();
    all.extend([(token, Owner::OtherAccount), (token, Owner::OtherCustomer), (token, Owner::OtherMerchant)]);
    if !is_of_whole_account(operation) {
        all.push((Who::Limited, Owner::OtherMerchant));
    }
    all
}

/// Where a request names an object.
#[derive(Clone, Copy, Debug)]
enum Place {
    Path(Kind),
    Query(&'static str, Kind),
    Body(&'static str, Kind),
}

fn places(operation: &'static Operation) -> Vec<Place> {
    let mut places = Vec::new();
    if operation.path.contains("{id}") {
        places.push(Place::Path(Kind::of_path(operation.path)));
    }
    for parameter in operation.parameters {
        if parameter.location == Location::Query && is_of_object(parameter.name) {
            places.extend(Kind::of_field(parameter.name).map(|kind| Place::Query(parameter.name, kind)));
        }
    }
    let kind = operation.body.as_ref().map(|body| (body.kind)());
    if let Some(hedge_api::wire::Kind::Named(_, described)) = kind
        && let Described::Object { fields, .. } = described()
    {
        for field in fields.iter().filter(|field| is_of_object(field.name)) {
            places.extend(Kind::of_field(field.name).map(|kind| Place::Body(field.name, kind)));
        }
    }
    places
}

fn is_of_object(name: &str) -> bool {
    name.ends_with("_id") || name.ends_with("_ids") || name.ends_with("_token")
}

impl Place {
    fn kind(self) -> Kind {
        match self {
            Self::Path(kind) | Self::Query(_, kind) | Self::Body(_, kind) => kind,
        }
    }

    /// A good request, but for what it names here.
    async fn naming(self, world: &World, operation: &'static Operation, id: &str) -> Sample {
        let good = sample(&world.server, operation).await;
        match self {
            Self::Path(_) => {
                let rest = operation.path.split_once("{id}").map_or("", |(_, rest)| rest);
                let rest = rest.replace("{delivery_id}", "del_00000000000000000000000007");
                let start = operation.path.split_once("{id}").map_or("", |(start, _)| start);
                Sample { path: format!("{start}{id}{rest}"), ..good }
            }
            Self::Query(name, _) => Sample { path: format!("{}?{name}={id}", operation.path), ..good },
            Self::Body(name, _) => {
                let value = if name.ends_with("_ids") { json!([id]) } else { json!(id) };
                let mut body = good.body.unwrap_or_else(|| json!({}));
                body[name] = value;
                Sample { body: Some(body), ..good }
            }
        }
    }
}

fn judge(reply: &Reply, (operation, place): (&Operation, &Place), (who, owner): (Who, Owner)) {
    let told =
        format!("{} {place:?} by {who:?} about {owner:?}: {}", operation.id, String::from_utf8_lossy(&reply.body));
    assert!(!told.contains(world::mark(owner)), "it leaks: {told}");
    match place {
        // A publishable key names no customers at all, so that it learns of none.
        Place::Body("customer_id", _) if who == Who::Publishable => assert_eq!(reply.status, 403, "{told}"),
        Place::Path(_) | Place::Body(..) => {
            assert_eq!((reply.status, &reply.json()["error"]["code"]), (404, &json!("not_found")), "{told}");
        }
        // What a filter names is not told apart from what has none.
        Place::Query(..) => assert_eq!((reply.status, &reply.json()["data"]), (200, &json!([])), "{told}"),
    }
}

/// What stands at a path, by a key that reaches it.
async fn seen(server: &Server, key: &str, path: &str) -> Value {
    Call::new(Method::GET, &server.url, path).key(key).send().await.expect(200)
}
