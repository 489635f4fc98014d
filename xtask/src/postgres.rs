//! Finds the Postgres the tests may use.
//!
//! The convention for tests of every crate: they read `HEDGE_TEST_POSTGRES_URL`, and without it their Postgres part
//! prints "not run: no Postgres". Who sets the variable wants those tests, and they fail when nothing answers there.
//! Otherwise `cargo xtask test` looks for a local server that lets us in without a password.
//!
//! A newcomer's usual mistake is to take an open port for a usable server: one that asks for a password would turn
//! "not run" into failures. So this speaks the first lines of the protocol, which needs no library.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// The variable that names the database of the tests.
pub const VARIABLE: &str = "HEDGE_TEST_POSTGRES_URL";

const ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 5432);
const DATABASE: &str = "test";
const PATIENCE: Duration = Duration::from_secs(2);

/// What the tests have to work with.
#[derive(Debug, PartialEq, Eq)]
pub enum Postgres {
    /// The developer named it; whether it answers is for the tests to find out.
    Named(String),
    /// A local server lets us in.
    Found(String),
    /// None, and why.
    Absent(String),
}

impl Postgres {
    /// The address to hand to the tests.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Named(url) | Self::Found(url) => Some(url),
            Self::Absent(_) => None,
        }
    }
}

/// Looks where the environment says, else for a local server.
pub fn find() -> Postgres {
    if let Some(url) = variable(VARIABLE) {
        return Postgres::Named(url);
    }
    let mut refusals = Vec::new();
    for user in users() {
        match sign_in(ADDRESS, &user) {
            Ok(()) => return Postgres::Found(format!("postgres://{user}@{ADDRESS}/{DATABASE}")),
            Err(error) => refusals.push(format!("as {user}: {error}")),
        }
    }
    Postgres::Absent(format!("{ADDRESS}, database {DATABASE}: {}", refusals.join("; ")))
}

fn users() -> Vec<String> {
    let mut users = Vec::new();
    for user in [variable("PGUSER"), Some("postgres".to_owned()), variable("USER")].into_iter().flatten() {
        if !users.contains(&user) {
            users.push(user);
        }
    }
    users
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Opens a session without a password, up to the point where the server says what it thinks of that.
fn sign_in(address: SocketAddr, user: &str) -> io::Result<()> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(&startup(user)?)?;
    loop {
        let (kind, body) = message(&mut stream)?;
        match kind {
            // AuthenticationOk is all zeros; every other request of this kind asks for a secret.
            b'R' if body == [0; 4] => {}
            b'R' => return Err(io::Error::other("it asks for a password")),
            b'E' => return Err(io::Error::other(reason(&body))),
            // ReadyForQuery: the database exists and we are in.
            b'Z' => {
                // Terminate, so that the server's log shows no lost connection. It may close first, which is as good.
                let _ = stream.write_all(&[b'X', 0, 0, 0, 4]);
                return Ok(());
            }
            _ => {}
        }
    }
}

/// StartupMessage of protocol 3.0: length, version, then pairs of zero-terminated strings and a final zero.
fn startup(user: &str) -> io::Result<Vec<u8>> {
    let mut body = vec![0, 3, 0, 0];
    for text in ["user", user, "database", DATABASE, "application_name", "cargo xtask test"] {
        body.extend_from_slice(text.as_bytes());
        body.push(0);
    }
    body.push(0);
    let length = u32::try_from(body.len().saturating_add(4)).map_err(io::Error::other)?;
    Ok([length.to_be_bytes().to_vec(), body].concat())
}

fn message(stream: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut header = [0; 5];
    stream.read_exact(&mut header)?;
    let [kind, length @ ..] = header;
    let length = u64::from(u32::from_be_bytes(length)).saturating_sub(4);
    let mut body = Vec::new();
    // Something else than Postgres may be listening: what it takes for a length must not become an allocation.
    stream.take(length.min(65_536)).read_to_end(&mut body)?;
    Ok((kind, body))
}

/// The human-readable field (`M`) of an ErrorResponse.
fn reason(body: &[u8]) -> String {
    let fields = body.split(|byte| *byte == 0);
    let text = fields.filter_map(|field| field.strip_prefix(b"M")).next();
    text.map_or_else(|| "it refused".to_owned(), |text| String::from_utf8_lossy(text).into_owned())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// What `sign_in` makes of a server that answers any startup message with these bytes.
    fn answered_with(answer: &'static [u8]) -> Result<(), String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut length = [0; 4];
            stream.read_exact(&mut length).unwrap();
            let rest = u64::from(u32::from_be_bytes(length)) - 4;
            (&mut stream).take(rest).read_to_end(&mut Vec::new()).unwrap();
            stream.write_all(answer).unwrap();
        });
        let outcome = sign_in(address, "somebody").map_err(|error| error.to_string());
        server.join().unwrap();
        outcome
    }

    #[test]
    fn a_server_that_lets_us_in_is_usable() {
        let answer = b"R\0\0\0\x08\0\0\0\0S\0\0\0\x08a\0b\0Z\0\0\0\x05I";
        assert_eq!(answered_with(answer), Ok(()));
    }

    #[test]
    fn a_server_that_asks_for_a_password_is_not() {
        let outcome = answered_with(b"R\0\0\0\x0c\0\0\0\x05salt");
        assert_eq!(outcome, Err("it asks for a password".to_owned()));
    }

    #[test]
    fn a_refusal_is_passed_on_in_its_own_words() {
        let outcome = answered_with(b"E\0\0\0\x18SFATAL\0Mno such db\0\0");
        assert_eq!(outcome, Err("no such db".to_owned()));
    }

    #[test]
    fn something_else_on_the_port_is_not_usable() {
        assert!(answered_with(b"HTTP/1.1 400 Bad Request\r\n\r\n").is_err());
    }

    #[test]
    fn nothing_on_the_port_is_not_usable() {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        assert!(sign_in(address, "somebody").is_err());
    }
}
