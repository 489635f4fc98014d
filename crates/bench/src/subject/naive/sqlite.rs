//! SQLite through a pool, as durable as the server's: write-ahead log, fsync on every commit.
//!
//! Transactions begin as writers: one that turned into a writer half-way would fail whenever another was first.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use uuid::Uuid;

use super::{Books, NaiveError, Order, Payment, Tenant};

const SCHEMA: &str = include_str!("../../../../store/migrations/sqlite/V1__initial.sql");
const CONNECTIONS: u32 = 16;
/// Long enough that a writer waits its turn instead of failing.
const BUSY: Duration = Duration::from_secs(30);

pub struct Sqlite {
    pool: SqlitePool,
}

impl Sqlite {
    pub async fn open(folder: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("naive.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY);
        let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?;
        sqlx::raw_sql(SCHEMA).execute(&pool).await?;
        let books = Self { pool };
        books.settle_in(&Tenant::new()).await?;
        Ok(books)
    }

    async fn settle_in(&self, tenant: &Tenant) -> Result<()> {
        let (account, merchant) = (tenant.account.as_bytes().as_slice(), tenant.merchant.as_bytes().as_slice());
        sqlx::query(
            "INSERT INTO accounts (id, name, default_merchant_id, created_at, version) VALUES (?, 'a', ?, ?, 1)",
        )
        .bind(account)
        .bind(merchant)
        .bind(tenant.created_at)
        .execute(&self.pool)
        .await?;
        sqlx::query(
            "INSERT INTO merchants (id, account_id, name, statement_descriptor, card_basis_points, card_fixed,
                ach_basis_points, ach_fixed, crypto_basis_points, crypto_fixed, created_at, version)
             VALUES (?, ?, 'm', 'HEDGE PAYMENTS', 290, 30, 80, 0, 100, 0, ?, 1)",
        )
        .bind(merchant)
        .bind(account)
        .bind(tenant.created_at)
        .execute(&self.pool)
        .await?;
        sqlx::query(
            "INSERT INTO api_keys (id, account_id, kind, hash, prefix, last4, livemode, read_only, created_at, version)
             VALUES (?, ?, 'secret', ?, 'sk_test_', '0000', 0, 0, ?, 1)",
        )
        .bind(tenant.key.as_bytes().as_slice())
        .bind(account)
        .bind(tenant.key_hash.as_slice())
        .bind(tenant.created_at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

const CALLER: &str = "SELECT k.account_id, a.default_merchant_id FROM api_keys k JOIN accounts a ON a.id = k.account_id
    WHERE k.hash = ? AND k.revoked_at IS NULL";
const MERCHANT: &str = "SELECT statement_descriptor FROM merchants WHERE id = ? AND account_id = ?";
const CLAIM: &str = "INSERT INTO idempotency (key, fingerprint, status, body, created_at, expires_at)
    VALUES (?, ?, 201, ?, ?, ?) ON CONFLICT DO NOTHING";
const PAYMENT: &str = "INSERT INTO payments (id, account_id, merchant_id, amount, currency, status, customer_email,
        statement_descriptor, fee, refunded, expires_at, created_at, updated_at, sequence, version)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, 1, 1)";
const EVENT: &str = "INSERT INTO events (id, account_id, kind, object_id, sequence, payload, at)
    VALUES (?, ?, 'payment.created', ?, 1, ?, ?)";
const FIND: &str = "SELECT p.amount, p.currency, p.status, p.method, p.customer_email, p.customer, p.description,
        p.statement_descriptor, p.fee, p.refunded, p.failure_code, p.three_d_secure, p.canceled_at,
        p.cancellation_reason, p.expires_at, p.settled_at, p.created_at, p.updated_at
    FROM payments p JOIN api_keys k ON k.account_id = p.account_id
    WHERE p.id = ? AND k.hash = ? AND k.revoked_at IS NULL";

impl Books for Sqlite {
    async fn create(&self, order: &Order) -> Result<Vec<u8>, NaiveError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let caller = sqlx::query_as(CALLER).bind(order.caller.as_slice()).fetch_optional(&mut *transaction).await?;
        let (account, merchant): (Vec<u8>, Vec<u8>) = caller.ok_or(NaiveError::Unauthorized)?;
        let found = sqlx::query_as(MERCHANT).bind(&merchant).bind(&account).fetch_optional(&mut *transaction).await?;
        let (descriptor,): (String,) = found.ok_or(NaiveError::NotFound)?;
        let payment = order.payment(descriptor);
        let body = serde_json::to_vec(&payment)?;

        if let Some(key) = &order.key {
            let claimed = sqlx::query(CLAIM)
                .bind(key.as_slice())
                .bind(order.fingerprint.as_slice())
                .bind(&body)
                .bind(order.now)
                .bind(payment.expires_at)
                .execute(&mut *transaction)
                .await?;
            if claimed.rows_affected() == 0 {
                return Err(NaiveError::KeyUsed);
            }
        }
        sqlx::query(PAYMENT)
            .bind(order.id.as_bytes().as_slice())
            .bind(&account)
            .bind(&merchant)
            .bind(payment.amount)
            .bind(&payment.currency)
            .bind(&payment.status)
            .bind(&payment.customer_email)
            .bind(&payment.statement_descriptor)
            .bind(payment.expires_at)
            .bind(order.now)
            .bind(order.now)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(EVENT)
            .bind(order.event.as_bytes().as_slice())
            .bind(&account)
            .bind(order.id.as_bytes().as_slice())
            .bind(order.event(&payment)?)
            .bind(order.now)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(body)
    }

    async fn find(&self, caller: [u8; 32], id: Uuid) -> Result<Vec<u8>, NaiveError> {
        let found: Option<Payment> = sqlx::query_as(FIND)
            .bind(id.as_bytes().as_slice())
            .bind(caller.as_slice())
            .fetch_optional(&self.pool)
            .await?;
        found.ok_or(NaiveError::NotFound)?.found(id)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CreateRequest, key_hash, now};
    use super::*;

    #[tokio::test]
    async fn the_baseline_fits_the_tables_of_the_server() {
        let folder = tempfile::tempdir().unwrap();
        let books = Sqlite::open(folder.path()).await.unwrap();
        let id = Uuid::now_v7();
        let caller = key_hash(crate::load::SECRET_KEY);
        let request = CreateRequest { amount: 1, currency: "USD".to_owned(), customer_email: "a@b".to_owned() };
        let order = Order { caller, key: Some([1; 16]), fingerprint: [2; 16], id, event: id, now: now(id), request };
        let made = books.create(&order).await.ok().unwrap();
        assert_eq!(books.find(caller, id).await.ok().unwrap(), made);
        assert!(matches!(books.create(&order).await, Err(NaiveError::KeyUsed)));
        assert!(matches!(books.find([0; 32], id).await, Err(NaiveError::NotFound)));
    }
}
