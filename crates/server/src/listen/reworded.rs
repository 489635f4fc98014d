//! What the HTTP library answers by itself, put into the words of whoever listens.
//!
//! A request that is no HTTP never becomes one that a service could answer: hyper writes a bare status as the last thing
//! on the connection. Here that answer is known by its form, and another goes out in its place. What a newcomer gets
//! wrong: closing while bytes of the request are unread resets the connection, and the caller never sees the answer.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http::{HeaderValue, Response, header};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::pulse::Felt;

/// Why something was not served that is nobody's request yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unserved {
    NotHttp,
    /// Not one `Host`, or one that is none.
    Host,
    UriTooLong,
    HeadTooLarge,
    /// There is no place for another connection.
    Full,
}

/// What is said of it.
pub type Words = Arc<dyn Fn(Unserved) -> Response<Bytes> + Send + Sync>;

/// The same as it goes over the wire, for a connection that ends with it; `others` are further lines of its head.
pub fn rendered(answer: &Response<Bytes>, others: &str) -> Bytes {
    let status = answer.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let mut wire = format!("HTTP/1.1 {} {reason}\r\n{others}", status.as_str()).into_bytes();
    for (name, value) in answer.headers() {
        wire.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    wire.extend(format!("connection: close\r\ncontent-length: {}\r\n\r\n", answer.body().len()).into_bytes());
    wire.extend(answer.body());
    wire.into()
}

/// The same for a connection that the library is to end.
pub fn last(answer: Response<Bytes>) -> Response<Bytes> {
    let (mut head, body) = answer.into_parts();
    head.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    Response::from_parts(head, body)
}

/// A connection on which the library does not speak for itself.
pub struct Reworded {
    connection: Felt,
    words: Words,
    instead: Option<Instead>,
}

/// What goes out in place of the library's answer, after which there is nothing.
struct Instead {
    left: Bytes,
    shut: bool,
}

impl Reworded {
    pub fn new(connection: Felt, words: Words) -> Self {
        Self { connection, words, instead: None }
    }

    /// Writes what the library did not say by itself; of its own answer nothing.
    fn write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match own_answer(bytes) {
            Some(OwnAnswer { at: 0, unserved, lines }) if !self.connection.pulse.answers() => {
                self.connection.pulse.read();
                let left = rendered(&(self.words)(unserved), &lines);
                self.instead = Some(Instead { left, shut: false });
                Poll::Ready(Ok(bytes.len()))
            }
            // The end of the answer before it.
            Some(OwnAnswer { at, .. }) if at > 0 => self.pass(context, bytes.get(..at).unwrap_or(bytes)),
            Some(_) | None => self.pass(context, bytes),
        }
    }

    fn pass(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.connection).poll_write(context, bytes)
    }

    fn say(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(Instead { left, .. }) = &mut self.instead
            && left.has_remaining()
        {
            match ready!(Pin::new(&mut self.connection).poll_write(context, left))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => left.advance(written),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Reworded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_read(context, buffer)
    }
}

impl AsyncWrite for Reworded {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let last = parts.iter().rposition(|part| !part.is_empty()).unwrap_or_default();
        let (before, rest) = parts.split_at(last);
        match rest.first() {
            Some(last) if before.iter().all(|part| part.is_empty()) => self.write(context, last),
            Some(last) if own_answer(last).is_some() => {
                Pin::new(&mut self.connection).poll_write_vectored(context, before)
            }
            Some(_) | None => Pin::new(&mut self.connection).poll_write_vectored(context, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.connection.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.say(context))?;
        Pin::new(&mut self.connection).poll_flush(context)
    }

    /// Waits for the other end to close too, if it may still be sending: no longer than for a head.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.say(context))?;
        let this = &mut *self;
        let Some(Instead { shut, .. }) = &mut this.instead else {
            return Pin::new(&mut this.connection).poll_shutdown(context);
        };
        if !*shut {
            ready!(Pin::new(&mut this.connection).poll_shutdown(context))?;
            *shut = true;
        }
        loop {
            let mut bytes = [0; 8 << 10];
            let mut buffer = ReadBuf::new(&mut bytes);
            let read = ready!(Pin::new(&mut this.connection).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

/// An answer of the library's own.
struct OwnAnswer {
    /// Where it begins.
    at: usize,
    unserved: Unserved,
    /// What its head has besides the length and the end of the connection, which another answer says again: the date.
    lines: String,
}

/// No answer of ours is like it: each has a request id, and none of these statuses is without a body.
fn own_answer(bytes: &[u8]) -> Option<OwnAnswer> {
    const LONGEST: usize = 256;
    const BEGINNING: &[u8] = b"HTTP/1.";
    if !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let from = bytes.len().saturating_sub(LONGEST);
    let end = bytes.get(from..)?;
    let at = end.windows(BEGINNING.len()).rposition(|window| window == BEGINNING)?;
    let text = std::str::from_utf8(end.get(at..)?).ok()?;
    let mut lines = text.split_terminator("\r\n").take_while(|line| !line.is_empty());
    let unserved = match lines.next()?.get(BEGINNING.len() + 2..)? {
        "400 Bad Request" => Unserved::NotHttp,
        "414 URI Too Long" => Unserved::UriTooLong,
        "431 Request Header Fields Too Large" => Unserved::HeadTooLarge,
        _ => return None,
    };
    let mut kept = String::new();
    for line in lines {
        match line {
            "content-length: 0" | "connection: close" => {}
            date if date.starts_with("date: ") => kept.extend([date, "\r\n"]),
            _ => return None,
        }
    }
    Some(OwnAnswer { at: from + at, unserved, lines: kept })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_the_librarys_own_is_known_by_its_form_and_no_other() {
        let found = |text: &str| own_answer(text.as_bytes()).map(|own| (own.at, own.unserved, own.lines));
        let date = "date: Tue, 01 Dec 2026 00:00:00 GMT\r\n";
        let table = [
            ("400 Bad Request", Unserved::NotHttp),
            ("414 URI Too Long", Unserved::UriTooLong),
            ("431 Request Header Fields Too Large", Unserved::HeadTooLarge),
        ];
        for (status, unserved) in table {
            for version in ["HTTP/1.1", "HTTP/1.0"] {
                let own = format!("{version} {status}\r\nconnection: close\r\ncontent-length: 0\r\n{date}\r\n");
                assert_eq!(found(&own), Some((0, unserved, date.to_owned())));
                assert_eq!(found(&format!("{{}}{own}")), Some((2, unserved, date.to_owned())));
                assert_eq!(found(&format!("{own}{{}}")), None);
                assert_eq!(found(&own.replace("content", "x-request-id: req_1\r\ncontent")), None);
                assert_eq!(found(&own.replace(status, "404 Not Found")), None);
            }
        }
        assert_eq!(found("\r\n\r\n"), None);
        assert_eq!(found(""), None);
    }
}
