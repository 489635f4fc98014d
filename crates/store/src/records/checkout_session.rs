//! Checkout sessions.

use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionId, CheckoutStatus};

use crate::column::coded;
use crate::record::record;

record! {
    of "checkout_sessions" of CheckoutSession, by id: CheckoutSessionId, fixed: "account_id, merchant_id";
    id: "id uuid",
    account: "account_id uuid",
    merchant: "merchant_id uuid",
    amount: "amount bigint, currency text",
    description: "description text",
    customer_email: "customer_email text",
    customer: "customer_id uuid",
    methods: "methods text",
    success_url: "success_url text",
    cancel_url: "cancel_url text",
    metadata: "metadata text",
    status: "status text",
    payment: "payment_id uuid",
    attempts: "attempts bigint",
    expires_at: "expires_at bigint",
    completed_at: "completed_at bigint",
    expired_at: "expired_at bigint",
    created_at: "created_at bigint",
    updated_at: "updated_at bigint",
    sequence: "sequence bigint",
}

coded!(CheckoutStatus);
