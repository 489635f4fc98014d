//! What the family calls its objects, how each is listed, and which operation each keyed input is for: a line each, so that no
//! handler says it.

use hedge_api::Operation;
use hedge_api::hedge::{operations, types};
use hedge_domain::ids::kind;

use super::id::Noun;
use super::page::List;
use crate::platform::Input;

macro_rules! nouns {
    ($($kind:ident: $name:literal, $one:literal;)+) => {
        $(
            impl Noun for kind::$kind {
                const NAME: &'static str = $name;
                const ONE: &'static str = $one;
            }
        )+
    };
}

nouns! {
    ApiKey: "API key", "an API key";
    CheckoutSession: "Checkout session", "a checkout session";
    Customer: "Customer", "a customer";
    Delivery: "Delivery", "a delivery";
    Event: "Event", "an event";
    Merchant: "Merchant", "a merchant";
    Payment: "Payment", "a payment";
    PaymentMethod: "Payment method", "a payment method";
    Payout: "Payout", "a payout";
    WebhookEndpoint: "Webhook endpoint", "a webhook endpoint";
}

macro_rules! lists {
    ($($list:ident of $item:ident;)+) => {
        $(
            impl List for types::$list {
                type Item = types::$item;

                fn of(data: Vec<types::$item>, has_more: bool, next_cursor: Option<String>) -> Self {
                    Self { object: types::ListObject::List, data, has_more, next_cursor }
                }
            }
        )+
    };
}

lists! {
    ApiKeyList of ApiKey;
    AuditEntryList of AuditEntry;
    CheckoutSessionList of CheckoutSession;
    CustomerList of Customer;
    EventList of Event;
    MerchantList of Merchant;
    PaymentList of Payment;
    PaymentMethodList of PaymentMethod;
    PayoutList of Payout;
    WebhookDeliveryList of WebhookDelivery;
    WebhookEndpointList of WebhookEndpoint;
}

/// Where [`Caller::call`](super::Caller::call) finds the operation and the idempotency key.
macro_rules! inputs {
    ($($input:ident: $operation:ident;)+) => {
        $(
            impl Input for hedge_api::hedge::$input {
                const OPERATION: &'static Operation = &operations::$operation;

                fn idempotency_key(&self) -> Option<&str> {
                    self.idempotency_key.as_deref()
                }
            }
        )+

        /// The operations that have an idempotency key, for the test that none is missing.
        #[cfg(test)]
        const OPERATIONS: &[&Operation] = &[$(&operations::$operation),+];
    };
}

inputs! {
    CreateApiKeyInput: CREATE_API_KEY;
    RollApiKeyInput: ROLL_API_KEY;
    CreateCheckoutSessionInput: CREATE_CHECKOUT_SESSION;
    ExpireCheckoutSessionInput: EXPIRE_CHECKOUT_SESSION;
    CreateClientTokenInput: CREATE_CLIENT_TOKEN;
    CreateCustomerInput: CREATE_CUSTOMER;
    CreateMerchantInput: CREATE_MERCHANT;
    CreatePaymentMethodInput: CREATE_PAYMENT_METHOD;
    CreatePaymentInput: CREATE_PAYMENT;
    ConfirmPaymentInput: CONFIRM_PAYMENT;
    CancelPaymentInput: CANCEL_PAYMENT;
    RefundPaymentInput: REFUND_PAYMENT;
    CreatePayoutInput: CREATE_PAYOUT;
    MoveTestClockInput: MOVE_TEST_CLOCK;
    CreateWebhookEndpointInput: CREATE_WEBHOOK_ENDPOINT;
    RotateWebhookSecretInput: ROTATE_WEBHOOK_SECRET;
    ResendWebhookDeliveryInput: RESEND_WEBHOOK_DELIVERY;
    ResendWebhookEventsInput: RESEND_WEBHOOK_EVENTS;
    SendTestWebhookInput: SEND_TEST_WEBHOOK;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_idempotent_operation_has_its_input() {
        let described = operations::OPERATIONS.iter().filter(|operation| operation.idempotent);
        let described: BTreeSet<_> = described.map(|operation| operation.id).collect();
        let here: BTreeSet<_> = OPERATIONS.iter().map(|operation| operation.id).collect();
        assert_eq!(here, described);
    }
}
