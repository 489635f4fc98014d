//! The page in a real browser: with scripts and without, on a desk and on a phone, by mouse and by keyboard.

use fantoccini::key::Key;
use serde_json::{Value, json};

use super::Payer;
use crate::harness::server::{CHALLENGED, DECLINED, VISA};
use crate::harness::{Browser, Looks, Server, Shop, hedge, until};
use crate::samples::{checkout_session, with};

/// Fills the form in and sends it by its button.
async fn pay(browser: &Browser, number: &str) {
    type_card(browser, number).await;
    browser.click("button[type=submit]").await;
}

async fn type_card(browser: &Browser, number: &str) {
    if browser.has("#email").await && browser.value("#email").await.is_empty() {
        browser.fill("#email", "payer@example.com").await;
    }
    browser.fill("#number", number).await;
    browser.fill("#expiry", "1234").await;
    browser.fill("#cvc", "123").await;
}

/// Pays with a card whose issuer asks who it is that pays, up to that question.
async fn be_challenged(browser: &Browser) {
    pay(browser, CHALLENGED).await;
    browser.wait_for_text("Confirm that it is you").await;
}

impl<'a> Payer<'a> {
    /// One who has just opened the page.
    async fn on_page(browser: &Browser, server: &'a Server, body: &Value) -> Self {
        let payer = Self::of(server, body).await;
        browser.open(&payer.url()).await;
        payer
    }
}

/// Nothing broke the page's policy, and nothing was asked of anybody but us and the shop.
async fn behaved(browser: &Browser, server: &Server, shop: &Shop) {
    let complaints = browser.complaints().await;
    // The console also repeats the status of a page that is meant to have it.
    let own: Vec<_> =
        complaints.iter().filter(|text| !text.contains("the server responded with a status of 4")).collect();
    assert!(own.is_empty(), "{own:?}");
    for url in browser.requested().await {
        let known = url.starts_with(&server.url) || url.starts_with(&shop.url) || url.starts_with("data:");
        assert!(known, "the page asked for {url}");
    }
}

#[tokio::test]
async fn a_payer_pays_and_is_back_in_the_shop() {
    let (server, shop) = (Server::start().await, Shop::start().await);
    let Some(browser) = Browser::start().await else { return };
    let payer = Payer::on_page(&browser, &server, &shop.session()).await;
    browser.screenshot("form").await;
    type_card(&browser, VISA).await;
    assert_eq!(browser.value("#number").await, "4242 4242 4242 4242");
    assert_eq!(browser.value("#expiry").await, "12 / 34");
    assert_eq!(browser.ask("return document.getElementById('brand').textContent").await, "Visa");
    browser.screenshot("form-filled").await;
    browser.click("button[type=submit]").await;
    browser.wait_for_text("Thank you for your order").await;
    assert_eq!(browser.url().await, format!("{}/thanks?session_id={}", shop.url, payer.id));
    assert_eq!(payer.session().await["status"], "complete");
    assert!(shop.asked("/thanks").iter().all(|head| !head.to_lowercase().contains("referer:")), "the link is nobody's");
    behaved(&browser, &server, &shop).await;

    browser.back().await;
    browser.wait_for_text("This is already paid").await;
    browser.screenshot("already-paid").await;
    assert!(!browser.has("form").await);
    browser.click(".outcome .button").await;
    browser.wait_for_text("Thank you for your order").await;
    assert_eq!(server.count().await, 1);
}

#[tokio::test]
async fn a_shop_that_leads_on_to_another_name_is_reached_all_the_same() {
    let (server, shop) = (Server::start().await, Shop::start().await);
    let Some(browser) = Browser::start().await else { return };
    let body = with(shop.session(), "success_url", json!(format!("{}/moved", shop.url)));
    Payer::on_page(&browser, &server, &body).await;
    pay(&browser, VISA).await;
    browser.wait_for_text("Thank you for your order").await;
    assert!(browser.url().await.starts_with("http://localhost:"));
}

#[tokio::test]
async fn a_declined_card_is_told_and_another_one_pays() {
    let (server, shop) = (Server::start().await, Shop::start().await);
    let Some(browser) = Browser::start().await else { return };
    Payer::on_page(&browser, &server, &shop.session()).await;
    let table = [
        (DECLINED, "Your card was declined."),
        ("4000000000009995", "There is not enough money on this card."),
        ("4000000000009987", "Your card was declined."),
        ("4000000000009979", "Your card was declined."),
        ("4000000000000069", "Your card has expired."),
        ("4000000000000127", "The security code is not right."),
    ];
    for (number, words) in table {
        pay(&browser, number).await;
        browser.wait_for_text(words).await;
        assert_eq!(browser.value("#number").await, "");
        assert_eq!(browser.value("#email").await, "payer@example.com", "what is no secret need not be typed again");
    }
    browser.screenshot("declined").await;
    browser.reload().await;
    browser.wait_for(".alert").await;
    assert_eq!(browser.title().await, "Error: Pay Default merchant");
    pay(&browser, VISA).await;
    browser.wait_for_text("Thank you for your order").await;
    behaved(&browser, &server, &shop).await;
}

#[tokio::test]
async fn a_challenge_is_passed_or_failed() {
    let (server, shop) = (Server::start().await, Shop::start().await);
    let Some(browser) = Browser::start().await else { return };
    let payer = Payer::on_page(&browser, &server, &shop.session()).await;
    be_challenged(&browser).await;
    browser.screenshot("challenge").await;
    browser.click("button[value=fail]").await;
    browser.wait_for_text("Your bank could not confirm that it is you.").await;
    pay(&browser, "4000000000003063").await;
    browser.wait_for_text("Confirm that it is you").await;
    browser.click("button[value=pass]").await;
    browser.wait_for_text("Your bank could not confirm that it is you.").await;
    be_challenged(&browser).await;
    browser.click("button[value=pass]").await;
    browser.wait_for_text("Thank you for your order").await;
    assert_eq!(payer.session().await["status"], "complete");
    behaved(&browser, &server, &shop).await;
}

#[tokio::test]
async fn everything_works_without_scripts() {
    let (server, shop) = (Server::start().await, Shop::start().await);
    let Some(browser) = Browser::with(Looks::WITHOUT_SCRIPT).await else { return };
    let payer = Payer::on_page(&browser, &server, &shop.session()).await;
    type_card(&browser, "4242424242424241").await;
    assert_eq!(browser.value("#number").await, "4242424242424241", "a script has grouped it: they are on");
    browser.click("button[type=submit]").await;
    browser.wait_for_text("Please check your details.").await;
    browser.screenshot("wrong-without-script").await;
    browser.clear("#expiry").await;
    pay(&browser, DECLINED).await;
    browser.wait_for_text("Your card was declined.").await;
    be_challenged(&browser).await;
    browser.click("button[value=pass]").await;
    browser.wait_for_text("Thank you for your order").await;
    assert_eq!(payer.session().await["status"], "complete");
    behaved(&browser, &server, &shop).await;
}

#[tokio::test]
async fn where_the_browser_keeps_nothing_the_page_does_all_it_does_elsewhere() {
    let (server, shop) = (Server::start().await, Shop::start().await);
    let Some(browser) = Browser::with(Looks::WITHOUT_SITE_DATA).await else { return };
    Payer::on_page(&browser, &server, &shop.session()).await;
    let storage = "try { return typeof sessionStorage } catch { return 'blocked' }";
    assert_eq!(browser.ask(storage).await, "blocked", "there is nothing to test");
    browser.wait_for_text("Time left: 23:59").await;
    type_card(&browser, "4242424242424241").await;
    browser.click("button[type=submit]").await;
    assert_eq!(browser.focused().await.as_deref(), Some("number"));
    assert_eq!(server.count().await, 0);
    browser.press(&Key::Backspace.to_string()).await;
    browser.press("2").await;
    assert_eq!(browser.ask(CLICK_TWICE).await, json!([true, false]), "the second click sends nothing");
    browser.wait_for_text("Thank you for your order").await;
    assert_eq!(server.count().await, 1);
    behaved(&browser, &server, &shop).await;
}

#[tokio::test]
async fn what_is_wrong_with_a_field_is_announced_when_it_is_left() {
    let server = Server::start().await;
    let Some(browser) = Browser::start().await else { return };
    Payer::on_page(&browser, &server, &checkout_session()).await;
    assert_eq!(browser.ask(UNHEARD).await, json!([]), "a region that comes with its text is not announced");
    for (id, typed, words) in [
        ("email", "payer", "Enter your e-mail address"),
        ("number", "4242424242424241", "Check the card number"),
        ("expiry", "1320", "Enter the expiry date"),
        ("cvc", "12", "Check the security code"),
    ] {
        let region = format!("#{id}-problem");
        browser.ask(&format!("document.querySelector('{region}').from = 'the start'; return true")).await;
        browser.fill(&format!("#{id}"), typed).await;
        browser.press(&Key::Tab.to_string()).await;
        browser.wait_for_text(words).await;
        let now = format!("const p = document.querySelector('{region}'); return p.from + ': ' + p.textContent");
        let now = browser.ask(&now).await;
        assert!(now.as_str().unwrap().starts_with(&format!("the start: {words}")), "{id}: {now}");
    }
    browser.screenshot("wrong-everywhere").await;
    // What is still so is not said again at every key.
    browser
        .ask(
            "window.told = 0; new MutationObserver((changes) => { window.told += changes.length }) \
             .observe(document.getElementById('number-problem'), { childList: true }); return true",
        )
        .await;
    browser.fill("#number", "42").await;
    assert_eq!(browser.ask("return window.told").await, 0);
    for (id, good) in [("email", "payer@example.com"), ("number", VISA), ("expiry", "1234"), ("cvc", "123")] {
        browser.clear(&format!("#{id}")).await;
        browser.fill(&format!("#{id}"), good).await;
    }
    assert_eq!(browser.ask(UNHEARD).await, json!([]));
    let room = "const tall = () => document.getElementById('card').offsetHeight; const before = tall(); \
                document.querySelectorAll('.problem, .say').forEach((one) => one.remove()); return before - tall()";
    assert_eq!(browser.ask(room).await, 0, "what says nothing takes no room");
}

#[tokio::test]
async fn the_first_click_counts_though_it_leaves_a_field_that_is_wrong() {
    let server = Server::start().await;
    for looks in [Looks::default(), Looks::PHONE] {
        let Some(browser) = Browser::with(looks).await else { return };
        Payer::on_page(&browser, &server, &checkout_session()).await;
        type_card(&browser, VISA).await;
        browser.press(&Key::Backspace.to_string()).await;
        let pressed = "window.pressed = []; for (const kind of ['mousedown', 'mouseup', 'click']) addEventListener(kind, \
                       (event) => window.pressed.push(event.target.tagName), true); return true";
        browser.ask(pressed).await;
        // Pressed and let go of where the button was.
        browser.click("button[type=submit]").await;
        assert_eq!(browser.ask("return window.pressed").await, json!(["BUTTON", "BUTTON", "BUTTON"]));
        assert_eq!(browser.focused().await.as_deref(), Some("cvc"), "the form was not checked");
        assert_eq!(browser.attribute("#cvc", "aria-invalid").await.as_deref(), Some("true"));
        // A click anywhere else is no reason to keep it back for longer.
        browser.clear("#cvc").await;
        browser.fill("#cvc", "12").await;
        browser.click("h1").await;
        browser.wait_for_text("Check the security code").await;
    }
    assert_eq!(server.count().await, 0);
}

/// Which regions a screen reader would not hear a change of: those that are no live ones, and those that are not there yet.
const UNHEARD: &str = r"
const regions = ['email', 'number', 'expiry', 'cvc'].map((id) => document.getElementById(`${id}-problem`));
regions.push(document.querySelector('.say'));
const heard = (one) => one && (one.getAttribute('aria-live') === 'polite' || one.getAttribute('role') === 'status')
  && !one.hidden && one.checkVisibility({ visibilityProperty: true }) && !one.closest('[aria-hidden=true]');
return regions.filter((one) => !heard(one)).map((one) => one && one.outerHTML);
";

/// Whether each of two clicks, one right after the other, sends the form.
const CLICK_TWICE: &str = r"
const sent = [];
addEventListener('submit', (event) => sent.push(!event.defaultPrevented));
const button = document.querySelector('button[type=submit]');
button.click();
button.click();
return sent;
";

#[tokio::test]
async fn the_keyboard_alone_is_enough() {
    let (server, shop) = (Server::start().await, Shop::start().await);
    let Some(browser) = Browser::start().await else { return };
    Payer::on_page(&browser, &server, &shop.session()).await;
    let tab = Key::Tab.to_string();
    for (id, text) in
        [("email", "payer@example.com"), ("number", "4242424242424241"), ("expiry", "1234"), ("cvc", "123")]
    {
        browser.press(&tab).await;
        assert_eq!(browser.focused().await.as_deref(), Some(id));
        browser.press(text).await;
    }
    browser.press(&Key::Enter.to_string()).await;
    // The form is not sent: the focus goes to what is wrong.
    assert_eq!(browser.focused().await.as_deref(), Some("number"));
    assert_eq!(browser.attribute("#number", "aria-invalid").await.as_deref(), Some("true"));
    browser.screenshot("wrong").await;
    browser.press(&Key::Backspace.to_string()).await;
    browser.press("2").await;
    assert_eq!(browser.attribute("#number", "aria-invalid").await, None);
    assert_eq!(server.count().await, 0);
    browser.press(&Key::Enter.to_string()).await;
    browser.wait_for_text("Thank you for your order").await;
}

#[tokio::test]
async fn what_is_typed_is_shaped_and_checked_as_the_server_does() {
    let server = Server::start().await;
    let Some(browser) = Browser::start().await else { return };
    Payer::on_page(&browser, &server, &checkout_session()).await;
    let table = [
        ("378282246310005", "3782 822463 10005", "American Express"),
        ("5555555555554444", "5555 5555 5555 4444", "Mastercard"),
        ("2223003122003222", "2223 0031 2200 3222", "Mastercard"),
        ("6011111111111117", "6011 1111 1111 1117", "Discover"),
        ("3566002020360505", "3566 0020 2036 0505", "JCB"),
        ("30569309025904", "3056 9309 0259 04", "Diners Club"),
        ("6200000000000005", "6200 0000 0000 0005", "UnionPay"),
        ("9999", "9999", ""),
    ];
    for (typed, shaped, brand) in table {
        browser.clear("#number").await;
        browser.fill("#number", typed).await;
        assert_eq!(browser.value("#number").await, shaped);
        assert_eq!(browser.ask("return document.getElementById('brand').textContent").await, brand, "{typed}");
        browser.press(&Key::Tab.to_string()).await;
        let wrong = browser.attribute("#number", "aria-invalid").await;
        assert_eq!(wrong.is_some(), brand.is_empty(), "{typed}");
    }
    for (typed, shaped, goes) in
        [("1234", "12 / 34", true), ("134", "13 / 4", false), ("534", "05 / 34", true), ("0120", "01 / 20", false)]
    {
        browser.clear("#expiry").await;
        browser.fill("#expiry", typed).await;
        assert_eq!(browser.value("#expiry").await, shaped);
        browser.press(&Key::Tab.to_string()).await;
        assert_eq!(browser.attribute("#expiry", "aria-invalid").await.is_none(), goes, "{typed}");
    }
    // In the middle, the caret stays where the payer is.
    browser.clear("#number").await;
    browser.fill("#number", "42424242").await;
    let left = Key::Left.to_string();
    browser.press(&left.repeat(6)).await;
    browser.press("7").await;
    browser.press("8").await;
    assert_eq!(browser.value("#number").await, "4247 8242 42");
}

#[tokio::test]
async fn a_double_click_and_two_tabs_pay_once() {
    let (server, shop) = (Server::start().await, Shop::start().await);
    let Some(browser) = Browser::start().await else { return };
    let payer = Payer::on_page(&browser, &server, &shop.session()).await;
    browser.open_tab(&payer.url()).await;
    type_card(&browser, VISA).await;
    assert_eq!(browser.ask(CLICK_TWICE).await, json!([true, false]));
    browser.wait_for_text("Thank you for your order").await;
    browser.switch_to_tab(0).await;
    pay(&browser, "5555555555554444").await;
    browser.wait_for_text("This is already paid").await;
    assert_eq!(server.count().await, 1);
    behaved(&browser, &server, &shop).await;
}

#[tokio::test]
async fn an_expired_session_leads_back_to_the_cart() {
    let (server, shop) = (Server::start().await, Shop::start().await);
    let Some(browser) = Browser::start().await else { return };
    let payer = Payer::on_page(&browser, &server, &shop.session()).await;
    browser.wait_for_text("Time left: 23:59").await;
    server.advance(24 * 3_600 + 1).await;
    pay(&browser, VISA).await;
    browser.wait_for_text("This payment link has expired").await;
    browser.screenshot("expired").await;
    browser.click("a.back").await;
    browser.wait_for_text("Your cart is waiting").await;
    assert_eq!(browser.url().await, format!("{}/cart?session_id={}", shop.url, payer.id));
    assert_eq!(server.count().await, 0);
}

#[tokio::test]
async fn the_page_waits_for_a_slow_bank_with_scripts_and_without() {
    let (server, shop) = (Server::start().await, Shop::start().await);
    for looks in [Looks::default(), Looks::WITHOUT_SCRIPT] {
        let server = if looks.javascript { &server } else { &Server::start().await };
        let Some(browser) = Browser::with(looks).await else { return };
        let payer = Payer::on_page(&browser, server, &shop.session()).await;
        be_challenged(&browser).await;
        payer.stand("processing");
        browser.reload().await;
        browser.wait_for_text("We are waiting for your bank").await;
        browser.screenshot("waiting").await;
        payer.stand("pending");
        // By itself.
        browser.wait_for_text("Confirm that it is you").await;
        browser.click("button[value=pass]").await;
        browser.wait_for_url("/thanks").await;
        behaved(&browser, server, &shop).await;
    }
}

/// What holds for the labels, headings and colours of a page, as its own document knows it: a list of what does not.
const ACCESSIBILITY: &str = r"
const wrong = [];
if (document.documentElement.lang !== 'en') wrong.push('no language');
if (document.querySelectorAll('h1').length !== 1) wrong.push('not one h1');
if (document.querySelectorAll('main').length !== 1) wrong.push('not one main');
if (!document.title) wrong.push('no title');
const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
if (new Set(ids).size !== ids.length) wrong.push('an id twice');
for (const input of document.querySelectorAll('input:not([type=hidden])')) {
  if (!input.labels.length) wrong.push(input.id + ' has no label');
  if (!input.autocomplete || !input.inputMode) wrong.push(input.id + ' helps nobody to fill it in');
  for (const id of (input.getAttribute('aria-describedby') || '').split(' ')) {
    if (id && !document.getElementById(id)) wrong.push(input.id + ' is described by nothing');
  }
}
const linear = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
const parts = (text) => text.match(/[\d.]+/g).map(Number);
const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
for (const one of document.querySelectorAll('body *')) {
  const text = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!text || !one.checkVisibility() || one.tagName === 'NOSCRIPT') continue;
  let behind = one, ground = parts(getComputedStyle(one).backgroundColor);
  while (ground.length === 4 && ground[3] === 0) {
    behind = behind.parentElement;
    ground = behind ? parts(getComputedStyle(behind).backgroundColor) : [255, 255, 255];
  }
  const [a, b] = [light(parts(getComputedStyle(one).color)), light(ground)];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) wrong.push(one.className + ' has contrast ' + ratio.toFixed(2) + ': ' + one.textContent);
}
for (const one of document.querySelectorAll('button, input:not([type=hidden]), a.button')) {
  if (one.getBoundingClientRect().height < 44) wrong.push((one.id || one.className) + ' is hard to hit');
}
const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
if (wide > 0) wrong.push('scrolls sideways by ' + wide);
return wrong;
";

#[tokio::test]
async fn on_a_phone_every_page_fits_and_can_be_read() {
    let (server, shop) = (Server::start().await, Shop::start().await);
    let Some(browser) = Browser::with(Looks::PHONE).await else { return };
    let long = format!("Order {} and then some more words", "0123456789".repeat(20));
    let body = with(with(shop.session(), "description", json!(long)), "amount", json!(99_999_999));
    let payer = Payer::of(&server, &body).await;
    let check = async |name: &str| {
        browser.screenshot(&format!("phone-{name}")).await;
        assert_eq!(browser.ask(ACCESSIBILITY).await, Value::Array(Vec::new()), "{name}");
    };
    browser.open(&payer.url()).await;
    check("form").await;
    pay(&browser, DECLINED).await;
    browser.wait_for_text("Your card was declined.").await;
    check("declined").await;
    be_challenged(&browser).await;
    check("challenge").await;
    browser.click("a.quiet").await;
    browser.wait_for_text("Your bank waits for you to confirm").await;
    check("form-beside-challenge").await;
    browser.click(".alert a").await;
    browser.wait_for_text("Confirm that it is you").await;
    let session = payer.session().await;
    let cancel = format!("/v1/payments/{}/cancel", session["payment_id"].as_str().unwrap());
    server.post(&cancel, &json!({})).send().await.expect(200);
    browser.click("button[value=pass]").await;
    browser.wait_for_text("This attempt to pay has ended.").await;
    check("called-off").await;
    pay(&browser, VISA).await;
    browser.wait_for_text("Thank you for your order").await;
    browser.open(&payer.url()).await;
    check("already-paid").await;
    browser.open(&format!("{}/pay/cs_x", server.url)).await;
    check("unknown").await;
    Payer::on_page(&browser, &server, &shop.session()).await;
    hedge(server.folder()).json(&["merchants", "restrict", session["merchant_id"].as_str().unwrap(), "--json"]);
    pay(&browser, VISA).await;
    browser.wait_for_text("This cannot be paid just now").await;
    check("closed").await;
    browser.click("a.back").await;
    browser.wait_for_text("Your cart is waiting").await;
}

#[tokio::test]
async fn in_any_color_of_a_merchant_the_page_can_be_read() {
    let (server, shop) = (Server::start().await, Shop::start().await);
    let Some(browser) = Browser::with(Looks::PHONE).await else { return };
    Payer::on_page(&browser, &server, &shop.session()).await;
    be_challenged(&browser).await;
    for color in ["ffffff", "ffd400", "ff0000", "777777", "767676", "757575", "00a3ff", "000000"] {
        let path = format!("/pay/assets/brand/{color}.css");
        browser.ask(&format!("document.querySelector('link[href*=brand]').href = '{path}'; return true")).await;
        let now = "return getComputedStyle(document.documentElement).getPropertyValue('--brand')";
        until(async || {
            let brand = browser.ask(now).await;
            if brand == format!("#{color}") { Ok(()) } else { Err(format!("{color} does not come, it is {brand}")) }
        })
        .await;
        browser.screenshot(&format!("phone-challenge-{color}")).await;
        assert_eq!(browser.ask(ACCESSIBILITY).await, Value::Array(Vec::new()), "{color}");
    }
}
