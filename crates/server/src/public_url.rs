//! Where payers find this server: the address that goes into links, which behind a proxy is not the one it listens on.
//!
//! A checkout page has no other lock than its address. A session's id carries 64 random bits of a cryptographic
//! generator beside the time (`ids.rs`): nobody can guess one, and the page limits how often a stranger may try.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::{Result, bail};
use hedge_domain::checkout_session::CheckoutSessionId;
use hedge_domain::installation::Environment;
use url::{Position, Url};

/// A scheme, a host and perhaps a port, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

/// What a URL to come back to may hold instead of the session's id.
const PLACEHOLDER: &str = "{CHECKOUT_SESSION_ID}";
/// The same as what builds URLs may have encoded it; one of two braces alone is encoded by some.
const ENCODED: [&str; 8] = [
    "%7BCHECKOUT_SESSION_ID%7D",
    "%7bCHECKOUT_SESSION_ID%7d",
    "%7BCHECKOUT_SESSION_ID%7d",
    "%7bCHECKOUT_SESSION_ID%7D",
    "{CHECKOUT_SESSION_ID%7D",
    "{CHECKOUT_SESSION_ID%7d",
    "%7BCHECKOUT_SESSION_ID}",
    "%7bCHECKOUT_SESSION_ID}",
];
const LONGEST: usize = 2_048;

impl PublicUrl {
    pub fn parse(text: &str, environment: Environment) -> Result<Self> {
        let Ok(url) = Url::parse(text) else {
            bail!("public_url must be a URL such as https://pay.example.com");
        };
        match (url.scheme(), environment) {
            ("https", _) | ("http", Environment::Sandbox) => {}
            ("http", Environment::Production) => bail!("public_url must begin with https:// in production"),
            _ => bail!("public_url must begin with https:// or http://"),
        }
        let origin = &url[..Position::BeforePath];
        if !url.username().is_empty() || url.password().is_some() || !matches!(&url[Position::BeforePath..], "" | "/") {
            bail!("public_url must be a scheme, a host and perhaps a port, and nothing else");
        }
        Ok(Self(origin.to_owned()))
    }

    /// For a server that was not told: good for whoever sits at the same machine.
    #[must_use]
    pub fn of_listener(address: SocketAddr) -> Self {
        let reachable = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            IpAddr::V4(_) | IpAddr::V6(_) => address.ip(),
        };
        Self(format!("http://{}", SocketAddr::new(reachable, address.port())))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The hosted page of a session.
    #[must_use]
    pub fn checkout_page(&self, session: CheckoutSessionId) -> String {
        format!("{}/pay/{session}", self.0)
    }
}

/// Whether a payer's browser may be sent there from our page; `Err` says why not, about a field called so and so.
pub fn check_return_url(text: &str, environment: Environment) -> Result<(), &'static str> {
    if text.chars().count() > LONGEST {
        return Err("must have at most 2048 characters");
    }
    // What the `url` crate strips or mends, a browser may read otherwise.
    if !text.is_ascii() || text.bytes().any(|byte| byte.is_ascii_control() || byte == b' ' || byte == b'\\') {
        return Err("must be an absolute URL in ASCII, without spaces or backslashes");
    }
    let url = Url::parse(text).map_err(|_| "must be an absolute URL")?;
    match (url.scheme(), environment) {
        ("https", _) | ("http", Environment::Sandbox) => {}
        ("http", Environment::Production) => return Err("must begin with https:// in production"),
        _ => return Err("must begin with https://"),
    }
    // The crate, like a browser, finds a host also after one slash or three, and drops a user without a name.
    let rest = text.get(url.scheme().len()..).and_then(|rest| rest.strip_prefix("://")).unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() {
        return Err("must be an absolute URL");
    }
    if authority.contains('@') {
        return Err("must not hold a user name or password");
    }
    // What host it is must be known now, not once somebody has paid.
    if authority.contains(['{', '}']) {
        return Err("must not hold a placeholder in its host");
    }
    Ok(())
}

/// Where the payer's browser goes: the URL that the merchant gave, with the session's id in it.
#[must_use]
pub fn return_url(given: &str, session: CheckoutSessionId) -> String {
    let id = session.to_string();
    let forms = std::iter::once(PLACEHOLDER).chain(ENCODED);
    let filled = forms.fold(given.to_owned(), |url, form| url.replace(form, &id));
    if filled != given {
        return filled;
    }
    match Url::parse(given) {
        Ok(mut url) => {
            url.query_pairs_mut().append_pair("session_id", &id);
            url.into()
        }
        // It was checked when the session was made.
        Err(_) => given.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_an_origin() {
        let table = [
            ("https://pay.example.com", Some("https://pay.example.com")),
            ("https://pay.example.com/", Some("https://pay.example.com")),
            ("HTTPS://Pay.Example.com:8443", Some("https://pay.example.com:8443")),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("pay.example.com", None),
            ("ftp://pay.example.com", None),
            ("https://pay.example.com/shop", None),
            ("https://pay.example.com/?a=b", None),
            ("https://pay.example.com#a", None),
            ("https://me:secret@pay.example.com", None),
            ("", None),
        ];
        for (text, expected) in table {
            let parsed = PublicUrl::parse(text, Environment::Sandbox).ok();
            assert_eq!(parsed.as_ref().map(PublicUrl::as_str), expected, "{text}");
        }
        assert!(PublicUrl::parse("http://pay.example.com", Environment::Production).is_err());
        assert!(PublicUrl::parse("https://pay.example.com", Environment::Production).is_ok());
    }

    #[test]
    fn a_server_that_was_not_told_names_an_address_that_can_be_reached() {
        let table = [
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:80", "http://[::1]:80"),
            ("192.0.2.7:1", "http://192.0.2.7:1"),
        ];
        for (listen, expected) in table {
            assert_eq!(PublicUrl::of_listener(listen.parse().expect("an address")).as_str(), expected);
        }
    }

    #[test]
    fn browsers_are_sent_to_plain_http_and_https_only() {
        let good = [
            "https://shop.example/thanks",
            "https://shop.example",
            "https://shop.example:8443/a?b={CHECKOUT_SESSION_ID}#c",
            "https://user.example/@name",
            "https://xn--mnchen-3ya.example/",
        ];
        for text in good {
            assert_eq!(check_return_url(text, Environment::Production), Ok(()), "{text}");
        }
        let bad = [
            "",
            "/thanks",
            "//shop.example/thanks",
            "shop.example",
            "https:shop.example",
            "https:/shop.example",
            "https:///shop.example",
            "https://",
            "https://{CHECKOUT_SESSION_ID}.example/",
            "javascript:alert(1)",
            "javascript://shop.example/%0aalert(1)",
            "data:text/html,x",
            "ftp://shop.example/",
            "https://me@shop.example/",
            "https://me:secret@shop.example/",
            "https://:@shop.example/",
            "https://shop.example\\@evil.example/",
            "https://shop.example/a b",
            "https://shop.example/\n",
            "https://shop.example/\u{e9}",
            " https://shop.example/",
            "https://shop.example:99999/",
        ];
        for text in bad {
            assert!(check_return_url(text, Environment::Sandbox).is_err(), "{text:?}");
        }
        assert!(check_return_url("http://127.0.0.1:3000/", Environment::Sandbox).is_ok());
        assert!(check_return_url("http://shop.example/", Environment::Production).is_err());
        let long = format!("https://shop.example/{}", "a".repeat(2_048 - 21));
        assert!(check_return_url(&long, Environment::Sandbox).is_ok());
        assert!(check_return_url(&format!("{long}a"), Environment::Sandbox).is_err());
    }

    #[test]
    fn the_session_goes_along() {
        let id = CheckoutSessionId::from_bits(7);
        let table = [
            ("https://a.example", format!("https://a.example/?session_id={id}")),
            ("https://a.example/x?b=1", format!("https://a.example/x?b=1&session_id={id}")),
            ("https://a.example/x#part", format!("https://a.example/x?session_id={id}#part")),
            ("https://a.example/x?s={CHECKOUT_SESSION_ID}&t=1", format!("https://a.example/x?s={id}&t=1")),
            ("https://a.example/{CHECKOUT_SESSION_ID}", format!("https://a.example/{id}")),
            ("https://a.example/?id=%7BCHECKOUT_SESSION_ID%7D", format!("https://a.example/?id={id}")),
            ("https://a.example/%7bCHECKOUT_SESSION_ID%7d?b=1", format!("https://a.example/{id}?b=1")),
            (
                "https://a.example/%257BCHECKOUT_SESSION_ID%257D",
                format!("https://a.example/%257BCHECKOUT_SESSION_ID%257D?session_id={id}"),
            ),
        ];
        for (given, expected) in table {
            assert_eq!(return_url(given, id), expected);
        }
    }
}
