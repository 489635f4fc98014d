//! Payment methods.

use hedge_domain::card::Card;
use hedge_domain::payment_method::{PaymentMethod, PaymentMethodId};

use crate::record::{Get, Malformed, Put, Row, Stored};
use crate::table::{Definition, Table};

static PAYMENT_METHODS: Table = Definition {
    fixed: "account_id",
    ..Definition::of(
        "payment_methods",
        "id uuid, account_id uuid, customer_id uuid, brand text, last4 text, exp_month bigint, exp_year bigint, \
         fingerprint bytea, rail_token text, created_at bigint",
    )
}
.table();

impl Row for PaymentMethod {
    fn table() -> &'static Table {
        &PAYMENT_METHODS
    }

    fn put<'a>(&'a self, row: &mut dyn Put<'a>) {
        let Self {
            id,
            account,
            customer,
            card: Card { brand, last4, exp_month, exp_year },
            fingerprint,
            rail_token,
            created_at,
        } = self;
        row.put(id).put(account).put(customer).put(brand).put(last4).put(exp_month).put(exp_year);
        row.put(fingerprint).put(rail_token).put(created_at);
    }
}

impl Stored for PaymentMethod {
    type Id = PaymentMethodId;

    fn id(&self) -> PaymentMethodId {
        self.id
    }

    fn get(row: &mut dyn Get) -> Result<Self, Malformed> {
        let (id, account, customer) = row.take()?;
        let (brand, last4, exp_month, exp_year) = row.take()?;
        let (fingerprint, rail_token, created_at) = row.take()?;
        let card = Card { brand, last4, exp_month, exp_year };
        Ok(Self { id, account, customer, card, fingerprint, rail_token, created_at })
    }
}
