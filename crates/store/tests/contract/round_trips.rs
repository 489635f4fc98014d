//! Every entity comes back as it was put, with every field, to a command and to a reader.

use std::collections::BTreeSet;

use hedge_domain::api_key::{ApiKey, CreateApiKey, KeyKind, NewKey, RecordKeyUse, RevokeApiKey, RollApiKey};
use hedge_domain::card::{Brand, Card};
use hedge_domain::fee::{FeePlan, FeeSchedule};
use hedge_domain::installation::Installation;
use hedge_domain::job::{Job, Task};
use hedge_domain::merchant::{
    Branding, Color, Merchant, MerchantStatus, NextPrices, PayoutSchedule, Prices, Settlement, SettlementMethod,
};
use hedge_domain::payment::{
    Cancellation, FailureCode, Method, Payment, PaymentId, PaymentStatus, RefundPayment, ThreeDSecure,
};
use hedge_domain::payment_method::PaymentMethod;
use hedge_domain::refund::{Refund, RefundStatus};
use hedge_domain::{Account, Currency, Duration, Id, Key, Money, State, Timestamp};
use hedge_store::{ApiKeyByHash, ApiKeysOf};

use crate::harness::Harness;
use crate::sample::{another_merchant, bank_account, first_tenant, install, metadata, new_key, succeeded};

promises! {
    the_first_start_is_read_back,
    accounts_and_merchants_keep_every_field,
    keys_keep_every_field_through_their_life,
    payment_methods_and_jobs_keep_every_field,
    payments_keep_every_field,
    every_code_survives,
    refunds_come_back_in_order,
    the_database_holds_refunds_within_the_amount,
}

async fn the_first_start_is_read_back(harness: Harness) {
    let installed = harness.run(install()).await;
    let key = installed.key.unwrap();
    let store = &harness.store;
    assert_eq!(store.get::<Installation>(()).await.unwrap(), Some(installed.installation.clone()));
    assert_eq!(store.get::<ApiKey>(key.id).await.unwrap(), Some(key.clone()));
    assert_eq!(store.first(&ApiKeyByHash([1; 32])).await.unwrap(), Some(key.clone()));
    assert_eq!(store.first(&ApiKeyByHash([2; 32])).await.unwrap(), None);
    let account = store.get::<Account>(key.account).await.unwrap().unwrap();
    assert_eq!(account.created_at, harness.now());
    let merchant = store.get::<Merchant>(account.default_merchant).await.unwrap().unwrap();
    assert_eq!((merchant.account, merchant.prices), (account.id, Prices::STANDARD));

    let again = harness.run(install()).await;
    assert_eq!((again.installation, again.key), (installed.installation, None));
}

async fn accounts_and_merchants_keep_every_field(harness: Harness) {
    let plan = FeePlan {
        card: FeeSchedule { basis_points: 1, fixed: 2, cap: Some(i64::MAX) },
        ach: FeeSchedule { basis_points: 3, fixed: 4, cap: None },
        crypto: FeeSchedule { basis_points: 5, fixed: 6, cap: Some(0) },
    };
    let next = NextPrices { plan: FeePlan { ach: plan.card, ..plan }, from: Timestamp::from_millis(i64::MIN) };
    let merchant = Merchant {
        id: Id::from_bits(u128::MAX),
        account: Id::from_bits(u128::MAX - 1),
        name: "Zoë’s \"Bar\"; DROP TABLE merchants".to_owned(),
        email: Some("zoë@example.com".to_owned()),
        country: Some("FR".to_owned()),
        default_currency: Currency::Eur,
        statement_descriptor: String::new(),
        time_zone: "Europe/Paris".to_owned(),
        settlement: Settlement {
            method: SettlementMethod::Usdc,
            solana_wallet: Some("a wallet".to_owned()),
            auto_settle: true,
            bank_account: Some(bank_account()),
            schedule: PayoutSchedule::Weekly,
        },
        branding: Branding {
            logo_url: Some("https://a.example/é.png".to_owned()),
            primary_color: Some(Color([0, 1, 255])),
            secondary_color: None,
        },
        status: MerchantStatus::Restricted,
        metadata: metadata(&[("key", "value")]),
        next_payout_at: Some(Timestamp::from_millis(i64::MAX)),
        payouts: u32::MAX,
        updated_at: Timestamp::from_millis(7),
        prices: Prices { current: plan, next: Some(next) },
        created_at: Timestamp::from_millis(-1),
    };
    let account = Account {
        id: merchant.account,
        name: "日本".to_owned(),
        default_merchant: merchant.id,
        created_at: harness.now(),
    };
    let (put_account, put_merchant) = (account.clone(), merchant.clone());
    let put = move |state: &mut State, _: &hedge_domain::Context<'_>| {
        state.accounts.put(put_account.id, put_account.clone());
        state.merchants.put(put_merchant.id, put_merchant.clone());
        Ok(())
    };
    harness.act(put).await;
    assert_eq!(harness.store.get::<Account>(account.id).await.unwrap(), Some(account.clone()));
    assert_eq!(harness.store.get::<Merchant>(merchant.id).await.unwrap(), Some(merchant.clone()));

    let id = merchant.id;
    let rename = move |state: &mut State, _: &hedge_domain::Context<'_>| {
        let mut merchant = state.merchants.find(id, Key::Merchant)?.unwrap();
        let mut account = state.accounts.find(merchant.account, Key::Account)?.unwrap();
        merchant.name = "renamed".to_owned();
        account.name = "renamed too".to_owned();
        state.merchants.put(id, merchant);
        state.accounts.put(account.id, account);
        Ok(())
    };
    harness.act(rename).await;
    let account_then = harness.store.get::<Account>(account.id).await.unwrap().unwrap();
    let merchant_then = harness.store.get::<Merchant>(merchant.id).await.unwrap().unwrap();
    assert_eq!(account_then, Account { name: "renamed too".to_owned(), ..account });
    assert_eq!(merchant_then, Merchant { name: "renamed".to_owned(), ..merchant });
}

async fn keys_keep_every_field_through_their_life(harness: Harness) {
    let (tenant, first) = first_tenant(&harness).await;
    let other = another_merchant(&harness, tenant.account).await;
    let limited = NewKey {
        name: None,
        kind: KeyKind::Publishable,
        livemode: true,
        read_only: true,
        merchants: Some(BTreeSet::from([tenant.merchant, other])),
        ..new_key(2)
    };
    let made = harness.run(CreateApiKey { actor: tenant.actor.clone(), key: limited }).await;
    assert_eq!(harness.store.get::<ApiKey>(made.id).await.unwrap(), Some(made.clone()));
    let none = NewKey { merchants: Some(BTreeSet::new()), ..new_key(3) };
    let none = harness.run(CreateApiKey { actor: tenant.actor.clone(), key: none }).await;
    assert_eq!(harness.store.get::<ApiKey>(none.id).await.unwrap(), Some(none.clone()));

    harness.clock.advance(Duration::from_secs(5));
    let roll =
        RollApiKey { actor: tenant.actor.clone(), id: made.id, secret: new_key(4).secret, overlap: Duration::ZERO };
    let rolled = harness.run(roll).await;
    let revoked = harness.run(RevokeApiKey { actor: tenant.actor.clone(), id: first.id }).await;
    harness.run(RecordKeyUse { id: first.id, at: harness.now() }).await;
    let used = ApiKey { last_used_at: Some(harness.now()), ..revoked };
    assert_eq!(used.revoked_at, Some(harness.now()));

    let keys = harness.store.all(&ApiKeysOf::all(tenant.account)).await.unwrap();
    assert_eq!(keys, [rolled.new.clone(), none, rolled.old, used], "newest first");
    assert_eq!(harness.store.first(&ApiKeyByHash([4; 32])).await.unwrap(), Some(rolled.new));
}

async fn payment_methods_and_jobs_keep_every_field(harness: Harness) {
    let method = PaymentMethod {
        id: Id::from_bits(1 << 127),
        account: Id::from_bits(3),
        merchant: None,
        customer: None,
        card: Card { brand: Brand::UnionPay, last4: "0005".to_owned(), exp_month: 1, exp_year: 2099 },
        fingerprint: [0; 16],
        rail_token: "r".repeat(300),
        created_at: harness.now(),
    };
    let with_customer = PaymentMethod {
        id: Id::from_bits(2),
        merchant: Some(Id::from_bits(7)),
        customer: Some(Id::from_bits(u128::MAX)),
        ..method.clone()
    };
    let task = Task::SubmitRefund { payment: Id::from_bits(u128::MAX), refund: Id::from_bits(9) };
    let job = Job { id: Id::from_bits(5), account: method.account, task, due_at: harness.now(), attempts: u32::MAX };
    let (put, put_job) = ([method.clone(), with_customer.clone()], job.clone());
    harness
        .act(move |state, _| {
            for method in &put {
                state.payment_methods.put(method.id, method.clone());
            }
            state.jobs.put(put_job.id, put_job.clone());
            Ok(())
        })
        .await;

    let found = harness
        .act(|state, _| {
            let rich = state.payment_methods.find(Id::from_bits(1 << 127), Key::PaymentMethod)?;
            let with_customer = state.payment_methods.find(Id::from_bits(2), Key::PaymentMethod)?;
            let missing = state.payment_methods.find(Id::from_bits(4), Key::PaymentMethod)?;
            Ok(([rich, with_customer, missing], state.jobs.find(Id::from_bits(5), Key::Job)?))
        })
        .await;
    assert_eq!(found, ([Some(method), Some(with_customer), None], Some(job.clone())));
    let lease_end = harness.now().plus(Duration::from_secs(9));
    assert_eq!(harness.store.claim_jobs(harness.now(), lease_end, 10).await.unwrap(), [job]);
}

/// A payment with something in every field.
fn rich(id: PaymentId, at: Timestamp) -> Payment {
    let refund = |bits: u128, status, reason: Option<&str>| Refund {
        id: Id::from_bits(bits),
        amount: 3,
        reason: reason.map(str::to_owned),
        status,
        metadata: metadata(&[("why", "because\nof “it”")]),
        created_at: at,
    };
    Payment {
        id,
        account: Id::from_bits(1 << 100),
        merchant: Id::from_bits(u128::MAX),
        amount: Money::new(99_999_999, Currency::Brl),
        status: PaymentStatus::PartiallyRefunded,
        method: Some(Method::Crypto),
        payment_method: Some(Id::from_bits(12)),
        customer: Some(Id::from_bits(1 << 126)),
        customer_email: "payer+ü@example.com".to_owned(),
        description: Some("two\nlines".to_owned()),
        statement_descriptor: "S".to_owned(),
        metadata: metadata(&[("order", "{\"a\":1}"), ("zero", "\u{1}\\")]),
        checkout_session: Some(Id::from_bits(13)),
        fee: 99_999_999,
        refunded: 9,
        refunds: vec![
            refund(1, RefundStatus::Succeeded, None),
            refund(2, RefundStatus::Pending, Some("asked")),
            refund(1 << 127, RefundStatus::Failed, Some("")),
        ],
        failure: Some(FailureCode::StolenCard),
        three_d_secure: Some(ThreeDSecure::Authenticated),
        cancellation: Some(Cancellation { reason: Some("no".to_owned()), at }),
        expires_at: at.plus(Duration::from_hours(1)),
        settles_at: Some(Timestamp::from_millis(8)),
        settlement_method: Some(SettlementMethod::Usdc),
        settled_at: Some(at),
        created_at: at,
        updated_at: at.plus(Duration::from_secs(1)),
        sequence: 7,
    }
}

async fn payments_keep_every_field(harness: Harness) {
    let id = Id::from_bits(77);
    let rich = rich(id, harness.now());
    let bare = Payment {
        id: Id::from_bits(78),
        method: None,
        payment_method: None,
        customer: None,
        description: None,
        metadata: metadata(&[]),
        checkout_session: None,
        refunded: 0,
        refunds: Vec::new(),
        failure: None,
        three_d_secure: None,
        cancellation: Some(Cancellation { reason: None, at: harness.now() }),
        settlement_method: None,
        settled_at: None,
        ..rich.clone()
    };
    put(&harness, vec![rich.clone(), bare.clone()]).await;
    assert_eq!(harness.payment(id).await, rich);
    assert_eq!(harness.payment(bare.id).await, bare);
    let loaded = harness.act(move |state, _| state.payments.find(id, Key::Payment)).await;
    assert_eq!(loaded, Some(rich.clone()));

    let mut changed = rich;
    changed.status = PaymentStatus::Refunded;
    changed.refunds[1].status = RefundStatus::Succeeded;
    changed.refunds.push(Refund { id: Id::from_bits(u128::MAX), amount: 1, ..changed.refunds[0].clone() });
    changed.refunded = 10;
    changed.cancellation = None;
    changed.metadata = metadata(&[]);
    changed.sequence = 8;
    let put = changed.clone();
    harness
        .act(move |state, _| {
            state.payments.find(id, Key::Payment)?.unwrap();
            state.payments.put(id, put.clone());
            Ok(())
        })
        .await;
    assert_eq!(harness.payment(id).await, changed);
    let loaded = harness.act(move |state, _| state.payments.find(id, Key::Payment)).await;
    assert_eq!(loaded, Some(changed));
}

async fn put(harness: &Harness, payments: Vec<Payment>) {
    let put = move |state: &mut State, _: &hedge_domain::Context<'_>| {
        for payment in &payments {
            state.payments.put(payment.id, payment.clone());
        }
        Ok(())
    };
    harness.act(put).await;
}

async fn every_code_survives(harness: Harness) {
    let base = Payment { refunded: 0, refunds: Vec::new(), ..rich(Id::from_bits(1), harness.now()) };
    let variants = [
        PaymentStatus::ALL.map(|status| Payment { status, ..base.clone() }).to_vec(),
        Method::ALL.map(|method| Payment { method: Some(method), ..base.clone() }).to_vec(),
        FailureCode::ALL.map(|code| Payment { failure: Some(code), ..base.clone() }).to_vec(),
        ThreeDSecure::ALL.map(|result| Payment { three_d_secure: Some(result), ..base.clone() }).to_vec(),
        Currency::ALL.map(|currency| Payment { amount: Money::new(99_999_999, currency), ..base.clone() }).to_vec(),
    ]
    .concat();
    let numbered = (100u128..).zip(variants).map(|(bits, payment)| Payment { id: Id::from_bits(bits), ..payment });
    let payments: Vec<_> = numbered.collect();
    put(&harness, payments.clone()).await;
    for payment in payments {
        assert_eq!(harness.payment(payment.id).await, payment);
    }
}

async fn refunds_come_back_in_order(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let paid = succeeded(&harness, &tenant, 1_000).await;
    let refund = |amount: i64| RefundPayment {
        actor: tenant.actor.clone(),
        id: paid.id,
        amount: Some(amount),
        reason: Some(format!("number {amount}")),
        metadata: metadata(&[("n", "1")]),
    };
    let mut last = paid.clone();
    for amount in [1, 2, 3] {
        last = harness.run(refund(amount)).await;
    }
    assert_eq!(last.refunds.iter().map(|refund| refund.amount).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(harness.payment(paid.id).await, last);
}

async fn the_database_holds_refunds_within_the_amount(harness: Harness) {
    let (tenant, _) = first_tenant(&harness).await;
    let paid = succeeded(&harness, &tenant, 1_000).await;
    let id = paid.id;
    let broken = crate::harness::Act(move |state: &mut State, _: &hedge_domain::Context<'_>| {
        let payment = state.payments.find(id, Key::Payment)?.unwrap();
        state.payments.put(id, Payment { refunded: 1_001, ..payment });
        Ok(())
    });
    assert!(harness.store.run(broken).await.is_err());
    assert_eq!(harness.payment(id).await, paid);
    harness.run(crate::sample::create(&tenant, 5)).await;
}
