//! What stands between a name and a connection, on every attempt.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt;
use hedge_webhooks::target::Kind;
use hedge_webhooks::{Attempt, Failure, Guard, Outcome, Policy, Refused, Resolver, Sender, Settings, Target, Trusted};

use crate::receiver::{Answer, LONG, Receiver, SHORT, answer, attempt, target};

/// A resolver whose nth look-up, from 0, is answered by the nth list, or else by the last; and a count of look-ups.
fn resolver(answers: &[&[&str]]) -> (Resolver, Arc<AtomicUsize>) {
    let parse = |list: &&[&str]| list.iter().map(|text| text.parse::<IpAddr>().unwrap()).collect::<Vec<_>>();
    let answers: Vec<_> = answers.iter().map(parse).collect();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let lookup = move |_| {
        let nth = counter.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        futures::future::ready(Ok(answers[nth].clone())).boxed()
    };
    (Resolver::new(lookup), count)
}

fn sender(policy: Policy, resolver: Resolver) -> Sender {
    Sender::new(Settings { resolver, ..Settings::new(policy) }).unwrap()
}

fn refused(kind: Kind) -> Outcome {
    Outcome::Failed(Failure::Refused(Refused::Address(kind)))
}

fn by_name(receiver: &Receiver) -> hedge_webhooks::Target {
    target(&format!("http://shop.example.com:{}/", receiver.port))
}

fn last(status: &str) -> Answer {
    Answer::Last(format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").into())
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_before_any_connection() {
    let receiver = Receiver::always(answer("200 OK", "secret")).await;
    for policy in [Policy::Sandbox, Policy::Production] {
        let (resolver, count) = resolver(&[&["127.0.0.1"]]);
        let scheme = if policy == Policy::Production { "https" } else { "http" };
        let target = target(&format!("{scheme}://shop.example.com:{}/", receiver.port));
        assert_eq!(sender(policy, resolver).attempt(attempt(&target)).await.outcome, refused(Kind::Loopback));
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn a_name_that_changes_is_judged_by_what_it_is_when_connected_to() {
    let receiver = Receiver::always(last("200 OK")).await;
    let (resolver, count) = resolver(&[&["127.0.0.1"], &["169.254.169.254"], &["10.0.0.7"], &["127.0.0.1"]]);
    let (sender, target) = (sender(Policy::SandboxOnLoopback, resolver), by_name(&receiver));
    let expected = [Outcome::Delivered { status: 200 }, refused(Kind::LinkLocal), refused(Kind::Private)];
    for outcome in expected.into_iter().chain([Outcome::Delivered { status: 200 }]) {
        assert_eq!(sender.attempt(attempt(&target)).await.outcome, outcome);
    }
    // One look-up for each connection: nothing is asked twice, so there is no gap between the check and its use.
    assert_eq!((count.load(Ordering::SeqCst), receiver.connections()), (4, 2));
}

#[tokio::test]
async fn of_several_addresses_only_the_allowed_are_tried() {
    let receiver = Receiver::always(answer("200 OK", "")).await;
    let (resolver, _) = resolver(&[&["10.0.0.7", "169.254.169.254", "64:ff9b::7f00:1", "127.0.0.1"]]);
    let report = sender(Policy::SandboxOnLoopback, resolver).attempt(attempt(&by_name(&receiver))).await;
    assert_eq!(report.outcome, Outcome::Delivered { status: 200 });
}

#[tokio::test]
async fn every_kind_of_inside_address_is_refused_behind_a_name() {
    let table = [
        ("127.0.0.1", Kind::Loopback),
        ("::1", Kind::Loopback),
        ("0.0.0.0", Kind::Unspecified),
        ("::", Kind::Unspecified),
        ("10.1.2.3", Kind::Private),
        ("172.31.255.255", Kind::Private),
        ("192.168.0.1", Kind::Private),
        ("fd00:ec2::254", Kind::Private),
        ("169.254.169.254", Kind::LinkLocal),
        ("fe80::1", Kind::LinkLocal),
        ("168.63.129.16", Kind::Metadata),
        ("100.100.100.200", Kind::Shared),
        ("::ffff:127.0.0.1", Kind::Translated),
        ("::ffff:8.8.8.8", Kind::Translated),
        ("::127.0.0.1", Kind::Translated),
        ("64:ff9b::a9fe:a9fe", Kind::Translated),
        ("64:ff9b:1::a9fe:a9fe", Kind::Translated),
        ("2002:7f00:1::", Kind::Translated),
        ("2001:0:7f00:1::", Kind::Translated),
        ("224.0.0.1", Kind::Multicast),
        ("ff02::1", Kind::Multicast),
        ("255.255.255.255", Kind::Broadcast),
    ];
    let target = target("https://shop.example.com/");
    for (address, kind) in table {
        let (resolver, _) = resolver(&[&[address]]);
        let report = sender(Policy::Production, resolver).attempt(attempt(&target)).await;
        assert_eq!(report.outcome, refused(kind), "{address}");
        let Outcome::Failed(failure) = report.outcome else { unreachable!("it was refused") };
        // What the owner of the endpoint reads does not say where the name led.
        assert_eq!(failure.to_string(), "the host has no address that webhooks may be sent to");
        assert_eq!(failure.code(), "target_refused");
    }
}

#[tokio::test]
async fn a_target_that_was_let_in_under_a_laxer_policy_is_refused_now() {
    let receiver = Receiver::always(answer("200 OK", "")).await;
    let (none, _) = resolver(&[&[]]);
    let literal = receiver.target();
    let sandbox = sender(Policy::Sandbox, none.clone()).attempt(attempt(&literal)).await;
    assert_eq!(sandbox.outcome, refused(Kind::Loopback));
    let production = sender(Policy::Production, none.clone()).attempt(attempt(&literal)).await;
    assert_eq!(production.outcome, Outcome::Failed(Failure::Refused(Refused::NotHttps)));
    for url in ["http://localhost:8080/", "http://a.localhost:8080/"] {
        let named = target(url);
        let report = sender(Policy::Sandbox, none.clone()).attempt(attempt(&named)).await;
        assert_eq!(report.outcome, Outcome::Failed(Failure::Refused(Refused::Name)), "{url}");
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn localhost_is_this_machine_and_is_not_looked_up() {
    let receiver = Receiver::always(answer("200 OK", "")).await;
    let (resolver, count) = resolver(&[&["10.0.0.7"]]);
    let sender = sender(Policy::SandboxOnLoopback, resolver);
    for host in ["localhost", "shop.localhost"] {
        let target = target(&format!("http://{host}:{}/", receiver.port));
        assert_eq!(sender.attempt(attempt(&target)).await.outcome, Outcome::Delivered { status: 200 });
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_name_without_addresses_is_said_so() {
    let failing = Resolver::new(|_| futures::future::ready(Err(std::io::Error::other("no such name"))).boxed());
    let (empty, _) = resolver(&[&[]]);
    for resolver in [failing, empty] {
        let target = target("https://shop.example.com/");
        let report = sender(Policy::Production, resolver).attempt(attempt(&target)).await;
        assert_eq!(report.outcome, Outcome::Failed(Failure::Dns));
    }
}

#[tokio::test]
async fn a_resolver_that_hangs_is_given_up() {
    let hanging = Resolver::new(|_| futures::future::pending().boxed());
    let target = target("https://shop.example.com/");
    let settings = Settings { resolver: hanging.clone(), connect_timeout: SHORT, ..Settings::new(Policy::Production) };
    let report = Sender::new(settings).unwrap().attempt(attempt(&target)).await;
    assert_eq!(report.outcome, Outcome::Failed(Failure::Timeout), "by the limit for connecting");
    assert!(report.took < LONG);
    let sender = sender(Policy::Production, hanging);
    let report = sender.attempt(Attempt { patience: SHORT, ..attempt(&target) }).await;
    assert_eq!(report.outcome, Outcome::Failed(Failure::Timeout), "by the limit of the attempt");
}

#[tokio::test]
async fn whom_the_operator_trusts_is_called_even_in_production_and_nobody_else() {
    let receiver = Receiver::always(last("200 OK")).await;
    let delivered = Outcome::Delivered { status: 200 };
    let guard = |list: &str| Guard::new(Policy::Production, Trusted::parse(list).unwrap());
    let by = |guard: &Guard, addresses| {
        let (resolver, _) = resolver(addresses);
        Sender::new(Settings { resolver, ..Settings::new(guard.clone()) }).unwrap()
    };
    let call = async |guard: &Guard, host: &str, addresses| {
        let url = format!("http://{host}:{}/", receiver.port);
        let target = Target::parse(&url, guard)?;
        Ok(by(guard, addresses).attempt(attempt(&target)).await.outcome)
    };
    // A name, wherever in the network of the operator it leads; never to what clouds hand credentials out by.
    let shop = guard("shop, *.shop.internal");
    assert_eq!(call(&shop, "shop", &[&["127.0.0.1"]]).await, Ok(delivered));
    assert_eq!(call(&shop, "A.Shop.Internal", &[&["127.0.0.1"]]).await, Ok(delivered));
    assert_eq!(call(&shop, "shop", &[&["169.254.169.254"]]).await, Ok(refused(Kind::LinkLocal)));
    assert_eq!(call(&shop, "other", &[&["127.0.0.1"]]).await, Err(Refused::NotHttps));
    assert_eq!(call(&shop, "127.0.0.1", &[&[]]).await, Err(Refused::NotHttps));
    // A network, by its addresses written out and by public names that lead there.
    let network = guard("127.0.0.0/8");
    assert_eq!(call(&network, "127.0.0.1", &[&[]]).await, Ok(delivered));
    assert_eq!(call(&network, "10.0.0.7", &[&[]]).await, Err(Refused::NotHttps));
    assert_eq!(call(&network, "shop.example.com", &[&["127.0.0.1"]]).await, Err(Refused::NotHttps));
    // Trust that was taken back holds at the next attempt.
    let target = Target::parse(&format!("http://shop:{}/", receiver.port), &shop).unwrap();
    let report = by(&guard(""), &[&["127.0.0.1"]]).attempt(attempt(&target)).await;
    assert_eq!(report.outcome, Outcome::Failed(Failure::Refused(Refused::NotHttps)));
}
