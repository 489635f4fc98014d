//! The ids there are: one line for each kind, with the prefix it is known by.
//!
//! A leaf: an id does not know what it names, so that one thing can name another without the two being a circle. A
//! newcomer looks for `Id<Payment>`: the kind of an id is a name of its own in [`kind`], and nothing is ever made of it.

use crate::id::{Id, Prefixed};

macro_rules! ids {
    ($($(#[$note:meta])* $id:ident, $kind:ident, $prefix:literal;)+) => {
        $($(#[$note])* pub type $id = Id<kind::$kind>;)+

        /// What an id names, for the compiler to tell one from another.
        pub mod kind {
            use super::Prefixed;

            $(
                pub enum $kind {}

                impl Prefixed for $kind {
                    const PREFIX: &'static str = $prefix;
                }
            )+
        }
    };
}

ids! {
    AccountId, Account, "acct_";
    ApiKeyId, ApiKey, "key_";
    AuditId, AuditEntry, "log_";
    /// The same bits as its posting's.
    BalanceTransactionId, BalanceTransaction, "txn_";
    CheckoutSessionId, CheckoutSession, "cs_";
    CustomerId, Customer, "cust_";
    DeliveryId, Delivery, "del_";
    EventId, Event, "evt_";
    JobId, Job, "job_";
    MerchantId, Merchant, "merch_";
    PaymentId, Payment, "pay_";
    PaymentMethodId, PaymentMethod, "tok_";
    PayoutId, Payout, "po_";
    PostingId, Posting, "post_";
    RefundId, Refund, "ref_";
    /// Names one request over HTTP; a client quotes it when it asks for help.
    RequestId, Request, "req_";
    SigningKeyId, SigningKey, "sig_";
    WebhookEndpointId, WebhookEndpoint, "we_";
}
