//! A merchant's website on loopback: the pages that payers come back to, at an origin that is not ours.
//!
//! `/thanks` and `/cart` are pages; `/moved` leads on to `/thanks` under another name of the machine, as sites do that
//! send everybody to their `www`. What was asked for is remembered with its headers.

use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::samples::{checkout_session, with};

pub struct Shop {
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Shop {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let board = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, port, Arc::clone(&board)));
            }
        });
        Self { url: format!("http://127.0.0.1:{port}"), asked }
    }

    /// What makes a session whose payer comes back here.
    pub fn session(&self) -> Value {
        let body = with(checkout_session(), "success_url", json!(format!("{}/thanks", self.url)));
        let body = with(body, "cancel_url", json!(format!("{}/cart", self.url)));
        with(body, "description", json!("Two tickets, row 7"))
    }

    /// The head of each request that named this path.
    pub fn asked(&self, path: &str) -> Vec<String> {
        let own = |head: &&String| head.split([' ', '?']).nth(1) == Some(path);
        self.asked.lock().iter().filter(own).cloned().collect()
    }
}

async fn serve(mut stream: TcpStream, port: u16, board: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    board.lock().push(head);
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let (status, text) = match path {
        "/thanks" => ("200 OK", "Thank you for your order"),
        "/cart" => ("200 OK", "Your cart is waiting"),
        "/moved" => ("302 Found", ""),
        _ => ("404 Not Found", ""),
    };
    let page = format!("<!doctype html><html lang=en><title>Shop</title><link rel=icon href='data:,'><h1>{text}</h1>");
    let (length, location) = (page.len(), format!("http://localhost:{port}/thanks?{query}"));
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nLocation: {location}\r\n\
         Connection: close\r\n\r\n{page}"
    );
    let _ = stream.write_all(answer.as_bytes()).await;
}
