//! Constraints of texts.

use crate::harness::{echo, table};

echo!(texts, Texts, send_texts, SendTextsInput, SendTextsOutput);

#[tokio::test]
async fn every_limit_of_a_text_is_held() {
    table!(texts, "/texts",
        accepted: [
            {"short": ""}, {"short": "äöü"}, {"long": "ab"}, {"exact": "1234"}, {"code": "AB1"}, {"anywhere": "abide"},
            {"class": "a_1[&~.-"}, {"quoted": "\"\\/"},
        ],
        refused: [
            {"short": "abcd"} => "BodyConstraint short: must be at most 3 characters long",
            {"long": "ä"} => "BodyConstraint long: must be at least 2 characters long",
            {"exact": "123"} => "BodyConstraint exact: must be at least 4 characters long",
            {"exact": "12345"} => "BodyConstraint exact: must be at most 4 characters long",
            {"code": "ab1"} => "BodyConstraint code: must match the pattern ^[A-Z]{2}\\d+$",
            {"code": "AB٣"} => "BodyConstraint code: must match the pattern ^[A-Z]{2}\\d+$",
            {"code": "AB1\n"} => "BodyConstraint code: must match the pattern ^[A-Z]{2}\\d+$",
            {"anywhere": "b\nd"} => "BodyConstraint anywhere: must match the pattern b.d",
            {"class": "ä"} => "BodyConstraint class: must match the pattern ^[\\w[&~.-]+$",
            {"code": 1} => "BodySchema code: must be a string, not an integer",
        ]
    );
}
