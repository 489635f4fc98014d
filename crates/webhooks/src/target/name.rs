//! Host names that are looked up, and those that never are.
//!
//! This is the lesser wall: it gives a clear answer at registration and keeps names of our own network out of the
//! resolver. What a name leads to is judged by its addresses, when they are connected to.

/// Endings that no public name has: special use (RFC 6761, 6762, 7686, 8375, ICANN's `internal`) and custom.
const INSIDE: &[&str] = &[
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "svc",
    "consul",
    "onion",
    "home.arpa",
];

/// Names under which clouds serve credentials to their machines, where the ending does not give them away.
const METADATA: &[&str] = &["metadata.packet.net", "metadata.platformequinix.com", "metadata.tencentyun.com"];

/// Whether the name, given without a dot at its end, could be that of a host on the public internet.
pub fn is_public(name: &str) -> bool {
    name.contains('.') && is_name(name) && !INSIDE.iter().chain(METADATA).any(|inside| is_within(name, inside))
}

/// Whether it is a name at all.
pub fn is_name(name: &str) -> bool {
    name.len() <= 253 && name.split('.').all(is_label)
}

/// `localhost` and what is below it, which is this machine and is never looked up (RFC 6761, 6.3).
pub fn is_localhost(name: &str) -> bool {
    is_name(name) && is_within(name, "localhost")
}

fn is_within(name: &str, zone: &str) -> bool {
    let at = name.len().checked_sub(zone.len());
    let ends = at.and_then(|at| name.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(zone));
    ends && (name.len() == zone.len() || at.and_then(|at| name.get(..at)).is_some_and(|start| start.ends_with('.')))
}

fn is_label(label: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=63).contains(&label.len()) && label.bytes().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_public_or_not() {
        let long = format!("{}.example.com", "a".repeat(64));
        let longer = format!("{}com", "abcdefghi.".repeat(26));
        let table = [
            ("shop.example.com", true),
            ("a_b.example.com", true),
            ("xn--mnchen-3ya.example", true),
            ("localhost.example.com", true),
            ("mylocal.io", true),
            ("notinternal", false),
            ("localhost", false),
            ("a.localhost", false),
            ("A.LOCALHOST", false),
            ("printer.local", false),
            ("vault.internal", false),
            ("metadata.google.internal", false),
            ("metadata.tencentyun.com", false),
            ("api.default.svc", false),
            ("router.home.arpa", false),
            ("metadata", false),
            ("kubernetes", false),
            ("", false),
            (".", false),
            (".example.com", false),
            ("example..com", false),
            ("example.com.", false),
            ("exa$mple.com", false),
            ("[::1]", false),
            (&long, false),
            (&longer, false),
        ];
        for (name, expected) in table {
            assert_eq!(is_public(name), expected, "{name}");
        }
    }

    #[test]
    fn localhost_is_itself_and_what_is_below() {
        for (name, expected) in [
            ("localhost", true),
            ("a.b.LocalHost", true),
            ("mylocalhost", false),
            (".localhost", false),
            ("host", false),
        ] {
            assert_eq!(is_localhost(name), expected, "{name}");
        }
    }
}
