//! Where settings come from, which win, and what is refused.

use reqwest::Method;

use crate::harness::{Call, binary, hedge};

/// Sends a hundred and one requests: whether the last one was refused.
async fn is_limited(url: &str, key: &str) -> bool {
    let ask = || Call::new(Method::GET, url, "/v1/payments").key(key).send();
    for _ in 0..100 {
        ask().await.expect(200);
    }
    ask().await.status == 429
}

#[tokio::test]
async fn limits_are_lifted_by_the_environment_in_the_sandbox_only() {
    let folder = binary::folder();
    let mut serving = hedge(folder.path()).env("HEDGE_RATE_LIMITS", "off").serve(&[]);
    let key = serving.key();
    assert!(!is_limited(&serving.url, &key).await);
    drop(serving);
    let serving = hedge(folder.path()).serve(&[]);
    assert!(is_limited(&serving.url, &key).await);

    let folder = binary::folder();
    let production = hedge(folder.path()).env("HEDGE_RATE_LIMITS", "off").env("HEDGE_ENVIRONMENT", "production");
    let told = production.complaint(&["--listen", "127.0.0.1:0"]);
    assert!(told.contains("sandbox only"), "{told}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "it has begun nothing");
}

#[tokio::test]
async fn flags_win_over_the_environment_and_that_over_the_file() {
    let folder = binary::folder();
    let data = folder.path().join("elsewhere");
    let file = format!("data_dir = '{}'\nlisten = '127.0.0.1:1'\nrate_limits = 'off'\n", data.display());
    std::fs::write(folder.path().join("hedge.toml"), file).unwrap();
    // `hedge.toml` is read where the server is started; the data folder comes from the environment here.
    let mut serving = hedge(folder.path()).serve(&[]);
    let key = serving.key();
    assert!(!is_limited(&serving.url, &key).await, "the file said so");
    assert!(folder.path().join("hedge.db").exists() && !data.exists(), "the environment won over the file");
    drop(serving);
    let flag = folder.path().join("flag");
    let _serving = hedge(folder.path()).serve(&["--data-dir", flag.to_str().unwrap()]);
    assert!(flag.join("hedge.db").exists(), "the flag won over the environment");
}

#[test]
fn a_file_that_will_not_do_is_told() {
    let folder = binary::folder();
    let file = folder.path().join("hedge.toml");
    let table = [
        ("listen_on = '127.0.0.1:0'", "listen_on"),
        ("listen = 'nowhere'", "listen"),
        ("environment = 'staging'", "staging"),
        ("database_url = 'mysql://x'", "sqlite: or postgres://"),
        ("idempotency_hours = 1", "from 24"),
        ("= nonsense", "not a valid configuration"),
    ];
    for (text, told) in table {
        std::fs::write(&file, text).unwrap();
        let complaint = hedge(folder.path()).complaint(&["--listen", "127.0.0.1:0"]);
        // A flag stands for what the file says of the same thing, but the file must be right all the same.
        assert!(complaint.contains(told), "{text}: {complaint}");
    }
    let complaint = hedge(folder.path()).complaint(&["--config", "missing.toml"]);
    assert!(complaint.contains("cannot read missing.toml"), "{complaint}");
}

#[test]
fn the_schema_of_the_file_is_json_and_names_every_setting() {
    let folder = binary::folder();
    let schema = hedge(folder.path()).json(&["config-schema"]);
    let known = ["data_dir", "database_url", "listen", "environment", "rate_limits", "bootstrap_secret_key"];
    assert!(known.iter().all(|name| schema["properties"].get(name).is_some()), "{schema}");
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "it opens nothing");
}

#[test]
fn a_database_may_be_named() {
    let folder = binary::folder();
    let path = folder.path().join("other.db");
    for url in [format!("sqlite:{}", path.display()), format!("sqlite://{}", path.display())] {
        drop(hedge(folder.path()).serve(&["--database-url", &url]));
        assert!(path.exists() && !folder.path().join("hedge.db").exists());
    }
    let told = hedge(folder.path()).complaint(&[
        "--listen",
        "127.0.0.1:0",
        "--database-url",
        "postgres://nobody@127.0.0.1:1/none",
    ]);
    assert!(told.contains("cannot open the Postgres database"), "{told}");
}
