//! A merchant's day, from outside: a shop is made, sells on the hosted page, is told by webhooks, gives some back, and is
//! paid out, until nothing is left and the books are clean. Through the generated client and a browser, on real processes.
//!
//! On Postgres the day begins on one of two replicas, which is killed half way, with deliveries in its hands.

use std::time::Duration;

use hedge_client::hedge::Client;
use hedge_client::hedge::types::{
    BankAccountDetails, BankAccountType, BrandingSettings, Currency, Payout, PayoutSchedule, PayoutStatus, Refund,
    SettlementMethod, SettlementSettings, TestClockAction, WebhookDeliveryStatus,
};
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use tokio::sync::watch;

use crate::harness::binary::{Serving, folder};
use crate::harness::server::{VISA, client};
use crate::harness::{Answer, Browser, Got, Receiver, Shop, hedge, until_within};
use crate::schema::Schema;

const KEY: &str = "sk_test_merchantsDay0123456789abcdefghijklmnopqrstu";
const SECRET: &str = "a secret that both replicas share, for a day";
/// Longer than a delivery stays in the hands of a replica that is gone.
const PATIENCE: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merchants_day_on_sqlite() {
    let Some(browser) = Browser::start().await else { return };
    let folder = folder();
    let start = || hedge(folder.path()).env("HEDGE_BOOTSTRAP_SECRET_KEY", KEY).serve(&["--rate-limits", "off"]);
    let day = Day::begin(start(), browser).await;
    let order = day.sell().await;
    day.is_told_of(&order).await;
    day.gives_some_back(&order).await;
    day.is_paid_out(&order).await;
    day.has_every_delivery_taken().await;
    let report = hedge(folder.path()).text(&["verify"]);
    assert!(report.contains("everything adds up"), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merchants_day_on_postgres_with_a_replica_killed_half_way() {
    let Some(schema) = Schema::create().await else { return };
    let Some(browser) = Browser::start().await else { return };
    let folders = [folder(), folder()];
    let replica = |at: usize| {
        let binary = hedge(folders[at].path()).env("HEDGE_DATABASE_URL", &schema.url());
        binary.env("HEDGE_SERVER_SECRET", SECRET).env("HEDGE_BOOTSTRAP_SECRET_KEY", KEY)
    };
    let first = replica(0).serve(&["--rate-limits", "off"]);
    let second = replica(1).serve(&["--rate-limits", "off"]);

    let mut day = Day::begin(first, browser).await;
    let (free, held) = watch::channel(false);
    day.receiver.answers("/hooks", Answer::Held(held));
    let order = day.sell().await;
    // Its deliveries are under way, and nobody has taken one yet.
    day.receiver.wait("/hooks", 1).await;
    day.goes_on_at(second);
    free.send(true).unwrap();

    day.is_told_of(&order).await;
    day.gives_some_back(&order).await;
    day.is_paid_out(&order).await;
    day.has_every_delivery_taken().await;
    let report = replica(1).text(&["verify"]);
    assert!(report.contains("everything adds up"), "{report}");
    // The schema goes when nobody works in it any more.
    drop(day);
}

struct Day {
    client: Client,
    serving: Serving,
    browser: Browser,
    shop: Shop,
    receiver: Receiver,
    merchant: String,
    endpoint: String,
    webhook_secret: String,
}

/// What was sold.
struct Order {
    session: String,
    payment: String,
}

impl Day {
    /// The merchant, with its bank account, and its endpoint. It is a Friday in November, at noon in New York.
    async fn begin(serving: Serving, browser: Browser) -> Self {
        let client = client(&serving.url, KEY);
        let (shop, receiver) = (Shop::start().await, Receiver::start().await);
        let clock = client.move_test_clock();
        let noon = "2093-11-13T17:00:00Z".parse().unwrap();
        clock.body_map(|body| body.action(TestClockAction::Freeze).to(Some(noon))).send().await.unwrap();
        let bank = BankAccountDetails::builder()
            .routing_number("011401533")
            .account_number("1111222233330000")
            .account_type(BankAccountType::Checking);
        let bank: BankAccountDetails = bank.try_into().unwrap();
        let settlement = SettlementSettings::builder()
            .method(Some(SettlementMethod::Usd))
            .bank_account(Some(bank))
            .schedule(Some(PayoutSchedule::Manual));
        let settlement: SettlementSettings = settlement.try_into().unwrap();
        let branding: BrandingSettings =
            BrandingSettings::builder().primary_color(Some("#7c2d12".parse().unwrap())).try_into().unwrap();
        let made = client
            .create_merchant()
            .idempotency_key("open the shop")
            .body_map(|body| body.name("Ticket Booth").settlement(Some(settlement)).branding(Some(branding)));
        let merchant = made.send().await.unwrap().id.clone();
        let url = receiver.url("/hooks");
        let endpoint = client.create_webhook_endpoint();
        let endpoint = endpoint.body_map(|body| body.url(url).events(vec!["*".to_owned()])).send().await.unwrap();
        let (endpoint, webhook_secret) = (endpoint.id.clone(), endpoint.secret.clone());
        Self { client, serving, browser, shop, receiver, merchant, endpoint, webhook_secret }
    }

    /// A payer buys on the hosted page.
    async fn sell(&self) -> Order {
        let (success, cancel) = (format!("{}/thanks", self.shop.url), format!("{}/cart", self.shop.url));
        let create = self.client.create_checkout_session().body_map(|body| {
            let body = body.amount(9_999).currency(Currency::Usd).merchant_id(Some(self.merchant.parse().unwrap()));
            body.success_url(success).cancel_url(cancel).description(Some("Two tickets".parse().unwrap()))
        });
        let session = create.send().await.unwrap();
        self.browser.open(&session.url).await;
        self.browser.wait_for_text("Ticket Booth").await;
        self.browser.fill("#email", "payer@example.com").await;
        self.browser.fill("#number", VISA).await;
        self.browser.fill("#expiry", "1299").await;
        self.browser.fill("#cvc", "123").await;
        self.browser.screenshot("merchant-day").await;
        self.browser.click("button[type=submit]").await;
        self.browser.wait_for_text("Thank you for your order").await;
        let session = self.client.retrieve_checkout_session().id(&session.id).send().await.unwrap();
        let payment = session.payment_id.clone().unwrap();
        Order { session: session.id.clone(), payment }
    }

    /// The replica that was asked so far is killed, as the machine would do it; the other one carries on.
    fn goes_on_at(&mut self, other: Serving) {
        self.client = client(&other.url, KEY);
        drop(std::mem::replace(&mut self.serving, other));
    }

    async fn is_told_of(&self, order: &Order) {
        let succeeded = self.told("payment.succeeded").await;
        assert_eq!((&succeeded["id"], &succeeded["amount"]), (&json!(order.payment), &json!(9_999)));
        assert_eq!((&succeeded["merchant_id"], &succeeded["fee"]), (&json!(self.merchant), &json!(320)));
        let completed = self.told("checkout.completed").await;
        assert_eq!((&completed["id"], &completed["payment_id"]), (&json!(order.session), &json!(order.payment)));
    }

    /// The data of the event of this kind, as soon as there is one, verified. It may come more than once.
    async fn told(&self, kind: &str) -> Value {
        let webhook = Webhook::new(&self.webhook_secret).unwrap();
        until_within(PATIENCE, async || {
            let got = self.receiver.got("/hooks");
            assert!(got.iter().all(|one: &Got| webhook.verify(&one.body, &one.headers).is_ok()));
            if let Some(event) = got.iter().map(Got::json).find(|event| event["type"] == kind) {
                return Ok(event["data"].clone());
            }
            self.a_second_or_request(got.len() + 1).await;
            Err(format!("no {kind} among {}", got.len()))
        })
        .await
    }

    /// Until there was this request, but no longer than a second.
    async fn a_second_or_request(&self, number: usize) {
        let more = tokio::time::timeout(Duration::from_secs(1), self.receiver.wait("/hooks", number));
        let _it_came = more.await;
    }

    /// Also what a replica had in its hands when it was killed.
    async fn has_every_delivery_taken(&self) {
        until_within(PATIENCE, async || {
            let list = self.client.list_webhook_deliveries().id(&self.endpoint).limit(100).send().await.unwrap();
            assert!(!list.has_more && !list.data.is_empty());
            let waiting: Vec<_> =
                list.data.iter().filter(|delivery| delivery.status != WebhookDeliveryStatus::Delivered).collect();
            if waiting.is_empty() {
                return Ok(());
            }
            self.a_second_or_request(usize::MAX).await;
            Err(format!("{waiting:?}"))
        })
        .await;
    }

    async fn gives_some_back(&self, order: &Order) {
        let refund = self.client.refund_payment().id(&order.payment).idempotency_key("one ticket back");
        let refunded = refund.body_map(|body| body.amount(Some(2_500))).send().await.unwrap();
        assert_eq!(refunded.refunded_amount, 2_500);
        assert_eq!(refunded.refunds.iter().map(|refund: &Refund| refund.amount).collect::<Vec<_>>(), [2_500]);
        assert_eq!(self.pockets().await, (7_179, 0, 0));
        self.told("payment.partially_refunded").await;
    }

    /// By the third banking day it is available; a payout takes it all, and arrives on the next one.
    async fn is_paid_out(&self, order: &Order) {
        self.advance_to("2093-11-18T13:30:00Z").await;
        self.told("payment.settled").await;
        let payment = self.client.retrieve_payment().id(&order.payment).send().await.unwrap();
        assert!(payment.settled);
        assert_eq!(self.pockets().await, (0, 7_179, 0));

        let create = self.client.create_payout().idempotency_key("close the shop");
        let merchant = self.merchant.parse().unwrap();
        let payout = create.body_map(|body| body.merchant_id(Some(merchant))).send().await.unwrap();
        assert_eq!((payout.amount, payout.fee, payout.net_amount), (7_179, 18, 7_161));
        let sent = self.payout_once(&payout.id, |payout| payout.arrival_at.is_some()).await;
        assert_eq!(self.pockets().await, (0, 0, 7_161));
        self.advance_to(&sent.arrival_at.unwrap().to_rfc3339()).await;
        self.payout_once(&payout.id, |payout| payout.status == PayoutStatus::Paid).await;
        assert_eq!(self.told("payout.paid").await["id"], json!(payout.id));
        assert_eq!(self.pockets().await, (0, 0, 0));
        self.statement_ends_at_nothing().await;
    }

    async fn statement_ends_at_nothing(&self) {
        let statement = self.client.retrieve_merchant_statement().id(&self.merchant).send().await.unwrap();
        let told: Vec<_> = statement.data.iter().map(|line| (line.type_.to_string(), line.net, line.balance)).collect();
        let line = |kind: &str, net, balance| (kind.to_owned(), net, balance);
        assert_eq!(told, [line("payment", 9_679, 9_679), line("refund", -2_500, 7_179), line("payout", -7_179, 0)]);
    }

    /// Pending, available, in transit.
    async fn pockets(&self) -> (i64, i64, i64) {
        let balance = self.client.retrieve_merchant_balance().id(&self.merchant).send().await.unwrap();
        (balance.pending[0].amount, balance.available[0].amount, balance.in_transit[0].amount)
    }

    async fn advance_to(&self, time: &str) {
        let to = time.parse().unwrap();
        let clock = self.client.move_test_clock();
        clock.body_map(|body| body.action(TestClockAction::Advance).to(Some(to))).send().await.unwrap();
    }

    async fn payout_once(&self, id: &str, so: impl Fn(&Payout) -> bool) -> Payout {
        until_within(PATIENCE, async || {
            let payout = self.client.retrieve_payout().id(id).send().await.unwrap().into_inner();
            if so(&payout) { Ok(payout) } else { Err(format!("{payout:?}")) }
        })
        .await
    }
}
