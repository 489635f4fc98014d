//! What the clients of one case share, and what they were told.

use std::collections::{BTreeMap, BTreeSet};

use hedge_domain::idempotency::SavedAnswer;
use hedge_domain::merchant::{MerchantChange, SettlementChange, SettlementMethod, UpdateMerchant};
use hedge_domain::payment::{Payment, PaymentId};
use hedge_domain::payment_method::PaymentMethodId;
use hedge_domain::payout::Payout;
use hedge_store::Done;
use parking_lot::Mutex;

use crate::harness::{Harness, Home};
use crate::sample::{Tenant, card, first_tenant};

pub struct World {
    pub harness: Harness,
    pub tenant: Tenant,
    pub token: PaymentMethodId,
    pub told: Mutex<Told>,
}

#[derive(Default)]
pub struct Told {
    pub payments: Vec<PaymentId>,
    /// As they were made.
    pub payouts: Vec<Payout>,
    /// Each payment as it was last acknowledged.
    pub acknowledged: BTreeMap<PaymentId, Payment>,
    /// The answer under each idempotency key.
    pub answers: BTreeMap<u8, SavedAnswer>,
    /// The keys under which somebody was the first.
    pub firsts: BTreeSet<u8>,
}

impl World {
    pub async fn new(harness: Harness) -> Self {
        let (tenant, _) = first_tenant(&harness).await;
        // So that payments settle at once, and payouts have somewhere to go.
        let settlement = SettlementChange {
            method: Some(SettlementMethod::Usdc),
            solana_wallet: Some(Some("a wallet".to_owned())),
            ..SettlementChange::default()
        };
        let change = MerchantChange { settlement, ..MerchantChange::default() };
        let (actor, id) = (tenant.actor.clone(), tenant.merchant);
        harness.run(UpdateMerchant { actor, id, change }).await;
        let token = card(&harness, &tenant).await.id;
        Self { harness, tenant, token, told: Mutex::default() }
    }

    pub async fn reopened(self) -> Self {
        Self { harness: self.harness.reopened().await, ..self }
    }

    /// What its rows lived in.
    pub async fn ended(self) -> Home {
        let Harness { store, home, .. } = self.harness;
        store.close().await;
        home
    }

    /// One of the payments made so far.
    pub fn pick(&self, slot: usize) -> Option<PaymentId> {
        let told = self.told.lock();
        told.payments.get(slot.checked_rem(told.payments.len())?).copied()
    }
}

impl Told {
    pub fn acknowledge(&mut self, payment: Payment) {
        if !self.payments.contains(&payment.id) {
            self.payments.push(payment.id);
        }
        let known = self.acknowledged.entry(payment.id).or_insert_with(|| payment.clone());
        if known.sequence < payment.sequence {
            *known = payment;
        }
    }

    /// Under one key there is one answer, and only one client is the first.
    pub fn hear(&mut self, done: Done<Payment>, key: Option<u8>) {
        let answer = match (done, key) {
            (Done::Fresh { result, saved }, _) => {
                if let Ok(payment) = result {
                    self.acknowledge(payment);
                }
                if let (Some(_), Some(key)) = (&saved, key) {
                    assert!(self.firsts.insert(key), "key {key} had two effects");
                }
                saved
            }
            (Done::Replayed(answer), Some(_)) => Some(answer),
            (Done::Replayed(_), None) => panic!("a replay that nobody asked for"),
        };
        if let (Some(answer), Some(key)) = (answer, key) {
            assert_eq!(self.answers.entry(key).or_insert_with(|| answer.clone()), &answer, "key {key}");
        }
    }
}
