//! Fan-out: one delivery of each new event for every endpoint that wants it, as part of the batch that made the event.
//!
//! It runs when all commands of the batch have been decided, and goes by the subscriptions as they are then.

use std::collections::BTreeSet;

use super::Delivery;
use crate::event::Recipients;
use crate::{Key, State};

impl State {
    /// Adds the deliveries of the batch's events, each once. Says which subscriptions are missing instead, having done nothing.
    pub fn fan_out(&mut self) -> Result<(), BTreeSet<Key>> {
        let accounts: BTreeSet<_> = self.events().iter().map(|event| event.account).collect();
        let missing =
            accounts.into_iter().filter(|&account| !self.subscriptions.is_loaded(account)).map(Key::Subscriptions);
        let missing: BTreeSet<Key> = missing.collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let mut deliveries = Vec::new();
        for event in self.events() {
            let mut add = |endpoint| {
                deliveries.push(Delivery::new(event.id, endpoint, (event.account, event.kind), event.at));
            };
            match event.recipients {
                Recipients::Only(endpoint) => add(endpoint),
                Recipients::Subscribers => {
                    let subscriptions = self.subscriptions.kept(event.account);
                    subscriptions
                        .into_iter()
                        .flat_map(|subscriptions| subscriptions.subscribers(event.kind))
                        .for_each(add);
                }
            }
        }
        for delivery in deliveries {
            if self.deliveries.kept(delivery.id).is_none() {
                self.deliveries.put(delivery.id, delivery);
            }
        }
        self.keep();
        Ok(())
    }
}
