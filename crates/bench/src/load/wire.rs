//! As much HTTP/1.1 as a client needs that knows what it asked: status, length, body.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

pub struct Answer<'a> {
    pub status: u16,
    pub body: &'a [u8],
}

/// Larger than any answer that is measured: twenty payments are about 16 kB.
const BUFFER: usize = 64 * 1_024;

impl Wire {
    pub async fn open(target: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(target).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; BUFFER] })
    }

    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        let head = loop {
            filled += self.read(filled).await?;
            if let Some(head) = Head::parse(&self.buffer[..filled])? {
                break head;
            }
        };
        let end = head.length + head.content_length;
        while filled < end {
            filled += self.read(filled).await?;
        }
        Ok(Answer { status: head.status, body: &self.buffer[head.length..end] })
    }

    async fn read(&mut self, filled: usize) -> Result<usize> {
        match self.stream.read(&mut self.buffer[filled..]).await? {
            0 => Err(Error::new(ErrorKind::UnexpectedEof, "the connection was closed, or the answer is too long")),
            read => Ok(read),
        }
    }
}

struct Head {
    status: u16,
    content_length: usize,
    /// Of the head itself, with the empty line.
    length: usize,
}

impl Head {
    /// `None` while the head has not arrived in full.
    fn parse(bytes: &[u8]) -> Result<Option<Self>> {
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let wrong = || Error::new(ErrorKind::InvalidData, "not an answer of HTTP/1.1 with a length");
        let head = std::str::from_utf8(&bytes[..end]).map_err(|_| wrong())?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.get(9..12)?.parse().ok()).ok_or_else(wrong)?;
        // Every subject is served by hyper, which writes names in lower case.
        let length = lines.find_map(|line| line.strip_prefix("content-length: ")).ok_or_else(wrong)?;
        let content_length = length.trim().parse().map_err(|_| wrong())?;
        Ok(Some(Self { status, content_length, length: end + 4 }))
    }
}

/// One request on a connection of its own, for telling early that a subject works at all.
pub fn first_answer(target: SocketAddr, request: &[u8]) -> anyhow::Result<(u16, String)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut wire = Wire::open(target).await?;
        let answer = wire.ask(request).await?;
        Ok((answer.status, String::from_utf8_lossy(answer.body).into_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_complete() {
        let text = b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{}";
        assert!(Head::parse(&text[..40]).unwrap().is_none());
        let head = Head::parse(text).unwrap().unwrap();
        assert_eq!((head.status, head.content_length, head.length), (201, 12, text.len() - 2));
    }

    #[test]
    fn what_has_no_length_is_refused() {
        assert!(Head::parse(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
        assert!(Head::parse(b"SSH-2.0\r\n\r\n").is_err());
    }
}
