//! The crash test: the real binary under load, killed at random moments, loses nothing that it acknowledged, does
//! nothing twice, and leaves nothing half done.
//!
//! The moments are drawn from a seed, which is printed; `HEDGE_CRASH_SEED` sets another. What the threads make of it
//! differs from run to run all the same. A newcomer's usual mistake is to trust it because it is green: break the
//! acknowledgement or the idempotency record on purpose and see it fail.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod books;
mod client;
mod deployment;
mod figures;
mod fleet;
#[path = "../program.rs"]
mod program;
mod receiver;
#[path = "../request.rs"]
mod request;
#[path = "../schema.rs"]
mod schema;
mod verdict;
mod wire;
mod witness;

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::sync::watch;
use tokio::task::JoinSet;

use client::{Client, Counter};
use deployment::Deployment;
use fleet::{Fleet, Slot};
use receiver::Receiver;
use serde_json::json;
use verdict::Verdict;
use wire::{Request, Wire};

/// The least number of kills on each engine.
const KILLS: u64 = 20;
/// Fewer, because the engine has been through it alone.
const KILLS_OF_REPLICAS: u64 = 14;
const CLIENTS: usize = 12;
/// How long a server lives under load before it is killed.
const LIFE: std::ops::Range<u64> = 100..700;
/// How long one lives that is killed while it starts.
const SHORT_LIFE: std::ops::Range<u64> = 1..60;

/// How many databases are killed while they are made.
const BEGINNINGS: u64 = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_start_may_be_cut_short() {
    let mut rng = StdRng::seed_from_u64(seed());
    for number in 0..BEGINNINGS {
        cut_short(Deployment::sqlite(), &mut rng).await;
        if let Some(deployment) = Deployment::postgres().await {
            cut_short(deployment, &mut rng).await;
        } else if number == 0 {
            say("not run: no Postgres");
        }
    }
}

/// Starts and kills until a start is let through; that one must work.
async fn cut_short(deployment: Deployment, rng: &mut StdRng) {
    let deployment = Arc::new(deployment);
    let mut fleet = Fleet::new(Arc::clone(&deployment), Arc::default(), 1);
    for _attempt in 0..3 {
        fleet.kill_while_starting(Duration::from_millis(rng.random_range(SHORT_LIFE))).await;
    }
    fleet.start(0).await;
    let verified = deployment.verify().await;
    assert!(verified.sound, "{}", verified.report);
    fleet.kill(0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_on_sqlite() {
    Ordeal::begin("SQLite", Deployment::sqlite(), 1).endure().await;
}

/// Side by side, because each spends half its time waiting for the leases of the dead to end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_on_postgres_with_one_server_or_two() {
    let (Some(one), Some(two)) = (Deployment::postgres().await, Deployment::postgres().await) else {
        return say("not run: no Postgres");
    };
    let one = Ordeal::begin("Postgres", one, 1).endure();
    let two = Ordeal::begin("Postgres, two replicas", two, 2).endure();
    tokio::join!(one, two);
}

/// Past the test harness, which keeps what is printed to itself when all is well.
fn say(text: &str) {
    let line = format!("crash: {text}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

fn seed() -> u64 {
    std::env::var("HEDGE_CRASH_SEED").map_or(1, |text| text.parse().expect("HEDGE_CRASH_SEED is a number"))
}

struct Ordeal {
    name: &'static str,
    seed: u64,
    rng: StdRng,
    deployment: Arc<Deployment>,
    counter: Arc<Counter>,
    fleet: Fleet,
    clients: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Ordeal {
    fn begin(name: &'static str, deployment: Deployment, servers: usize) -> Self {
        let seed = seed();
        say(&format!("{name}: seed {seed}"));
        let deployment = Arc::new(deployment);
        let counter = Arc::new(Counter::default());
        let fleet = Fleet::new(Arc::clone(&deployment), Arc::clone(&counter.figures), servers);
        let stop = watch::Sender::new(false);
        Self { name, seed, rng: StdRng::seed_from_u64(seed), deployment, counter, fleet, clients: JoinSet::new(), stop }
    }

    fn draw(&mut self, millis: std::ops::Range<u64>) -> Duration {
        Duration::from_millis(self.rng.random_range(millis))
    }

    async fn endure(mut self) {
        // The very first start, which makes the tables and the first key, may be cut short like any other.
        for _attempt in 0..3 {
            let short = self.draw(SHORT_LIFE);
            self.fleet.kill_while_starting(short).await;
        }
        for slot in 0..self.fleet.size() {
            let url = self.fleet.start(slot).await;
            self.fleet.publish(slot, url);
        }
        let receiver = Receiver::start().await;
        self.tell_everything_to(&receiver).await;
        let merchant = self.open_shop().await;
        for number in 0..CLIENTS {
            let wire = Wire::new(self.fleet.roster(), Arc::clone(&self.counter.figures));
            let client = Client::new((number, &merchant), self.seed, wire, Arc::clone(&self.counter));
            self.clients.spawn(client.run(self.stop.subscribe()));
        }
        let kills = if self.fleet.size() > 1 { KILLS_OF_REPLICAS } else { KILLS };
        for turn in 0..kills {
            self.crash(turn).await;
        }
        self.conclude(&receiver).await;
    }

    /// Webhooks of every event are under way when the servers are killed.
    async fn tell_everything_to(&mut self, receiver: &Receiver) {
        let body = json!({ "url": receiver.url, "events": ["*"] });
        let create = Request::change("/v1/webhooks/endpoints", "the endpoint".to_owned(), body);
        let mut wire = Wire::new(self.fleet.roster(), Arc::clone(&self.counter.figures));
        let answer = wire.ask(&create, &mut self.rng).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
    }

    /// A merchant whose payments settle at once, so that settlement and payouts are under way as well: its id.
    async fn open_shop(&mut self) -> String {
        let wallet = "7vfCXTUXx5WJV5JADk17DUJ4ksgau7utNKj4b963voxs";
        let body = json!({ "name": "Shop", "settlement": { "method": "usdc", "solana_wallet": wallet } });
        let create = Request::change("/v1/merchants", "the shop".to_owned(), body);
        let mut wire = Wire::new(self.fleet.roster(), Arc::clone(&self.counter.figures));
        let answer = wire.ask(&create, &mut self.rng).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        witness::text(&answer.json(), "id").to_owned()
    }

    /// A life, its sudden end, and a new beginning.
    async fn crash(&mut self, turn: u64) {
        let life = self.draw(LIFE);
        tokio::time::sleep(life).await;
        let slot = self.rng.random_range(0..self.fleet.size());
        self.fleet.kill(slot).await;
        self.clients_are_well();
        if turn.is_multiple_of(2) {
            self.verify().await;
        }
        if self.rng.random_ratio(1, 4) {
            let short = self.draw(SHORT_LIFE);
            self.fleet.kill_while_starting(short).await;
        }
        let url = self.fleet.start(slot).await;
        let alone = Slot { generation: 0, url: Some(url.clone()) };
        self.verdict(watch::Sender::new(vec![alone]).subscribe()).after_restart().await;
        self.fleet.publish(slot, url);
        if !turn.is_multiple_of(2) {
            self.verify().await;
        }
    }

    fn clients_are_well(&mut self) {
        if let Some(ended) = self.clients.try_join_next() {
            ended.unwrap();
            panic!("a client ended by itself");
        }
    }

    fn verdict(&self, roster: watch::Receiver<fleet::Roster>) -> Verdict<'_> {
        Verdict { counter: &self.counter, wire: Wire::new(roster, Arc::clone(&self.counter.figures)) }
    }

    async fn verify(&self) -> deployment::Verified {
        let verified = self.deployment.verify().await;
        assert!(verified.sound, "{}", verified.report);
        verified
    }

    async fn conclude(mut self, receiver: &Receiver) {
        self.stop.send_replace(true);
        while let Some(ended) = self.clients.join_next().await {
            ended.unwrap();
        }
        let verdict = self.verdict(self.fleet.roster());
        verdict.all_jobs_end().await;
        let payments = verdict.every_payment_is_accounted_for().await;
        let payouts = verdict.every_payout_is_accounted_for().await;
        assert!(payments > 0 && payouts > 0, "nothing was paid, or nothing paid out");
        verdict.repeats(500, 7).await;
        verdict.all_deliveries_end().await;
        receiver.has_all(&verdict.events().await);
        let load_ended = self.counter.figures.to_string();
        for slot in 0..self.fleet.size() {
            self.fleet.kill(slot).await;
        }
        assert_eq!(self.verify().await.jobs, 0, "there was nothing left to do");
        books::are_in_order(&self.deployment).await;
        assert_eq!(self.deployment.complaints(), Vec::<String>::new());
        let figures = &self.counter.figures;
        say(&format!("{}: seed {}, {payments} payments, {payouts} payouts, {load_ended}", self.name, self.seed));
        let (events, repeated) = receiver.counts();
        say(&format!("{}: {events} events arrived, {repeated} of them more than once", self.name));
        assert!(figures.broken.get() >= figures.kills.get(), "the servers were idle when they were killed");
    }
}
