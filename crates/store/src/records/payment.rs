//! Payments, and the refunds that are parts of them.

use crate::column::part;
use hedge_domain::payment::{Cancellation, Payment, PaymentId};
use hedge_domain::refund::Refund;

use crate::record::{Columns, Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static PAYMENTS: Table = Definition {
    fixed: "account_id, merchant_id, customer_id",
    parts: Some(&REFUNDS),
    ..Definition::of(
        "payments",
        "id uuid, account_id uuid, merchant_id uuid, amount bigint, currency text, status text, method text, \
         payment_method_id uuid, customer_id uuid, customer_email text, description text, \
         statement_descriptor text, metadata text, fee bigint, refunded bigint, failure_code text, \
         three_d_secure text, canceled_at bigint, cancellation_reason text, expires_at bigint, settled_at bigint, \
         created_at bigint, updated_at bigint, sequence bigint, checkout_session_id uuid, settles_at bigint",
    )
}
.table();

impl Row for Payment {
    fn table() -> &'static Table {
        &PAYMENTS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self {
            id,
            account,
            merchant,
            amount,
            status,
            method,
            payment_method,
            customer,
            customer_email,
            description,
            statement_descriptor,
            metadata,
            fee,
            refunded,
            refunds: _,
            failure,
            three_d_secure,
            cancellation,
            expires_at,
            settled_at,
            created_at,
            updated_at,
            sequence,
            checkout_session,
            settles_at,
        } = self;
        row.put(id).put(account).put(merchant).put(amount).put(status).put(method).put(payment_method);
        row.put(customer).put(customer_email).put(description).put(statement_descriptor).put(metadata).put(fee);
        row.put(refunded).put(failure).put(three_d_secure).put(cancellation).put(expires_at).put(settled_at);
        row.put(created_at).put(updated_at).put(sequence).put(checkout_session).put(settles_at);
    }
}

impl Stored for Payment {
    type Id = PaymentId;

    fn id(&self) -> PaymentId {
        self.id
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        Ok(Self {
            id: row.take()?,
            account: row.take()?,
            merchant: row.take()?,
            amount: row.take()?,
            status: row.take()?,
            method: row.take()?,
            payment_method: row.take()?,
            customer: row.take()?,
            customer_email: row.take()?,
            description: row.take()?,
            statement_descriptor: row.take()?,
            metadata: row.take()?,
            fee: row.take()?,
            refunded: row.take()?,
            refunds: Vec::new(),
            failure: row.take()?,
            three_d_secure: row.take()?,
            cancellation: row.take()?,
            expires_at: row.take()?,
            settled_at: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
            sequence: row.take()?,
            checkout_session: row.take()?,
            settles_at: row.take()?,
        })
    }

    fn has_parts(&self) -> bool {
        self.refunded > 0
    }

    fn take_part(&mut self, part: &mut dyn Get) -> Result<(), Malformed> {
        let payment: Option<PaymentId> = part.take()?;
        if payment.is_some() {
            let (id, amount, reason, status, metadata, created_at) = part.take()?;
            self.refunds.push(Refund { id, amount, reason, status, metadata, created_at });
            self.refunds.sort_by_key(|refund| refund.id);
        }
        Ok(())
    }
}

/// When and why.
impl Columns for Option<Cancellation> {
    fn put<'a>(&'a self, row: &mut (dyn Put<'a> + '_)) {
        row.cell(part(self.as_ref().map(|it| &it.at)));
        row.cell(part(self.as_ref().and_then(|it| it.reason.as_ref())));
    }

    fn get(row: &mut (dyn Get + '_)) -> Result<Self, Malformed> {
        let (at, reason): (Option<_>, _) = (row.take()?, row.take()?);
        Ok(at.map(|at| Cancellation { reason, at }))
    }
}

static REFUNDS: Table = Definition {
    key: 2,
    fixed: "created_at",
    ..Definition::log(
        "refunds",
        "payment_id uuid, id uuid, amount bigint, reason text, status text, metadata text, created_at bigint",
    )
}
.table();

/// A refund of a payment. It has no version of its own: it is written only together with its payment, which has one.
pub(crate) struct RefundRow<'r> {
    pub payment: PaymentId,
    pub refund: &'r Refund,
}

impl Row for RefundRow<'_> {
    fn table() -> &'static Table {
        &REFUNDS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Refund { id, amount, reason, status, metadata, created_at } = self.refund;
        row.put(&self.payment).put(id).put(amount).put(reason).put(status).put(metadata).put(created_at);
    }
}
