//! A real Chromium without a window, driven through chromedriver: what a payer has.
//!
//! `cargo xtask test` finds the two programs and names them in `HEDGE_TEST_CHROMIUM` and `HEDGE_TEST_CHROMEDRIVER`;
//! otherwise they are looked for in the `PATH`. Without them there is nothing to run, and the test says so. A newcomer's
//! usual mistake is to look at a page right after a click: a click only begins what it does, so wait for a text or a URL.

mod driver;

use std::path::Path;
use std::time::Instant;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::PATIENCE;
use driver::{Driver, Log};

/// More at a time only make each other late.
static ROOM: Semaphore = Semaphore::const_new(2);

/// How a browser differs from a desktop's as it comes.
#[derive(Clone, Copy)]
pub struct Looks {
    pub javascript: bool,
    /// Cookies, and whatever else a page may keep. A script that asks for it where it is blocked is thrown an error.
    pub site_data: bool,
    pub width: u32,
    pub height: u32,
    pub mobile: bool,
}

impl Default for Looks {
    fn default() -> Self {
        Self::DESK
    }
}

impl Looks {
    const DESK: Self = Self { javascript: true, site_data: true, width: 1_280, height: 900, mobile: false };
    pub const PHONE: Self = Self { width: 360, height: 780, mobile: true, ..Self::DESK };
    pub const WITHOUT_SCRIPT: Self = Self { javascript: false, ..Self::DESK };
    pub const WITHOUT_SITE_DATA: Self = Self { site_data: false, ..Self::DESK };
}

/// Ends with its owner, also when the test fails.
pub struct Browser {
    client: Client,
    // After the client: fields are dropped in this order.
    _driver: Driver,
    _room: SemaphorePermit<'static>,
}

impl Browser {
    pub async fn start() -> Option<Self> {
        Self::with(Looks::default()).await
    }

    pub async fn with(looks: Looks) -> Option<Self> {
        let programs = driver::find()?;
        let room = ROOM.acquire().await.unwrap();
        let mut driver = Driver::start(&programs);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let Value::Object(capabilities) = capabilities(&programs.chromium, looks) else { unreachable!("an object") };
        let client = builder.capabilities(capabilities).connect(&driver.url()).await.unwrap();
        driver.session = client.session_id().await.unwrap();
        Some(Self { client, _driver: driver, _room: room })
    }

    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    pub async fn back(&self) {
        self.client.back().await.unwrap();
    }

    pub async fn reload(&self) {
        self.client.refresh().await.unwrap();
    }

    /// Another tab, which is then the one that is worked with.
    pub async fn open_tab(&self, url: &str) {
        let tab = self.client.new_window(true).await.unwrap();
        self.client.switch_to_window(tab.handle).await.unwrap();
        self.open(url).await;
    }

    /// The tab that was opened as number so and so, from 0.
    pub async fn switch_to_tab(&self, number: usize) {
        let tabs = self.client.windows().await.unwrap();
        self.client.switch_to_window(tabs[number].clone()).await.unwrap();
    }

    pub async fn url(&self) -> String {
        self.client.current_url().await.unwrap().into()
    }

    /// Everything that can be read.
    pub async fn text(&self) -> String {
        self.until("a page", async || self.find("body").await?.text().await.ok()).await
    }

    pub async fn title(&self) -> String {
        self.client.title().await.unwrap()
    }

    /// Types into a field as a payer does, key by key, after what is there.
    pub async fn fill(&self, selector: &str, text: &str) {
        self.element(selector).await.send_keys(text).await.unwrap();
    }

    pub async fn clear(&self, selector: &str) {
        self.element(selector).await.clear().await.unwrap();
    }

    pub async fn click(&self, selector: &str) {
        self.element(selector).await.click().await.unwrap();
    }

    /// Types wherever the focus is; [`fantoccini::key::Key`] has names for the keys that are no letters.
    pub async fn press(&self, keys: &str) {
        self.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// The id of what has the focus.
    pub async fn focused(&self) -> Option<String> {
        self.client.active_element().await.unwrap().attr("id").await.unwrap()
    }

    pub async fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.element(selector).await.attr(name).await.unwrap()
    }

    /// What stands in a field.
    pub async fn value(&self, selector: &str) -> String {
        self.element(selector).await.prop("value").await.unwrap().unwrap_or_default()
    }

    pub async fn has(&self, selector: &str) -> bool {
        self.find(selector).await.is_some()
    }

    /// What a script of ours finds out about the page: it ends with `return`.
    pub async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    pub async fn wait_for_text(&self, text: &str) {
        self.until(text, async || {
            let body = self.find("body").await?.text().await.ok()?;
            body.contains(text).then_some(())
        })
        .await;
    }

    pub async fn wait_for_url(&self, part: &str) -> String {
        self.until(part, async || {
            let url = self.client.current_url().await.ok()?.to_string();
            url.contains(part).then_some(url)
        })
        .await
    }

    pub async fn wait_for(&self, selector: &str) {
        self.element(selector).await;
    }

    /// Keeps a picture under `target/screenshots`, for people to look at.
    pub async fn screenshot(&self, name: &str) {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/screenshots"));
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), self.client.screenshot().await.unwrap()).unwrap();
    }

    /// What the console has complained about, broken policies included, since this was last asked.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.client.issue_cmd(Log("browser")).await.unwrap();
        let entries = entries.as_array().unwrap().iter();
        let bad = entries.filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")));
        bad.map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }

    /// Every URL that was requested since this was last asked.
    pub async fn requested(&self) -> Vec<String> {
        let entries = self.client.issue_cmd(Log("performance")).await.unwrap();
        let entries = entries.as_array().unwrap().iter();
        let messages = entries.map(|entry| serde_json::from_str::<Value>(entry["message"].as_str().unwrap()).unwrap());
        let sent = messages.filter(|told| told["message"]["method"] == "Network.requestWillBeSent");
        sent.map(|told| told["message"]["params"]["request"]["url"].as_str().unwrap().to_owned()).collect()
    }

    async fn find(&self, selector: &str) -> Option<Element> {
        self.client.find(Locator::Css(selector)).await.ok()
    }

    async fn element(&self, selector: &str) -> Element {
        let wait = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await;
        match wait {
            Ok(element) => element,
            Err(CmdError::WaitTimeout) => panic!("no {selector} at {}: {}", self.url().await, self.text().await),
            Err(error) => panic!("{selector}: {error}"),
        }
    }

    /// Asks again and again; every question is a round trip to the browser, so nothing spins.
    async fn until<T>(&self, what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
        // Not the harness's `until`: what is there instead is a page, and asked for only where that is told.
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            if Instant::now() > deadline {
                let body = self.client.source().await.unwrap_or_default();
                panic!("no {what:?} at {}: {body}", self.url().await);
            }
        }
    }
}

fn capabilities(chromium: &Path, looks: Looks) -> Value {
    let size = format!("--window-size={},{}", looks.width, looks.height);
    let quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
    let mut arguments = vec!["--headless", "--no-sandbox", "--disable-gpu", "--lang=en-US", &size];
    arguments.extend(quiet);
    let allowed = |yes: bool| if yes { 1 } else { 2 };
    let mut options = json!({
        "binary": chromium, "args": arguments,
        "prefs": {
            "profile.managed_default_content_settings.javascript": allowed(looks.javascript),
            "profile.default_content_setting_values.cookies": allowed(looks.site_data)
        }
    });
    if looks.mobile {
        let screen = json!({"width": looks.width, "height": looks.height, "pixelRatio": 2, "touch": true});
        options["mobileEmulation"] = json!({"deviceMetrics": screen});
    }
    json!({
        "browserName": "chrome", "goog:chromeOptions": options,
        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}
    })
}
