//! Asking for payment methods.

use crate::AccountId;
use crate::ids::{CustomerId, PaymentMethodId};

/// What a list of a customer's payment methods is asked with. The store answers it; nothing here reads.
#[derive(Clone, Debug)]
pub struct PaymentMethodQuery {
    pub account: AccountId,
    pub customer: CustomerId,
    /// The last one of the page before.
    pub after: Option<PaymentMethodId>,
    pub limit: u32,
}
