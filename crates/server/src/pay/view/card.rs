//! The card form, with what was wrong with the one before.

use axum::response::Response;
use hedge_domain::payment::FailureCode;
use maud::{Markup, html};

use super::super::amount;
use super::super::checkout_view::{CheckoutView, Ended};
use super::super::form::{Field, Problem, new_nonce};
use super::{Frame, back, moment};

/// What the form knows of an earlier one. No card is among it.
#[derive(Default)]
pub struct Filled {
    pub problems: Vec<Problem>,
    pub email: String,
    pub ended: Option<Ended>,
    /// An attempt waits for its challenge, and this form is for another card.
    pub challenge: bool,
}

impl Filled {
    fn problem(&self, field: Field) -> Option<&'static str> {
        self.problems.iter().find(|problem| problem.field == field).map(|problem| problem.text)
    }
}

pub fn form(checkout: &CheckoutView, filled: &Filled) -> Response {
    let failed = !filled.problems.is_empty() || filled.ended.is_some();
    let title = format!("{}Pay {}", if failed { "Error: " } else { "" }, checkout.brand.name);
    let pay = format!("Pay {}", amount::text(checkout.session.amount));
    let content = html! {
        h1 { "Pay with card" }
        (notice(checkout, filled))
        form id="card" method="post" action=(checkout.path("")) data-once data-live autocomplete="on" {
            input type="hidden" name="nonce" value=(new_nonce());
            @match &checkout.session.customer_email {
                Some(email) => { p class="known" { "Your e-mail: " bdi { (email) } } }
                None => { (email_input(filled)) }
            }
            (number_input(filled))
            div class="pair" { (expiry_input(filled)) (cvc_input(filled)) }
            button class="button" type="submit" data-busy="Processing…" { (pay) }
            p class="say" role="status" {}
        }
        p class="expiry" {
            "This page can be used until "
            (moment(checkout.session.expires_at))
            "."
            span class="left" data-left=(left(checkout)) {}
        }
        (back(checkout))
    };
    Frame { checkout, title, looks_again: false }.around(&content)
}

/// Whole seconds, by the account's time.
fn left(checkout: &CheckoutView) -> i64 {
    checkout.session.expires_at.millis().saturating_sub(checkout.now.millis()).max(0) / 1_000
}

fn notice(checkout: &CheckoutView, filled: &Filled) -> Markup {
    html! {
        @if !filled.problems.is_empty() {
            div class="alert" role="alert" tabindex="-1" autofocus {
                p { strong { "Please check your details." } " Your card was not charged. Please enter the card again." }
                ul {
                    @for problem in &filled.problems {
                        li { a href={ "#" (problem.field.code()) } { (problem.text) } }
                    }
                }
            }
        } @else if let Some(ended) = filled.ended {
            div class="alert" role="alert" tabindex="-1" autofocus { p { strong { (reason(ended)) } " " (advice(ended)) } }
        } @else if filled.challenge {
            div class="alert mild" role="note" {
                p { "Your bank waits for you to confirm. " a href=(checkout.path("/wait")) { "Go on with that" } ", or pay with another card." }
            }
        }
    }
}

/// In the payer's words. Whoever pays with a lost or stolen card may be the thief, and is told no more than of any other.
const fn reason(ended: Ended) -> &'static str {
    let code = match ended {
        Ended::Failed(code) => code,
        Ended::Canceled => return "This attempt to pay has ended.",
    };
    match code {
        FailureCode::CardDeclined | FailureCode::LostCard | FailureCode::StolenCard => "Your card was declined.",
        FailureCode::InsufficientFunds => "There is not enough money on this card.",
        FailureCode::ExpiredCard => "Your card has expired.",
        FailureCode::IncorrectCvc => "The security code is not right.",
        FailureCode::AuthenticationFailed => "Your bank could not confirm that it is you.",
    }
}

const fn advice(ended: Ended) -> &'static str {
    let code = match ended {
        Ended::Failed(code) => code,
        Ended::Canceled => {
            return "It was called off before it went through. You were not charged. You can start again here.";
        }
    };
    match code {
        FailureCode::CardDeclined | FailureCode::LostCard | FailureCode::StolenCard => {
            "You were not charged. Try another card, or ask your bank why."
        }
        FailureCode::InsufficientFunds | FailureCode::ExpiredCard => "You were not charged. Try another card.",
        FailureCode::IncorrectCvc => {
            "You were not charged. Enter your card again, with the code that is printed on it."
        }
        FailureCode::AuthenticationFailed => "You were not charged. Try again, or use another card.",
    }
}

/// An input with its label, and what is wrong with it.
struct Row<'a> {
    field: Field,
    label: &'static str,
    hint: Option<&'static str>,
    filled: &'a Filled,
}

impl Row<'_> {
    /// The input itself comes from the caller, who gives it the id that the label names.
    fn around(&self, input: &Markup) -> Markup {
        let code = self.field.code();
        let problem = self.filled.problem(self.field);
        html! {
            div class={ "row" @if problem.is_some() { " wrong" } } {
                label for=(code) {
                    (self.label)
                    @if self.field == Field::Number { span id="brand" class="kind" aria-hidden="true" {} }
                }
                (input)
                @if let Some(hint) = self.hint { p class="hint" id={ (code) "-hint" } { (hint) } }
                p class="problem" id={ (code) "-problem" } aria-live="polite" { (problem.unwrap_or_default()) }
            }
        }
    }
}

fn invalid(filled: &Filled, field: Field) -> Option<&'static str> {
    filled.problem(field).map(|_| "true")
}

fn email_input(filled: &Filled) -> Markup {
    let input = html! {
        input id="email" name="email" type="email" value=(filled.email) required maxlength="254" autocomplete="email"
            inputmode="email" aria-describedby="email-problem email-hint" aria-invalid=[invalid(filled, Field::Email)];
    };
    let hint = Some("The shop gets it with your payment.");
    Row { field: Field::Email, label: "E-mail", hint, filled }.around(&input)
}

fn number_input(filled: &Filled) -> Markup {
    let input = html! {
        input id="number" name="number" type="text" required maxlength="27" autocomplete="cc-number" inputmode="numeric"
            pattern="[0-9 \\-]{12,27}" placeholder="1234 1234 1234 1234" spellcheck="false"
            aria-describedby="number-problem" aria-invalid=[invalid(filled, Field::Number)];
    };
    Row { field: Field::Number, label: "Card number", hint: None, filled }.around(&input)
}

fn expiry_input(filled: &Filled) -> Markup {
    let input = html! {
        input id="expiry" name="expiry" type="text" required maxlength="9" autocomplete="cc-exp" inputmode="numeric"
            placeholder="MM / YY" spellcheck="false"
            aria-describedby="expiry-problem" aria-invalid=[invalid(filled, Field::Expiry)];
    };
    Row { field: Field::Expiry, label: "Expiry (MM / YY)", hint: None, filled }.around(&input)
}

fn cvc_input(filled: &Filled) -> Markup {
    let input = html! {
        input id="cvc" name="cvc" type="text" required maxlength="4" autocomplete="cc-csc" inputmode="numeric"
            pattern="[0-9]{3,4}" placeholder="123" spellcheck="false"
            aria-describedby="cvc-problem" aria-invalid=[invalid(filled, Field::Cvc)];
    };
    Row { field: Field::Cvc, label: "Security code", hint: None, filled }.around(&input)
}
