//! Constraints of lists and maps, and of what is in them.

use crate::harness::{echo, table};

echo!(collections, Collections, send_collections, SendCollectionsInput, SendCollectionsOutput);

#[tokio::test]
async fn every_limit_of_a_list_or_map_is_held() {
    table!(collections, "/collections",
        accepted: [
            {"tags": ["a", "bcd"]},
            {"unique": []},
            {"unique": [{"sku": "aa"}, {"sku": "ab"}]},
            {"grid": [[1, 2], []]},
            {"metadata": {"orderId": "12345"}, "by_name": {"x": {"sku": "aa"}}},
        ],
        refused: [
            {} => "BodyConstraint -: must have at least 1 fields",
            {"tags": ["a"], "grid": [], "unique": []} => "BodyConstraint -: must have at most 2 fields",
            {"tags": []} => "BodyConstraint tags: must have at least 1 items",
            {"tags": ["a", "b", "c"]} => "BodyConstraint tags: must have at most 2 items",
            {"tags": ["a", "bcde"]} => "BodyConstraint tags[1]: must be at most 3 characters long",
            {"unique": [{"sku": "aa"}, {"sku": "aa"}]} => "BodyConstraint unique: must not have the same item twice",
            {"unique": [{"sku": "aa"}, {"sku": "b"}]} => "BodyConstraint unique[1].sku: must be at least 2 characters long",
            {"unique": [{}]} => "BodySchema unique[0].sku: is required",
            {"grid": [[1], [1, 2, 3]]} => "BodyConstraint grid[1]: must have at most 2 items",
            {"grid": [[1], [1, -1]]} => "BodyConstraint grid[1][1]: must be at least 0",
            {"grid": [[1], ["1"]]} => "BodySchema grid[1][0]: must be an integer, not a string",
            {"metadata": {}} => "BodyConstraint metadata: must have at least 1 fields",
            {"metadata": {"a": "", "b": "", "c": ""}} => "BodyConstraint metadata: must have at most 2 fields",
            {"metadata": {"orderId": "123456"}} => "BodyConstraint metadata.orderId: must be at most 5 characters long",
            {"metadata": {"orderId": 1}} => "BodySchema metadata.orderId: must be a string, not an integer",
            {"by_name": {"x": {"sku": ""}}} => "BodyConstraint by_name.x.sku: must be at least 2 characters long",
            {"nope": 1} => "BodySchema nope: there is no field `nope` here",
        ]
    );
}

#[tokio::test]
async fn a_name_that_comes_twice_in_a_map_is_refused() {
    let router = crate::generated::collections::router(crate::harness::Echo);
    for (body, place) in [
        (r#"{"metadata": {"order": "1", "order": "2"}}"#, "metadata.order"),
        (r#"{"metadata": {"order": "123456", "order": "2"}}"#, "metadata.order"),
        (r#"{"by_name": {"x": {"sku": "aa"}, "x": {"sku": "ab"}}}"#, "by_name.x"),
    ] {
        let reply = crate::harness::post_text(&router, "/collections", body).await;
        assert_eq!(reply.refusal(), format!("BodySchema {place}: is there twice"), "{body}");
    }
}
