//! Starting: the very first time, again, and where it must not.

use reqwest::Method;
use serde_json::Value;

use crate::harness::{Call, Reply, binary, hedge, no_file_holds};

async fn list(url: &str, key: &str) -> Reply {
    Call::new(Method::GET, url, "/v1/payments").key(key).send().await
}

#[tokio::test]
async fn the_first_start_prints_a_curl_line_that_works() {
    let folder = binary::folder();
    let mut serving = hedge(folder.path()).serve(&[]);
    assert_eq!(serving.first_line, format!("Hedge (sandbox) listens on {}\n", serving.url));
    let banner = serving.banner();
    assert!(banner.contains("shown only this once"), "{banner}");
    let line = &banner[banner.find("curl ").unwrap()..];
    let words = shell_words::split(line).unwrap();
    let [curl, x, method, url, h1, auth, h2, kind, d, body] = words.as_slice() else { panic!("{words:?}") };
    assert_eq!([curl, x, h1, h2, d], ["curl", "-X", "-H", "-H", "-d"]);
    let (auth, kind) = (auth.split_once(": ").unwrap(), kind.split_once(": ").unwrap());
    assert_eq!((auth.0, kind.0), ("Authorization", "Content-Type"));
    let call = Call::new(method.parse().unwrap(), url, "").header(auth.0, auth.1).body(Some(kind.1), body);
    let made = call.send().await.expect(201);
    assert_eq!((&made["amount"], &made["status"]), (&Value::from(9999), &Value::from("pending")));
}

#[tokio::test]
async fn a_restart_keeps_everything_and_prints_no_key() {
    let folder = binary::folder();
    let mut serving = hedge(folder.path()).serve(&[]);
    let key = serving.key();
    let call = Call::new(Method::POST, &serving.url, "/v1/payments").key(&key);
    let made = call.json(&crate::samples::payment()).send().await.expect(201);
    drop(serving);

    let serving = hedge(folder.path()).serve(&[]);
    assert_eq!(list(&serving.url, &key).await.expect(200)["data"][0], made);
    serving.terminate();
    let (status, rest) = serving.end();
    assert!(status.success() && rest.is_empty(), "{rest}");
}

#[test]
fn a_second_server_on_the_same_file_is_refused() {
    let folder = binary::folder();
    let _first = hedge(folder.path()).serve(&[]);
    let told = hedge(folder.path()).complaint(&["--listen", "127.0.0.1:0"]);
    assert!(told.starts_with("hedge: ") && told.contains("hedge.db"), "{told}");
    assert!(told.contains("another") || told.contains("in use") || told.contains("lock"), "{told}");
}

#[test]
fn an_address_in_use_is_told() {
    let (one, two) = (binary::folder(), binary::folder());
    let first = hedge(one.path()).serve(&[]);
    let address = first.url.strip_prefix("http://").unwrap();
    let told = hedge(two.path()).complaint(&["--listen", address]);
    assert!(told.contains(&format!("cannot listen on {address}")), "{told}");
}

#[test]
fn a_sandbox_is_not_opened_as_production() {
    let folder = binary::folder();
    drop(hedge(folder.path()).serve(&[]));
    let told = hedge(folder.path()).complaint(&["--environment", "production", "--listen", "127.0.0.1:0"]);
    assert!(told.contains("belongs to the sandbox environment"), "{told}");
    let told = hedge(folder.path()).env("HEDGE_ENVIRONMENT", "production").complaint(&["keys", "list"]);
    assert!(told.contains("belongs to the sandbox environment"), "{told}");
}

#[tokio::test]
async fn production_makes_keys_of_its_own_and_takes_no_card() {
    let folder = binary::folder();
    let mut serving = hedge(folder.path()).serve(&["--environment", "production"]);
    let key = serving.key();
    assert!(key.starts_with("sk_live_") && serving.first_line.contains("(production)"));
    list(&serving.url, &key).await.expect(200);
    list(&serving.url, &key.replace("sk_live_", "sk_test_")).await.refused(401, "unauthorized");
    let call = Call::new(Method::POST, &serving.url, "/v1/payment_methods").key(&key);
    call.json(&crate::samples::card()).send().await.refused(403, "forbidden");
    // Real money does not run on the sandbox, and there is no other rail.
    let call = Call::new(Method::POST, &serving.url, "/v1/auth/api-keys").key(&key);
    let publishable = call.text(r#"{"type": "publishable"}"#).send().await.expect(201);
    let call =
        Call::new(Method::POST, &serving.url, "/v1/payment_methods").key(publishable["secret"].as_str().unwrap());
    call.json(&crate::samples::card()).send().await.refused(422, "invalid_payment_method");
}

#[test]
fn another_server_secret_is_refused() {
    let folder = binary::folder();
    drop(hedge(folder.path()).serve(&[]));
    let other = "another secret of more than 32 characters";
    let told = hedge(folder.path()).env("HEDGE_SERVER_SECRET", other).complaint(&["--listen", "127.0.0.1:0"]);
    assert!(told.contains("server secret is not the one"), "{told}");
    let told = hedge(folder.path()).env("HEDGE_SERVER_SECRET", "short").complaint(&["--listen", "127.0.0.1:0"]);
    assert!(told.contains("at least 32 characters"), "{told}");
    std::fs::remove_file(folder.path().join("server.secret")).unwrap();
    let told = hedge(folder.path()).complaint(&["--listen", "127.0.0.1:0"]);
    assert!(told.contains("server secret is not the one"), "a lost secret is not made anew: {told}");
}

#[tokio::test]
async fn a_bootstrap_key_is_the_first_key_or_joins_those_there() {
    let folder = binary::folder();
    let start = |key: &str| hedge(folder.path()).env("HEDGE_BOOTSTRAP_SECRET_KEY", key).serve(&[]);
    for key in ["sk_test_given1", "sk_test_given1", "sk_test_given2"] {
        let serving = start(key);
        list(&serving.url, key).await.expect(200);
        list(&serving.url, "sk_test_given1").await.expect(200);
    }
    let listed = hedge(folder.path()).json(&["keys", "list", "--json"]);
    assert_eq!(listed.as_array().unwrap().len(), 2);
    for (key, told) in
        [("sk_live_given", "begin with sk_test_"), ("sk_test_", "go on with"), ("sk_test_a b", "go on with")]
    {
        let complaint =
            hedge(folder.path()).env("HEDGE_BOOTSTRAP_SECRET_KEY", key).complaint(&["--listen", "127.0.0.1:0"]);
        assert!(complaint.contains(told), "{complaint}");
    }
}

/// What a log line may hold: the request, never its key, card or body.
#[tokio::test]
async fn secrets_are_not_in_the_data_folder() {
    let folder = binary::folder();
    let mut serving = hedge(folder.path()).serve(&[]);
    let key = serving.key();
    let call = Call::new(Method::POST, &serving.url, "/v1/payment_methods").key(&key).idempotency_key("once");
    call.json(&crate::samples::card()).send().await.expect(201);
    let call = Call::new(Method::POST, &serving.url, "/v1/auth/api-keys").key(&key).idempotency_key("once").text("{}");
    let second = call.send().await.expect(201)["secret"].as_str().unwrap().to_owned();
    no_file_holds(folder.path(), &[&key, &second, "4242424242424242"]);
}
