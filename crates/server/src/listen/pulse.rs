//! The pulse of a connection: what is under way on it, and since when it stands still.
//!
//! It sees bytes and the beginnings and ends of requests, and knows nothing of HTTP. What a newcomer gets wrong: a reader
//! that takes a byte now and then makes progress of a kind, so what counts is how much left within a window.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::limits::ConnectionLimits;

#[derive(Default)]
pub struct Pulse(Mutex<State>);

#[derive(Default)]
struct State {
    /// A request was read, and its answer is not made to its end yet.
    busy: bool,
    /// When the first byte after the last request came.
    head_since: Option<Instant>,
    /// The last write has not been taken.
    blocked: bool,
    window: Option<Window>,
}

struct Window {
    since: Instant,
    left: usize,
}

impl Pulse {
    pub fn begin(&self) {
        let mut state = self.0.lock();
        state.busy = true;
        state.head_since = None;
    }

    pub fn end(&self) {
        self.0.lock().busy = false;
    }

    /// An answer is being made.
    pub fn answers(&self) -> bool {
        self.0.lock().busy
    }

    /// Nothing is being answered: whoever closes now takes nothing from anybody.
    pub fn rests(&self) -> bool {
        let state = self.0.lock();
        !state.busy && !state.blocked
    }

    /// Why the connection must end, if it must.
    pub fn overdue(&self, limits: &ConnectionLimits) -> Option<&'static str> {
        let mut state = self.0.lock();
        if !state.busy && state.head_since.is_some_and(|since| since.elapsed() >= limits.head) {
            return Some("a head did not arrive in time");
        }
        if state.window.as_ref().is_some_and(|window| window.since.elapsed() >= limits.write_window) {
            let left = state.window.take().map_or(0, |window| window.left);
            if state.blocked {
                if left < limits.write_bytes {
                    return Some("an answer is not read");
                }
                state.window = Some(Window { since: Instant::now(), left: 0 });
            }
        }
        None
    }

    pub fn read(&self) {
        let mut state = self.0.lock();
        if !state.busy && state.head_since.is_none() {
            state.head_since = Some(Instant::now());
        }
    }

    fn wrote(&self, written: &Poll<io::Result<usize>>) {
        let mut state = self.0.lock();
        state.blocked = written.is_pending();
        match (written, &mut state.window) {
            (Poll::Pending, window) => {
                window.get_or_insert(Window { since: Instant::now(), left: 0 });
            }
            (Poll::Ready(Ok(count)), Some(window)) => window.left += count,
            (Poll::Ready(_), _) => {}
        }
    }
}

/// The body of an answer, under way until its last part was handed over or nobody wants it.
pub struct UnderWay {
    body: Body,
    pulse: Arc<Pulse>,
}

impl UnderWay {
    pub fn new(body: Body, pulse: &Arc<Pulse>) -> Self {
        Self { body, pulse: Arc::clone(pulse) }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.pulse.end();
    }
}

impl HttpBody for UnderWay {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A connection whose pulse is felt.
pub struct Felt {
    pub stream: TcpStream,
    pub pulse: Arc<Pulse>,
}

impl AsyncRead for Felt {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.pulse.read();
        }
        read
    }
}

impl AsyncWrite for Felt {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.pulse.wrote(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.pulse.wrote(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
