//! `hedge backup`, `restore` and `verify`: under load, onto what is there, and of files that are damaged.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Method;

use crate::harness::binary::Serving;
use crate::harness::{Call, binary, hedge};

fn pay(serving: &Serving, key: &str) -> Call {
    Call::new(Method::POST, &serving.url, "/v1/payments").key(key).json(&crate::samples::payment())
}

/// A stopped server's backup, with a few payments, and the key that made them.
async fn backed_up(root: &Path) -> String {
    let mut serving = hedge(&root.join("data")).env("HEDGE_RATE_LIMITS", "off").serve(&[]);
    let key = serving.key();
    for _ in 0..20 {
        pay(&serving, &key).send().await.expect(201);
    }
    serving.terminate();
    serving.end();
    hedge(&root.join("data")).text(&["backup", text(&root.join("backup"))]);
    key
}

fn root() -> tempfile::TempDir {
    let root = binary::folder();
    for name in ["data", "empty"] {
        fs::create_dir(root.path().join(name)).unwrap();
    }
    root
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_made_under_load_restore_with_money_that_adds_up() {
    let root = root();
    let mut serving = hedge(&root.path().join("data")).env("HEDGE_RATE_LIMITS", "off").serve(&[]);
    let key = serving.key();
    let stop = AtomicBool::new(false);
    let load = async {
        while !stop.load(Ordering::Relaxed) {
            let calls = (0..8).map(|_| pay(&serving, &key).send());
            for reply in futures::future::join_all(calls).await {
                reply.expect(201);
            }
        }
    };
    let data = root.path().join("data");
    let made = async {
        for turn in 0..3 {
            let to = root.path().join(format!("backup{turn}"));
            let folder = data.clone();
            let told = tokio::task::spawn_blocking(move || hedge(&folder).text(&["backup", text(&to)]));
            assert!(told.await.unwrap().contains("with the server secret"));
        }
        stop.store(true, Ordering::Relaxed);
    };
    tokio::join!(load, made);
    drop(serving);
    for turn in 0..3 {
        let folder = root.path().join(format!("restored{turn}"));
        fs::create_dir(&folder).unwrap();
        let from = root.path().join(format!("backup{turn}"));
        for name in ["hedge.db", "server.secret"] {
            let mode = fs::metadata(from.join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        assert_eq!(fs::read_dir(&from).unwrap().count(), 2, "one file, without a log beside it");
        hedge(&folder).text(&["restore", text(&from)]);
        assert!(hedge(&folder).text(&["verify"]).contains("everything adds up"));
    }
    let serving = hedge(&root.path().join("restored2")).serve(&[]);
    let list = Call::new(Method::GET, &serving.url, "/v1/payments").key(&key).send().await.expect(200);
    assert!(!list["data"].as_array().unwrap().is_empty(), "the old key works on the restored payments");
}

#[tokio::test]
async fn nothing_is_written_over_by_a_backup_or_a_restore() {
    let root = root();
    backed_up(root.path()).await;
    let backup = root.path().join("backup");
    let told = hedge(&root.path().join("data")).complaint(&["backup", text(&backup)]);
    assert!(told.contains("already"), "{told}");
    let told = hedge(&root.path().join("data")).complaint(&["restore", text(&backup)]);
    assert!(told.contains("is not empty"), "{told}");
}

#[tokio::test]
async fn a_restore_asks_for_the_very_secret_of_the_database() {
    let root = root();
    backed_up(root.path()).await;
    let (backup, empty) = (root.path().join("backup"), root.path().join("empty"));
    let secret = fs::read(backup.join("server.secret")).unwrap();
    fs::write(backup.join("server.secret"), "x".repeat(43)).unwrap();
    let told = hedge(&empty).complaint(&["restore", text(&backup)]);
    assert!(told.contains("not the one this database was made with"), "{told}");
    fs::remove_file(backup.join("server.secret")).unwrap();
    let told = hedge(&empty).complaint(&["restore", text(&backup)]);
    assert!(told.contains("without the server secret"), "{told}");
    assert_eq!(fs::read_dir(&empty).unwrap().count(), 0, "what was refused has left nothing");
    let given = String::from_utf8(secret).unwrap();
    hedge(&empty).env("HEDGE_SERVER_SECRET", &given).text(&["restore", text(&backup)]);
}

#[tokio::test]
async fn a_damaged_file_is_neither_restored_nor_verified_nor_served() {
    let root = root();
    backed_up(root.path()).await;
    let (backup, empty) = (root.path().join("backup"), root.path().join("empty"));
    let file = backup.join("hedge.db");
    let whole = fs::read(&file).unwrap();
    let half = whole[..whole.len() / 8192 * 4096].to_vec();
    let mut flipped = whole.clone();
    // All of the pages in the second half, but for the first of the file.
    let middle = flipped.len() / 2;
    flipped[middle..].iter_mut().for_each(|byte| *byte ^= 0x55);
    let no_database = b"not a database at all".repeat(400);
    for (kind, bytes) in [("truncated", half), ("flipped", flipped), ("another file", no_database)] {
        fs::write(&file, bytes).unwrap();
        for (folder, arguments) in [
            (&empty, vec!["restore", text(&backup)]),
            (&backup, vec!["verify"]),
            (&backup, vec!["serve", "--listen", "127.0.0.1:0"]),
        ] {
            let told = hedge(folder).complaint(&arguments);
            assert!(told.contains("is damaged") && told.contains("hedge restore"), "{kind} {arguments:?}: {told}");
        }
        assert_eq!(fs::read_dir(&empty).unwrap().count(), 0, "{kind}");
    }
}
