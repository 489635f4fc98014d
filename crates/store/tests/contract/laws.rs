//! The laws, as properties: whatever commands arrive, in whatever order and however many at once, the books are right.
//!
//! A case is a sequence of operations over a few payments, on rows of its own. Some of its clients use idempotency
//! keys and try again when the store fails them, as a client should.

mod books;
mod check;
mod operation;
mod world;

use std::ops::AsyncFn;
use std::sync::Arc;

use hedge_store::memory::Fault;
use parking_lot::Mutex;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::harness::{Harness, Home};
use operation::{Operation, operation};
use world::World;

const CASES: u32 = 32;

/// One after the other.
pub fn hold_for_any_sequence(home: impl AsyncFn() -> Option<Home>) {
    for_all(&home, vec(operation(), 1..40), |world, operations| async move {
        for operation in operations {
            world.perform(operation).await;
        }
    });
}

/// From many clients at once, who meet over the same payments and the same keys.
pub fn hold_for_many_at_once(home: impl AsyncFn() -> Option<Home>) {
    for_all(&home, vec(vec(operation(), 1..12), 2..16), |world, clients| async move {
        let clients = clients.into_iter().map(|operations| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                for operation in operations {
                    world.perform(operation).await;
                }
            })
        });
        for client in clients.collect::<Vec<_>>() {
            client.await.unwrap();
        }
    });
}

/// With batches that fail, that conflict, and whose commit nobody knows the end of.
pub fn hold_in_spite_of_faults() {
    let faults = prop_oneof![
        Just(Fault::BeforeCommit),
        Just(Fault::CommitUnknownApplied),
        Just(Fault::CommitUnknownLost),
        Just(Fault::Conflict),
    ];
    let now_and_then = prop_oneof![2 => Just(None), 1 => faults.prop_map(Some)];
    let step = (operation(), now_and_then);
    for_all(&Home::memory, vec(step, 1..60), |world, steps| async move {
        for (operation, fault) in steps {
            if let (Some(fault), Home::Memory(memory)) = (fault, &world.harness.home) {
                memory.fail_next(fault);
            }
            world.perform(operation).await;
        }
    });
}

/// Plays every case, then holds the rows against the laws: as they are, and again after a restart.
fn for_all<S, F>(home: &impl AsyncFn() -> Option<Home>, cases: S, play: impl Fn(Arc<World>, S::Value) -> F)
where
    S: Strategy,
    F: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    // What the last case has left, without its rows; after one that failed there is none.
    let left = Mutex::new(None);
    let ran = TestRunner::new(config).run(&cases, |case| {
        runtime.block_on(async {
            let spare = left.lock().take();
            let home = if spare.is_some() { spare } else { home().await };
            let Some(home) = home else { return };
            let world = Arc::new(World::new(Harness::open(home).await).await);
            play(Arc::clone(&world), case).await;
            check::laws(&world).await;
            let world = Arc::into_inner(world).unwrap().reopened().await;
            check::laws(&world).await;
            *left.lock() = world.ended().await.emptied().await;
        });
        Ok(())
    });
    if let Err(error) = ran {
        panic!("{error}");
    }
}

impl World {
    async fn perform(&self, operation: Operation) {
        operation::perform(self, operation).await;
    }
}
