//! HTTP as it goes over the wire, one connection for each request. No client stands between the test and the bytes.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Longer than the pause before a second attempt.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request or an answer, as it came.
pub struct Message {
    head: String,
    pub body: String,
}

impl Message {
    async fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        loop {
            let text = String::from_utf8_lossy(&bytes);
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let head = head.to_owned();
                let message = Self { head, body: body.to_owned() };
                let length = message.header("content-length").map_or(0, |length| length.parse().unwrap());
                if message.body.len() >= length {
                    return message;
                }
            }
            assert!(stream.read_buf(&mut bytes).await.unwrap() > 0, "cut short: {}", String::from_utf8_lossy(&bytes));
        }
    }

    /// Of an answer.
    pub fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// Sends a request such as `GET /healthz`.
pub async fn ask(to: SocketAddr, request: &str, headers: &str, body: &str) -> Message {
    let headers = if headers.is_empty() { String::new() } else { format!("{headers}\r\n") };
    let length = body.len();
    say(to, &format!("{request} HTTP/1.1\r\nHost: {to}\r\n{headers}Content-Length: {length}\r\n\r\n{body}")).await
}

/// Sends this text, whatever it is.
pub async fn say(to: SocketAddr, text: &str) -> Message {
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    timeout(PATIENCE, Message::read(&mut stream)).await.unwrap()
}

/// Waits for a webhook and answers it with this status.
pub async fn receive(receiver: &TcpListener, status: u16) -> Message {
    let (mut stream, _) = timeout(PATIENCE, receiver.accept()).await.expect("a webhook in time").unwrap();
    let message = Message::read(&mut stream).await;
    let answer = format!("HTTP/1.1 {status} Taken\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.unwrap();
    message
}
