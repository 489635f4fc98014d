//! Which operation each input is for, and where it has its idempotency key: what [`Caller::call`](super::Caller::call) goes
//! by, so that no handler says it.

use hedge_api::Operation;
use hedge_api::hedge::operations;

use crate::platform::Input;

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
