//! The money on `/metrics`: what the ledger's kept balances come to, in minor units.
//!
//! What a newcomer gets wrong: these are written out here and not recorded, because a recorder keeps floats, and a float
//! is not exact about money. They are read from the database, so every replica says the same: take one, never the sum.

use std::collections::BTreeMap;
use std::fmt::Write;

use hedge_domain::Currency;
use hedge_domain::ledger::LedgerAccount;
use hedge_store::BalanceRow;

use super::ledger::LedgerCheck;

/// By kind of ledger account and currency: what was credited less what was debited.
type Sums = BTreeMap<(String, &'static str), i128>;

/// The lines about these balances.
#[must_use]
pub fn lines(balances: &[BalanceRow]) -> String {
    let mut accounts = Sums::new();
    let mut fees = BTreeMap::<_, i128>::new();
    let mut imbalance = BTreeMap::<_, i128>::new();
    // What the networks owe grows by payments and shrinks by refunds, and by nothing else.
    let mut succeeded = BTreeMap::<_, i128>::new();
    let mut refunded = BTreeMap::<_, i128>::new();
    for row in balances {
        let (kind, currency) = (kind(&row.account.to_string()), row.currency.code());
        let net = i128::from(row.credits) - i128::from(row.debits);
        if let LedgerAccount::CardClearing(_) = row.account {
            *succeeded.entry(currency).or_default() += i128::from(row.debits);
            *refunded.entry(currency).or_default() += i128::from(row.credits);
        }
        if kind.starts_with("revenue:") {
            *fees.entry(currency).or_default() += net;
        }
        *accounts.entry((kind, currency)).or_default() += net;
        *imbalance.entry(currency).or_default() += net;
    }
    // Before the first payment there is nothing to be wrong, and an alarm wants to see that.
    for currency in Currency::ALL {
        for sums in [&mut imbalance, &mut fees, &mut succeeded, &mut refunded] {
            sums.entry(currency.code()).or_default();
        }
    }
    let mut text = String::new();
    head(
        &mut text,
        "hedge_ledger_balance_minor",
        "Credits less debits of each kind of ledger account, in minor units.",
    );
    for ((kind, currency), sum) in accounts {
        line(&mut text, &format!("hedge_ledger_balance_minor{{account=\"{kind}\",currency=\"{currency}\"}} {sum}"));
    }
    by_currency(&mut text, "hedge_payments_succeeded_minor", "What payments have come to so far.", &succeeded);
    by_currency(&mut text, "hedge_payments_refunded_minor", "What was given back of them so far.", &refunded);
    by_currency(&mut text, "hedge_fees_minor", "The platform's fees so far, in minor units.", &fees);
    let help = "Credits less debits of the whole ledger: anything but 0 is an alarm.";
    by_currency(&mut text, "hedge_ledger_imbalance_minor", help, &imbalance);
    text
}

fn by_currency(text: &mut String, name: &str, help: &str, sums: &BTreeMap<&'static str, i128>) {
    head(text, name, help);
    for (currency, sum) in sums {
        line(text, &format!("{name}{{currency=\"{currency}\"}} {sum}"));
    }
}

/// The lines about what the last check of the ledger has found.
#[must_use]
pub fn drift_lines(check: &LedgerCheck) -> String {
    let mut text = String::new();
    head(
        &mut text,
        "hedge_ledger_drift_minor",
        "How far the kept balances are off the journal, by the last check: anything but 0 is an alarm.",
    );
    for currency in Currency::ALL {
        let drift = check.drift.get(&currency).copied().unwrap_or_default();
        line(&mut text, &format!("hedge_ledger_drift_minor{{currency=\"{}\"}} {drift}", currency.code()));
    }
    let name = "hedge_ledger_checked_timestamp_seconds";
    line(&mut text, &format!("# HELP {name} When this process last checked the ledger: too long ago is an alarm."));
    line(&mut text, &format!("# TYPE {name} gauge"));
    line(&mut text, &format!("{name} {}", check.at.millis().div_euclid(1_000)));
    text
}

/// The account without whose it is: a series for each merchant would be too many, and would name them.
fn kind(account: &str) -> String {
    account.splitn(3, ':').take(2).collect::<Vec<_>>().join(":")
}

fn head(text: &mut String, name: &str, help: &str) {
    line(text, &format!("# HELP {name} {help} Read from the database: the same at every replica."));
    line(text, &format!("# TYPE {name} gauge"));
}

fn line(text: &mut String, line: &str) {
    // Writing to a text does not fail.
    let _written = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use hedge_domain::Id;
    use hedge_domain::ledger::LedgerAccount::{CardClearing, MerchantPending, ProcessingFees};

    use super::*;

    fn row(account: LedgerAccount, debits: i64, credits: i64) -> BalanceRow {
        BalanceRow { account, currency: Currency::Usd, debits, credits }
    }

    #[test]
    fn sums_are_exact_and_of_all_accounts_and_name_nobody() {
        let large = i64::MAX;
        let merchants = [Id::from_bits(1), Id::from_bits(2)].map(MerchantPending);
        let whose = Some(Id::from_bits(3));
        let rows = [
            // Of all accounts together, and of one.
            row(CardClearing(None), large - 40, 0),
            row(CardClearing(whose), 40, 0),
            row(merchants[0], 30, large),
            row(merchants[1], 0, 5),
            row(ProcessingFees(whose), 0, 10),
            row(ProcessingFees(None), 0, 20),
        ];
        let text = lines(&rows);
        for expected in [
            format!("hedge_ledger_balance_minor{{account=\"assets:card_clearing\",currency=\"USD\"}} -{large}\n"),
            format!(
                "hedge_ledger_balance_minor{{account=\"liabilities:merchant_pending\",currency=\"USD\"}} {}\n",
                i128::from(large) - 25
            ),
            "hedge_fees_minor{currency=\"USD\"} 30\n".to_owned(),
            format!("hedge_payments_succeeded_minor{{currency=\"USD\"}} {large}\n"),
            "hedge_payments_refunded_minor{currency=\"USD\"} 0\n".to_owned(),
            // Five were credited and nowhere debited.
            "hedge_ledger_imbalance_minor{currency=\"USD\"} 5\n".to_owned(),
        ] {
            assert!(text.contains(&expected), "no {expected} in {text}");
        }
        assert!(!text.contains("merch_") && !text.contains("acct_"), "{text}");
    }

    #[test]
    fn a_drift_is_told_in_every_currency() {
        let drift = BTreeMap::from([(Currency::Eur, 0), (Currency::Usd, 2 * i128::from(i64::MAX))]);
        let text = drift_lines(&LedgerCheck { at: hedge_domain::Timestamp::from_millis(1_718_447_400_999), drift });
        for expected in [
            "hedge_ledger_drift_minor{currency=\"USD\"} 18446744073709551614\n",
            "hedge_ledger_drift_minor{currency=\"EUR\"} 0\n",
            "hedge_ledger_drift_minor{currency=\"GBP\"} 0\n",
            "hedge_ledger_checked_timestamp_seconds 1718447400\n",
        ] {
            assert!(text.contains(expected), "no {expected} in {text}");
        }
    }

    #[test]
    fn an_empty_ledger_is_in_balance() {
        let text = lines(&[]);
        assert!(text.contains("hedge_ledger_imbalance_minor{currency=\"USD\"} 0\n"), "{text}");
        assert!(text.contains("hedge_fees_minor{currency=\"USD\"} 0\n"), "{text}");
    }
}
