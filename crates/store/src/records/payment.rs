//! Payments, and the refunds that are parts of them.

use hedge_domain::payment::{Cancellation, FailureCode, Method, Payment, PaymentId, PaymentStatus, ThreeDSecure};
use hedge_domain::refund::{Refund, RefundStatus};

use crate::column::{coded, part};
use crate::record::{Columns, Get, Malformed, Put, Row, record};
use crate::table::{Definition, Table};

record! {
    of "payments" of Payment, by id: PaymentId, fixed: "account_id, merchant_id, customer_id", parts: Some(&REFUNDS);
    [refunds: Vec::new()]
    id: "id uuid",
    account: "account_id uuid",
    merchant: "merchant_id uuid",
    amount: "amount bigint, currency text",
    status: "status text",
    method: "method text",
    payment_method: "payment_method_id uuid",
    customer: "customer_id uuid",
    customer_email: "customer_email text",
    description: "description text",
    statement_descriptor: "statement_descriptor text",
    metadata: "metadata text",
    checkout_session: "checkout_session_id uuid",
    fee: "fee bigint",
    refunded: "refunded bigint",
    failure: "failure_code text",
    three_d_secure: "three_d_secure text",
    cancellation: "canceled_at bigint, cancellation_reason text",
    expires_at: "expires_at bigint",
    settles_at: "settles_at bigint",
    settlement_method: "settlement_method text",
    settled_at: "settled_at bigint",
    created_at: "created_at bigint",
    updated_at: "updated_at bigint",
    sequence: "sequence bigint",
    {
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
}

coded!(FailureCode, Method, PaymentStatus, RefundStatus, ThreeDSecure);

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
