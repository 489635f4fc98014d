//! The sandbox's card network: no money moves, and the card's number decides what happens.
//!
//! The token says how the card behaves, so the sandbox keeps no state and answers a repeated call the same way,
//! as a real rail does for one idempotency key.

mod payout;

use futures::future::{self, BoxFuture};
use hedge_domain::card::CardDetails;
use hedge_domain::payment::{Charge, FailureCode, Outcome, PaymentId, ThreeDSecure};
use hedge_domain::refund::RefundId;

use crate::card::{CardRail, RailError};

#[derive(Clone, Copy, Debug, Default)]
pub struct Sandbox;

/// A test card: its number, the token it becomes, and what a charge on it comes to.
pub struct TestCard {
    pub number: &'static str,
    pub token: &'static str,
    pub outcome: Outcome,
    /// Whether the hosted page has to show a challenge first. Payments of the API go without: there is nobody to show
    /// it to, so the sandbox takes it as answered.
    pub challenge: bool,
}

const DECLINED_BEFORE_AUTHENTICATION: ThreeDSecure = ThreeDSecure::NotSupported;

const fn declines(number: &'static str, token: &'static str, code: FailureCode) -> TestCard {
    let outcome = Outcome::Declined(code, DECLINED_BEFORE_AUTHENTICATION);
    TestCard { number, token, outcome, challenge: false }
}

/// The published test cards that do something other than succeed.
pub const TEST_CARDS: [TestCard; 9] = [
    declines("4000000000000002", "sandbox_card_declined", FailureCode::CardDeclined),
    declines("4000000000009995", "sandbox_insufficient_funds", FailureCode::InsufficientFunds),
    declines("4000000000009987", "sandbox_lost_card", FailureCode::LostCard),
    declines("4000000000009979", "sandbox_stolen_card", FailureCode::StolenCard),
    declines("4000000000000069", "sandbox_expired_card", FailureCode::ExpiredCard),
    declines("4000000000000127", "sandbox_incorrect_cvc", FailureCode::IncorrectCvc),
    TestCard {
        number: "4000000000003220",
        token: "sandbox_3ds_required_succeeds",
        outcome: Outcome::Approved(ThreeDSecure::Authenticated),
        challenge: true,
    },
    TestCard {
        number: "4000000000003063",
        token: "sandbox_3ds_required_fails",
        outcome: Outcome::Declined(FailureCode::AuthenticationFailed, ThreeDSecure::Failed),
        challenge: true,
    },
    TestCard {
        number: "4000000000003055",
        token: "sandbox_3ds_optional",
        outcome: Outcome::Approved(ThreeDSecure::NotRequired),
        challenge: false,
    },
];

/// Any other card that passes the checks succeeds.
const SUCCEEDS: &str = "sandbox_succeeds";

impl CardRail for Sandbox {
    fn tokenize(&self, card: &CardDetails<'_>) -> BoxFuture<'static, Result<String, RailError>> {
        let known = TEST_CARDS.iter().find(|test| test.number == card.number);
        let token = known.map_or(SUCCEEDS, |test| test.token).to_owned();
        Box::pin(future::ready(Ok(token)))
    }

    fn needs_challenge<'a>(&'a self, rail_token: &'a str) -> BoxFuture<'a, Result<bool, RailError>> {
        let known = TEST_CARDS.iter().find(|test| test.token == rail_token);
        Box::pin(future::ready(Ok(known.is_some_and(|test| test.challenge))))
    }

    fn charge<'a>(&'a self, charge: &'a Charge) -> BoxFuture<'a, Result<Outcome, RailError>> {
        let known = TEST_CARDS.iter().find(|test| test.token == charge.rail_token).map(|test| test.outcome);
        let answer = match known {
            Some(outcome) => Ok(outcome),
            None if charge.rail_token == SUCCEEDS => Ok(Outcome::Approved(ThreeDSecure::NotSupported)),
            None => Err(RailError::Unknown(format!("no such token: {}", charge.rail_token))),
        };
        Box::pin(future::ready(answer))
    }

    fn refund(&self, _payment: PaymentId, _refund: RefundId) -> BoxFuture<'_, Result<(), RailError>> {
        Box::pin(future::ready(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use hedge_domain::installation::{Environment, PlayMoney};
    use hedge_domain::{Currency, Money, Timestamp};

    use super::*;

    fn play() -> PlayMoney {
        Environment::Sandbox.play_money().expect("this is play")
    }

    fn outcome_of(number: &str) -> Result<Outcome, RailError> {
        let cvc = if number.starts_with("37") { "1234" } else { "123" };
        let card = CardDetails { play: play(), number, exp_month: 12, exp_year: 2034, cvc };
        card.check(Timestamp::from_millis(1_718_447_400_000)).expect("a test card passes the checks");
        futures::executor::block_on(async {
            let charge = Charge {
                payment: PaymentId::from_bits(1),
                amount: Money::new(9_999, Currency::Usd),
                statement_descriptor: "HEDGE PAYMENTS".to_owned(),
                rail_token: Sandbox.tokenize(&card).await?,
                three_d_secure: None,
            };
            Sandbox.charge(&charge).await
        })
    }

    #[test]
    fn the_cards_that_require_3d_secure_ask_for_a_challenge() {
        let table = [("4000000000003220", true), ("4000000000003063", true), ("4000000000003055", false)];
        for (number, expected) in table.into_iter().chain([("4242424242424242", false), ("4000000000000002", false)]) {
            let card = CardDetails { play: play(), number, exp_month: 12, exp_year: 2034, cvc: "123" };
            let asked = futures::executor::block_on(async {
                let token = Sandbox.tokenize(&card).await?;
                Sandbox.needs_challenge(&token).await
            });
            assert_eq!(asked.expect("known"), expected, "{number}");
        }
    }

    #[test]
    fn every_published_test_card_does_what_is_published() {
        let approved = Outcome::Approved(ThreeDSecure::NotSupported);
        for number in
            ["4242424242424242", "5555555555554444", "378282246310005", "6011111111111117", "3566002020360505"]
        {
            assert_eq!(outcome_of(number).expect("known"), approved, "{number}");
        }
        for card in &TEST_CARDS {
            assert_eq!(outcome_of(card.number).expect("known"), card.outcome, "{}", card.number);
        }
    }
}
