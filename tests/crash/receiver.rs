//! Where the servers send their webhooks: it takes everything, and knows how often it got each event.
//!
//! A newcomer's usual mistake is to want each event once. A server that is killed between the receiver's answer and its own
//! record of it must send the event again: at least once, and the same bytes.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::request;
use crate::witness::text;

pub struct Receiver {
    pub url: String,
    got: Arc<Mutex<HashMap<String, Got>>>,
}

struct Got {
    body: Vec<u8>,
    times: u64,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let got = Arc::new(Mutex::new(HashMap::new()));
        let shared = Arc::clone(&got);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { url, got }
    }

    /// Every one of these events has arrived as it is listed, nothing else has, and what has arrived leaves no gap.
    pub fn has_all(&self, events: &[Value]) {
        let got = self.got.lock();
        for event in events {
            let arrived = got.get(text(event, "id")).unwrap_or_else(|| panic!("lost: {event}"));
            assert_eq!(serde_json::from_slice::<Value>(&arrived.body).unwrap(), *event, "not what is listed");
        }
        assert_eq!(got.len(), events.len(), "something arrived that is not listed");
        let mut numbers: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for event in events {
            let sequence = event["sequence"].as_u64().unwrap();
            numbers.entry(text(&event["data"], "id")).or_default().push(sequence);
        }
        for (object, mut numbers) in numbers {
            numbers.sort_unstable();
            let whole: Vec<_> = (1..=u64::try_from(numbers.len()).unwrap()).collect();
            assert_eq!(numbers, whole, "the events of {object}");
        }
    }

    /// How many events came, and how many of them more than once.
    pub fn counts(&self) -> (usize, usize) {
        let got = self.got.lock();
        (got.len(), got.values().filter(|got| got.times > 1).count())
    }
}

/// The requests of one connection.
async fn serve(mut stream: TcpStream, got: Arc<Mutex<HashMap<String, Got>>>) -> Option<()> {
    let mut read = Vec::new();
    loop {
        let (_, body) = request::next(&mut stream, &mut read).await?;
        let event: Value = serde_json::from_slice(&body).expect("an event");
        {
            let mut got = got.lock();
            let known =
                got.entry(text(&event, "id").to_owned()).or_insert_with(|| Got { body: body.clone(), times: 0 });
            assert_eq!(known.body, body, "the same event, other bytes");
            known.times += 1;
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.ok()?;
    }
}
