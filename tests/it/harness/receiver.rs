//! A receiver of webhooks on loopback: it remembers every request as it came, and answers as it is told.
//!
//! It must not know what a signature is, nor anything of events. A newcomer's usual mistake is to compare bodies as JSON:
//! what is signed, and must be the same at every attempt, is the bytes.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::PATIENCE;
use crate::request;

/// What a path answers.
#[derive(Clone)]
pub enum Answer {
    Status(u16),
    Redirect(String),
    /// Nothing, ever.
    Hang,
    /// It hangs up on the request.
    Close,
    /// 200, but only once it is told so.
    Held(watch::Receiver<bool>),
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Got {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Got {
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}")).to_str().unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

pub struct Receiver {
    url: String,
    board: Arc<Board>,
}

struct Board {
    got: watch::Sender<Vec<Got>>,
    /// What a path answers first, in order, and what from then on; 200 where nothing is said.
    answers: Mutex<BTreeMap<String, (Vec<Answer>, Answer)>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let board = Arc::new(Board { got: watch::Sender::new(Vec::new()), answers: Mutex::default() });
        let shared = Arc::clone(&board);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { url, board }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// What this path answers from now on.
    pub fn answers(&self, path: &str, answer: Answer) {
        self.answers_first(path, [], answer);
    }

    /// What it answers to the next requests, and what after them.
    pub fn answers_first(&self, path: &str, first: impl IntoIterator<Item = Answer>, then: Answer) {
        let mut first: Vec<_> = first.into_iter().collect();
        first.reverse();
        self.board.answers.lock().insert(path.to_owned(), (first, then));
    }

    /// What this path got so far, in the order of arrival.
    pub fn got(&self, path: &str) -> Vec<Got> {
        self.board.got.borrow().iter().filter(|got| got.path == path).cloned().collect()
    }

    /// The same once there are so many; more may have come.
    #[track_caller]
    pub fn wait(&self, path: &str, count: usize) -> impl Future<Output = Vec<Got>> {
        let caller = std::panic::Location::caller();
        async move {
            let mut board = self.board.got.subscribe();
            let enough = |all: &Vec<Got>| all.iter().filter(|got| got.path == path).count() >= count;
            let waited = tokio::time::timeout(PATIENCE, board.wait_for(enough)).await.is_ok();
            let got = self.got(path);
            assert!(waited, "{caller}: {path} got {} of {count}: {got:?}", got.len());
            got
        }
    }
}

impl Board {
    fn answer(&self, path: &str) -> Answer {
        let mut answers = self.answers.lock();
        let Some((first, then)) = answers.get_mut(path) else {
            return Answer::Status(200);
        };
        first.pop().unwrap_or_else(|| then.clone())
    }
}

/// The requests of one connection, one after the other.
async fn serve(mut stream: TcpStream, board: Arc<Board>) -> Option<()> {
    let mut read = Vec::new();
    loop {
        let got = request(&mut stream, &mut read).await?;
        let answer = board.answer(&got.path);
        board.got.send_modify(|all| all.push(got));
        match answer {
            Answer::Status(status) => say(&mut stream, status, "").await?,
            Answer::Redirect(to) => say(&mut stream, 302, &format!("location: {to}\r\n")).await?,
            Answer::Hang => std::future::pending().await,
            Answer::Close => return None,
            Answer::Held(mut until) => {
                until.wait_for(|is_over| *is_over).await.ok()?;
                say(&mut stream, 200, "").await?;
            }
        }
    }
}

async fn say(stream: &mut TcpStream, status: u16, headers: &str) -> Option<()> {
    let body = format!("you were answered {status}");
    let answer = format!("HTTP/1.1 {status} So\r\n{headers}content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await.ok()
}

/// The next request, or `None` when the other side is gone.
async fn request(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<Got> {
    let (head, body) = request::next(stream, read).await?;
    let (first, fields) = head.split_once("\r\n").unwrap();
    let mut parts = first.split(' ');
    assert_eq!(parts.next(), Some("POST"), "{first}");
    let path = parts.next().unwrap().to_owned();
    let mut headers = HeaderMap::new();
    for (name, value) in fields.lines().filter_map(|line| line.split_once(": ")) {
        headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap());
    }
    Some(Got { path, headers, body })
}
