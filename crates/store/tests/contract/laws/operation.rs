//! What a client may do to a few payments.

use hedge_domain::command::Command;
use hedge_domain::idempotency::{Claim, Fingerprint, IdempotencyKey};
use hedge_domain::payment::{
    BeginProcessing, CancelPayment, ConfirmPayment, CreatePayment, ExpirePayment, FailureCode, Outcome, Payment,
    RecordOutcome, RefundPayment, SettlePayment, ThreeDSecure,
};
use hedge_domain::payout::{BeginPayout, CreatePayout, PayoutFailure, PayoutOutcome, RecordPayout};
use hedge_domain::{Currency, Duration};
use hedge_store::{Done, StoreError};
use proptest::prelude::*;

use super::world::World;
use crate::harness::keyed;
use crate::sample::{create, metadata, no_job};

#[derive(Clone, Debug)]
pub enum Operation {
    Create {
        minor: i64,
        card: bool,
        key: Option<u8>,
    },
    Confirm {
        slot: usize,
    },
    Cancel {
        slot: usize,
    },
    Expire {
        slot: usize,
    },
    Process {
        slot: usize,
    },
    Settle {
        slot: usize,
        declined: bool,
    },
    /// From creation to success, so that there is something to refund.
    Pay {
        minor: i64,
    },
    Refund {
        slot: usize,
        amount: Option<i64>,
        key: Option<u8>,
    },
    /// What is left of a payment becomes available.
    Avail {
        slot: usize,
    },
    PayOut {
        amount: Option<i64>,
    },
    /// The rail's word on a payout.
    EndPayout {
        slot: usize,
        failed: bool,
    },
    Wait {
        hours: i64,
    },
}

/// Longer than any case waits.
const KEEP: Duration = Duration::from_hours(100_000);
/// More than the sum of all waits of a case would make every payment expire; this leaves some.
const LONGEST_WAIT: i64 = 5;
/// How often a client tries again.
const PATIENCE: usize = 70;

pub fn operation() -> impl Strategy<Value = Operation> {
    let slot = || 0usize..6;
    let key = || proptest::option::of(0u8..6);
    let minor = || prop_oneof![3 => 1i64..500, 1 => Just(99_999_999i64)];
    prop_oneof![
        3 => (minor(), any::<bool>(), key()).prop_map(|(minor, card, key)| Operation::Create { minor, card, key }),
        1 => slot().prop_map(|slot| Operation::Confirm { slot }),
        1 => slot().prop_map(|slot| Operation::Cancel { slot }),
        1 => slot().prop_map(|slot| Operation::Expire { slot }),
        2 => slot().prop_map(|slot| Operation::Process { slot }),
        2 => (slot(), any::<bool>()).prop_map(|(slot, declined)| Operation::Settle { slot, declined }),
        3 => minor().prop_map(|minor| Operation::Pay { minor }),
        6 => (slot(), proptest::option::weighted(0.8, 0i64..300), key())
            .prop_map(|(slot, amount, key)| Operation::Refund { slot, amount, key }),
        3 => slot().prop_map(|slot| Operation::Avail { slot }),
        2 => proptest::option::of(100i64..1_000).prop_map(|amount| Operation::PayOut { amount }),
        1 => (slot(), any::<bool>()).prop_map(|(slot, failed)| Operation::EndPayout { slot, failed }),
        1 => (0..LONGEST_WAIT).prop_map(|hours| Operation::Wait { hours }),
    ]
}

pub async fn perform(world: &World, operation: Operation) {
    let actor = || world.tenant.actor.clone();
    match operation {
        Operation::Create { minor, card, key } => {
            let create = || CreatePayment {
                token: card.then_some(world.token),
                description: key.map(|key| format!("key {key}")),
                ..create(&world.tenant, minor)
            };
            run(world, create, key, minor).await;
        }
        Operation::Confirm { slot } => {
            if let Some(id) = world.pick(slot) {
                run(world, || ConfirmPayment { actor: actor(), id, token: world.token }, None, 0).await;
            }
        }
        Operation::Cancel { slot } => {
            if let Some(id) = world.pick(slot) {
                run(world, || CancelPayment { actor: actor(), id, reason: None }, None, 0).await;
            }
        }
        Operation::Expire { slot } => {
            if let Some(id) = world.pick(slot) {
                let _outcome = world.harness.store.run(ExpirePayment { id }).await;
            }
        }
        Operation::Process { slot } => process(world, slot).await,
        Operation::Settle { slot, declined } => settle(world, slot, declined).await,
        Operation::Pay { minor } => {
            let create = || CreatePayment { token: Some(world.token), ..create(&world.tenant, minor) };
            run(world, create, None, 0).await;
            let newest = world.told.lock().payments.len().wrapping_sub(1);
            process(world, newest).await;
            settle(world, newest, false).await;
        }
        Operation::Refund { slot, amount, key } => {
            if let Some(id) = world.pick(slot) {
                let reason = key.map(|key| format!("key {key}"));
                let refund =
                    || RefundPayment { actor: actor(), id, amount, reason: reason.clone(), metadata: metadata(&[]) };
                // The keys of refunds are others than those of creations, as the operation is part of a key.
                run(world, refund, key.map(|key| key + 100), amount.unwrap_or(-1)).await;
            }
        }
        Operation::Avail { slot } => {
            if let Some(id) = world.pick(slot) {
                let _done = world.harness.store.run(SettlePayment { id }).await;
            }
        }
        Operation::PayOut { amount } => pay_out(world, amount).await,
        Operation::EndPayout { slot, failed } => end_payout(world, slot, failed).await,
        Operation::Wait { hours } => world.harness.clock.advance(Duration::from_hours(hours)),
    }
}

async fn process(world: &World, slot: usize) {
    if let Some(payment) = world.pick(slot) {
        let _outcome = world.harness.store.run(BeginProcessing { payment, job: no_job() }).await;
    }
}

async fn settle(world: &World, slot: usize, declined: bool) {
    if let Some(payment) = world.pick(slot) {
        let outcome = match declined {
            true => Outcome::Declined(FailureCode::LostCard, ThreeDSecure::Failed),
            false => Outcome::Approved(ThreeDSecure::Authenticated),
        };
        let _outcome = world.harness.store.run(RecordOutcome { payment, job: no_job(), outcome }).await;
    }
}

async fn pay_out(world: &World, amount: Option<i64>) {
    let create = CreatePayout {
        actor: world.tenant.actor.clone(),
        merchant: world.tenant.merchant,
        method: None,
        amount,
        currency: Currency::Usd,
        description: None,
        metadata: metadata(&[]),
    };
    if let Ok(Done::Fresh { result: Ok(payout), .. }) = world.harness.store.run(create).await {
        world.told.lock().payouts.push(payout);
    }
}

async fn end_payout(world: &World, slot: usize, failed: bool) {
    let payout = {
        let told = world.told.lock();
        let Some(index) = slot.checked_rem(told.payouts.len()) else { return };
        told.payouts[index].id
    };
    let _begun = world.harness.store.run(BeginPayout { payout, job: no_job() }).await;
    let outcome = match failed {
        true => PayoutOutcome::Failed(PayoutFailure::Declined),
        false => PayoutOutcome::Paid,
    };
    let _recorded = world.harness.store.run(RecordPayout { payout, job: no_job(), outcome }).await;
}

/// Submits, and with a key tries again until there is an answer.
async fn run<C>(world: &World, command: impl Fn() -> C, key: Option<u8>, request: i64)
where
    C: Command<Output = Payment>,
{
    let store = &world.harness.store;
    let Some(key) = key else {
        if let Ok(done) = store.run(command()).await {
            world.told.lock().hear(done, None);
        }
        return;
    };
    let claim = Claim {
        key: IdempotencyKey([key; 16]),
        fingerprint: Fingerprint(i128::from(request).to_be_bytes()),
        keep: KEEP,
    };
    for _ in 0..PATIENCE {
        let done: Result<Done<Payment>, StoreError> = store.run_keyed(command(), keyed(claim)).await;
        if let Ok(done) = done {
            world.told.lock().hear(done, Some(key));
            return;
        }
    }
    panic!("no answer in {PATIENCE} attempts");
}
