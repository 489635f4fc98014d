//! Postgres through a pool: the five statements of a payment in a transaction of their own.

use anyhow::Result;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

use super::{Books, NaiveError, Order, Payment, Tenant};

const SCHEMA: &str = include_str!("../../../../store/migrations/postgres/V1__initial.sql");
const CONNECTIONS: u32 = 32;

pub struct Postgres {
    pool: PgPool,
}

impl Postgres {
    pub async fn open(url: &str) -> Result<Self> {
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect(url).await?;
        sqlx::raw_sql(SCHEMA).execute(&pool).await?;
        let books = Self { pool };
        books.settle_in(&Tenant::new()).await?;
        Ok(books)
    }

    async fn settle_in(&self, tenant: &Tenant) -> Result<()> {
        sqlx::query(
            "INSERT INTO accounts (id, name, default_merchant_id, created_at, version) VALUES ($1, 'a', $2, $3, 1)",
        )
        .bind(tenant.account)
        .bind(tenant.merchant)
        .bind(tenant.created_at)
        .execute(&self.pool)
        .await?;
        sqlx::query(
            "INSERT INTO merchants (id, account_id, name, statement_descriptor, card_basis_points, card_fixed,
                ach_basis_points, ach_fixed, crypto_basis_points, crypto_fixed, created_at, version)
             VALUES ($1, $2, 'm', 'HEDGE PAYMENTS', 290, 30, 80, 0, 100, 0, $3, 1)",
        )
        .bind(tenant.merchant)
        .bind(tenant.account)
        .bind(tenant.created_at)
        .execute(&self.pool)
        .await?;
        sqlx::query(
            "INSERT INTO api_keys (id, account_id, kind, hash, prefix, last4, livemode, read_only, created_at, version)
             VALUES ($1, $2, 'secret', $3, 'sk_test_', '0000', false, false, $4, 1)",
        )
        .bind(tenant.key)
        .bind(tenant.account)
        .bind(tenant.key_hash.as_slice())
        .bind(tenant.created_at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

const CALLER: &str = "SELECT k.account_id, a.default_merchant_id FROM api_keys k JOIN accounts a ON a.id = k.account_id
    WHERE k.hash = $1 AND k.revoked_at IS NULL";
const MERCHANT: &str = "SELECT statement_descriptor FROM merchants WHERE id = $1 AND account_id = $2";
const CLAIM: &str = "INSERT INTO idempotency (key, fingerprint, status, body, created_at, expires_at, version)
    VALUES ($1, $2, 201, $3, $4, $5, 1) ON CONFLICT DO NOTHING";
const PAYMENT: &str = "INSERT INTO payments (id, account_id, merchant_id, amount, currency, status, customer_email,
        statement_descriptor, fee, refunded, expires_at, created_at, updated_at, sequence, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, $9, $10, $11, 1, 1)";
const EVENT: &str = "INSERT INTO events (id, account_id, kind, object_id, sequence, payload, at)
    VALUES ($1, $2, 'payment.created', $3, 1, $4, $5)";
const FIND: &str = "SELECT p.amount, p.currency, p.status, p.method, p.customer_email, p.customer, p.description,
        p.statement_descriptor, p.fee, p.refunded, p.failure_code, p.three_d_secure, p.canceled_at,
        p.cancellation_reason, p.expires_at, p.settled_at, p.created_at, p.updated_at
    FROM payments p JOIN api_keys k ON k.account_id = p.account_id
    WHERE p.id = $1 AND k.hash = $2 AND k.revoked_at IS NULL";

impl Books for Postgres {
    async fn create(&self, order: &Order) -> Result<Vec<u8>, NaiveError> {
        let mut transaction = self.pool.begin().await?;
        let caller = sqlx::query_as(CALLER).bind(order.caller.as_slice()).fetch_optional(&mut *transaction).await?;
        let (account, merchant): (Uuid, Uuid) = caller.ok_or(NaiveError::Unauthorized)?;
        let found = sqlx::query_as(MERCHANT).bind(merchant).bind(account).fetch_optional(&mut *transaction).await?;
        let (descriptor,): (String,) = found.ok_or(NaiveError::NotFound)?;
        let payment = order.payment(descriptor);
        let body = serde_json::to_vec(&payment)?;

        if let Some(key) = order.key {
            let claimed = sqlx::query(CLAIM)
                .bind(Uuid::from_bytes(key))
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
            .bind(order.id)
            .bind(account)
            .bind(merchant)
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
            .bind(order.event)
            .bind(account)
            .bind(order.id)
            .bind(order.event(&payment)?)
            .bind(order.now)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(body)
    }

    async fn find(&self, caller: [u8; 32], id: Uuid) -> Result<Vec<u8>, NaiveError> {
        let found: Option<Payment> =
            sqlx::query_as(FIND).bind(id).bind(caller.as_slice()).fetch_optional(&self.pool).await?;
        found.ok_or(NaiveError::NotFound)?.found(id)
    }
}
