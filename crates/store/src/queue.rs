//! The bounded queue between requests and writers.
//!
//! Nothing waits here without a limit: a full queue is told at once, and a writer takes all there is, up to a batch.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};

use crate::error::StoreError;
use crate::submission::Work;

#[derive(Clone)]
pub(crate) struct Sender(mpsc::Sender<Box<dyn Work>>);

/// Shared by the writers of an engine: whoever is free takes the next batch.
#[derive(Clone)]
pub(crate) struct Receiver(Arc<Mutex<mpsc::Receiver<Box<dyn Work>>>>);

pub(crate) fn queue(length: usize) -> (Sender, Receiver) {
    let (sender, receiver) = mpsc::channel(length);
    (Sender(sender), Receiver(Arc::new(Mutex::new(receiver))))
}

impl Sender {
    pub(crate) fn send(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        self.0.try_send(work).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })
    }

    pub(crate) fn waiting(&self) -> usize {
        self.0.max_capacity() - self.0.capacity()
    }
}

impl Receiver {
    /// The next batch, never lingering for more; empty when the queue is closed and drained.
    pub(crate) async fn next_batch(&self, most: usize) -> Vec<Box<dyn Work>> {
        let mut batch = Vec::new();
        self.0.lock().await.recv_many(&mut batch, most).await;
        batch
    }
}
