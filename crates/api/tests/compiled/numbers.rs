//! Constraints of numbers.

use crate::harness::{echo, table};

echo!(numbers, Numbers, send_numbers, SendNumbersInput, SendNumbersOutput);

#[tokio::test]
async fn every_limit_of_a_number_is_held() {
    table!(numbers, "/numbers",
        accepted: [
            {}, {"amount": 1}, {"amount": 99999999}, {"small": -2147483648}, {"above": 1}, {"below": -6}, {"dozen": 0},
            {"dozen": -24}, {"ratio": 0.5}, {"ratio": 10.0}, {"open": 0.001}, {"tenth": 0.3}, {"tenth": -7.1},
            {"listed": 4}, {"half": 0.5}, {"half": 1.0}, {"tight": 10},
        ],
        refused: [
            {"amount": 0} => "BodyConstraint amount: must be at least 1",
            {"amount": 100000000} => "BodyConstraint amount: must be at most 99999999",
            {"amount": 1.5} => "BodySchema amount: must be an integer, not a number with decimals",
            {"amount": "1"} => "BodySchema amount: must be an integer, not a string",
            {"amount": null} => "BodySchema amount: must be an integer, not null",
            {"small": 2147483648u64} => "BodyConstraint small: must be a 32-bit integer",
            {"above": 0} => "BodyConstraint above: must be more than 0",
            {"below": -5} => "BodyConstraint below: must be less than -5",
            {"dozen": 13} => "BodyConstraint dozen: must be a multiple of 12",
            {"ratio": 0.49} => "BodyConstraint ratio: must be at least 0.5",
            {"ratio": 10.01} => "BodyConstraint ratio: must be at most 10",
            {"open": 0} => "BodyConstraint open: must be more than 0",
            {"open": 1} => "BodyConstraint open: must be less than 1",
            {"tenth": 0.35} => "BodyConstraint tenth: must be a multiple of 0.1",
            {"listed": 3} => "BodyConstraint listed: must be one of: 1, 2, 4",
            {"half": 0.25} => "BodyConstraint half: must be one of: 0.5, 1",
            {"tight": 11} => "BodyConstraint tight: must be at most 10",
            {"tight": 0} => "BodyConstraint tight: must be at least 1",
        ]
    );
}

#[tokio::test]
async fn an_integer_beyond_64_bits_is_refused() {
    let router = crate::generated::numbers::router(crate::harness::Echo);
    for number in ["9223372036854775808", "18446744073709551616", "-9223372036854775809", "1e30"] {
        let reply = crate::harness::post_text(&router, "/numbers", &format!(r#"{{"above": {number}}}"#)).await;
        assert_eq!(reply.refusal(), "BodyConstraint above: must be a 64-bit integer", "{number}");
    }
}
