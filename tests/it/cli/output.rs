//! A standard output that takes nothing, and what is not to be printed there.

use std::fs::File;

use reqwest::Method;

use crate::harness::{Call, binary, hedge};
use crate::program;

#[test]
fn a_key_that_cannot_be_shown_does_not_stay_active() {
    let folder = binary::folder();
    hedge(folder.path()).text(&["keys", "list"]);
    for arguments in [vec!["keys", "create"], vec!["accounts", "create", "--name", "Second"]] {
        let full = File::create("/dev/full").unwrap();
        let ended = program::command(folder.path()).args(&arguments).stdout(full).output().unwrap();
        let told = String::from_utf8(ended.stderr).unwrap();
        assert!(!ended.status.success() && told.contains("revoked again"), "{told}");
    }
    let listed = hedge(folder.path()).text(&["keys", "list"]);
    assert_eq!(listed.lines().filter(|line| line.contains("  active  ")).count(), 1, "{listed}");
}

#[tokio::test]
async fn a_bootstrap_key_works_and_is_not_printed() {
    let folder = binary::folder();
    let key = "sk_test_given_by_the_operator_0123456789";
    let serving = hedge(folder.path()).env("HEDGE_BOOTSTRAP_SECRET_KEY", key).serve(&[]);
    Call::new(Method::GET, &serving.url, "/v1/payments").key(key).send().await.expect(200);
    let first = serving.first_line.clone();
    serving.terminate();
    let (_, rest) = serving.end();
    assert!(!first.contains(key) && !rest.contains("sk_test_"), "{rest}");
}

#[test]
fn a_new_database_is_its_owners_only_in_any_folder() {
    use std::os::unix::fs::PermissionsExt;
    let folder = binary::folder();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let _serving = hedge(folder.path()).serve(&[]);
    for name in ["hedge.db", "hedge.db-wal", "hedge.db-shm", "server.secret"] {
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
}
