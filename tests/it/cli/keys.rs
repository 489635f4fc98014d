//! `hedge keys` and `hedge accounts`: on a database at rest, and beside a running server.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Server, binary, hedge, until};

fn run(server: &Server, arguments: &[&str]) -> Value {
    hedge(server.folder()).json(&[arguments, &["--json"]].concat())
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap()
}

#[tokio::test]
async fn a_key_made_beside_a_server_works_at_once() {
    let server = Server::start().await;
    let made = run(&server, &["keys", "create", "--name", "Operator"]);
    assert_eq!(
        (&made["name"], &made["read_only"], &made["type"]),
        (&json!("Operator"), &json!(false), &json!("secret"))
    );
    let listed = server.call_as(text(&made, "secret"), Method::GET, "/v1/auth/api-keys").send().await.expect(200);
    assert_eq!(listed["data"][0]["id"], made["id"]);
    // The command line and the API show the same keys.
    let mut shown = run(&server, &["keys", "list"]);
    let mut seen = listed["data"].clone();
    for keys in [&mut shown, &mut seen] {
        keys.as_array_mut().unwrap().iter_mut().for_each(|key| key["last_used_at"] = json!(null));
    }
    assert_eq!(shown, seen);
}

#[tokio::test]
async fn kinds_of_keys_are_made_as_asked() {
    let server = Server::start().await;
    let publishable = run(&server, &["keys", "create", "--kind", "publishable"]);
    assert!(text(&publishable, "secret").starts_with("pk_test_"));
    let reader = run(&server, &["keys", "create", "--read-only"]);
    let call = |method| server.call_as(text(&reader, "secret"), method, "/v1/payments");
    call(Method::GET).send().await.expect(200);
    call(Method::POST).json(&crate::samples::payment()).send().await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_key_revoked_beside_a_server_stops_within_about_a_second() {
    let server = Server::start().await;
    let made = run(&server, &["keys", "create"]);
    let ask = || server.call_as(text(&made, "secret"), Method::GET, "/v1/payments").send();
    ask().await.expect(200);
    let revoked = run(&server, &["keys", "revoke", text(&made, "id")]);
    assert!(revoked[0]["revoked_at"].is_string(), "{revoked}");
    until(async || if ask().await.status == 200 { Err("a revoked key still works".to_owned()) } else { Ok(()) }).await;
    ask().await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_key_rolled_beside_a_server_overlaps_as_asked() {
    let server = Server::start().await;
    let old = run(&server, &["keys", "create", "--name", "shop"]);
    let new = run(&server, &["keys", "roll", text(&old, "id"), "--overlap-seconds", "3600"]);
    assert_eq!(new["name"], old["name"]);
    for key in [&old, &new] {
        server.call_as(text(key, "secret"), Method::GET, "/v1/payments").send().await.expect(200);
    }
    let last = run(&server, &["keys", "roll", text(&new, "id"), "--overlap-seconds", "0"]);
    server.call_as(text(&last, "secret"), Method::GET, "/v1/payments").send().await.expect(200);
    let told = hedge(server.folder()).complaint(&["keys", "roll", text(&new, "id")]);
    assert!(told.contains("revoked or expired"), "{told}");
}

#[test]
fn what_is_printed_for_people_names_every_key() {
    let folder = binary::folder();
    let made = hedge(folder.path()).text(&["keys", "create", "--name", "Operator"]);
    assert!(
        made.starts_with("sk_test_") && made.contains("(id key_") && made.contains("shown only this once"),
        "{made}"
    );
    let listed = hedge(folder.path()).text(&["keys", "list"]);
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(listed.lines().next().unwrap().ends_with("active  Operator"), "{listed}");
    assert!(!listed.contains(made.split_whitespace().next().unwrap()));
}

/// Before any server has run, the first key would be lost if the command did not show it.
#[test]
fn the_first_command_on_a_new_database_shows_its_first_key() {
    let folder = binary::folder();
    let output = hedge(folder.path()).run(&["keys", "list"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && told.contains("sk_test_") && told.contains("only this once"), "{told}");
    let output = hedge(folder.path()).run(&["keys", "list"]);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[tokio::test]
async fn an_account_made_beside_a_server_is_another_tenant() {
    let server = Server::start().await;
    let made = run(&server, &["accounts", "create", "--name", "Second shop"]);
    assert_eq!((text(&made, "object"), text(&made, "name")), ("account", "Second shop"));
    let key = text(&made["key"], "secret");
    let call = server.call_as(key, Method::POST, "/v1/payments").json(&crate::samples::payment());
    let payment = call.send().await.expect(201);
    assert_eq!(payment["merchant_id"], made["default_merchant_id"]);
    assert_eq!(server.count().await, 0);
    // `hedge keys` is about the first account, unless another one or its key is named.
    let ids = |keys: &Value| -> Vec<String> {
        keys.as_array().unwrap().iter().map(|key| text(key, "id").to_owned()).collect()
    };
    let (first, of_second) = (text(&made["key"], "id").to_owned(), ["--account", text(&made, "id")]);
    assert!(!ids(&run(&server, &["keys", "list"])).contains(&first));
    let second = run(&server, &[&["keys", "create"], &of_second[..]].concat());
    let listed = ids(&run(&server, &[&["keys", "list"], &of_second[..]].concat()));
    assert_eq!(listed, [text(&second, "id"), first.as_str()]);
    run(&server, &["keys", "revoke", &first]);
    let list = server.call_as(text(&second, "secret"), Method::GET, "/v1/payments").send().await.expect(200);
    assert_eq!(list["data"][0]["id"], payment["id"]);
    let nobody = "acct_00000000000000000000000001";
    for (id, words) in [("nonsense", "not the id of an account"), (nobody, "there is no account with this id")] {
        let told = hedge(server.folder()).complaint(&["keys", "list", "--account", id]);
        assert!(told.contains(words), "{told}");
    }
    let printed = hedge(server.folder()).text(&["accounts", "create", "--name", "Third shop"]);
    assert!(printed.starts_with("acct_") && printed.contains("sk_test_"), "{printed}");
}

#[test]
fn what_names_no_key_is_told() {
    let folder = binary::folder();
    for (id, told) in [("nonsense", "not the id of a key"), ("key_00000000000000000000000001", "key")] {
        for verb in ["roll", "revoke"] {
            let complaint = hedge(folder.path()).complaint(&["keys", verb, id]);
            assert!(complaint.contains(told), "{complaint}");
        }
    }
    hedge(folder.path()).complaint(&["keys"]);
    hedge(folder.path()).complaint(&["accounts", "create", "--name", ""]);
    hedge(folder.path()).complaint(&["nonsense"]);
}
