//! Merchants, balances and statements as Hedge shows them.

use std::collections::BTreeSet;

use hedge_api::hedge::types;
use hedge_domain::bank_account::{BankAccount, BankAccountKind};
use hedge_domain::fee::{FeePlan, FeeSchedule};
use hedge_domain::ledger::{Available, BalanceTransaction, BalanceTransactionKind, LedgerAccount, StatementQuery};
use hedge_domain::merchant::{Merchant, MerchantStatus, NextPrices, PayoutSchedule, SettlementMethod};
use hedge_domain::payment::PaymentId;
use hedge_domain::payout::PayoutId;
use hedge_domain::refund::RefundId;
use hedge_domain::{Currency, Timestamp};
use hedge_store::{BalanceRow, Statement};

use super::super::{convert, page};

#[must_use]
pub fn merchant(merchant: &Merchant, now: Timestamp) -> types::Merchant {
    let branding = &merchant.branding;
    types::Merchant {
        id: merchant.id.to_string(),
        object: types::MerchantObject::Merchant,
        name: merchant.name.clone(),
        email: merchant.email.clone(),
        country: merchant.country.clone(),
        default_currency: convert::currency(merchant.default_currency),
        statement_descriptor: merchant.statement_descriptor.clone(),
        time_zone: merchant.time_zone.clone(),
        status: match merchant.status {
            MerchantStatus::Active => types::MerchantStatus::Active,
            MerchantStatus::Restricted => types::MerchantStatus::Restricted,
        },
        settlement: settlement(merchant),
        branding: types::Branding {
            logo_url: branding.logo_url.clone(),
            primary_color: branding.primary_color.map(|color| color.to_string()),
            secondary_color: branding.secondary_color.map(|color| color.to_string()),
        },
        fees: fees(merchant.prices.at(now)),
        next_fees: merchant.prices.ahead(now).map(next_fees),
        metadata: merchant.metadata.pairs().clone(),
        created_at: convert::time(merchant.created_at),
        updated_at: convert::time(merchant.updated_at),
    }
}

fn settlement(merchant: &Merchant) -> types::Settlement {
    let settlement = &merchant.settlement;
    types::Settlement {
        method: method(settlement.method),
        solana_wallet: settlement.solana_wallet.clone(),
        auto_settle: settlement.auto_settle,
        bank_account: settlement.bank_account.as_ref().map(bank_account),
        schedule: match settlement.schedule {
            PayoutSchedule::Daily => types::PayoutSchedule::Daily,
            PayoutSchedule::Weekly => types::PayoutSchedule::Weekly,
            PayoutSchedule::Manual => types::PayoutSchedule::Manual,
        },
        next_payout_at: merchant.next_payout_at.map(convert::time),
    }
}

#[must_use]
pub const fn method(method: SettlementMethod) -> types::SettlementMethod {
    match method {
        SettlementMethod::Usdc => types::SettlementMethod::Usdc,
        SettlementMethod::Usd => types::SettlementMethod::Usd,
    }
}

#[must_use]
pub const fn to_method(method: types::SettlementMethod) -> SettlementMethod {
    match method {
        types::SettlementMethod::Usdc => SettlementMethod::Usdc,
        types::SettlementMethod::Usd => SettlementMethod::Usd,
    }
}

#[must_use]
pub fn bank_account(account: &BankAccount) -> types::BankAccount {
    types::BankAccount {
        routing_number: account.routing_number.as_str().to_owned(),
        account_type: match account.kind {
            BankAccountKind::Checking => types::BankAccountType::Checking,
            BankAccountKind::Savings => types::BankAccountType::Savings,
        },
        last4: account.last4.clone(),
    }
}

const fn fees(plan: FeePlan) -> types::Fees {
    types::Fees { card: schedule(plan.card), ach: schedule(plan.ach), crypto: schedule(plan.crypto) }
}

fn next_fees(next: NextPrices) -> types::NextFees {
    let types::Fees { card, ach, crypto } = fees(next.plan);
    types::NextFees { card, ach, crypto, effective_at: convert::time(next.from) }
}

const fn schedule(schedule: FeeSchedule) -> types::FeeSchedule {
    types::FeeSchedule { basis_points: schedule.basis_points, fixed: schedule.fixed, cap: schedule.cap }
}

/// The ledger's accounts of a merchant. A currency that any of them knows is in all three parts, and the default one is
/// always.
#[must_use]
pub fn balance(merchant: &Merchant, rows: &[BalanceRow], now: Timestamp) -> types::Balance {
    let currencies: BTreeSet<Currency> =
        rows.iter().map(|row| row.currency).chain([merchant.default_currency]).collect();
    let net = |account: LedgerAccount, currency: Currency| {
        let row = rows.iter().find(|row| (row.account, row.currency) == (account, currency));
        row.map_or(0, |row| row.credits.saturating_sub(row.debits))
    };
    let sums = |account: LedgerAccount| {
        let sum = |&currency: &Currency| types::BalanceAmount {
            currency: convert::currency(currency),
            amount: net(account, currency),
        };
        currencies.iter().map(sum).collect()
    };
    let available = |&currency: &Currency| {
        let funds = Available {
            waited: net(LedgerAccount::MerchantAvailable(merchant.id), currency),
            at_once: net(LedgerAccount::MerchantUsdcOnly(merchant.id), currency),
            currency,
        };
        types::AvailableAmount {
            currency: convert::currency(currency),
            amount: funds.total().minor(),
            usdc_only: funds.usdc_only().minor(),
        }
    };
    types::Balance {
        object: types::BalanceObject::Balance,
        merchant_id: merchant.id.to_string(),
        available: currencies.iter().map(available).collect(),
        pending: sums(LedgerAccount::MerchantPending(merchant.id)),
        in_transit: sums(LedgerAccount::MerchantInTransit(merchant.id)),
        as_of: convert::time(now),
    }
}

#[must_use]
pub fn statement(query: &StatementQuery, statement: &Statement) -> types::Statement {
    let lines: Vec<_> = lines(statement).collect();
    let last = statement.items.last().map(|transaction| transaction.id);
    types::Statement {
        object: types::StatementObject::Statement,
        merchant_id: query.merchant.to_string(),
        currency: convert::currency(query.currency),
        opening_balance: statement.opening,
        closing_balance: lines.last().map_or(statement.opening, |line| line.balance),
        data: lines,
        has_more: statement.has_more,
        next_cursor: last.filter(|_| statement.has_more).map(page::cursor),
    }
}

/// Each with the balance after it.
pub fn lines(statement: &Statement) -> impl Iterator<Item = types::BalanceTransaction> {
    statement.items.iter().scan(statement.opening, |balance, transaction| {
        *balance = balance.saturating_add(transaction.net());
        Some(line(transaction, *balance))
    })
}

fn line(transaction: &BalanceTransaction, balance: i64) -> types::BalanceTransaction {
    types::BalanceTransaction {
        id: transaction.id.to_string(),
        object: types::BalanceTransactionObject::BalanceTransaction,
        r#type: match transaction.kind {
            BalanceTransactionKind::Payment => types::BalanceTransactionType::Payment,
            BalanceTransactionKind::Refund => types::BalanceTransactionType::Refund,
            BalanceTransactionKind::Payout => types::BalanceTransactionType::Payout,
            BalanceTransactionKind::PayoutFailure => types::BalanceTransactionType::PayoutFailure,
        },
        source_id: match transaction.kind {
            BalanceTransactionKind::Payment => PaymentId::from_bits(transaction.source).to_string(),
            BalanceTransactionKind::Refund => RefundId::from_bits(transaction.source).to_string(),
            BalanceTransactionKind::Payout | BalanceTransactionKind::PayoutFailure => {
                PayoutId::from_bits(transaction.source).to_string()
            }
        },
        amount: transaction.amount.minor(),
        fee: transaction.fee,
        net: transaction.net(),
        currency: convert::currency(transaction.amount.currency()),
        balance,
        created_at: convert::time(transaction.at),
    }
}
