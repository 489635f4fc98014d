//! Customers.

use hedge_domain::customer::{Customer, CustomerId};

use crate::record::record;

record! {
    of "customers" of Customer, by id: CustomerId, fixed: "account_id, merchant_id";
    id: "id uuid",
    account: "account_id uuid",
    merchant: "merchant_id uuid",
    email: "email text",
    name: "name text",
    phone: "phone text",
    description: "description text",
    metadata: "metadata text",
    created_at: "created_at bigint",
    updated_at: "updated_at bigint",
}
