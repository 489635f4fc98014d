//! Installation, accounts, keys, customers, payment methods, jobs, balances, events and saved answers: one row is one entity,
//! with its version last where it has one.

use std::collections::BTreeSet;

use hedge_domain::Account;
use hedge_domain::api_key::{ApiKey, SecretDigest};
use hedge_domain::card::Card;
use hedge_domain::customer::Customer;
use hedge_domain::idempotency::{Fingerprint, IdempotencyKey, IdempotencyRecord, SavedAnswer};
use hedge_domain::installation::Installation;
use hedge_domain::job::Job;
use hedge_domain::merchant::MerchantId;
use hedge_domain::payment_method::PaymentMethod;
use hedge_domain::signing_key::SigningKey;
use hedge_domain::state::Version;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::column::{self, Malformed};
use crate::engine::{BalanceRow, OutboxRow};
use crate::postgres::failure::Failure;
use crate::postgres::fields::Fields;

type Stored<E> = Result<(E, Version), Failure>;

pub const INSTALLATION: &str = "environment, secret_check, first_account_id, created_at, version";

pub fn installation(row: &Row) -> Stored<Installation> {
    let mut fields = Fields::of(row);
    let installation = Installation {
        environment: fields.code()?,
        secret_check: fields.bytes()?,
        first_account: fields.id()?,
        created_at: fields.time()?,
    };
    Ok((installation, fields.value()?))
}

pub const ACCOUNT: &str = "id, name, default_merchant_id, created_at, version";

pub fn account(row: &Row) -> Stored<Account> {
    let mut fields = Fields::of(row);
    let account =
        Account { id: fields.id()?, name: fields.value()?, default_merchant: fields.id()?, created_at: fields.time()? };
    Ok((account, fields.value()?))
}

pub const API_KEY: &str = "id, account_id, name, kind, hash, prefix, last4, livemode, read_only, merchants, \
    created_at, expires_at, revoked_at, last_used_at, version";

pub fn api_key(row: &Row) -> Stored<ApiKey> {
    let mut fields = Fields::of(row);
    let key = ApiKey {
        id: fields.id()?,
        account: fields.id()?,
        name: fields.value()?,
        kind: fields.code()?,
        secret: SecretDigest { hash: fields.bytes()?, prefix: fields.value()?, last4: fields.value()? },
        livemode: fields.value()?,
        read_only: fields.value()?,
        merchants: fields.value::<Option<Vec<Uuid>>>()?.map(merchants),
        created_at: fields.time()?,
        expires_at: fields.optional_time()?,
        revoked_at: fields.optional_time()?,
        last_used_at: fields.optional_time()?,
    };
    Ok((key, fields.value()?))
}

fn merchants(uuids: Vec<Uuid>) -> BTreeSet<MerchantId> {
    uuids.into_iter().map(|uuid| MerchantId::from_bits(uuid.as_u128())).collect()
}

pub const PAYMENT_METHOD: &str =
    "id, account_id, customer_id, brand, last4, exp_month, exp_year, fingerprint, rail_token, created_at, version";

pub fn payment_method(row: &Row) -> Stored<PaymentMethod> {
    let mut fields = Fields::of(row);
    let method = PaymentMethod {
        id: fields.id()?,
        account: fields.id()?,
        customer: fields.optional_id()?,
        card: Card {
            brand: fields.code()?,
            last4: fields.value()?,
            exp_month: fields.count()?,
            exp_year: fields.count()?,
        },
        fingerprint: fields.bytes()?,
        rail_token: fields.value()?,
        created_at: fields.time()?,
    };
    Ok((method, fields.value()?))
}

pub const CUSTOMER: &str = "id, account_id, email, name, phone, description, metadata, created_at, updated_at, version";

pub fn customer(row: &Row) -> Stored<Customer> {
    let mut fields = Fields::of(row);
    let customer = Customer {
        id: fields.id()?,
        account: fields.id()?,
        email: fields.value()?,
        name: fields.value()?,
        phone: fields.value()?,
        description: fields.value()?,
        metadata: column::metadata(fields.value()?)?,
        created_at: fields.time()?,
        updated_at: fields.time()?,
    };
    Ok((customer, fields.value()?))
}

pub const SIGNING_KEY: &str = "id, public, sealed, created_at, activates_at, retires_at, version";

pub fn signing_key(row: &Row) -> Stored<SigningKey> {
    let mut fields = Fields::of(row);
    let key = SigningKey {
        id: fields.id()?,
        public: fields.bytes()?,
        sealed: fields.value()?,
        created_at: fields.time()?,
        activates_at: fields.time()?,
        retires_at: fields.optional_time()?,
    };
    Ok((key, fields.value()?))
}

pub const JOB: &str = "id, account_id, task, subject_id, detail_id, due_at, attempts, version";

pub fn job(row: &Row) -> Stored<Job> {
    let mut fields = Fields::of(row);
    let job = Job {
        id: fields.id()?,
        account: fields.id()?,
        task: column::task(fields.value()?, fields.id()?, fields.optional_id()?)?,
        due_at: fields.time()?,
        attempts: fields.count()?,
    };
    Ok((job, fields.value()?))
}

pub const IDEMPOTENCY: &str = "key, fingerprint, status, body, created_at, expires_at, version";

pub fn idempotency(row: &Row) -> Stored<IdempotencyRecord> {
    let mut fields = Fields::of(row);
    let record = IdempotencyRecord {
        key: IdempotencyKey(fields.value::<Uuid>()?.into_bytes()),
        fingerprint: Fingerprint(fields.bytes()?),
        answer: SavedAnswer { status: fields.count()?, body: fields.value()? },
        created_at: fields.time()?,
        expires_at: fields.time()?,
    };
    Ok((record, fields.value()?))
}

/// Of the columns id, account_id, kind, object_id, sequence, payload, at.
pub fn outbox(row: &Row) -> Result<OutboxRow, Failure> {
    let mut fields = Fields::of(row);
    Ok(OutboxRow {
        id: fields.id()?,
        account: fields.id()?,
        kind: fields.code()?,
        object: fields.value::<Uuid>()?.as_u128(),
        sequence: fields.count()?,
        payload: fields.value()?,
        at: fields.time()?,
    })
}

/// Of the columns account, currency, debits, credits.
pub fn balance(row: &Row) -> Result<BalanceRow, Failure> {
    let mut fields = Fields::of(row);
    let account: &str = fields.value()?;
    Ok(BalanceRow {
        account: account.parse().map_err(|()| Malformed(format!("no ledger account is {account:?}")))?,
        currency: fields.code()?,
        debits: fields.value()?,
        credits: fields.value()?,
    })
}
