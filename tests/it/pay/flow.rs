//! What a payer goes through, request by request, as a browser without scripts sends them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Page, Payer, card, decided, form};
use crate::harness::server::{CHALLENGED, DECLINED, VISA};
use crate::harness::{Call, Replicas, Server};
use crate::samples::{checkout_session, with};

const CHALLENGED_IN_VAIN: &str = "4000000000003063";

#[tokio::test]
async fn the_page_tells_who_is_paid_how_much_and_for_what() {
    let server = Server::start().await;
    let table = [
        ("USD", 9_999, "$99.99"),
        ("EUR", 100_000, "€1,000.00"),
        ("GBP", 1, "£0.01"),
        ("BRL", 99_999_999, "R$999,999.99"),
    ];
    for (currency, amount, expected) in table {
        let body = with(checkout_session(), "currency", json!(currency));
        let body = with(with(body, "amount", json!(amount)), "description", json!("Two tickets"));
        let page = Payer::of(&server, &body).await.get("").await;
        page.says(200, &format!("Pay {expected}"));
        page.says(200, "Two tickets");
        page.says(200, "Default merchant");
        page.says(200, currency);
    }
}

#[tokio::test]
async fn a_good_card_pays_and_the_payer_goes_on_to_the_merchant() {
    let server = Server::start().await;
    let payer =
        Payer::of(&server, &with(checkout_session(), "success_url", json!("https://shop.example/thanks?a=b"))).await;
    assert_eq!(payer.pay(VISA).await.leads(), payer.path("/wait"));
    let received = payer.decided().await;
    received.says(200, "your payment went through");
    assert_eq!(received.header("refresh"), format!("0; url={}", payer.path("/return")));
    let there = format!("https://shop.example/thanks?a=b&session_id={}", payer.id);
    assert_eq!(payer.get("/return").await.leads(), there);
    let session = payer.session().await;
    assert_eq!((&session["status"], &session["customer_email"]), (&json!("complete"), &json!("payer@example.com")));
}

#[tokio::test]
async fn what_is_paid_shows_no_form_again() {
    let server = Server::start().await;
    let payer = Payer::new(&server).await;
    let stale = payer.get("").await.nonce();
    payer.pay(VISA).await;
    payer.decided().await;
    let page = payer.get("").await;
    page.says(200, "This is already paid");
    assert!(!page.text.contains("<form"));
    // From another tab, or by the back button: the form is old.
    assert_eq!(payer.post("", &card("5555555555554444", &stale)).await.leads(), payer.path(""));
    assert_eq!(server.count().await, 1);
}

#[tokio::test]
async fn every_declined_card_is_told_in_the_payers_words_and_can_be_followed_by_another() {
    let server = Server::start().await;
    let table = [
        (DECLINED, "Your card was declined."),
        ("4000000000009995", "There is not enough money on this card."),
        ("4000000000009987", "Your card was declined."),
        ("4000000000009979", "Your card was declined."),
        ("4000000000000069", "Your card has expired."),
        ("4000000000000127", "The security code is not right."),
    ];
    for (number, words) in table {
        let payer = Payer::new(&server).await;
        payer.pay(number).await.leads();
        assert_eq!(payer.decided().await.leads(), payer.path(""));
        let page = payer.get("").await;
        page.says(200, words);
        page.says(200, "role=\"alert\"");
        assert!(!page.text.contains(number) && !page.text.contains("payer@example.com"));
        assert!(!page.text.contains("lost") && !page.text.contains("stolen"));
        payer.pay(VISA).await;
        payer.decided().await.says(200, "went through");
        assert_eq!(payer.session().await["status"], "complete");
    }
}

#[tokio::test]
async fn a_challenge_can_be_passed_failed_and_turned_away_from() {
    let server = Server::start().await;
    let table = [(CHALLENGED, "pass", true), (CHALLENGED, "fail", false), (CHALLENGED_IN_VAIN, "pass", false)];
    for (number, answer, paid) in table {
        let payer = Payer::new(&server).await;
        assert_eq!(payer.pay(number).await.leads(), payer.path("/wait"));
        let page = payer.get("/wait").await;
        page.says(200, "Complete authentication");
        let payment = payer.session().await["payment_id"].as_str().unwrap().to_owned();
        // The form for another card stays within reach.
        payer.get("").await.says(200, "Your bank waits for you to confirm");
        payer.post("/challenge", &[("payment", &payment), ("answer", answer)]).await.leads();
        let end = payer.decided().await;
        if paid {
            end.says(200, "went through");
        } else {
            assert_eq!(end.leads(), payer.path(""));
            payer.get("").await.says(200, "Your bank could not confirm that it is you.");
        }
    }
    let payer = Payer::new(&server).await;
    payer.pay(CHALLENGED).await;
    payer.pay(VISA).await;
    payer.decided().await.says(200, "went through");
}

#[tokio::test]
async fn an_attempt_that_the_merchant_ends_during_the_challenge_is_told_to_have_ended() {
    let server = Server::start().await;
    let payer = Payer::new(&server).await;
    payer.pay(CHALLENGED).await;
    payer.get("/wait").await.says(200, "Complete authentication");
    let payment = payer.session().await["payment_id"].as_str().unwrap().to_owned();
    server.post(&format!("/v1/payments/{payment}/cancel"), &json!({})).send().await.expect(200);
    let answer = [("payment", payment.as_str()), ("answer", "pass")];
    assert_eq!(payer.post("/challenge", &answer).await.leads(), payer.path("/wait"));
    assert_eq!(payer.get("/wait").await.leads(), payer.path(""));
    let page = payer.get("").await;
    page.says(200, "This attempt to pay has ended.");
    page.says(200, "role=\"alert\"");
    payer.pay(CHALLENGED).await;
    payer.get("/wait").await.says(200, "Complete authentication");

    // With the whole session, it is the link that has ended.
    server.post(&format!("{}/{}/expire", super::SESSIONS, payer.id), &json!({})).send().await.expect(200);
    let payment = payer.session().await["payment_id"].as_str().unwrap().to_owned();
    payer.post("/challenge", &[("payment", &payment), ("answer", "pass")]).await.leads();
    assert_eq!(payer.decided().await.leads(), payer.path(""));
    payer.get("").await.says(410, "This payment link has expired");
}

#[tokio::test]
async fn a_challenge_of_another_session_cannot_be_answered() {
    let server = Server::start().await;
    let (own, other) = (Payer::new(&server).await, Payer::new(&server).await);
    other.pay(CHALLENGED).await;
    let payment = other.session().await["payment_id"].as_str().unwrap().to_owned();
    assert_eq!(own.post("/challenge", &[("payment", &payment), ("answer", "pass")]).await.leads(), own.path(""));
    other.get("/wait").await.says(200, "Complete authentication");
}

#[tokio::test]
async fn one_form_sent_many_times_is_one_payment() {
    let server = Server::start().await;
    let payer = Payer::new(&server).await;
    let (one, two) = (payer.get("").await.nonce(), payer.get("").await.nonce());
    assert_ne!(one, two);
    let forms = (0..12).map(|turn| card(VISA, if turn % 3 == 0 { &two } else { &one })).collect::<Vec<_>>();
    let pages = futures::future::join_all(forms.iter().map(|form| payer.post("", form))).await;
    for page in pages {
        assert!(page.leads().starts_with(&payer.path("")));
    }
    payer.decided().await.says(200, "went through");
    assert_eq!(server.count().await, 1);
}

#[tokio::test]
async fn a_declined_form_sent_again_is_the_attempt_it_was() {
    let server = Server::start().await;
    let payer = Payer::new(&server).await;
    let nonce = payer.get("").await.nonce();
    for _ in 0..2 {
        payer.post("", &card(DECLINED, &nonce)).await;
        payer.decided().await.leads();
    }
    assert_eq!(server.count().await, 1);
}

#[tokio::test]
async fn every_field_that_is_wrong_is_named_and_no_card_comes_back() {
    let server = Server::start().await;
    let payer = Payer::new(&server).await;
    let nonce = payer.get("").await.nonce();
    let fields = [
        ("nonce", nonce.as_str()),
        ("number", "4242424242424241"),
        ("expiry", "01/20"),
        ("cvc", "77"),
        ("email", "x@"),
    ];
    let page = payer.post("", &fields).await;
    page.says(422, "role=\"alert\"");
    assert!(page.text.contains("<title>Error: "));
    for code in ["email", "number", "expiry", "cvc"] {
        assert!(page.text.contains(&format!("href=\"#{code}\"")), "{code}: {page:?}");
    }
    assert_eq!(page.text.matches("aria-invalid=\"true\"").count(), 4);
    assert!(
        page.text.contains("value=\"x@\"") && !page.text.contains("4242424242424241") && !page.text.contains("\"77\"")
    );
    assert_ne!(page.nonce(), nonce);
    assert_eq!(server.count().await, 0);
}

#[tokio::test]
async fn an_address_that_the_merchant_gave_is_not_asked_for() {
    let server = Server::start().await;
    let payer = Payer::of(&server, &with(checkout_session(), "customer_email", json!("known@example.com"))).await;
    let page = payer.get("").await;
    page.says(200, "Your e-mail: <bdi>known@example.com</bdi>");
    assert!(!page.text.contains("name=\"email\""));
    payer.post("", &card(VISA, &page.nonce())).await;
    payer.decided().await;
    assert_eq!(payer.session().await["customer_email"], "known@example.com");
}

#[tokio::test]
async fn an_expired_session_leads_back_to_the_cart() {
    let server = Server::start().await;
    let payer = Payer::new(&server).await;
    let page = payer.get("").await;
    page.says(200, "This page can be used until <time datetime=\"20");
    // No more is promised of the address than is done with it.
    page.says(200, "The shop gets it with your payment.");
    server.advance(24 * 3_600 + 1).await;
    let expired = payer.get("").await;
    expired.says(410, "This payment link has expired");
    assert!(expired.text.contains(&format!("https://shop.example/cart?session_id={}", payer.id)));
    assert_eq!(payer.post("", &card(VISA, &page.nonce())).await.leads(), payer.path(""));
    assert_eq!(payer.get("/return").await.leads(), payer.path(""));
    assert_eq!(server.count().await, 0);
}

#[tokio::test]
async fn what_does_not_exist_is_told_alike() {
    let server = Server::start().await;
    let paths = [
        "",
        "/",
        "/x",
        "/cs_00000000000000000000000001",
        "/pay_00000000000000000000000001",
        "/%ff",
        "/x/y/z",
        "/x/wait",
    ];
    let mut seen: Option<String> = None;
    for path in paths {
        let page = Page::of(Call::new(Method::GET, &server.url, &format!("/pay{path}"))).await;
        page.says(404, "There is nothing to pay here");
        assert_eq!(*seen.get_or_insert(page.text.clone()), page.text, "{path}");
    }
}

#[tokio::test]
async fn while_the_bank_takes_its_time_the_page_waits_and_nothing_else_can_be_done() {
    let server = Server::start().await;
    let payer = Payer::new(&server).await;
    let nonce = payer.get("").await.nonce();
    payer.post("", &card(CHALLENGED, &nonce)).await;
    payer.stand("processing");
    let page = payer.get("/wait").await;
    page.says(200, "We are waiting for your bank");
    page.says(200, "<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>");
    assert_eq!(payer.get("/status").await.text, "{\"waiting\":true}");
    for rest in ["", "/return"] {
        assert!(payer.get(rest).await.leads().starts_with(&payer.path("")), "{rest}");
    }
    assert_eq!(payer.get("").await.leads(), payer.path("/wait"));
    assert_eq!(payer.post("", &card(VISA, &nonce)).await.leads(), payer.path(""));
    // What was begun in time goes on when the session's time is up.
    server.advance(24 * 3_600 + 1).await;
    payer.get("/wait").await.says(200, "We are waiting for your bank");
    assert_eq!(server.count().await, 1);
}

#[tokio::test]
async fn nothing_is_led_on_to_the_merchant_before_it_is_paid() {
    let server = Server::start().await;
    let payer = Payer::new(&server).await;
    assert_eq!(payer.get("/return").await.leads(), payer.path(""));
    assert_eq!(payer.get("/wait").await.leads(), payer.path(""));
    let status: Value = serde_json::from_str(&payer.get("/status").await.text).unwrap();
    assert_eq!(status, json!({"waiting": false}));
}

#[tokio::test]
async fn the_files_of_the_page_may_be_kept_and_its_colors_come_from_their_name() {
    let server = Server::start().await;
    let page = Payer::new(&server).await.get("").await;
    let linked = page.text.split('"').filter(|text| text.starts_with("/pay/assets/"));
    let linked: Vec<_> = linked.map(str::to_owned).collect();
    assert_eq!(linked.len(), 4);
    for path in linked {
        let file = Page::of(Call::new(Method::GET, &server.url, &path)).await;
        assert_eq!(file.status, 200, "{path}");
        assert!(file.header("cache-control").contains("immutable"), "{path}");
        assert!(!file.text.contains("://") || path.contains("icon.svg"), "{path} names another place");
    }
    let brand = Page::of(Call::new(Method::GET, &server.url, "/pay/assets/brand/ffd400.css")).await;
    assert!(brand.text.contains("--on-brand:#000000"));
    for name in ["zzzzzz.css", "ffd400", "ffd4001.css", "FFD400.css", "%7Bx.css"] {
        let page = Page::of(Call::new(Method::GET, &server.url, &format!("/pay/assets/brand/{name}"))).await;
        page.says(404, "nothing to pay");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_replica_has_the_page_and_goes_on_where_another_one_was() {
    let Some(replicas) = Replicas::start().await else { return };
    let [here, there] = &replicas.urls;
    let made = Call::new(Method::POST, here, "/v1/checkout/sessions").key(&replicas.key).json(&checkout_session());
    let id = made.send().await.expect(201)["id"].as_str().unwrap().to_owned();
    let path = format!("/pay/{id}");
    let get = async |url: &str, rest: &str| Page::of(Call::new(Method::GET, url, &format!("{path}{rest}"))).await;
    for (number, expected) in [(DECLINED, 303), (VISA, 200)] {
        let nonce = get(here, "").await.nonce();
        let body = form(&card(number, &nonce));
        let sent = Call::new(Method::POST, there, &path).body(Some("application/x-www-form-urlencoded"), &body);
        Page::of(sent).await.leads();
        let page = decided(here, &path).await;
        assert_eq!(page.status, expected, "{page:?}");
    }
    get(there, "").await.says(200, "This is already paid");
    replicas.end().await;
}

#[tokio::test]
async fn the_page_is_in_the_name_and_the_color_of_its_merchant() {
    let server = Server::start().await;
    let body = json!({
        "name": "Tom & Jerry's <b>", "email": "billing@shop.example", "country": "US",
        "branding": {"logo_url": "https://shop.example/logo.png", "primary_color": "#FFD400"}
    });
    let merchant = server.post("/v1/merchants", &body).send().await.expect(201);
    let id = merchant["id"].as_str().unwrap();
    let payer = Payer::of(&server, &with(checkout_session(), "merchant_id", json!(id))).await;
    let page = payer.get("").await;
    page.says(200, "Tom &amp; Jerry's &lt;b&gt;");
    page.says(200, "/pay/assets/brand/ffd400.css");
    assert!(!page.text.contains("logo.png"), "nobody but us is asked for anything");

    crate::harness::hedge(server.folder()).json(&["merchants", "restrict", id, "--json"]);
    let closed = payer.post("", &card(VISA, &page.nonce())).await;
    closed.says(409, "This cannot be paid just now");
    closed.says(409, &format!("href=\"https://shop.example/cart?session_id={}\"", payer.id));
    assert_eq!(server.count().await, 0);
}
