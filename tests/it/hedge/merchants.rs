//! `merchants`: made, found, changed; when their money becomes available; and what the ledger says of it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::server::WALLET;
use crate::harness::{Server, hedge, no_file_holds};
use crate::samples::{self, with};

const NUMBER: &str = "1111222233330000";

fn bank() -> Value {
    json!({"routing_number": "011401533", "account_number": NUMBER, "account_type": "checking"})
}

fn full() -> Value {
    json!({
        "name": "Example Shop", "email": "billing@shop.example", "country": "US", "default_currency": "EUR",
        "statement_descriptor": "EXAMPLE SHOP", "time_zone": "America/New_York",
        "settlement": {"method": "usd", "bank_account": bank(), "schedule": "weekly"},
        "branding": {"logo_url": "https://shop.example/logo.png", "primary_color": "#1A2b3c", "secondary_color": "#ffffff"},
        "metadata": {"shop": "1"}
    })
}

async fn made(server: &Server, body: &Value) -> Value {
    server.post("/v1/merchants", body).send().await.expect(201)
}

fn path(merchant: &Value) -> String {
    format!("/v1/merchants/{}", merchant["id"].as_str().unwrap())
}

async fn update(server: &Server, merchant: &Value, body: &Value) -> Value {
    server.call(Method::PATCH, &path(merchant)).json(body).send().await.expect(200)
}

#[tokio::test]
async fn create_answers_what_was_sent() {
    let server = Server::start().await;
    let merchant = made(&server, &full()).await;
    assert!(merchant["id"].as_str().unwrap().starts_with("merch_"));
    assert_eq!((&merchant["object"], &merchant["status"]), (&json!("merchant"), &json!("active")));
    for field in ["name", "email", "country", "default_currency", "statement_descriptor", "time_zone", "metadata"] {
        assert_eq!(merchant[field], full()[field], "{field}");
    }
    assert_eq!(merchant["branding"], with(full()["branding"].clone(), "primary_color", json!("#1a2b3c")));
    let settlement = &merchant["settlement"];
    assert_eq!((&settlement["method"], &settlement["schedule"]), (&json!("usd"), &json!("weekly")));
    let shown = json!({"routing_number": "011401533", "account_type": "checking", "last4": "0000"});
    assert_eq!(settlement["bank_account"], shown);
    assert!(settlement["next_payout_at"].is_string());
    assert_eq!(merchant["fees"]["card"], json!({"basis_points": 290, "fixed": 30, "cap": null}));
    assert_eq!(merchant["fees"]["ach"], json!({"basis_points": 80, "fixed": 0, "cap": 500}));
}

#[tokio::test]
async fn create_takes_a_name_and_nothing_else() {
    let server = Server::start().await;
    let merchant = made(&server, &json!({"name": "Shop"})).await;
    for field in ["email", "country"] {
        assert_eq!(merchant[field], Value::Null, "{field}");
    }
    assert_eq!((&merchant["default_currency"], &merchant["time_zone"]), (&json!("USD"), &json!("UTC")));
    let settlement = json!({
        "method": "usd", "solana_wallet": null, "auto_settle": false, "bank_account": null, "schedule": "daily",
        "next_payout_at": null
    });
    assert_eq!(merchant["settlement"], settlement);
    assert_eq!(merchant["branding"], json!({"logo_url": null, "primary_color": null, "secondary_color": null}));
}

#[tokio::test]
async fn create_refuses_what_will_not_do() {
    let server = Server::start().await;
    let before = server.get("/v1/merchants").send().await.expect(200);
    let bank = |field: &str, value: &str| json!({"bank_account": with(bank(), field, json!(value))});
    let table = [
        ("name", json!(""), "name"),
        ("email", json!("x"), "email"),
        ("country", json!("UK"), "country"),
        ("country", json!("us"), "country"),
        ("default_currency", json!("XXX"), "default_currency"),
        ("statement_descriptor", json!("x".repeat(23)), "statement_descriptor"),
        ("time_zone", json!("Mars/Olympus"), "time_zone"),
        ("settlement", json!({"method": "gold"}), "settlement.method"),
        ("settlement", json!({"solana_wallet": "0OIl"}), "settlement.solana_wallet"),
        ("settlement", json!({"solana_wallet": "1".repeat(40)}), "settlement.solana_wallet"),
        ("settlement", bank("routing_number", "011401534"), "settlement.bank_account.routing_number"),
        ("settlement", bank("routing_number", "01140153"), "settlement.bank_account.routing_number"),
        ("settlement", bank("account_number", "12 34"), "settlement.bank_account.account_number"),
        ("settlement", bank("account_type", "current"), "settlement.bank_account.account_type"),
        ("branding", json!({"primary_color": "red"}), "branding.primary_color"),
        ("branding", json!({"logo_url": "javascript:alert(1)"}), "branding.logo_url"),
        ("branding", json!({"logo_url": "0"}), "branding.logo_url"),
        ("branding", json!({"logo_url": "https://1.2.3.999/"}), "branding.logo_url"),
        ("metadata", json!({"k": "v".repeat(513)}), "metadata.k"),
    ];
    for (field, value, at) in table {
        let reply = server.post("/v1/merchants", &with(samples::merchant(), field, value)).send().await;
        reply.refused_at(422, "invalid_value", at);
    }
    for (field, value) in [("nmae", json!("x")), ("settlement", json!({"wallet": WALLET})), ("status", json!("active"))]
    {
        let reply = server.post("/v1/merchants", &with(samples::merchant(), field, value)).send().await;
        reply.refused(400, "invalid_request");
    }
    let usdc = with(samples::merchant(), "settlement", json!({"method": "usdc"}));
    let field = "settlement.solana_wallet";
    server.post("/v1/merchants", &usdc).send().await.refused_at(422, "settlement_incomplete", field);
    assert_eq!(server.get("/v1/merchants").send().await.expect(200), before);
}

#[tokio::test]
async fn create_keeps_account_numbers_to_itself() {
    let server = Server::start().await;
    let call = || server.post("/v1/merchants", &full()).idempotency_key("one");
    let merchant = call().send().await.expect(201);
    assert_eq!(call().send().await.expect(201), merchant);
    for at in ["/v1/merchants".to_owned(), path(&merchant), "/v1/audit-log".to_owned(), "/v1/events".to_owned()] {
        let shown = server.get(&at).send().await.expect(200).to_string();
        assert!(!shown.contains(NUMBER), "{at}: {shown}");
    }
    no_file_holds(server.folder(), &[NUMBER]);
}

#[tokio::test]
async fn create_is_for_keys_of_the_whole_account() {
    let server = Server::start().await;
    let merchant = made(&server, &json!({"name": "Shop"})).await;
    let other = made(&server, &json!({"name": "Other"})).await;
    let key = server.make_key(json!({"merchant_ids": [merchant["id"]]})).await;
    let key = key["secret"].as_str().unwrap();
    let call = server.call_as(key, Method::POST, "/v1/merchants").json(&samples::merchant());
    call.send().await.refused(403, "forbidden");
    // What it reaches is its own merchant, and that alone.
    let get = |path: String| server.call_as(key, Method::GET, &path);
    assert_eq!(get("/v1/merchants".to_owned()).send().await.expect(200)["data"], json!([merchant]));
    get(path(&merchant)).send().await.expect(200);
    for rest in ["", "/balance", "/statement", "/statement.csv"] {
        get(path(&other) + rest).send().await.refused(404, "not_found");
    }
    let call = server.call_as(key, Method::PATCH, &path(&other)).json(&json!({"name": "Mine"}));
    call.send().await.refused(404, "not_found");
}

#[tokio::test]
async fn list_goes_page_by_page() {
    let server = Server::start().await;
    let mut all = server.get("/v1/merchants").send().await.expect(200)["data"].as_array().unwrap().clone();
    assert_eq!(all.len(), 1, "an account has one from the start");
    for name in ["a", "b"] {
        all.insert(0, made(&server, &json!({"name": name})).await);
    }
    let page = server.get("/v1/merchants?limit=2").send().await.expect(200);
    assert_eq!((&page["data"], &page["has_more"]), (&json!(all[..2]), &json!(true)));
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = server.get(&format!("/v1/merchants?cursor={cursor}")).send().await.expect(200);
    assert_eq!((&rest["data"], &rest["next_cursor"]), (&json!(all[2..]), &Value::Null));
}

#[tokio::test]
async fn retrieve_shows_the_merchant_and_nobody_elses() {
    let server = Server::start().await;
    let merchant = made(&server, &full()).await;
    assert_eq!(server.get(&path(&merchant)).send().await.expect(200), merchant);
    for id in ["x", "pay_00000000000000000000000001", "merch_00000000000000000000000001"] {
        for rest in ["", "/balance", "/statement", "/statement.csv"] {
            server.get(&format!("/v1/merchants/{id}{rest}")).send().await.refused(404, "not_found");
        }
    }
    server.call(Method::POST, &(path(&merchant) + "/statement.csv")).send().await.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn update_merges_what_it_mentions_and_clears_with_null() {
    let server = Server::start().await;
    let merchant = made(&server, &full()).await;
    for nothing_new in [json!({}), json!({"name": "Example Shop"}), json!({"settlement": {"bank_account": bank()}})] {
        assert_eq!(update(&server, &merchant, &nothing_new).await, merchant);
    }
    let change = json!({
        "email": null, "settlement": {"schedule": "manual"}, "branding": {"logo_url": null},
        "metadata": {"shop": null, "tier": "gold"}
    });
    let after = update(&server, &merchant, &change).await;
    assert_eq!((&after["email"], &after["metadata"]), (&Value::Null, &json!({"tier": "gold"})));
    assert_eq!(after["settlement"]["bank_account"], merchant["settlement"]["bank_account"]);
    assert_eq!(after["settlement"]["next_payout_at"], Value::Null);
    let colors = with(merchant["branding"].clone(), "logo_url", Value::Null);
    assert_eq!((&after["branding"], &after["name"]), (&colors, &merchant["name"]));

    let usdc = json!({"settlement": {"method": "usdc", "solana_wallet": WALLET, "auto_settle": true}});
    let after = update(&server, &merchant, &usdc).await;
    assert_eq!(
        (&after["settlement"]["method"], &after["settlement"]["solana_wallet"]),
        (&json!("usdc"), &json!(WALLET))
    );
    assert!(after["settlement"]["next_payout_at"].is_string());
    let told = server.get("/v1/audit-log?action=merchant.updated").send().await.expect(200);
    let fields = |entry: &Value| -> Vec<String> {
        let changes = entry["changes"].as_array().unwrap().iter();
        changes.map(|change| change["field"].as_str().unwrap().to_owned()).collect()
    };
    let expected = ["settlement.method", "settlement.solana_wallet", "settlement.auto_settle"];
    assert_eq!(fields(&told["data"][0]), expected);
    assert_eq!(told["data"].as_array().unwrap().len(), 2, "an update that changes nothing is none");
}

#[tokio::test]
async fn update_refuses_a_method_that_leads_nowhere() {
    let server = Server::start().await;
    let merchant = made(&server, &json!({"name": "Shop"})).await;
    for (method, field) in [("usdc", "settlement.solana_wallet"), ("usd", "settlement.bank_account")] {
        let call = server.call(Method::PATCH, &path(&merchant)).json(&json!({"settlement": {"method": method}}));
        call.send().await.refused_at(422, "settlement_incomplete", field);
    }
    assert_eq!(server.get(&path(&merchant)).send().await.expect(200), merchant);
}

fn sums(balance: &Value) -> (i64, i64, i64) {
    let sum = |pocket: &str| {
        assert_eq!(balance[pocket].as_array().unwrap().len(), 1, "{balance}");
        assert_eq!(balance[pocket][0]["currency"], "USD");
        balance[pocket][0]["amount"].as_i64().unwrap()
    };
    (sum("pending"), sum("available"), sum("in_transit"))
}

async fn balance(server: &Server, merchant: &str) -> (i64, i64, i64) {
    sums(&server.get(&format!("/v1/merchants/{merchant}/balance")).send().await.expect(200))
}

#[tokio::test]
async fn retrieve_balance_follows_the_money() {
    let server = Server::start().await;
    let merchant = server.merchant().await;
    assert_eq!(balance(&server, &merchant).await, (0, 0, 0));
    let payment = server.succeeded().await;
    assert_eq!(balance(&server, &merchant).await, (9_679, 0, 0));
    let refund = format!("/v1/payments/{}/refund", payment.id);
    server.post(&refund, &json!({"amount": 679})).send().await.expect(200);
    assert_eq!(balance(&server, &merchant).await, (9_000, 0, 0));
    let shown = server.get(&format!("/v1/merchants/{merchant}/balance")).send().await.expect(200);
    assert_eq!((&shown["object"], &shown["merchant_id"]), (&json!("balance"), &json!(merchant)));
}

/// The Wednesday before Thanksgiving: the third banking day after it is the Tuesday of the next week.
#[tokio::test]
async fn retrieve_balance_after_the_third_banking_day_has_it_available() {
    let server = Server::start().await;
    server.freeze_at("2093-11-25T17:00:00Z").await;
    let merchant = server.merchant().await;
    let payment = server.succeeded().await;
    let path = format!("/v1/payments/{}", payment.id);
    server.advance_to("2093-12-01T13:29:59Z").await;
    assert_eq!(balance(&server, &merchant).await, (9_679, 0, 0));
    server.advance_to("2093-12-01T13:30:00Z").await;
    let settled = server.until(&path, |payment| payment["settled"] == true).await;
    assert_eq!((&settled["settled_at"], &settled["status"]), (&json!("2093-12-01T13:30:00Z"), &json!("succeeded")));
    assert_eq!(balance(&server, &merchant).await, (0, 9_679, 0));
    // A refund comes out of where the money is.
    server.post(&format!("{path}/refund"), &json!({"amount": 2_500})).send().await.expect(200);
    assert_eq!(balance(&server, &merchant).await, (0, 7_179, 0));
    let events = server.get("/v1/events?type=payment.settled").send().await.expect(200);
    assert_eq!(events["data"][0]["data"]["id"], json!(payment.id));
}

#[tokio::test]
async fn retrieve_balance_may_be_less_than_nothing() {
    let server = Server::start().await;
    server.freeze_at("2093-11-25T17:00:00Z").await;
    let merchant = server.merchant().await;
    let payment = server.succeeded().await;
    let path = format!("/v1/payments/{}", payment.id);
    server.post(&format!("{path}/refund"), &json!({})).send().await.expect(200);
    // The fee is not given back.
    assert_eq!(balance(&server, &merchant).await, (-320, 0, 0));
    server.advance_to("2093-12-02T00:00:00Z").await;
    server.until(&path, |payment| payment["settled"] == true).await;
    assert_eq!(balance(&server, &merchant).await, (0, -320, 0));
}

#[tokio::test]
async fn retrieve_statement_tells_every_change_and_what_it_comes_to() {
    let server = Server::start().await;
    let merchant = server.funded().await;
    let paid = server.get("/v1/payments").send().await.expect(200)["data"][0].clone();
    let refund = format!("/v1/payments/{}/refund", paid["id"].as_str().unwrap());
    let refunded = server.post(&refund, &json!({"amount": 1_000})).send().await.expect(200);
    let payout = server.post("/v1/payouts", &json!({"amount": 2_000})).send().await.expect(201);

    let path = format!("/v1/merchants/{merchant}/statement");
    let statement = server.get(&path).send().await.expect(200);
    let told: Vec<_> = statement["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            (
                line["type"].clone(),
                line["source_id"].clone(),
                line["amount"].clone(),
                line["fee"].clone(),
                line["net"].clone(),
                line["balance"].clone(),
            )
        })
        .collect();
    let line = |kind: &str, source: &Value, sums: [i64; 4]| {
        (json!(kind), source.clone(), json!(sums[0]), json!(sums[1]), json!(sums[2]), json!(sums[3]))
    };
    let expected = [
        line("payment", &paid["id"], [9_999, 320, 9_679, 9_679]),
        line("refund", &refunded["refunds"][0]["id"], [-1_000, 0, -1_000, 8_679]),
        line("payout", &payout["id"], [-1_990, 10, -2_000, 6_679]),
    ];
    assert_eq!(told, expected);
    assert_eq!((&statement["opening_balance"], &statement["closing_balance"]), (&json!(0), &json!(6_679)));

    // Page by page it is the same.
    let (mut paged, mut query) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("{path}?limit=1{query}")).send().await.expect(200);
        paged.extend(page["data"].as_array().unwrap().clone());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("&cursor={cursor}");
    }
    assert_eq!(json!(paged), statement["data"]);
    // In another currency there is nothing, and before today neither.
    for query in ["currency=EUR", "created_before=2024-01-01T00:00:00Z"] {
        let other = server.get(&format!("{path}?{query}")).send().await.expect(200);
        assert_eq!((&other["data"], &other["closing_balance"]), (&json!([]), &json!(0)));
    }
    let later = server.get(&format!("{path}?created_after=2099-01-01T00:00:00Z")).send().await.expect(200);
    assert_eq!((&later["data"], &later["opening_balance"]), (&json!([]), &json!(6_679)));
    exported_alike(&server, &path, &statement).await;
}

async fn file(server: &Server, path: &str) -> String {
    let url = format!("{}{path}", server.url);
    let reply = reqwest::Client::new().get(url).bearer_auth(&server.key).send().await.unwrap();
    assert_eq!(
        (reply.status().as_u16(), &reply.headers()["content-type"]),
        (200, &"text/csv; charset=utf-8".parse().unwrap())
    );
    assert!(reply.headers().contains_key("x-request-id"));
    reply.text().await.unwrap()
}

/// The file has what the pages have.
async fn exported_alike(server: &Server, path: &str, statement: &Value) {
    let text = file(server, &format!("{path}.csv")).await;
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("id,created_at,type,source_id,amount,fee,net,currency,balance"));
    for line in statement["data"].as_array().unwrap() {
        let fields = ["id", "created_at", "type", "source_id", "amount", "fee", "net", "currency", "balance"];
        let values: Vec<_> = fields.iter().map(|field| line[field].to_string().replace('"', "")).collect();
        assert_eq!(lines.next(), Some(values.join(",").as_str()));
    }
    assert_eq!(lines.next(), None);
    assert_eq!(file(server, &format!("{path}.csv?currency=EUR")).await.lines().count(), 1);
    server.get(&format!("{path}.csv?currency=XXX")).send().await.refused_at(400, "invalid_request", "currency");
    for (query, field) in [
        ("nonsense=1", "nonsense"),
        ("currency=USD&currency=USD", "currency"),
        ("created_after=yesterday", "created_after"),
        ("created_before=-262143-01-01T00:00:00Z", "created_before"),
    ] {
        server.get(&format!("{path}.csv?{query}")).send().await.refused_at(400, "invalid_request", field);
    }
    server.get("/v1/merchants/%ff/statement.csv").send().await.refused(404, "not_found");
    let stranger = server.second_account();
    server.call_as(&stranger, Method::GET, &format!("{path}.csv")).send().await.refused(404, "not_found");
    server.call_as("sk_test_nobody", Method::GET, &format!("{path}.csv")).send().await.refused(401, "unauthorized");
    let customer = server.customer().await;
    let token = server.client_token(&customer, &["checkout", "payment_methods"]).await;
    let publishable = server.make_key(json!({"type": "publishable"})).await;
    for weak in [token.as_str(), publishable["secret"].as_str().unwrap()] {
        let reply = server.call_as(weak, Method::GET, &format!("{path}.csv")).send().await;
        assert_eq!(reply.status, 403, "{reply:?}");
    }
}

#[tokio::test]
async fn prices_are_the_operators_and_count_from_their_day_on() {
    let server = Server::start().await;
    server.freeze_at("2093-11-13T17:00:00Z").await;
    let id = server.merchant().await;
    let path = format!("/v1/merchants/{id}");
    let price = |more: &[&str]| {
        let arguments = [&["merchants", "price", &id, "--json"], more].concat();
        hedge(server.folder()).json(&arguments)
    };
    price(&["--card", "100+0"]);
    assert_eq!(server.succeeded().await.fee, 100);
    let ahead = price(&["--card", "250+25<1000", "--from", "2093-12-01T00:00:00Z"]);
    assert_eq!(ahead["fees"]["card"], json!({"basis_points": 100, "fixed": 0, "cap": null}));
    assert_eq!(ahead["next_fees"]["card"], json!({"basis_points": 250, "fixed": 25, "cap": 1000}));
    assert_eq!(ahead["next_fees"]["ach"], ahead["fees"]["ach"]);
    assert_eq!(ahead["next_fees"]["effective_at"], "2093-12-01T00:00:00Z");
    assert_eq!(server.get(&path).send().await.expect(200), ahead);
    assert_eq!(server.succeeded().await.fee, 100);
    server.advance_to("2093-12-01T00:00:00Z").await;
    assert_eq!(server.succeeded().await.fee, 275);
    let then = server.get(&path).send().await.expect(200);
    assert_eq!((&then["fees"]["card"]["fixed"], &then["next_fees"]), (&json!(25), &Value::Null));
    let told = server.get("/v1/audit-log?action=merchant.updated").send().await.expect(200);
    let changes = json!([
        {"field": "fees.card", "before": "100 basis points + 0", "after": "250 basis points + 25, at most 1000"},
        {"field": "fees.effective_at", "before": null, "after": "2093-12-01T00:00:00.000Z"},
    ]);
    assert_eq!(told["data"][0]["changes"], changes);
}

#[tokio::test]
async fn prices_that_are_to_come_stay_until_the_operator_takes_them_back() {
    let server = Server::start().await;
    let id = server.merchant().await;
    let price = |more: &[&'static str]| [&["merchants", "price", id.as_str()], more].concat();
    let day = "2093-12-01T00:00:00Z";
    hedge(server.folder()).text(&price(&["--card", "250+25", "--from", day]));
    let told = hedge(server.folder()).text(&price(&["--ach", "90+0"]));
    let lines = [
        "card 290 basis points + 30; ach 90 basis points + 0; crypto 100 basis points + 0",
        "from 2093-12-01T00:00:00.000Z: card 250 basis points + 25; ach 90 basis points + 0; crypto 100 basis points + 0",
    ];
    assert!(told.ends_with(&format!("{}\n", lines.join("\n"))), "{told}");
    for (arguments, words) in [
        (&["--ach", "95+0", "--from", "2092-12-01T00:00:00Z"][..], "are to change at 2093-12-01T00:00:00.000Z already"),
        (&["--from", day], "required"),
        (&[], "required"),
        (&["--card", "2.9"], "is no price"),
    ] {
        let complaint = hedge(server.folder()).complaint(&price(arguments));
        assert!(complaint.contains(words), "{arguments:?}: {complaint}");
    }
    let kept = hedge(server.folder()).json(&["merchants", "keep-prices", &id, "--json"]);
    assert_eq!((&kept["fees"]["card"]["basis_points"], &kept["next_fees"]), (&json!(290), &Value::Null));
    assert_eq!(server.get(&format!("/v1/merchants/{id}")).send().await.expect(200), kept);
}

#[tokio::test]
async fn a_restricted_merchant_takes_no_payments_until_it_is_reinstated() {
    let server = Server::start().await;
    let pending = server.pending().await;
    let paid = server.succeeded().await;
    let session = server.open_session().await;
    let id = server.merchant().await;
    let run = |task: &str| hedge(server.folder()).json(&["merchants", task, &id, "--json"]);
    assert_eq!(run("restrict")["status"], "restricted");
    let token = json!({"payment_method_token": server.token(crate::harness::server::VISA).await});
    let confirm = || server.post(&format!("/v1/payments/{}/confirm", pending.id), &token);
    confirm().send().await.refused(412, "merchant_restricted");
    assert!(server.pay_session(&session, crate::harness::server::VISA, "one").await.is_err());
    server.post(&format!("/v1/payments/{}/refund", paid.id), &json!({})).send().await.expect(200);
    assert_eq!(run("reinstate")["status"], "active");
    confirm().send().await.expect(200);
    let told = server.get("/v1/audit-log?action=merchant.updated").send().await.expect(200);
    assert_eq!(told["data"][0]["actor"]["type"], "operator");
}
