//! Parameters: every primitive, lists, enums; in the path, the query and the headers.

use serde_json::json;

use crate::generated::{enums, lists, parameters};
use crate::harness::{Echo, get, seen};
use crate::wire::Value as _;

impl parameters::Authenticate for Echo {}

impl parameters::Things for Echo {
    async fn show_part(&self, input: parameters::ShowPartInput) -> Result<parameters::ShowPartOutput, crate::Answer> {
        Ok(parameters::ShowPartOutput::Ok(seen(&input)))
    }
}

impl lists::Authenticate for Echo {}

impl lists::Lists for Echo {
    async fn show_lists(&self, input: lists::ShowListsInput) -> Result<lists::ShowListsOutput, crate::Answer> {
        Ok(lists::ShowListsOutput::Ok(seen(&input)))
    }
}

crate::harness::echo!(enums, Paint, paint, PaintInput, PaintOutput);

#[tokio::test]
async fn every_primitive_is_read_in_every_place() {
    let router = parameters::router(Echo);
    let uri = "/things/a%20b/parts/7?flag=true&small=-5&large=9000000000&ratio=1e-3&text=%C3%A4+%2B%26";
    let reply = get(&router, uri, &[("x-trace", "00ff"), ("X-Depth", "3")]).await.ok();
    assert_eq!(
        reply,
        json!({"id": "a b", "part": 7, "flag": true, "small": -5, "large": 9_000_000_000u64, "ratio": 0.001,
               "text": "ä +&", "x_trace": "00ff", "x_depth": 3})
    );
    let reply = get(&router, "/things/a/parts/1?flag=false", &[("x-depth", "0")]).await.ok();
    assert_eq!(
        reply,
        json!({"id": "a", "part": 1, "flag": false, "small": null, "large": null, "ratio": null, "text": null,
               "x_trace": null, "x_depth": 0})
    );
}

#[tokio::test]
async fn a_bad_parameter_is_named() {
    let router = parameters::router(Echo);
    for (uri, headers, said) in [
        ("/things/123456789/parts/1?flag=true", ("x-depth", "1"), "Path id: must be at most 8 characters long"),
        ("/things/%FF/parts/1?flag=true", ("x-depth", "1"), "Path -: the path is not valid UTF-8"),
        ("/things/a/parts/x?flag=true", ("x-depth", "1"), "Path part: must be an integer"),
        ("/things/a/parts/0?flag=true", ("x-depth", "1"), "Path part: must be at least 1"),
        ("/things/a/parts/1", ("x-depth", "1"), "Query flag: is required"),
        ("/things/a/parts/1?flag", ("x-depth", "1"), "Query flag: must be true or false"),
        ("/things/a/parts/1?flag=1", ("x-depth", "1"), "Query flag: must be true or false"),
        ("/things/a/parts/1?flag=true&flag=true", ("x-depth", "1"), "Query flag: was given more than once"),
        ("/things/a/parts/1?flag=true&small=2147483648", ("x-depth", "1"), "Query small: must be a 32-bit integer"),
        ("/things/a/parts/1?flag=true&large=%2B5", ("x-depth", "1"), "Query large: must be an integer"),
        ("/things/a/parts/1?flag=true&large=", ("x-depth", "1"), "Query large: must be an integer"),
        (
            "/things/a/parts/1?flag=true&large=9223372036854775808",
            ("x-depth", "1"),
            "Query large: must be a 64-bit integer",
        ),
        ("/things/a/parts/1?flag=true&ratio=inf", ("x-depth", "1"), "Query ratio: must be a number"),
        ("/things/a/parts/1?flag=true&text=%FF", ("x-depth", "1"), "Query text: is not valid UTF-8"),
        ("/things/a/parts/1?flag=true&nope=1", ("x-depth", "1"), "Query nope: there is no query parameter `nope` here"),
        ("/things/a/parts/1?flag=true", ("x-other", "1"), "Header X-Depth: is required"),
        ("/things/a/parts/1?flag=true", ("x-depth", "x"), "Header X-Depth: must be an integer"),
        ("/things/a/parts/1?flag=true", ("x-trace", "xyz"), "Header X-Trace: must match the pattern ^[a-f0-9]+$"),
    ] {
        assert_eq!(get(&router, uri, &[headers]).await.refusal(), said, "{uri}");
    }
}

#[tokio::test]
async fn lists_are_read_in_each_of_their_forms() {
    let router = lists::router(Echo);
    let uri = "/lists/1,2?repeated=ab&repeated=c,d&joined=x,y%2Cz&numbers=3&colors=red&colors=green";
    let reply = get(&router, uri, &[("x-tags", "a, b")]).await.ok();
    assert_eq!(
        reply,
        json!({"ids": [1, 2], "repeated": ["ab", "c,d"], "joined": ["x", "y,z"], "numbers": [3],
               "colors": ["red", "green"], "x_tags": ["a", "b"]})
    );
    let reply = get(&router, "/lists/1?numbers=1&joined=", &[]).await.ok();
    assert_eq!(
        reply,
        json!({"ids": [1], "repeated": null, "joined": [], "numbers": [1], "colors": null, "x_tags": null})
    );
    for (uri, said) in [
        ("/lists/1,x?numbers=1", "Path ids[1]: must be an integer"),
        ("/lists/1", "Query numbers: is required"),
        ("/lists/1?numbers=1&numbers=x", "Query numbers[1]: must be an integer"),
        ("/lists/1?numbers=1&numbers=1", "Query numbers: must not have the same item twice"),
        ("/lists/1?numbers=1&repeated=a", "Query repeated[0]: must be at least 2 characters long"),
        (
            "/lists/1?numbers=1&repeated=aa&repeated=aa&repeated=aa&repeated=aa",
            "Query repeated: must have at most 3 items",
        ),
        ("/lists/1?numbers=1&joined=a&joined=b", "Query joined: was given more than once"),
        ("/lists/1?numbers=1&colors=blue", "Query colors[0]: must be one of: red, green"),
    ] {
        assert_eq!(get(&router, uri, &[]).await.refusal(), said, "{uri}");
    }
}

#[tokio::test]
async fn enums_are_closed_everywhere() {
    let router = enums::router(Echo);
    let body = json!({"object": "coat", "color": "2fa", "second": null, "layers": 4, "inline": "thin"});
    assert_eq!(crate::harness::post(&router, "/paint?color=dark-green", &body).await.ok(), body);
    let uri = "/paint?color=blue";
    let said = "Query color: must be one of: red, dark-green, 2fa, self, +1, -1";
    assert_eq!(crate::harness::post(&router, uri, &body).await.refusal(), said);
    let body = json!({"object": "coat", "color": "blue"});
    assert_eq!(
        crate::harness::post(&router, "/paint?color=red", &body).await.refusal(),
        "BodyConstraint color: must be one of: red, dark-green, 2fa, self, +1, -1"
    );
    let body = json!({"object": "coat", "color": {"red": null}});
    assert_eq!(
        crate::harness::post(&router, "/paint?color=red", &body).await.refusal(),
        "BodySchema color: must be a string, not an object"
    );
    assert_eq!(enums::types::Object::default().code(), "coat");
    assert_eq!(enums::types::Color::from_text("-1"), Ok(enums::types::Color::Minus1));
}
