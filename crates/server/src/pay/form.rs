//! What the payer's forms hold: read within bounds, and checked field by field.
//!
//! Nothing in here can be printed. A newcomer's usual mistake is to stop at the first field that is wrong: the payer is
//! told of all of them at once.

use std::time::Duration;

use axum::body::Body;
use hedge_api::body::is_misframed;
use hedge_api::check;
use hedge_domain::Timestamp;
use hedge_domain::card::{CardDetails, CardProblem};
use hedge_domain::checkout_session::CheckoutSessionId;
use hedge_domain::installation::PlayMoney;
use hedge_domain::payment::PaymentId;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use url::form_urlencoded;

use super::PageError;
use crate::checkout::Form;

/// Many times what a form of ours comes to.
const LARGEST_BODY: usize = 8 * 1024;
/// However steadily it trickles in.
const LONGEST_READ: Duration = Duration::from_secs(15);
const NONCE_LENGTH: usize = 32;

/// A field that the payer fills in. Its code is its name in the form and in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Email,
    Number,
    Expiry,
    Cvc,
}

/// What is wrong with a field, in words for the payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    pub field: Field,
    pub text: &'static str,
}

/// The card form as it came.
#[derive(Default)]
pub struct Sent {
    number: String,
    expiry: String,
    cvc: String,
    pub email: String,
    nonce: String,
}

/// A card form that can be paid with.
pub struct Checked<'a> {
    number: String,
    exp_month: u32,
    exp_year: i32,
    cvc: &'a str,
    email: &'a str,
    nonce: &'a str,
}

impl Field {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Number => "number",
            Self::Expiry => "expiry",
            Self::Cvc => "cvc",
        }
    }
}

impl Problem {
    pub const fn of_card(problem: CardProblem) -> Self {
        match problem {
            CardProblem::Number => {
                Self { field: Field::Number, text: "Check the card number: it is not complete or has a typo." }
            }
            CardProblem::Expiry => {
                Self { field: Field::Expiry, text: "This card has expired. Check the date, or use another card." }
            }
            CardProblem::Cvc => Self {
                field: Field::Cvc,
                text: "Check the security code: 3 digits on the back, or 4 on the front of an American Express card.",
            },
        }
    }
}

impl Sent {
    pub async fn read(headers: &HeaderMap, body: Body) -> Result<Self, PageError> {
        let mut sent = Self::default();
        let mut seen = Vec::new();
        for (name, value) in pairs(headers, body).await? {
            let place = match name.as_str() {
                "number" => &mut sent.number,
                "expiry" => &mut sent.expiry,
                "cvc" => &mut sent.cvc,
                "email" => &mut sent.email,
                "nonce" => &mut sent.nonce,
                // A browser's extension may have put it there.
                _ => continue,
            };
            value.trim().clone_into(place);
            seen.push(name);
        }
        let nonce_is_ours = sent.nonce.len() == NONCE_LENGTH && sent.nonce.bytes().all(|byte| byte.is_ascii_hexdigit());
        seen.sort_unstable();
        let twice = seen.windows(2).any(|pair| pair[0] == pair[1]);
        if nonce_is_ours && !twice { Ok(sent) } else { Err(PageError::Malformed) }
    }

    /// Everything that is wrong with it, in the order of the page. The session's e-mail address goes before the form's.
    pub fn check<'a>(
        &'a self,
        (play, now): (PlayMoney, Timestamp),
        known_email: Option<&'a str>,
    ) -> Result<Checked<'a>, Vec<Problem>> {
        let mut problems = Vec::new();
        let email = known_email.unwrap_or(&self.email);
        if known_email.is_none() && check::email(email).is_err() {
            let text = "Enter your e-mail address, like name@example.com.";
            problems.push(Problem { field: Field::Email, text });
        }
        let number: String = self.number.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
        let cvc = self.cvc.as_str();
        let about = |card: CardDetails<'_>| card.check(now).err();
        let far = 9_999;
        // Each field beside others that are good, because a check ends at the first that is not.
        let of_number = about(CardDetails { play, number: &number, exp_month: 12, exp_year: far, cvc: "" });
        if of_number == Some(CardProblem::Number) {
            problems.push(Problem::of_card(CardProblem::Number));
        }
        let expiry = month_and_year(&self.expiry);
        match expiry {
            None => {
                problems
                    .push(Problem { field: Field::Expiry, text: "Enter the expiry date as month and year: MM / YY." });
            }
            Some((exp_month, exp_year)) => {
                let card = CardDetails { play, number: "4242424242424242", exp_month, exp_year, cvc: "000" };
                problems.extend(about(card).map(Problem::of_card));
            }
        }
        let of_cvc = about(CardDetails { play, number: &number, exp_month: 12, exp_year: far, cvc });
        let digits = matches!(cvc.len(), 3 | 4) && cvc.bytes().all(|byte| byte.is_ascii_digit());
        if of_cvc == Some(CardProblem::Cvc) || !digits {
            problems.push(Problem::of_card(CardProblem::Cvc));
        }
        match expiry {
            Some((exp_month, exp_year)) if problems.is_empty() => {
                Ok(Checked { number, exp_month, exp_year, cvc, email, nonce: &self.nonce })
            }
            Some(_) | None => Err(problems),
        }
    }
}

impl Checked<'_> {
    pub fn form(&self, session: CheckoutSessionId) -> Form<'_> {
        let Self { number, exp_month, exp_year, cvc, email, nonce } = self;
        Form { session, number, exp_month: *exp_month, exp_year: *exp_year, cvc, email, nonce }
    }
}

/// What stands in a form that is shown, and nowhere else.
pub fn new_nonce() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// The cardholder's answer to the issuer: to which payment, and whether it was passed.
pub async fn read_answer(headers: &HeaderMap, body: Body) -> Result<(PaymentId, bool), PageError> {
    let (mut payment, mut passed) = (None, None);
    for (name, value) in pairs(headers, body).await? {
        match (name.as_str(), value.as_str()) {
            ("payment", id) => payment = id.parse().ok(),
            ("answer", "pass") => passed = Some(true),
            ("answer", "fail") => passed = Some(false),
            _ => {}
        }
    }
    payment.zip(passed).ok_or(PageError::Malformed)
}

async fn pairs(headers: &HeaderMap, body: Body) -> Result<Vec<(String, String)>, PageError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(PageError::ContentType);
    }
    match tokio::time::timeout(LONGEST_READ, Limited::new(body, LARGEST_BODY).collect()).await {
        Ok(Ok(collected)) => Ok(form_urlencoded::parse(&collected.to_bytes()).into_owned().collect()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(PageError::TooLarge),
        Ok(Err(error)) if is_misframed(&*error) => Err(PageError::Malformed),
        // It paused for too long, or was given up.
        Ok(Err(_)) | Err(_) => Err(PageError::TimedOut),
    }
}

/// As `12/34`, `12 / 34`, `1/34`, `12/2034` or `1234`.
fn month_and_year(text: &str) -> Option<(u32, i32)> {
    let text: String = text.chars().filter(|letter| *letter != ' ').collect();
    let (month, year) = match text.split_once(['/', '-', '.']) {
        Some(parts) => parts,
        None if text.len() == 4 => text.split_at_checked(2)?,
        None => return None,
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(month) && digits(year) && matches!(month.len(), 1 | 2) && matches!(year.len(), 2 | 4)) {
        return None;
    }
    let century = if year.len() == 2 { 2_000 } else { 0 };
    let month: u32 = month.parse().ok()?;
    let year: i32 = year.parse().ok()?;
    (1..=12).contains(&month).then_some((month, century + year))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-06-15T10:30:00Z
    const NOW: Timestamp = Timestamp::from_millis(1_718_447_400_000);

    fn wrong(number: &str, expiry: &str, cvc: &str, email: &str) -> Vec<Field> {
        let own = |text: &str| text.to_owned();
        let sent =
            Sent { number: own(number), expiry: own(expiry), cvc: own(cvc), email: own(email), nonce: String::new() };
        let play = hedge_domain::installation::Environment::Sandbox.play_money().expect("this is play");
        sent.check((play, NOW), None).err().unwrap_or_default().into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn every_field_that_is_wrong_is_told() {
        use Field::{Cvc, Email, Expiry, Number};
        let (card, mail) = ("4242 4242 4242 4242", "a@b.example");
        let table: [(&str, &str, &str, &str, &[Field]); 13] = [
            (card, "12/34", "123", mail, &[]),
            ("4242-4242-4242-4242", "06 / 24", "123", mail, &[]),
            ("378282246310005", "12/34", "1234", mail, &[]),
            ("378282246310005", "12/34", "123", mail, &[Cvc]),
            (card, "12/34", "1234", mail, &[Cvc]),
            (card, "05/24", "123", mail, &[Expiry]),
            ("4242424242424241", "12/34", "123", mail, &[Number]),
            ("4242424242424241", "12/34", "12", mail, &[Number, Cvc]),
            ("4242\u{0}4242", "12/34", "123", mail, &[Number]),
            ("４２４２４２４２４２４２４２４２", "12/34", "123", mail, &[Number]),
            (card, "12/34", "１２３", mail, &[Cvc]),
            (card, "12/34", "123", "<b>@", &[Email]),
            ("", "", "", "", &[Email, Number, Expiry, Cvc]),
        ];
        for (number, expiry, cvc, email, expected) in table {
            assert_eq!(wrong(number, expiry, cvc, email), expected, "{number} {expiry} {cvc} {email}");
        }
    }

    #[test]
    fn expiry_is_read_as_people_write_it() {
        let table = [
            ("12/34", Some((12, 2034))),
            ("1/34", Some((1, 2034))),
            ("01 / 2034", Some((1, 2034))),
            ("0134", Some((1, 2034))),
            ("12-34", Some((12, 2034))),
            ("13/34", None),
            ("00/34", None),
            ("12/3", None),
            ("12/034", None),
            ("+1/34", None),
            ("é34", None),
            ("12/34/56", None),
            ("/", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(month_and_year(text), expected, "{text}");
        }
    }
}
