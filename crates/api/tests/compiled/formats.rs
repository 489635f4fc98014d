//! Formats, in bodies and in parameters.

use serde_json::json;

use crate::generated::formats::{Authenticate, Formats, SendFormatsInput, SendFormatsOutput, router};
use crate::harness::{Echo, post, table};

impl Authenticate for Echo {}

impl Formats for Echo {
    async fn send_formats(&self, input: SendFormatsInput) -> Result<SendFormatsOutput, crate::Answer> {
        Ok(SendFormatsOutput::Ok(input.body))
    }
}

#[tokio::test]
async fn every_format_is_held() {
    table!(formats, "/formats",
        accepted: [
            {"time": "2026-01-18T10:30:00Z"},
            {"time": "2026-01-18T10:30:00.125Z", "day": "2026-02-28"},
            {"time": "2026-01-18T10:30:00Z", "id": "0190a5d4-7c3e-7b1a-9f6e-3f2b8c1d4e5f", "maybe": null},
            {"time": "2026-01-18T10:30:00Z", "email": "customer+1@example.com", "link": "https://example.com/a?b=%20#c"},
            {"time": "2026-01-18T10:30:00Z", "amount": "12.50", "rates": ["0.1", "-3"], "maybe": "1.000"},
            {"time": "2026-01-18T10:30:00Z", "days": {"a": "2026-01-01", "b": null}, "small": 5, "blob": "aGk="},
        ],
        refused: [
            {} => "BodySchema time: is required",
            {"time": "2026-01-18"} => "BodyConstraint time: must be a date and time such as 2026-01-18T10:30:00Z",
            {"time": 5} => "BodySchema time: must be a string, not an integer",
            {"time": "2026-01-18T10:30:00Z", "day": "2026-02-29"} => "BodyConstraint day: must be a date such as 2026-01-18",
            {"time": "2026-01-18T10:30:00Z", "day": "26-02-28"} => "BodyConstraint day: must be a date such as 2026-01-18",
            {"time": "2026-01-18T10:30:00Z", "day": null} => "BodySchema day: must be a string, not null",
            {"time": "2026-01-18T10:30:00Z", "id": "{0190a5d4-7c3e-7b1a-9f6e-3f2b8c1d4e5f}"}
                => "BodyConstraint id: must be a UUID such as 0190a5d4-7c3e-7b1a-9f6e-3f2b8c1d4e5f",
            {"time": "2026-01-18T10:30:00Z", "email": "customer@"} => "BodyConstraint email: must be an email address",
            {"time": "2026-01-18T10:30:00Z", "email": "a b@example.com"} => "BodyConstraint email: must be an email address",
            {"time": "2026-01-18T10:30:00Z", "email": "a@b..c"} => "BodyConstraint email: must be an email address",
            {"time": "2026-01-18T10:30:00Z", "link": "example.com"}
                => "BodyConstraint link: must be a URI such as https://example.com/path",
            {"time": "2026-01-18T10:30:00Z", "link": "https://a b"}
                => "BodyConstraint link: must be a URI such as https://example.com/path",
            {"time": "2026-01-18T10:30:00Z", "amount": "12.5"}
                => "BodyConstraint amount: must match the pattern ^\\d+\\.\\d{2}$",
            {"time": "2026-01-18T10:30:00Z", "amount": 12.5} => "BodySchema amount: must be a string, not a number with decimals",
            {"time": "2026-01-18T10:30:00Z", "amount": "1e3"} => "BodyConstraint amount: must be a decimal number such as 12.50",
            {"time": "2026-01-18T10:30:00Z", "rates": ["1", "x"]} => "BodyConstraint rates[1]: must be a decimal number such as 12.50",
            {"time": "2026-01-18T10:30:00Z", "days": {"a": "x"}} => "BodyConstraint days.a: must be a date such as 2026-01-18",
            {"time": "2026-01-18T10:30:00Z", "small": 3000000000u64}
                => "BodyConstraint small: must be a 32-bit integer",
        ]
    );
}

#[tokio::test]
async fn formats_are_held_in_parameters_too() {
    let router = router(Echo);
    let body = json!({"time": "2026-01-18T10:30:00Z"});
    post(&router, "/formats?since=2026-01-18T10:30:00%2B02:00&day=2026-01-18&price=1.50", &body).await.ok();
    for (query, said) in [
        ("since=yesterday", "Query since: must be a date and time such as 2026-01-18T10:30:00Z"),
        ("day=18.1.2026", "Query day: must be a date such as 2026-01-18"),
        ("price=NaN", "Query price: must be a decimal number such as 12.50"),
    ] {
        assert_eq!(post(&router, &format!("/formats?{query}"), &body).await.refusal(), said);
    }
}

#[tokio::test]
async fn a_time_with_an_offset_is_answered_in_utc() {
    let reply = post(&router(Echo), "/formats", &json!({"time": "2026-01-18T10:30:00+02:00"})).await.ok();
    assert_eq!(reply, json!({"time": "2026-01-18T08:30:00Z"}));
}

#[tokio::test]
async fn a_time_is_taken_with_the_offsets_that_clients_write() {
    for text in [
        "2026-01-18T08:30:00.000000+0000",
        "2026-01-18T08:30:00+00",
        "2026-01-18T08:30:00+00:00",
        "2026-01-18T10:30:00.0+0200",
        "2026-01-18T03:00:00-0530",
    ] {
        let reply = post(&router(Echo), "/formats", &json!({"time": text})).await.ok();
        assert_eq!(reply, json!({"time": "2026-01-18T08:30:00Z"}), "{text}");
        // The plus as it is, where it stands for a blank, and encoded.
        for text in [text.to_owned(), text.replace('+', "%2B")] {
            let body = json!({"time": "2026-01-18T10:30:00Z"});
            post(&router(Echo), &format!("/formats?since={text}"), &body).await.ok();
        }
    }
    for text in ["2026-01-18T08:30:00", "2026-01-18T08:30:00+0", "2026-01-18T08:30:00+000", "2026-01-18T08:30:00+2500"]
    {
        let reply = post(&router(Echo), "/formats", &json!({"time": text})).await;
        assert!(reply.refusal().starts_with("BodyConstraint time: must be a date and time"), "{text}");
    }
}
