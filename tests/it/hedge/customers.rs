//! `customers`: made, found, changed; what an update leaves out stays, and `null` clears.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Call, Server};
use crate::samples::{self, with};

async fn made(server: &Server, body: &Value) -> Value {
    server.post("/v1/customers", body).send().await.expect(201)
}

fn full() -> Value {
    json!({
        "email": "ada@example.com", "name": "Ada", "phone": "+1 555", "description": "Met at the fair",
        "metadata": {"crm": "4711", "tier": "silver"}
    })
}

#[tokio::test]
async fn create_answers_what_was_sent() {
    let server = Server::start().await;
    let customer = made(&server, &full()).await;
    assert!(customer["id"].as_str().unwrap().starts_with("cust_"));
    assert_eq!((&customer["object"], &customer["created_at"]), (&json!("customer"), &customer["updated_at"]));
    for (field, value) in full().as_object().unwrap() {
        assert_eq!(customer[field], *value, "{field}");
    }
    let bare = made(&server, &json!({"email": "a@example.com"})).await;
    for field in ["name", "phone", "description"] {
        assert_eq!(bare[field], Value::Null, "{field}");
    }
    assert_eq!(bare["metadata"], json!({}));
}

#[tokio::test]
async fn create_refuses_what_is_out_of_bounds() {
    let server = Server::start().await;
    server.post("/v1/customers", &json!({"name": "Ada"})).send().await.refused_at(400, "invalid_request", "email");
    let table = [
        ("email", json!("x"), "email"),
        ("name", json!(""), "name"),
        ("name", json!("é".repeat(201)), "name"),
        ("phone", json!("1".repeat(51)), "phone"),
        ("description", json!("d".repeat(501)), "description"),
        ("metadata", json!({"k": "v".repeat(513)}), "metadata.k"),
    ];
    for (field, value, at) in table {
        let reply = server.post("/v1/customers", &with(samples::customer(), field, value)).send().await;
        reply.refused_at(422, "invalid_value", at);
    }
    let long = with(samples::customer(), "metadata", json!({"k".repeat(65): "v"}));
    server.post("/v1/customers", &long).send().await.refused(422, "invalid_value");
    assert_eq!(server.get("/v1/customers").send().await.expect(200)["data"], json!([]));
    made(&server, &with(with(samples::customer(), "name", json!("é".repeat(200))), "phone", json!("1".repeat(50))))
        .await;
}

#[tokio::test]
async fn create_twice_under_one_key_is_one_customer() {
    let server = Server::start().await;
    let call = || server.post("/v1/customers", &full()).idempotency_key("one");
    let first = call().send().await;
    let again = call().send().await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(server.get("/v1/customers").send().await.expect(200)["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn retrieve_shows_the_customer_and_nobody_elses() {
    let server = Server::start().await;
    let customer = made(&server, &full()).await;
    let path = format!("/v1/customers/{}", customer["id"].as_str().unwrap());
    assert_eq!(server.get(&path).send().await.expect(200), customer);
    for id in ["x", "pay_00000000000000000000000001", samples::NOBODY] {
        server.get(&format!("/v1/customers/{id}")).send().await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn list_goes_page_by_page_and_narrows() {
    let server = Server::start().await;
    let mut all = Vec::new();
    for email in ["a@example.com", "b@example.com", "a@example.com"] {
        all.insert(0, made(&server, &json!({"email": email})).await);
    }
    let page = server.get("/v1/customers?limit=2").send().await.expect(200);
    assert_eq!((&page["object"], &page["has_more"]), (&json!("list"), &json!(true)));
    assert_eq!(page["data"].as_array().unwrap()[..], all[..2]);
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = server.get(&format!("/v1/customers?cursor={cursor}")).send().await.expect(200);
    assert_eq!((&rest["data"], &rest["next_cursor"]), (&json!([all[2]]), &Value::Null));

    let hour = chrono::TimeDelta::hours(1);
    let stamp = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let (earlier, later) = (stamp(crate::harness::now() - hour), stamp(crate::harness::now() + hour));
    let table = [
        ("email=a@example.com".to_owned(), vec![&all[0], &all[2]]),
        ("email=A@example.com".to_owned(), vec![]),
        (format!("created_after={earlier}&created_before={later}"), all.iter().collect()),
        (format!("created_after={later}"), vec![]),
        (format!("created_before={earlier}"), vec![]),
        (format!("email=b@example.com&created_before={later}"), vec![&all[1]]),
    ];
    for (query, expected) in table {
        let listed = server.get(&format!("/v1/customers?{query}")).send().await.expect(200);
        assert_eq!(listed["data"], json!(expected), "{query}");
    }
    for (query, field) in
        [("limit=0", "limit"), ("cursor=x", "cursor"), ("created_after=x", "created_after"), ("email=", "email")]
    {
        server.get(&format!("/v1/customers?{query}")).send().await.refused_at(400, "invalid_request", field);
    }
    // A cursor of another list opens none here.
    server.pending().await;
    server.pending().await;
    let payments = server.get("/v1/payments?limit=1").send().await.expect(200);
    let path = format!("/v1/customers?cursor={}", payments["next_cursor"].as_str().unwrap());
    server.get(&path).send().await.refused_at(400, "invalid_request", "cursor");
}

#[tokio::test]
async fn update_merges_and_null_clears() {
    let server = Server::start().await;
    let mut expected = made(&server, &full()).await;
    let path = format!("/v1/customers/{}", expected["id"].as_str().unwrap());
    let table = [
        (json!({}), "name", json!("Ada")),
        (json!({"name": "Ada King"}), "name", json!("Ada King")),
        (json!({"name": null}), "name", Value::Null),
        (json!({"phone": null}), "phone", Value::Null),
        (json!({"phone": "1"}), "phone", json!("1")),
        (json!({"description": null}), "description", Value::Null),
        (json!({"email": "b@example.com"}), "email", json!("b@example.com")),
        (json!({"metadata": {"crm": null, "new": "1"}}), "metadata", json!({"tier": "silver", "new": "1"})),
        (json!({"metadata": {}}), "metadata", json!({"tier": "silver", "new": "1"})),
        (json!({"metadata": null}), "metadata", json!({})),
    ];
    for (body, field, value) in table {
        expected[field] = value;
        let mut after = server.call(Method::PATCH, &path).json(&body).send().await.expect(200);
        assert_eq!(after, server.get(&path).send().await.expect(200));
        after["updated_at"] = expected["updated_at"].clone();
        assert_eq!(after, expected, "{body}");
    }
}

#[tokio::test]
async fn update_refuses_what_will_not_do_and_changes_nothing() {
    let server = Server::start().await;
    let customer = made(&server, &full()).await;
    let path = format!("/v1/customers/{}", customer["id"].as_str().unwrap());
    let fifty_more: serde_json::Map<_, _> = (0..50).map(|n| (format!("k{n}"), json!("v"))).collect();
    let table = [
        (json!({"email": null}), 400, "invalid_request", "email"),
        (json!({"email": "x"}), 422, "invalid_value", "email"),
        (json!({"name": ""}), 422, "invalid_value", "name"),
        (json!({"name": 1}), 400, "invalid_request", "name"),
        (json!({"nmae": "Ada"}), 400, "invalid_request", "nmae"),
        (json!({"id": "cust_1"}), 400, "invalid_request", "id"),
        (json!({"metadata": fifty_more}), 422, "invalid_value", "metadata"),
    ];
    for (body, status, code, field) in table {
        let error = server.call(Method::PATCH, &path).json(&body).send().await.refused(status, code);
        assert_eq!(error["details"]["field"], field, "{body}");
    }
    assert_eq!(server.get(&path).send().await.expect(200), customer);
}

#[tokio::test]
async fn list_by_a_limited_key_shows_the_customers_of_its_merchants_only() {
    let server = Server::start().await;
    let merchant = server.merchant().await;
    let made = server.make_key(json!({"merchant_ids": [merchant]})).await;
    let key = made["secret"].as_str().unwrap();
    server.customer().await;
    let own = server.call_as(key, Method::POST, "/v1/customers").json(&samples::customer()).send().await.expect(201);
    assert_eq!(own["merchant_id"], merchant);
    let listed = async |call: Call| {
        let listed = call.send().await.expect(200);
        listed["data"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(listed(server.call_as(key, Method::GET, "/v1/customers")).await, [own["id"].clone()]);
    assert_eq!(listed(server.get("/v1/customers")).await.len(), 2);
    assert_eq!(listed(server.get(&format!("/v1/customers?merchant_id={merchant}"))).await, [own["id"].clone()]);
}
