//! The sandbox's payouts: a wallet has its money at once, a bank account on the next banking day.
//!
//! The bank accounts that behave otherwise are those published for debits; the others take whatever comes.

use futures::future::{self, BoxFuture};
use hedge_domain::bank_account::BankAccount;
use hedge_domain::banking_day::{self, Window};
use hedge_domain::merchant::Destination;
use hedge_domain::payout::{PayoutFailure, PayoutOrder, PayoutOutcome};

use super::Sandbox;
use crate::card::RailError;
use crate::payout::PayoutRail;

/// The routing number of the published test accounts.
const TEST_BANK: &str = "011401533";
/// The last digits of the one that is closed, 1111222233332222.
const CLOSED: &str = "2222";

impl PayoutRail for Sandbox {
    fn send<'a>(&'a self, order: &'a PayoutOrder) -> BoxFuture<'a, Result<PayoutOutcome, RailError>> {
        let outcome = match &order.destination {
            Destination::Wallet(_) => PayoutOutcome::Paid,
            Destination::Bank(_) => PayoutOutcome::UnderWay(banking_day::after(order.at, 1, Window::Morning)),
        };
        Box::pin(future::ready(Ok(outcome)))
    }

    fn status<'a>(&'a self, order: &'a PayoutOrder) -> BoxFuture<'a, Result<PayoutOutcome, RailError>> {
        let outcome = match &order.destination {
            Destination::Bank(account) if is_closed(account) => PayoutOutcome::Failed(PayoutFailure::AccountClosed),
            Destination::Bank(_) | Destination::Wallet(_) => PayoutOutcome::Paid,
        };
        Box::pin(future::ready(Ok(outcome)))
    }
}

fn is_closed(account: &BankAccount) -> bool {
    account.routing_number.as_str() == TEST_BANK && account.last4 == CLOSED
}

#[cfg(test)]
mod tests {
    use hedge_domain::bank_account::{BankAccountKind, RoutingNumber, SealedNumber};
    use hedge_domain::{Currency, Id, Money, Timestamp};

    use super::*;

    fn order(destination: Destination) -> PayoutOrder {
        // A Monday.
        let at = Timestamp::from_millis(1_795_000_000_000);
        PayoutOrder { payout: Id::from_bits(1), amount: Money::new(2_500, Currency::Usd), destination, at }
    }

    fn bank(routing: &str, last4: &str) -> Destination {
        let routing_number = RoutingNumber::parse(routing).expect("a routing number");
        let (kind, number) = (BankAccountKind::Checking, SealedNumber::default());
        Destination::Bank(BankAccount { routing_number, kind, last4: last4.to_owned(), number })
    }

    #[test]
    fn each_destination_behaves_as_published() {
        let next_day =
            PayoutOutcome::UnderWay(banking_day::after(order(bank(TEST_BANK, "0000")).at, 1, Window::Morning));
        let closed = PayoutOutcome::Failed(PayoutFailure::AccountClosed);
        let table = [
            (Destination::Wallet("w".to_owned()), PayoutOutcome::Paid, PayoutOutcome::Paid),
            (bank(TEST_BANK, "0000"), next_day, PayoutOutcome::Paid),
            (bank(TEST_BANK, "2222"), next_day, closed),
            (bank("021000021", "2222"), next_day, PayoutOutcome::Paid),
        ];
        for (destination, sent, then) in table {
            let order = order(destination);
            futures::executor::block_on(async {
                assert_eq!(Sandbox.send(&order).await.expect("known"), sent, "{order:?}");
                assert_eq!(Sandbox.status(&order).await.expect("known"), then, "{order:?}");
            });
        }
    }
}
