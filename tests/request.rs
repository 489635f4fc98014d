//! The requests that come to a receiver of webhooks, one after the other on one connection.
//!
//! What a newcomer gets wrong: bytes of the next request may have come with this one, so they are kept between calls.

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// Head and body of the next one, or `None` when the other side is gone: what a dying server left half sent is nothing.
pub async fn next(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    let head = loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        more(stream, read).await?;
    };
    let text = String::from_utf8(read[..head].to_vec()).unwrap();
    let length: usize = text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    while read.len() < head + length {
        more(stream, read).await?;
    }
    let body = read[head..head + length].to_vec();
    read.drain(..head + length);
    Some((text, body))
}

async fn more(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<()> {
    match stream.read_buf(read).await {
        Ok(1..) => Some(()),
        Ok(0) | Err(_) => None,
    }
}
