//! Objects: nested, recursive, composed, one of several, open and closed.

use crate::generated::one_of::types::Order;
use crate::harness::{echo, table};
use crate::wire::{from_str, limits};

echo!(recursive, Trees, plant, PlantInput, PlantOutput);
echo!(all_of, Pets, add_pet, AddPetInput, AddPetOutput);
echo!(one_of, Methods, add_method, AddMethodInput, AddMethodOutput);
echo!(additional, Bags, pack_bag, PackBagInput, PackBagOutput);

#[tokio::test]
async fn recursive_objects_are_read_and_checked_at_every_depth() {
    table!(recursive, "/trees",
        accepted: [
            {"name": "a", "children": [{"name": "b", "children": []}], "by_name": {"c": {"name": "c"}}},
            {"name": "a", "graft": {"of": {"name": "b"}}},
            {"name": "a", "graft": {"of": null}, "place": {"row": 1, "soil": {"ph": 6.5}}},
        ],
        refused: [
            {"name": "a", "children": [{"name": "b"}, {"name": "toolong"}]}
                => "BodyConstraint children[1].name: must be at most 5 characters long",
            {"name": "a", "graft": {"of": {"name": "b", "by_name": {"x": {"name": "toolong"}}}}}
                => "BodyConstraint graft.of.by_name.x.name: must be at most 5 characters long",
            {"name": "a", "graft": {}} => "BodySchema graft.of: is required",
            {"name": "a", "place": {"row": 0}} => "BodyConstraint place.row: must be at least 1",
            {"name": "a", "place": {"row": 1, "soil": {"ph": 15}}} => "BodyConstraint place.soil.ph: must be at most 14",
        ]
    );
}

#[tokio::test]
async fn all_of_has_the_fields_of_all() {
    table!(all_of, "/pets",
        accepted: [
            {"name": "Rex", "tag": "x", "bark": 3, "born": "2020-01-01"},
            {"name": "Rex", "tag": "x", "bark": 3, "friend": {"name": "Bob", "tag": "y", "bark": 1}},
        ],
        refused: [
            {"name": "Rex", "bark": 3} => "BodySchema tag: is required",
            {"name": "", "tag": "x", "bark": 3} => "BodyConstraint name: must be at least 1 characters long",
            {"name": "Rex", "tag": "x", "bark": 11} => "BodyConstraint bark: must be at most 10",
            {"name": "Rex", "tag": "x", "bark": 3, "friend": {"name": "Bob", "tag": "y", "bark": 0}}
                => "BodyConstraint friend.bark: must be at least 1",
        ]
    );
}

#[test]
fn a_union_inside_itself_is_read_no_deeper_than_other_json() {
    let nested = |depth: usize| {
        let open = r#"{"type": "card", "number": "1234", "then": "#.repeat(depth);
        let json = format!(r#"{{"method": {open}{{"type": "ach", "zip": "\"[{{"}}{}}}"#, "}".repeat(depth));
        from_str::<Order>(&json, const { &limits() }).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(nested(100), Ok(()));
    for depth in [127, 20_000] {
        assert!(nested(depth).unwrap_err().contains("is nested too deeply"));
    }
}

#[tokio::test]
async fn a_union_is_chosen_by_its_discriminator_and_keeps_the_path_of_errors() {
    table!(one_of, "/methods",
        accepted: [
            {"method": {"type": "card", "number": "4242"}},
            {"method": {"type": "credit", "number": "4242"}},
            {"method": {"type": "ach", "routing": 5}, "others": [{"type": "card", "number": "4242"}]},
            {"method": {"type": "card", "number": "4242", "then": {"type": "ach"}}},
        ],
        refused: [
            {"method": {"type": "cash"}} => "BodyConstraint method.type: must be one of: card, credit, ach",
            {"method": {"number": "4242"}} => "BodySchema method.type: is required",
            {"method": {"type": 5}} => "BodySchema method: must be a string, not an integer",
            {"method": "card"} => "BodySchema method: must be an object, not a string",
            {"method": {"type": "card"}} => "BodySchema method.number: is required",
            {"method": {"type": "card", "number": 5}} => "BodySchema method.number: must be a string, not an integer",
            {"method": {"type": "card", "number": "4242", "cvc": 1}} => "BodySchema method.cvc: there is no field `cvc` here",
            {"method": {"type": "card", "number": "4"}} => "BodyConstraint method.number: must be at least 4 characters long",
            {"method": {"type": "ach"}, "others": [{"type": "ach", "routing": "x"}]}
                => "BodySchema others[0].routing: must be an integer, not a string",
            {"method": {"type": "card", "number": "4242", "then": {"type": "card", "number": "4242", "then": {"type": "x"}}}}
                => "BodyConstraint method.then.then.type: must be one of: card, credit, ach",
            {} => "BodySchema method: is required",
        ]
    );
}

#[tokio::test]
async fn additional_properties_are_refused_forgotten_or_kept() {
    table!(additional, "/bags",
        accepted: [
            {"closed": {"a": 1}, "empty": {}},
            {"anything": {"a": 1, "extra": "named", "b": {"deep": [1, null]}, "c": null}},
            {"typed": {"a": 1, "when": "2026-01-18T10:30:00Z", "x": "abc"}},
            {"free": {"x": [1, {"y": null}]}, "any": 5},
            {"any": null},
        ],
        refused: [
            {"closed": {"b": 1}} => "BodySchema closed.b: there is no field `b` here",
            {"empty": {"b": 1}} => "BodySchema empty.b: there is no field `b` here",
            {"anything": {"a": "x"}} => "BodySchema anything.a: must be an integer, not a string",
            {"anything": 5} => "BodySchema anything: must be an object, not an integer",
            {"typed": {}} => "BodySchema typed.a: is required",
            {"typed": {"a": 0}} => "BodyConstraint typed.a: must be at least 1",
            {"typed": {"a": 1, "x": 5}} => "BodySchema typed.x: must be a string, not an integer",
            {"typed": {"a": 1, "x": "abcd"}} => "BodyConstraint typed.x: must be at most 3 characters long",
            {"typed": {"a": 1, "when": "x"}} => "BodyConstraint typed.when: must be a date and time such as 2026-01-18T10:30:00Z",
            {"typed": {"a": 1, "b": "", "c": "", "d": ""}} => "BodyConstraint typed: must have at most 3 fields",
        ]
    );
    let router = crate::generated::additional::router(crate::harness::Echo);
    let body = serde_json::json!({"forgetful": {"a": 1, "b": 2}});
    assert_eq!(crate::harness::post(&router, "/bags", &body).await.ok(), serde_json::json!({"forgetful": {"a": 1}}));
    let twice = crate::harness::post_text(&router, "/bags", r#"{"typed": {"a": 1, "a": 2}}"#).await;
    assert_eq!(twice.refusal(), "BodySchema typed.a: is there twice");
}
