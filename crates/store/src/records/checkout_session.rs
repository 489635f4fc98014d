//! Checkout sessions.

use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionId};

use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static CHECKOUT_SESSIONS: Table = Definition {
    fixed: "account_id, merchant_id",
    ..Definition::of(
        "checkout_sessions",
        "id uuid, account_id uuid, merchant_id uuid, amount bigint, currency text, description text, \
         customer_email text, customer_id uuid, methods text, success_url text, cancel_url text, metadata text, \
         status text, payment_id uuid, expires_at bigint, completed_at bigint, expired_at bigint, \
         created_at bigint, updated_at bigint, sequence bigint",
    )
}
.table();

impl Row for CheckoutSession {
    fn table() -> &'static Table {
        &CHECKOUT_SESSIONS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self {
            id,
            account,
            merchant,
            amount,
            description,
            customer_email,
            customer,
            methods,
            success_url,
            cancel_url,
            metadata,
            status,
            payment,
            expires_at,
            completed_at,
            expired_at,
            created_at,
            updated_at,
            sequence,
        } = self;
        row.put(id).put(account).put(merchant).put(amount).put(description).put(customer_email).put(customer);
        row.put(methods).put(success_url).put(cancel_url).put(metadata).put(status).put(payment);
        row.put(expires_at).put(completed_at).put(expired_at).put(created_at).put(updated_at).put(sequence);
    }
}

impl Stored for CheckoutSession {
    type Id = CheckoutSessionId;

    fn id(&self) -> CheckoutSessionId {
        self.id
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        Ok(Self {
            id: row.take()?,
            account: row.take()?,
            merchant: row.take()?,
            amount: row.take()?,
            description: row.take()?,
            customer_email: row.take()?,
            customer: row.take()?,
            methods: row.take()?,
            success_url: row.take()?,
            cancel_url: row.take()?,
            metadata: row.take()?,
            status: row.take()?,
            payment: row.take()?,
            expires_at: row.take()?,
            completed_at: row.take()?,
            expired_at: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
            sequence: row.take()?,
        })
    }
}
