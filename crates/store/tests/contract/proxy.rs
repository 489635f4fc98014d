//! A wire between a store and Postgres that can be cut at the worst moment.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// When to cut the connection that the next COMMIT comes along.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The server never sees it.
    BeforeCommit,
    /// The server carries it out, and nobody hears of it.
    AfterCommit,
}

pub struct Proxy {
    pub port: u16,
    cut: Arc<Mutex<Option<Cut>>>,
}

impl Proxy {
    pub async fn start(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let cut = Arc::new(Mutex::new(None));
        let armed = Arc::clone(&cut);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(client, server, Arc::clone(&armed)));
            }
        });
        Self { port, cut }
    }

    pub fn cut_once(&self, cut: Cut) {
        *self.cut.lock() = Some(cut);
    }
}

async fn carry(mut client: TcpStream, mut server: TcpStream, cut: Arc<Mutex<Option<Cut>>>) {
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                let commits = asked[..length].windows(7).any(|bytes| bytes == b"COMMIT\0");
                let armed = if commits { cut.lock().take() } else { None };
                if armed == Some(Cut::BeforeCommit) {
                    return;
                }
                server.write_all(&asked[..length]).await.unwrap();
                if armed == Some(Cut::AfterCommit) {
                    // Its answer is proof that the server is done with it.
                    let _answer = server.read(&mut answered).await;
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&answered[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}
