//! A disk that is full: told as what it is, and over when there is room again. A file that is damaged: told, and left as it is.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

use reqwest::Method;
use serde_json::json;

use crate::harness::binary::{Serving, folder, on_small_disk};
use crate::harness::{Call, Reply, hedge};

const SIZE: usize = 4 << 20;

/// Writes until nothing goes in any more, and leaves so many bytes.
fn fill(filler: &Path, leave: u64) {
    let mut file = OpenOptions::new().create(true).append(true).open(filler).unwrap();
    while file.write(&[0; 4096]).is_ok_and(|written| written > 0) {}
    let size = file.metadata().unwrap().len();
    File::set_len(&file, size - leave).unwrap();
}

async fn create(serving: &Serving, key: &str, nonce: &str) -> Reply {
    let payment = json!({"amount": 500, "currency": "USD", "customer_email": "payer@example.com"});
    let call = Call::new(Method::POST, &serving.url, "/v1/payments").key(key).idempotency_key(nonce);
    call.json(&payment).send().await
}

async fn count(serving: &Serving, key: &str) -> usize {
    let listed = Call::new(Method::GET, &serving.url, "/v1/payments?limit=100").key(key).send().await.expect(200);
    listed["data"].as_array().unwrap().len()
}

/// However much room is left when it runs out: within the log's first page, within a batch, or not at all.
#[tokio::test]
async fn a_full_disk_refuses_changes_until_there_is_room_and_loses_none() {
    let folder = folder();
    let Some(hedge) = on_small_disk(folder.path(), SIZE) else { return };
    let mut serving = hedge.serve(&["--rate-limits", "off"]);
    let key = serving.key();
    let filler = serving.sees(&folder.path().join("filler"));
    let mut made = 0;
    for leave in [0, 1 << 12, 1 << 13, 1 << 14, 1 << 15, 1 << 16] {
        fill(&filler, leave);
        let mut attempt = 0;
        let refused = loop {
            let nonce = format!("{leave}-{attempt}");
            let reply = create(&serving, &key, &nonce).await;
            if reply.status != 201 {
                reply.refused(503, "service_unavailable");
                assert_eq!(reply.header("retry-after"), "1");
                break nonce;
            }
            made += 1;
            attempt += 1;
            assert!(attempt < 100, "there is room for ever");
        };
        assert_eq!(count(&serving, &key).await, made, "with {leave} bytes left");
        fs::remove_file(&filler).unwrap();
        let payment = create(&serving, &key, &refused).await.expect(201);
        assert_eq!(create(&serving, &key, &refused).await.expect(201), payment);
        made += 1;
        assert_eq!(count(&serving, &key).await, made);
    }
    serving.terminate();
    assert!(serving.end().0.success());
}

/// Turns every page but the first into another, or back.
fn flip(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    bytes.iter_mut().skip(4096).for_each(|byte| *byte ^= 0x55);
    OpenOptions::new().write(true).open(file).unwrap().write_all(&bytes).unwrap();
}

#[tokio::test]
async fn a_file_that_is_damaged_while_it_is_served_is_told_and_not_written_to_any_more() {
    let folder = folder();
    let file = folder.path().join("hedge.db");
    let mut first = hedge(folder.path()).serve(&["--rate-limits", "off"]);
    let key = first.key();
    for nonce in 0..20 {
        create(&first, &key, &nonce.to_string()).await.expect(201);
    }
    first.terminate();
    assert!(first.end().0.success());

    let serving = hedge(folder.path()).serve(&["--rate-limits", "off"]);
    let probe = async |path: &str| Call::new(Method::GET, &serving.url, path).send_to_operator().await;
    assert_eq!(probe("/readyz").await.0, 200);
    flip(&file);
    Call::new(Method::GET, &serving.url, "/v1/payments").key(&key).send().await.refused(503, "service_unavailable");
    assert_eq!(probe("/readyz").await.0, 503);
    assert_eq!(probe("/healthz").await.0, 200);
    // Also when what is read is whole again: what was written meanwhile nobody could trust.
    flip(&file);
    assert_eq!(count(&serving, &key).await, 20);
    create(&serving, &key, "later").await.refused(503, "service_unavailable");
    assert_eq!(probe("/readyz").await.0, 503);
    serving.terminate();
    assert!(serving.end().0.success());

    let serving = hedge(folder.path()).serve(&["--rate-limits", "off"]);
    create(&serving, &key, "later").await.expect(201);
    assert_eq!(count(&serving, &key).await, 21);
}
