//! Bytes on a socket, for what no HTTP client would send.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Reply;

/// Sends these bytes, ends the sending side, and reads until the server closes.
pub async fn send(url: &str, request: &[u8]) -> Option<Reply> {
    let mut stream = connect(url).await;
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(request).await;
    let _ = stream.shutdown().await;
    read(stream).await
}

/// Sends these bytes and waits for the answer with the connection left open, as a stalled client does.
pub async fn send_and_stall(url: &str, request: &[u8]) -> Option<Reply> {
    let mut stream = connect(url).await;
    stream.write_all(request).await.unwrap();
    read(stream).await
}

pub async fn connect(url: &str) -> TcpStream {
    TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap()
}

/// Sends these bytes and reads whatever is answered until the server closes.
pub async fn all_after(stream: &mut TcpStream, request: &[u8]) -> Vec<u8> {
    stream.write_all(request).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    bytes
}

/// The one answer on this connection; the request must have asked for `Connection: close`.
pub async fn read(mut stream: TcpStream) -> Option<Reply> {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    parse(&bytes)
}

/// The status and nothing else, for answers that the HTTP library gives by itself.
pub fn status(bytes: &[u8]) -> Option<u16> {
    let line = bytes.split(|&byte| byte == b'\r').next()?;
    std::str::from_utf8(line).ok()?.split(' ').nth(1)?.parse().ok()
}

/// One whole answer.
pub fn parse(bytes: &[u8]) -> Option<Reply> {
    let status = status(bytes)?;
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, body) = bytes.split_at(end + 4);
    let mut headers = HeaderMap::new();
    for line in std::str::from_utf8(head).ok()?.lines().skip(1).filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        headers.append(name, HeaderValue::from_str(value.trim()).ok()?);
    }
    Some(Reply::checked(status, headers, body.to_vec(), false))
}
