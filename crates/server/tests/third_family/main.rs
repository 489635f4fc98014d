//! A third family, mounted on the platform as it is: what it brings is in `toy.rs`, and nothing else was changed for it.
//!
//! What a newcomer might read into this is an API to copy: the toy is as unlike ours as it can be, in its credential, its
//! envelope, its limit, its events and their signature, so that whatever the platform still took for granted would show.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod http;
mod toy;

use hedge_domain::installation::Installation;
use std::net::SocketAddr;

use hedge_domain::audit::Origin;
use hedge_domain::metadata::Metadata;
use hedge_domain::webhook_endpoint::{CreateWebhookEndpoint, Wanted};
use hedge_server::family::{Families, Family};
use hedge_server::{Resolver, Running, Settings, hedge, open, serve};
use hedge_webhooks::Secret;
use tempfile::TempDir;
use tokio::net::TcpListener;

use self::http::{Message, ask, receive, say};
use self::toy::TOY;

const KEY: &str = "sk_test_third_family";

struct Server {
    running: Running,
    _folder: TempDir,
}

impl Server {
    async fn with(toy: Family) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            data_dir: Some(folder.path().to_owned()),
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 0)).into()),
            bootstrap_secret_key: Some(KEY.to_owned()),
            ..Settings::default()
        };
        let families = Families::new(hedge::FAMILY, &[toy]);
        let running = serve::start_families(&settings.resolve().unwrap(), Resolver::system(), families).await.unwrap();
        Self { running, _folder: folder }
    }

    fn toy(&self) -> SocketAddr {
        let (name, address) = self.running.others[0];
        assert_eq!(name, "toy");
        address
    }

    /// Of the Hedge family.
    async fn hedge(&self, request: &str, body: &str) -> Message {
        let bearer = format!("Authorization: Bearer {KEY}\r\nContent-Type: application/json");
        ask(self.running.address, request, &bearer, body).await
    }
}

#[tokio::test]
async fn a_family_brings_its_listener_credential_envelope_and_limit() {
    let server = Server::with(TOY).await;
    let toy = server.toy();
    let keyed = format!("X-Toy-Key: {KEY}");

    let table = [
        ("POST /toy/payments", "", "", 401, "fault: who are you?"),
        ("POST /toy/payments", keyed.as_str(), "much", 400, "fault: that is no amount"),
        ("GET /toy/nothing", keyed.as_str(), "", 404, "fault: there is nothing here"),
        // As far as this listener knows, Hedge does not exist.
        ("GET /v1/payments", keyed.as_str(), "", 404, "fault: there is nothing here"),
        // The fourth of this key; one more than may be.
        ("POST /toy/payments", keyed.as_str(), "500", 429, "fault: slow down"),
    ];
    for (request, headers, body, status, answer) in table {
        let reply = ask(toy, request, headers, body).await;
        assert_eq!((reply.status(), reply.body.as_str()), (status, answer), "{request} {headers}");
        assert!(reply.header("x-ratelimit-limit").is_none() && reply.header("toy-left").is_some(), "{request}");
    }

    // What is no request is answered by whose listener it is.
    let nothing = say(toy, "what?\r\n\r\n").await;
    assert_eq!((nothing.status(), nothing.body.as_str()), (400, "fault: what is that?"));
    assert_eq!(nothing.header("toy-left"), Some("3"));

    // The other family counts for itself, and speaks as ever.
    let listed = server.hedge("GET /v1/payments", "").await;
    assert_eq!((listed.status(), listed.header("x-ratelimit-remaining")), (200, Some("99")));
    let unknown = server.hedge("POST /toy/payments", "").await;
    assert_eq!(unknown.status(), 404);
    assert!(unknown.body.contains(r#""code":"not_found""#), "{}", unknown.body);
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_family_renders_signs_and_resends_its_events() {
    let server = Server::with(TOY).await;
    let receiver = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listen_with(&server.running, receiver.local_addr().unwrap()).await;

    let made = ask(server.toy(), "POST /toy/payments", &format!("X-Toy-Key: {KEY}"), "500").await;
    assert_eq!(made.status(), 201, "{}", made.body);
    let payment = made.body;
    for status in [204, 200] {
        // It was promised to be sent again until somebody answers exactly 200.
        let event = receive(&receiver, status).await;
        assert_eq!(event.body, format!("payment.created {payment} 500"));
        assert_eq!(event.header("toy-signature"), Some(format!("toy {}", event.body.len()).as_str()));
        assert_eq!(event.header("x-hedge-signature"), None);
    }

    let canceled = server.hedge(&format!("POST /v1/payments/{payment}/cancel"), "{}").await;
    assert_eq!(canceled.status(), 200, "{}", canceled.body);
    let event = receive(&receiver, 204).await;
    assert!(event.body.contains(r#""type":"payment.canceled""#), "{}", event.body);
    assert!(event.header("x-hedge-signature").is_some() && event.header("toy-signature").is_none());
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_family_shares_a_listener_by_its_paths() {
    let server = Server::with(Family { listen: |_config| None, ..TOY }).await;
    assert!(server.running.others.is_empty());
    let address = server.running.address;
    let unknown = ask(address, "GET /toy/nothing", "", "").await;
    assert_eq!((unknown.status(), unknown.body.as_str()), (404, "fault: there is nothing here"));
    assert_eq!(server.hedge("GET /v1/payments", "").await.status(), 200);
    assert_eq!(ask(address, "GET /healthz", "", "").await.body, "ok\n");
    server.running.shutdown().await;
}

/// Has every event of the first account sent there.
async fn listen_with(running: &Running, receiver: SocketAddr) {
    let (store, secret) = (&running.platform.store, &running.platform.secret);
    let account = store.get::<Installation>(()).await.unwrap().unwrap().first_account;
    let command = CreateWebhookEndpoint {
        account,
        url: format!("http://{receiver}/"),
        wanted: Wanted::All,
        description: None,
        metadata: Metadata::default(),
        secret: secret.seal_webhook_secret(&Secret::from_bytes([7; 32])).unwrap(),
        origin: Origin::OPERATOR,
    };
    open::run(store, command).await.unwrap();
}
