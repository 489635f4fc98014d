//! What may be registered: every way we know of to write an address of the inside, and what must still be allowed.

use hedge_webhooks::target::Kind;
use hedge_webhooks::{Policy, Refused, Target};

const ALL: [Policy; 3] = [Policy::Production, Policy::Sandbox, Policy::SandboxOnLoopback];

fn refusal(url: &str, policy: Policy) -> Option<Refused> {
    Target::parse(url, &policy.into()).err()
}

/// Dotted, short, decimal, octal, hexadecimal, mixed, padded, with a dot at the end.
const LOOPBACK: &[(&str, Refused)] = &[
    ("127.0.0.1", Refused::Address(Kind::Loopback)),
    ("127.0.0.1.", Refused::Address(Kind::Loopback)),
    ("127.1", Refused::Address(Kind::Loopback)),
    ("127.0.1", Refused::Address(Kind::Loopback)),
    ("127.255.255.254", Refused::Address(Kind::Loopback)),
    ("2130706433", Refused::Address(Kind::Loopback)),
    ("2130706433.", Refused::Address(Kind::Loopback)),
    ("017700000001", Refused::Address(Kind::Loopback)),
    ("0177.0.0.1", Refused::Address(Kind::Loopback)),
    ("0177.0.0.01", Refused::Address(Kind::Loopback)),
    ("00000177.1", Refused::Address(Kind::Loopback)),
    ("0x7f000001", Refused::Address(Kind::Loopback)),
    ("0x7F.0x0.0x0.0x1", Refused::Address(Kind::Loopback)),
    ("0x7f.1", Refused::Address(Kind::Loopback)),
    ("0x7f.0.01", Refused::Address(Kind::Loopback)),
    // In other scripts and escapes, which come to the same.
    ("%31%32%37.0.0.1", Refused::Address(Kind::Loopback)),
    ("127%2e0%2E0.1", Refused::Address(Kind::Loopback)),
    ("①②⑦.0.0.1", Refused::Address(Kind::Loopback)),
    ("１２７．０．０．１", Refused::Address(Kind::Loopback)),
    ("127。0。0。1", Refused::Address(Kind::Loopback)),
    ("0ｘ7f.1", Refused::Address(Kind::Loopback)),
    ("lo\u{ad}calhost", Refused::Name),
    ("ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", Refused::Name),
    ("ｌｏｃａｌｈｏｓｔ", Refused::Name),
];

/// The rest of IPv4.
const V4: &[(&str, Refused)] = &[
    ("0", Refused::Address(Kind::Unspecified)),
    ("0.0.0.0", Refused::Address(Kind::Unspecified)),
    ("0x0", Refused::Address(Kind::Unspecified)),
    ("0.1.2.3", Refused::Address(Kind::Reserved)),
    ("10.0.0.1", Refused::Address(Kind::Private)),
    ("10.1", Refused::Address(Kind::Private)),
    ("167772161", Refused::Address(Kind::Private)),
    ("012.1", Refused::Address(Kind::Private)),
    ("172.16.0.1", Refused::Address(Kind::Private)),
    ("172.31.255.255", Refused::Address(Kind::Private)),
    ("192.168.1.1", Refused::Address(Kind::Private)),
    ("0xc0a80101", Refused::Address(Kind::Private)),
    ("3232235777", Refused::Address(Kind::Private)),
    ("169.254.169.254", Refused::Address(Kind::LinkLocal)),
    ("169.254.170.2", Refused::Address(Kind::LinkLocal)),
    ("2852039166", Refused::Address(Kind::LinkLocal)),
    ("0xa9fea9fe", Refused::Address(Kind::LinkLocal)),
    ("0251.0376.0251.0376", Refused::Address(Kind::LinkLocal)),
    ("0xA9.254.0251.254", Refused::Address(Kind::LinkLocal)),
    ("169.254.43518", Refused::Address(Kind::LinkLocal)),
    ("168.63.129.16", Refused::Address(Kind::Metadata)),
    ("100.64.0.1", Refused::Address(Kind::Shared)),
    ("100.100.100.200", Refused::Address(Kind::Shared)),
    ("100.127.255.255", Refused::Address(Kind::Shared)),
    ("192.0.0.192", Refused::Address(Kind::Reserved)),
    ("192.0.2.1", Refused::Address(Kind::Documentation)),
    ("198.51.100.1", Refused::Address(Kind::Documentation)),
    ("203.0.113.1", Refused::Address(Kind::Documentation)),
    ("192.88.99.1", Refused::Address(Kind::Reserved)),
    ("198.18.0.1", Refused::Address(Kind::Benchmarking)),
    ("198.19.255.255", Refused::Address(Kind::Benchmarking)),
    ("224.0.0.1", Refused::Address(Kind::Multicast)),
    ("239.255.255.255", Refused::Address(Kind::Multicast)),
    ("240.0.0.1", Refused::Address(Kind::Reserved)),
    ("255.255.255.255", Refused::Address(Kind::Broadcast)),
    ("4294967295", Refused::Address(Kind::Broadcast)),
];

/// IPv6, and IPv4 in it, of the inside and public alike.
const V6: &[(&str, Refused)] = &[
    ("[::]", Refused::Address(Kind::Unspecified)),
    ("[::1]", Refused::Address(Kind::Loopback)),
    ("[0:0:0:0:0:0:0:1]", Refused::Address(Kind::Loopback)),
    ("[0000:0000:0000:0000:0000:0000:0000:0001]", Refused::Address(Kind::Loopback)),
    ("[fc00::1]", Refused::Address(Kind::Private)),
    ("[fd00:ec2::254]", Refused::Address(Kind::Private)),
    ("[fd20:ce::254]", Refused::Address(Kind::Private)),
    ("[fec0::1]", Refused::Address(Kind::Private)),
    ("[fe80::1]", Refused::Address(Kind::LinkLocal)),
    ("[febf::1]", Refused::Address(Kind::LinkLocal)),
    ("[ff02::1]", Refused::Address(Kind::Multicast)),
    ("[2001:db8::1]", Refused::Address(Kind::Documentation)),
    ("[3fff::1]", Refused::Address(Kind::Documentation)),
    ("[2001:2::1]", Refused::Address(Kind::Benchmarking)),
    ("[2001:10::1]", Refused::Address(Kind::Reserved)),
    ("[2001:20::1]", Refused::Address(Kind::Reserved)),
    ("[100::1]", Refused::Address(Kind::Reserved)),
    ("[5f00::1]", Refused::Address(Kind::Reserved)),
    ("[4000::1]", Refused::Address(Kind::Reserved)),
    // IPv4 in IPv6, of the inside and public alike.
    ("[::ffff:127.0.0.1]", Refused::Address(Kind::Translated)),
    ("[::ffff:7f00:1]", Refused::Address(Kind::Translated)),
    ("[::ffff:a9fe:a9fe]", Refused::Address(Kind::Translated)),
    ("[0:0:0:0:0:ffff:10.0.0.1]", Refused::Address(Kind::Translated)),
    ("[::ffff:8.8.8.8]", Refused::Address(Kind::Translated)),
    ("[::ffff:0:127.0.0.1]", Refused::Address(Kind::Translated)),
    ("[::127.0.0.1]", Refused::Address(Kind::Translated)),
    ("[::8.8.8.8]", Refused::Address(Kind::Translated)),
    ("[64:ff9b::127.0.0.1]", Refused::Address(Kind::Translated)),
    ("[64:ff9b::a9fe:a9fe]", Refused::Address(Kind::Translated)),
    ("[64:ff9b::8.8.8.8]", Refused::Address(Kind::Translated)),
    ("[64:ff9b:1::a9fe:a9fe]", Refused::Address(Kind::Translated)),
    ("[64:ff9b:1:ffff::1]", Refused::Address(Kind::Translated)),
    ("[2002:7f00:1::]", Refused::Address(Kind::Translated)),
    ("[2002:a9fe:a9fe::1]", Refused::Address(Kind::Translated)),
    ("[2002:808:808::1]", Refused::Address(Kind::Translated)),
    ("[2001:0:7f00:1::1]", Refused::Address(Kind::Translated)),
    ("[2001:0000:4136:e378:8000:63bf:80ff:fffe]", Refused::Address(Kind::Translated)),
];

/// Names that are not public.
const NAMES: &[(&str, Refused)] = &[
    ("localhost", Refused::Name),
    ("LOCALHOST", Refused::Name),
    ("localhost.", Refused::Name),
    ("shop.localhost", Refused::Name),
    ("shop.localhost.", Refused::Name),
    ("localhost.localdomain", Refused::Name),
    ("printer.local", Refused::Name),
    ("vault.internal", Refused::Name),
    ("metadata.google.internal", Refused::Name),
    ("metadata.google.internal.", Refused::Name),
    ("METADATA.GOOGLE.INTERNAL", Refused::Name),
    ("instance-data.ec2.internal", Refused::Name),
    ("metadata.tencentyun.com", Refused::Name),
    ("metadata", Refused::Name),
    ("kubernetes", Refused::Name),
    ("kubernetes.default.svc", Refused::Name),
    ("kubernetes.default.svc.cluster.local", Refused::Name),
    ("intranet.corp", Refused::Name),
    ("example..com", Refused::Name),
    ("example.com..", Refused::Name),
    ("exa$mple.com", Refused::Name),
];

/// What the parser takes for no host at all.
const NO_HOST: &[(&str, Refused)] = &[
    ("256.0.0.1", Refused::Malformed),
    ("127.0.0.0.1", Refused::Malformed),
    ("0x7f.0x0.0x0.0x1.0x1", Refused::Malformed),
    ("4294967296", Refused::Malformed),
    ("08.0.0.1", Refused::Malformed),
    ("[::1%25lo]", Refused::Malformed),
    ("[fe80::1%25eth0]", Refused::Malformed),
    ("[::ffff:127.0.0.1", Refused::Malformed),
    ("[v1.127]", Refused::Malformed),
    ("127.0.0.1%00.example.com", Refused::Malformed),
    ("exam ple.com", Refused::Malformed),
    ("example.com\\@127.0.0.1", Refused::Malformed),
];

#[test]
fn hosts_of_the_inside_are_refused_however_they_are_written() {
    let path_and_port = ["/", "/hook?a=b", ":8443/hook", ":443"];
    for (host, expected) in [LOOPBACK, V4, V6, NAMES, NO_HOST].concat() {
        for rest in path_and_port {
            let url = format!("https://{host}{rest}");
            assert_eq!(refusal(&url, Policy::Production), Some(expected), "{url}");
            assert_eq!(refusal(&url.replace("https", "http"), Policy::Sandbox), Some(expected), "{url}");
        }
    }
}

#[test]
fn only_loopback_is_let_in_on_loopback() {
    let policy = Policy::SandboxOnLoopback;
    let allowed =
        ["localhost", "shop.localhost", "LOCALHOST.", "127.0.0.1", "127.1", "0x7f.1", "127.9.9.9", "[::1]", "[0::1]"];
    for host in allowed {
        assert_eq!(refusal(&format!("http://{host}:8080/"), policy), None, "{host}");
        assert!(refusal(&format!("http://{host}:8080/"), Policy::Sandbox).is_some(), "{host}");
    }
    let refused = [
        "0.0.0.0",
        "[::]",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[fe80::1]",
        "metadata.google.internal",
        "metadata",
        "mylocalhost",
    ];
    for host in refused {
        assert!(refusal(&format!("http://{host}:8080/"), policy).is_some(), "{host}");
    }
}

#[test]
fn public_receivers_are_allowed_and_called_as_they_are_written() {
    let table = [
        ("https://shop.example.com/hook", "https://shop.example.com/hook"),
        ("HTTPS://Shop.Example.COM", "https://shop.example.com/"),
        ("https://shop.example.com:443/hook?a=b&c=d%20e", "https://shop.example.com/hook?a=b&c=d%20e"),
        ("https://shop.example.com:8443/#top", "https://shop.example.com:8443/"),
        ("https://shop.example.com./hook", "https://shop.example.com/hook"),
        ("https://münchen.example/hook", "https://xn--mnchen-3ya.example/hook"),
        ("https://shop.example.com/a/../b", "https://shop.example.com/b"),
        ("https://shop.example.com/ünï?q=ü", "https://shop.example.com/%C3%BCn%C3%AF?q=%C3%BC"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://134744072/", "https://8.8.8.8/"),
        ("https://[2606:4700:4700::1111]/", "https://[2606:4700:4700::1111]/"),
        ("https://[2606:4700:4700:0:0:0:0:1111]:8443/", "https://[2606:4700:4700::1111]:8443/"),
        ("https://127.0.0.1.example.com/", "https://127.0.0.1.example.com/"),
        ("https://shop.example.com/?to=http://127.0.0.1/", "https://shop.example.com/?to=http://127.0.0.1/"),
        ("https://shop.example.com/@127.0.0.1", "https://shop.example.com/@127.0.0.1"),
        ("https://shop.example.com#@127.0.0.1/", "https://shop.example.com/"),
        ("https://172.15.0.1/", "https://172.15.0.1/"),
        ("https://172.32.0.1/", "https://172.32.0.1/"),
        ("https://100.128.0.1/", "https://100.128.0.1/"),
        ("https://198.20.0.1/", "https://198.20.0.1/"),
        ("https://223.255.255.255/", "https://223.255.255.255/"),
    ];
    for (url, called) in table {
        for policy in ALL {
            let target = Target::parse(url, &policy.into()).unwrap_or_else(|refused| panic!("{url}: {refused}"));
            assert_eq!(target.to_string(), called, "{url}");
        }
    }
}

#[test]
fn only_https_is_called_in_production() {
    for (url, policy, expected) in [
        ("http://shop.example.com/", Policy::Production, Some(Refused::NotHttps)),
        ("http://shop.example.com/", Policy::Sandbox, None),
        ("http://shop.example.com:80/", Policy::SandboxOnLoopback, None),
    ] {
        assert_eq!(refusal(url, policy), expected, "{url} {policy:?}");
    }
    let others = [
        "ftp://shop.example.com/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/_",
        "dict://127.0.0.1:11211/",
        "ws://shop.example.com/",
        "javascript:alert(1)",
        "data:text/plain,a",
        "jar:https://shop.example.com!/",
        "https:shop.example.com",
        "https:/shop.example.com",
        "https:///shop.example.com",
        "https:\\\\shop.example.com",
        "//shop.example.com/",
        "shop.example.com/hook",
        "/hook",
        "https://",
        "https://?",
        "https://#",
        "https://:443/",
        "",
        " https://shop.example.com/",
        "https://shop.example.com/ ",
        "https://shop.example.com/a b",
        "ht\ntps://shop.example.com/",
        "https://shop.exa\tmple.com/",
        "https://shop.example.com/\r\nx: y",
        "https://shop.example.com\u{3000}/",
        "https://shop.example.com/\u{0}",
        "https://shop.example.com:65536/",
        "https://shop.example.com:x/",
        "https://[::1",
    ];
    for url in others {
        for policy in ALL {
            assert_eq!(refusal(url, policy), Some(Refused::Malformed), "{url:?} {policy:?}");
        }
    }
}

#[test]
fn a_name_before_the_host_is_refused() {
    for url in [
        "https://user@shop.example.com/",
        "https://user:password@shop.example.com/",
        "https://:password@shop.example.com/",
        "https://shop.example.com@8.8.8.8/",
        "https://shop.example.com%2f@8.8.8.8/",
        "https://a@b@shop.example.com/",
    ] {
        assert_eq!(refusal(url, Policy::Production), Some(Refused::UserInfo), "{url}");
    }
}

#[test]
fn ports_of_other_services_are_refused() {
    for port in [0, 1, 21, 22, 25, 53, 110, 143, 389, 445, 465, 587, 993, 1023, 2049, 4190, 6000, 6667, 10080] {
        let url = format!("https://shop.example.com:{port}/");
        assert_eq!(refusal(&url, Policy::Production), Some(Refused::Port(port)), "{port}");
    }
    for port in [80, 443, 1024, 3000, 4433, 5000, 8000, 8080, 8443, 9443, 49152, 65535] {
        assert_eq!(refusal(&format!("https://shop.example.com:{port}/"), Policy::Production), None, "{port}");
    }
}

#[test]
fn a_url_has_a_limit() {
    let url = |length: usize| format!("https://shop.example.com/{}", "a".repeat(length - 25));
    assert_eq!(refusal(&url(2_048), Policy::Production), None);
    assert_eq!(refusal(&url(2_049), Policy::Production), Some(Refused::TooLong));
}
