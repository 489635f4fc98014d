//! Lists of customers and of their payment methods: walks down one index, newest first.

use hedge_domain::Timestamp;
use hedge_domain::customer::{Customer, CustomerQuery};
use hedge_domain::payment_method::{PaymentMethod, PaymentMethodQuery};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::failure::Failure;
use super::readers::Readers;
use super::rows;
use super::write::text;
use crate::engine::Page;

pub async fn list(readers: &Readers, query: &CustomerQuery) -> Result<Page<Customer>, Failure> {
    let email = query.email.as_deref().map(text);
    // Only where it is asked for: a condition that may not apply would cost the planner its index.
    let by_email = if email.is_some() { "AND email = $6" } else { "" };
    let sql = format!(
        "SELECT {} FROM customers WHERE account_id = $1 AND id < $2 AND created_at >= $3 AND created_at < $4 {by_email} \
         ORDER BY id DESC LIMIT $5",
        rows::CUSTOMER
    );
    let account = Uuid::from_u128(query.account.bits());
    let after = query.after.map_or(Uuid::max(), |after| Uuid::from_u128(after.bits()));
    let from = query.created_from.map_or(i64::MIN, Timestamp::millis);
    let until = query.created_until.map_or(i64::MAX, Timestamp::millis);
    let limit = i64::from(query.limit) + 1;
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&account, &after, &from, &until, &limit];
    if let Some(email) = &email {
        values.push(email);
    }
    let found = readers.query(&sql, &values).await?;
    let items: Result<_, _> = found.iter().map(|row| rows::customer(row).map(|(customer, _)| customer)).collect();
    Ok(Page::cut(items?, query.limit))
}

pub async fn payment_methods(readers: &Readers, query: &PaymentMethodQuery) -> Result<Page<PaymentMethod>, Failure> {
    let sql = format!(
        "SELECT {} FROM payment_methods WHERE account_id = $1 AND customer_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
        rows::PAYMENT_METHOD
    );
    let account = Uuid::from_u128(query.account.bits());
    let customer = Uuid::from_u128(query.customer.bits());
    let after = query.after.map_or(Uuid::max(), |after| Uuid::from_u128(after.bits()));
    let found = readers.query(&sql, &[&account, &customer, &after, &(i64::from(query.limit) + 1)]).await?;
    let items: Result<_, _> = found.iter().map(|row| rows::payment_method(row).map(|(method, _)| method)).collect();
    Ok(Page::cut(items?, query.limit))
}
