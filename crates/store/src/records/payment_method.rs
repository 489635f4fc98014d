//! Payment methods.

use hedge_domain::card::{Brand, Card};
use hedge_domain::payment_method::{PaymentMethod, PaymentMethodId};

use crate::column::coded;
use crate::record::{columns, record};

record! {
    of "payment_methods" of PaymentMethod, by id: PaymentMethodId, fixed: "account_id, merchant_id";
    id: "id uuid",
    account: "account_id uuid",
    merchant: "merchant_id uuid",
    customer: "customer_id uuid",
    card: "brand text, last4 text, exp_month bigint, exp_year bigint",
    fingerprint: "fingerprint bytea",
    rail_token: "rail_token text",
    created_at: "created_at bigint",
}

coded!(Brand);
columns! {
    Card { brand, last4, exp_month, exp_year };
}
