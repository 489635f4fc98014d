//! The pages: what is common to all of them, and those without a card form.
//!
//! maud escapes whatever it is given. What a newcomer gets wrong: an address in `href` is text to it, so only addresses
//! that were checked (`check_return_url`) or made here may stand there; and there is no inline style or script, because
//! the page's policy lets none run.

mod card;

use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, SecondsFormat};
use hedge_domain::Timestamp;
use hedge_domain::installation::Environment;
use hedge_domain::payment::PaymentId;
use http::{HeaderValue, StatusCode, header};
use maud::{DOCTYPE, Markup, html};

use super::asset::{ICON_PATH, SCRIPT_PATH, STYLE_PATH, brand_path};
use super::checkout_view::CheckoutView;
use super::{PageError, amount};
use crate::public_url::return_url;

pub use card::{Filled, form};

/// A whole page of a session.
struct Frame<'a> {
    checkout: &'a CheckoutView,
    title: String,
    /// What the waiting page does where there is no script.
    looks_again: bool,
}

impl Frame<'_> {
    fn around(&self, content: &Markup) -> Response {
        let brand = &self.checkout.brand;
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    (head(&self.title))
                    link rel="stylesheet" href=(brand_path(brand.color));
                    @if self.looks_again {
                        noscript { meta http-equiv="refresh" content="2"; }
                    }
                }
                body {
                    (sandbox(self.checkout.environment))
                    main class="checkout" { (summary(self.checkout)) section class="panel" { (content) } }
                    (footer())
                }
            }
        };
        Html(page.into_string()).into_response()
    }
}

fn head(title: &str) -> Markup {
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="robots" content="noindex";
        meta name="color-scheme" content="light";
        title { (title) }
        link rel="icon" type="image/svg+xml" href=(ICON_PATH.as_str());
        link rel="stylesheet" href=(STYLE_PATH.as_str());
        script src=(SCRIPT_PATH.as_str()) defer {}
    }
}

fn sandbox(environment: Environment) -> Markup {
    match environment {
        Environment::Sandbox => html! {
            p class="sandbox" role="note" {
                strong { "Sandbox" } " No money moves. Pay with "
                span class="nowrap" { "4242 4242 4242 4242" } ", any later date, any code."
            }
        },
        Environment::Production => html! {},
    }
}

/// Who is paid, how much, and for what. The heading of every page that has an amount.
fn summary(checkout: &CheckoutView) -> Markup {
    let (session, brand) = (&checkout.session, &checkout.brand);
    html! {
        header class="summary" {
            div class="merchant" {
                span class="avatar" aria-hidden="true" { (brand.initials()) }
                span class="name" dir="auto" { (brand.name) }
            }
            p class="amount" {
                (amount::text(session.amount)) " "
                span class="currency" { (session.amount.currency().code()) }
            }
            @if let Some(text) = &session.description {
                p class="description" dir="auto" { (text) }
            }
        }
    }
}

fn footer() -> Markup {
    html! {
        footer {
            p { "Payments by " strong { "Hedge" } ". The card number and its code are not kept." }
        }
    }
}

/// The link that leads away unpaid.
fn back(checkout: &CheckoutView) -> Markup {
    let to = return_url(&checkout.session.cancel_url, checkout.session.id);
    html! { a class="back" href=(to) rel="noreferrer" { "Back to " bdi { (checkout.brand.name) } } }
}

/// The link that leads on, for payers who are not taken along.
fn on(checkout: &CheckoutView) -> Markup {
    html! { a class="button" href=(checkout.path("/return")) { "Continue to " bdi { (checkout.brand.name) } } }
}

pub fn paid(checkout: &CheckoutView) -> Response {
    let content = html! {
        div class="outcome done" {
            (tick())
            h1 { "This is already paid" }
            p { "There is nothing left to do. You will not be charged again." }
            (on(checkout))
        }
    };
    Frame { checkout, title: "Already paid".to_owned(), looks_again: false }.around(&content)
}

/// Shown for as long as it takes to leave.
pub fn received(checkout: &CheckoutView) -> Response {
    let content = html! {
        div class="outcome done" {
            (tick())
            h1 { "Thank you, your payment went through" }
            p role="status" { "We are taking you back to " bdi { (checkout.brand.name) } "." }
            (on(checkout))
        }
    };
    let mut page = Frame { checkout, title: "Paid".to_owned(), looks_again: false }.around(&content);
    if let Ok(refresh) = HeaderValue::try_from(format!("0; url={}", checkout.path("/return"))) {
        page.headers_mut().insert(header::REFRESH, refresh);
    }
    page
}

pub fn waiting(checkout: &CheckoutView) -> Response {
    let content = html! {
        div class="outcome" data-poll=(checkout.path("/status")) {
            div class="spinner" aria-hidden="true" {}
            h1 { "We are waiting for your bank" }
            p role="status" { "This usually takes a few seconds. Please keep this page open; you will not be charged twice." }
            a class="quiet" href=(checkout.path("/wait")) { "Look again now" }
        }
    };
    Frame { checkout, title: "Waiting for your bank".to_owned(), looks_again: true }.around(&content)
}

pub fn expired(checkout: &CheckoutView) -> Response {
    let content = html! {
        div class="outcome" {
            h1 { "This payment link has expired" }
            p { "Nothing was charged. Go back to " bdi { (checkout.brand.name) } " to start again." }
            (back(checkout))
        }
    };
    let mut page = Frame { checkout, title: "Expired".to_owned(), looks_again: false }.around(&content);
    *page.status_mut() = StatusCode::GONE;
    page
}

/// The merchant cannot be paid now.
pub fn closed(checkout: &CheckoutView) -> Response {
    let error = PageError::Closed;
    let content = html! {
        div class="outcome" {
            h1 { (error.title()) }
            p { (error.text()) }
            (back(checkout))
        }
    };
    let mut page = Frame { checkout, title: error.title().to_owned(), looks_again: false }.around(&content);
    *page.status_mut() = error.status();
    page
}

/// The issuer's page, as the sandbox plays it.
pub fn challenge(checkout: &CheckoutView, payment: PaymentId) -> Response {
    let content = html! {
        div class="outcome challenge" {
            h1 { "Confirm that it is you" }
            @match checkout.environment {
                Environment::Sandbox => {
                    p {
                        "Your card's issuer asks for 3-D Secure authentication. This is the sandbox, so here you play the "
                        "cardholder: choose how it ends."
                    }
                    form method="post" action=(checkout.path("/challenge")) data-once {
                        input type="hidden" name="payment" value=(payment);
                        button class="button" type="submit" name="answer" value="pass" { "Complete authentication" }
                        button class="button plain" type="submit" name="answer" value="fail" { "Fail authentication" }
                    }
                }
                Environment::Production => {
                    p { "Your card's issuer asks for a confirmation that we cannot show here. Nothing was charged." }
                }
            }
            a class="quiet" href=(checkout.path("")) { "Use another card" }
        }
    };
    Frame { checkout, title: "Confirm that it is you".to_owned(), looks_again: false }.around(&content)
}

/// A page without a session.
pub fn error(error: PageError) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { (head(error.title())) }
            body {
                main class="checkout lone" {
                    section class="panel" {
                        div class="outcome" { h1 { (error.title()) } p { (error.text()) } }
                    }
                }
                (footer())
            }
        }
    };
    (error.status(), Html(page.into_string())).into_response()
}

fn tick() -> Markup {
    html! {
        svg class="tick" viewBox="0 0 48 48" aria-hidden="true" focusable="false" {
            circle cx="24" cy="24" r="24" {}
            path d="M14 25l7 7 13-15" {}
        }
    }
}

/// As a payer reads it, in UTC because nobody knows where the payer is.
fn moment(at: Timestamp) -> Markup {
    let Some(time) = DateTime::from_timestamp_millis(at.millis()) else { return html! {} };
    let exactly = time.to_rfc3339_opts(SecondsFormat::Secs, true);
    html! { time datetime=(exactly) { (time.format("%-d %B %Y, %H:%M UTC").to_string()) } }
}
