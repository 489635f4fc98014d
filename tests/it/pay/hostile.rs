//! What nobody who means well sends, and what others write into a page.

use hedge_server::config::Settings;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Page, Payer, card, decided, form};
use crate::harness::server::{CHALLENGED, VISA};
use crate::harness::{Call, Server, binary, hedge, no_file_holds, raw};
use crate::samples::{checkout_session, with};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let server = Server::start().await;
    let payer = Payer::new(&server).await;
    let nonce = payer.get("").await.nonce();
    let send = async |headers: &[(&str, &str)]| {
        let call = payer.call(Method::POST, "").body(Some(FORM), &form(&card(VISA, &nonce)));
        Page::of(headers.iter().fold(call, |call, (name, value)| call.header(name, value))).await
    };
    let foreign: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", &server.url)],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ];
    for headers in foreign {
        send(headers).await.says(403, "started from another website");
    }
    assert_eq!(server.count().await, 0);
    send(&[("sec-fetch-site", "same-origin"), ("origin", &server.url)]).await.leads();
    payer.decided().await.says(200, "went through");
}

#[tokio::test]
async fn markup_from_the_merchant_and_the_payer_is_text() {
    let server = Server::start().await;
    let nasty = "\"><script>alert(1)</script><img src=x onerror=alert(2)>' {{7*7}} \u{202e}";
    let payer = Payer::of(&server, &with(checkout_session(), "description", json!(nasty))).await;
    let page = payer.get("").await;
    page.says(200, "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;");
    let fields = [("nonce", page.nonce()), ("email", nasty.to_owned()), ("number", nasty.to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = payer.post("", &fields).await;
    page.says(422, "value=\"&quot;&gt;&lt;script&gt;");
    assert!(!page.text.contains("<img"));
    let quoted = with(checkout_session(), "cancel_url", json!("https://shop.example/?a='\"><script>alert(3)</script>"));
    // Checked again for `<script>` by every page.
    Payer::of(&server, &quoted).await.get("").await.says(200, "Back to");
}

#[tokio::test]
async fn what_is_no_form_of_ours_is_refused_in_words() {
    let server = Server::start().await;
    let payer = Payer::new(&server).await;
    let nonce = payer.get("").await.nonce();
    let good = form(&card(VISA, &nonce));
    let twice = format!("{good}&number=5555555555554444");
    let large = format!("{good}&x={}", "a".repeat(9_000));
    let table = [
        (415, None, good.as_str()),
        (415, Some("application/json"), "{\"number\": \"4242424242424242\"}"),
        (415, Some("multipart/form-data; boundary=x"), &good),
        (400, Some(FORM), ""),
        (400, Some(FORM), "%%%=%ff&\u{0}=\u{7}"),
        (400, Some(FORM), "number=4242424242424242&nonce=short"),
        (400, Some(FORM), &twice),
        (413, Some(FORM), &large),
    ];
    for (status, content_type, body) in table {
        let page = Page::of(payer.call(Method::POST, "").body(content_type, body)).await;
        page.says(status, "That did not work");
    }
    for fields in [
        &[("answer", "pass")][..],
        &[("payment", "x"), ("answer", "pass")],
        &[("payment", "pay_1"), ("answer", "maybe")],
    ] {
        payer.post("/challenge", fields).await.says(400, "That did not work");
    }
    assert_eq!(server.count().await, 0);
}

#[tokio::test]
async fn fields_full_of_anything_are_wrong_and_nothing_more() {
    let server = Server::start().await;
    let payer = Payer::new(&server).await;
    let nonce = payer.get("").await.nonce();
    let long = "4".repeat(6_000);
    for value in ["\u{0}\r\n", "４２４２", "-1", "4242 4242 4242 4242 4242", "😀", "'; DROP TABLE payments; --", &long]
    {
        for name in ["number", "expiry", "cvc", "email"] {
            let mut fields = card(VISA, &nonce);
            fields.iter_mut().filter(|field| field.0 == name).for_each(|field| field.1 = value);
            let page = payer.post("", &fields).await;
            page.says(422, "Please check your details.");
            assert_eq!(page.text.matches("aria-invalid").count(), 1, "{name} {value:?}: {page:?}");
        }
    }
    assert_eq!(server.count().await, 0);
}

#[tokio::test]
async fn other_methods_are_told_which_ones_there_are() {
    let server = Server::start().await;
    let payer = Payer::new(&server).await;
    let table = [("", Method::DELETE), ("", Method::PUT), ("/wait", Method::POST), ("/challenge", Method::GET)];
    for (rest, method) in table {
        let page = Page::of(payer.call(method, rest)).await;
        page.says(405, "That did not work");
        assert!(!page.header("allow").is_empty());
    }
    let head = Page::of(payer.call(Method::HEAD, "")).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
}

#[tokio::test]
async fn whoever_guesses_at_sessions_is_slowed_down_and_payers_are_not() {
    let server = Server::with(Settings::default()).await;
    let payer = Payer::new(&server).await;
    let guess = |number: usize| Call::new(Method::GET, &server.url, &format!("/pay/cs_{number:026}"));
    for number in 0..100 {
        Page::of(guess(number)).await.says(404, "nothing to pay");
    }
    let refused = Page::of(guess(100)).await;
    refused.says(429, "A little slower, please");
    assert!(refused.header("retry-after").parse::<u32>().unwrap() <= 60);
    // They may share an address with whoever guesses: a proxy's.
    payer.get("").await.says(200, "Pay with card");
}

#[tokio::test]
async fn cards_cannot_be_tried_out_by_the_dozen() {
    let server = Server::with(Settings::default()).await;
    let payer = Payer::new(&server).await;
    let nonce = payer.get("").await.nonce();
    for _ in 0..20 {
        payer.post("", &card("4242424242424241", &nonce)).await.says(422, "Check the card number");
    }
    payer.post("", &card(VISA, &nonce)).await.says(429, "too many attempts");
    payer.get("").await.says(200, "Pay with card");
    assert_eq!(server.count().await, 0);
}

#[tokio::test]
async fn production_takes_no_card_without_a_rail_and_nobody_plays_the_issuer() {
    let environment = Some(hedge_server::config::EnvironmentName::Production);
    let server = Server::with(Settings { environment, ..Settings::default() }).await;
    let payer = Payer::new(&server).await;
    let page = payer.get("").await;
    page.says(409, "cannot be paid");
    assert!(!page.text.contains("Sandbox") && !page.text.contains("<form"));
    for number in [VISA, CHALLENGED] {
        payer.post("", &card(number, &"0".repeat(32))).await.says(409, "cannot be paid");
    }
    assert_eq!((&payer.session().await["status"], server.count().await), (&json!("open"), 0));
    let payment = "pay_00000000000000000000000001";
    payer.post("/challenge", &[("payment", payment), ("answer", "pass")]).await.says(404, "nothing to pay");
}

#[tokio::test]
async fn a_form_that_stops_half_way_is_given_up() {
    let server = Server::start().await;
    let payer = Payer::new(&server).await;
    let mut stream = raw::connect(&server.url).await;
    let path = payer.path("");
    let half = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 500\r\n\r\nnonce=");
    stream.write_all(half.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4_096];
    let read = stream.read(&mut answer).await.unwrap();
    assert_eq!(raw::status(&answer[..read]), Some(408));
}

#[tokio::test]
async fn a_form_that_trickles_in_is_given_up() {
    let server = Server::start().await;
    let payer = Payer::new(&server).await;
    let (mut read, mut write) = raw::connect(&server.url).await.into_split();
    let path = payer.path("");
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 5000\r\n\r\n");
    write.write_all(head.as_bytes()).await.unwrap();
    let trickle = async {
        let mut tick = tokio::time::interval(std::time::Duration::from_secs(2));
        while write.write_all(b"a").await.is_ok() {
            tick.tick().await;
        }
    };
    let mut answer = vec![0; 4_096];
    let got = tokio::select! {
        () = trickle => 0,
        got = read.read(&mut answer) => got.unwrap(),
    };
    assert_eq!(raw::status(&answer[..got]), Some(408));
}

#[tokio::test]
async fn no_log_and_no_table_holds_what_a_card_form_held_and_no_log_what_opens_a_page() {
    let folder = binary::folder();
    let log = folder.path().join("everything.log");
    let mut serving = hedge(folder.path()).serve_logging(&log);
    let (url, key) = (serving.url.clone(), serving.key());
    let ask = |method: Method, path: &str| Call::new(method, &url, path);
    let made = ask(Method::POST, super::SESSIONS).key(&key).json(&checkout_session()).send().await.expect(201);
    let id = made["id"].as_str().unwrap();
    let path = format!("/pay/{id}");
    // A declined one, one that is wrong, and one that pays. Three digits are found in any file, so only the code that is
    // too long can be looked for as itself; the others by how a form writes them.
    for (number, cvc) in [("4000000000000002", "918"), ("4000056655665557", "9182736455"), ("4000056655665556", "936")]
    {
        let nonce = Page::of(ask(Method::GET, &path)).await.nonce();
        let mut fields = card(number, &nonce);
        fields[3].1 = cvc;
        Page::of(ask(Method::POST, &path).body(Some(FORM), &form(&fields))).await;
        decided(&url, &path).await;
    }
    let session = format!("{}/{id}", super::SESSIONS);
    assert_eq!(ask(Method::GET, &session).key(&key).send().await.expect(200)["status"], "complete");
    Page::of(ask(Method::GET, &format!("{path}/else"))).await.says(404, "nothing to pay");
    Page::of(ask(Method::GET, &format!("/pay/%63{}", &id[1..]))).await.says(200, "already paid");
    ask(Method::GET, &format!("{session}/else")).key(&key).send().await.expect(404);
    serving.terminate();
    assert!(serving.end().0.success());
    let secrets =
        ["4000000000000002", "4000056655665557", "4000056655665556", "9182736455", "cvc=", "&cvc", "number=4"];
    let looked_at = no_file_holds(folder.path(), &secrets);
    assert!(looked_at > 100_000, "{looked_at}");
    let log = std::fs::read_to_string(&log).unwrap();
    for route in
        ["/pay/{id}", "/pay/{id}/wait", "/pay", "/v1/checkout/sessions/{id}", "/v1/checkout/sessions/{id}/else"]
    {
        assert!(log.contains(&format!("\"path\":\"{route}\"")), "{route} is not logged");
    }
    let opens = log.lines().find(|line| line.contains(&id[3..]));
    assert_eq!(opens, None, "whoever reads the log can open the page");
}
