//! TLS towards Postgres: whom each `sslmode` believes, and what is said when that is nobody.

use hedge_store::StoreError;
use hedge_store::postgres::Postgres;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use crate::cluster::{Cluster, Server};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for this host, or of this role, and its key.
fn certificate(by: &Authority, name: &str) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    (params.signed_by(&key, by).unwrap().pem(), key.serialize_pem())
}

/// Takes nothing but TLS; the database `shown` also wants to be shown a certificate, and `secret` a password.
const HBA: &str = "hostssl secret all 127.0.0.1/32 scram-sha-256\n\
                   hostssl shown all 127.0.0.1/32 trust clientcert=verify-full\n\
                   hostssl all all 127.0.0.1/32 trust\n";

/// What is missing in an authority's file, a name or a mode has to be told.
async fn connected(server: &Server<'_>, settings: &str) -> Result<(), String> {
    let settings = format!("user=postgres port={} {settings}", server.port);
    match Postgres::connect(&settings).await {
        Ok(_) => Ok(()),
        Err(StoreError::Unavailable(reason)) => Err(reason),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_sslmode_believes_whom_it_says() {
    let Some(cluster) = Cluster::new() else { return };
    let ours = authority();
    let (certificate_of_server, key_of_server) = certificate(&ours, "localhost");
    let (shown, key) = certificate(&ours, "postgres");
    let file = |name: &str, text: &str| cluster.write(name, text).display().to_string();
    let root = file("root.crt", &ours.pem());
    let other = file("other.crt", &authority().pem());
    let (server_crt, server_key) = (file("server.crt", &certificate_of_server), file("server.key", &key_of_server));
    let (own_crt, own_key) = (file("own.crt", &shown), file("own.key", &key));
    let data = cluster.init("data", HBA);
    let statements = ["CREATE DATABASE shown", "CREATE DATABASE secret", "ALTER ROLE postgres PASSWORD 'opensesame'"];
    cluster.execute(&data, &statements.join("\n"));
    let tls = format!("-c ssl=on -c ssl_cert_file={server_crt} -c ssl_key_file={server_key} -c ssl_ca_file={root}");
    let server = cluster.start(&data, &tls);

    let full = format!("sslmode=verify-full sslrootcert={root}");
    let table: &[(String, Option<&str>)] = &[
        (format!("host=localhost dbname=postgres {full}"), None),
        (format!("host=127.0.0.1 dbname=postgres {full}"), Some("not valid for name")),
        (format!("host=127.0.0.1 dbname=postgres sslmode=verify-ca sslrootcert={root}"), None),
        (
            format!("host=localhost dbname=postgres sslmode=verify-ca sslrootcert={other}"),
            Some("invalid peer certificate"),
        ),
        (
            format!("host=localhost dbname=postgres sslmode=verify-full sslrootcert={other}"),
            Some("invalid peer certificate"),
        ),
        ("host=localhost dbname=postgres sslmode=require".to_owned(), None),
        ("host=localhost dbname=postgres".to_owned(), None),
        ("host=localhost dbname=postgres sslmode=disable".to_owned(), Some("no encryption")),
        ("host=localhost dbname=postgres sslmode=verify-full".to_owned(), Some("add sslrootcert=FILE")),
        (format!("host=localhost sslmode=verify-ca sslrootcert={root}.none"), Some("root.crt.none")),
        (format!("host=localhost dbname=shown {full}"), Some("certificate")),
        (format!("host=localhost dbname=shown {full} sslcert={own_crt}"), Some("go together")),
        (format!("host=localhost dbname=shown {full} sslcert={own_crt} sslkey={own_key}"), None),
        (format!("host=localhost dbname=secret {full} password=opensesame channel_binding=require"), None),
        (format!("host=localhost dbname=secret {full} password=wrong"), Some("password authentication failed")),
    ];
    for (settings, refused) in table {
        match (connected(&server, settings).await, refused) {
            (Ok(()), None) => {}
            (Err(reason), Some(told)) if reason.contains(told) => {}
            (other, _) => panic!("{settings}: {other:?}, not {refused:?}"),
        }
    }
    let url = format!("postgres://postgres@localhost:{}/postgres?sslmode=verify-full&sslrootcert={root}", server.port);
    assert!(Postgres::connect(&url).await.is_ok(), "a URL says the same");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_tls_is_not_talked_to_where_tls_is_required() {
    let Some(cluster) = Cluster::new() else { return };
    let data = cluster.init("data", "");
    let server = cluster.start(&data, "-c ssl=off");
    assert_eq!(connected(&server, "host=localhost dbname=postgres").await, Ok(()));
    let refused = connected(&server, "host=localhost dbname=postgres sslmode=require").await;
    assert!(refused.as_ref().is_err_and(|reason| reason.contains("server does not support TLS")), "{refused:?}");
}
