//! Merchants: who is paid, under which name on the payer's statement, and at which prices.

use crate::fee::FeePlan;
use crate::id::{Id, Prefixed};
use crate::{AccountId, Timestamp};

pub type MerchantId = Id<Merchant>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merchant {
    pub id: MerchantId,
    pub account: AccountId,
    pub name: String,
    pub statement_descriptor: String,
    pub fees: FeePlan,
    pub created_at: Timestamp,
}

impl Prefixed for Merchant {
    const PREFIX: &'static str = "merch_";
}
