//! Settlement and payouts: what is available, what may leave it, and how it comes back.

use std::fmt::Write;

use hedge_domain::bank_account::{BankAccount, BankAccountKind, RoutingNumber, SealedNumber};
use hedge_domain::event::EventKind;
use hedge_domain::job::JobId;
use hedge_domain::ledger::LedgerAccount::{
    self, MerchantAvailable, MerchantInTransit, MerchantPending, MerchantUsdcOnly, SettlementFees,
};
use hedge_domain::merchant::{
    Destination, MerchantChange, MerchantStatus, RestrictMerchant, SettlementChange, SettlementMethod, UpdateMerchant,
};
use hedge_domain::metadata::Metadata;
use hedge_domain::payment::{Payment, PaymentId, RefundPayment, SettlePayment};
use hedge_domain::payout::{
    BeginPayout, CreatePayout, Payout, PayoutFailure, PayoutOutcome, PayoutStatus, PayoutStep, RecordPayout,
    SweepMerchant,
};
use hedge_domain::{Currency, Duration, Key, Money, Refusal};

use crate::world::{ACCOUNT, JOB, MERCHANT, World, owner, stranger};

#[test]
fn every_state_meets_every_step_as_pinned() {
    let mut table = String::new();
    for status in PayoutStatus::ALL {
        for step in PayoutStep::ALL {
            let after = status.after(step).map_or("-", PayoutStatus::code);
            writeln!(table, "{:<10} {:<6} {after}", status.code(), format!("{step:?}")).expect("writes to memory");
        }
    }
    insta::assert_snapshot!(table);
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::Usd)
}

fn settle_in_usdc(world: &mut World, auto_settle: bool) {
    let settlement = SettlementChange {
        method: Some(SettlementMethod::Usdc),
        solana_wallet: Some(Some("a wallet".into())),
        auto_settle: Some(auto_settle),
        ..SettlementChange::default()
    };
    let change = MerchantChange { settlement, ..MerchantChange::default() };
    world.run(UpdateMerchant { actor: owner(), id: MERCHANT, change }).expect("updated");
}

/// A merchant with 9679 available, to be paid out in USDC.
fn funded() -> World {
    let mut world = World::new();
    settle_in_usdc(&mut world, false);
    let id = world.succeeded();
    assert_eq!(world.run(SettlePayment { id }), Ok(true));
    world
}

fn settle_in_usd(world: &mut World) {
    let bank_account = BankAccount {
        routing_number: RoutingNumber::parse("011401533").expect("good"),
        kind: BankAccountKind::Checking,
        last4: "0000".into(),
        number: SealedNumber(vec![1]),
    };
    let settlement = SettlementChange {
        method: Some(SettlementMethod::Usd),
        bank_account: Some(Some(bank_account)),
        ..SettlementChange::default()
    };
    let change = MerchantChange { settlement, ..MerchantChange::default() };
    world.run(UpdateMerchant { actor: owner(), id: MERCHANT, change }).expect("updated");
}

/// The same, and as much that has waited for the bank, which is what the merchant has chosen since.
fn funded_by_both() -> World {
    let mut world = funded();
    settle_in_usd(&mut world);
    let id = world.succeeded();
    world.now = world.payment(id).settles_at.expect("it has succeeded");
    assert_eq!(world.run(SettlePayment { id }), Ok(true));
    world
}

fn create(amount: Option<i64>) -> CreatePayout {
    CreatePayout {
        actor: owner(),
        merchant: MERCHANT,
        method: None,
        amount,
        currency: Currency::Usd,
        description: None,
        metadata: Metadata::default(),
    }
}

fn payout(world: &World, payout: &Payout) -> Payout {
    let found = world.state.payouts.find(payout.id, Key::Payout).expect("the payout is known");
    found.expect("the payout is there")
}

/// What each account comes to in the end.
fn net(world: World, account: LedgerAccount) -> i64 {
    let turnovers = world.state.into_changes().turnovers();
    turnovers.get(&(account, Currency::Usd)).map_or(0, |sides| sides.credits - sides.debits)
}

fn refund(world: &mut World, id: PaymentId, amount: i64) {
    let metadata = Metadata::default();
    world.run(RefundPayment { actor: owner(), id, amount: Some(amount), reason: None, metadata }).expect("refunded");
}

#[test]
fn settlement_waits_for_its_day_and_happens_once() {
    let mut world = World::new();
    let id = world.succeeded();
    let due = world.payment(id).settles_at.expect("it has succeeded");
    assert!(due.since(world.now).millis() > Duration::from_hours(48).millis());
    assert_eq!(world.run(SettlePayment { id }), Ok(false));
    world.now = due;
    assert_eq!(world.run(SettlePayment { id }), Ok(true));
    assert_eq!(world.run(SettlePayment { id }), Ok(false));
    assert_eq!(world.payment(id).settled_at, Some(due));
    assert_eq!(net(world, MerchantAvailable(MERCHANT)), 9_679);
}

#[test]
fn settlement_goes_by_what_was_configured_when_the_payment_succeeded() {
    let mut world = World::new();
    let before = world.succeeded();
    settle_in_usdc(&mut world, false);
    let after = world.succeeded();
    assert_eq!(world.run(SettlePayment { id: before }), Ok(false));
    assert_eq!(world.run(SettlePayment { id: after }), Ok(true));
}

#[test]
fn settlement_of_what_is_left_after_refunds() {
    let table = [(2_500, 0, 7_179), (9_999, 0, -320), (0, 2_500, 7_179), (1_000, 1_000, 7_679)];
    for (before, after, available) in table {
        let mut world = World::new();
        settle_in_usdc(&mut world, false);
        let id = world.succeeded();
        if before > 0 {
            refund(&mut world, id, before);
        }
        assert_eq!(world.run(SettlePayment { id }), Ok(true));
        if after > 0 {
            refund(&mut world, id, after);
        }
        let turnovers = world.state.into_changes().turnovers();
        let sum = |account| turnovers.get(&(account, Currency::Usd)).map_or(0, |it| it.credits - it.debits);
        assert_eq!(
            (sum(MerchantPending(MERCHANT)), sum(MerchantUsdcOnly(MERCHANT))),
            (0, available),
            "{before} {after}"
        );
        assert_eq!(sum(MerchantAvailable(MERCHANT)), 0, "{before} {after}");
    }
}

#[test]
fn nothing_settles_that_has_not_succeeded() {
    let mut world = World::new();
    settle_in_usdc(&mut world, false);
    for id in [world.pending(), world.initiated(), world.processing()] {
        assert_eq!(world.run(SettlePayment { id }), Ok(false));
    }
}

#[test]
fn create_pays_out_all_that_is_available_once() {
    let mut world = funded();
    let made = world.run(create(None)).expect("made");
    assert_eq!((made.amount, made.fee, made.net(), made.status), (usd(9_679), 48, usd(9_631), PayoutStatus::Pending));
    // In the same batch too the money is gone.
    let short = Refusal::BalanceInsufficient { available: usd(0), requested: usd(100), usdc_only: 0 };
    assert_eq!(world.run(create(None)), Err(short));
    assert_eq!(net(world, MerchantInTransit(MERCHANT)), 9_631);
}

#[test]
fn create_refuses_what_cannot_be_paid_out() {
    let mut world = World::new();
    let missing = Refusal::PayoutDestinationMissing { merchant: MERCHANT, method: SettlementMethod::Usd };
    assert_eq!(world.run(create(None)), Err(missing));
    let mut world = funded();
    let table = [
        (Some(99), Refusal::PayoutBelowMinimum { minimum: usd(100), requested: usd(99) }),
        (Some(0), Refusal::PayoutBelowMinimum { minimum: usd(100), requested: usd(0) }),
        (Some(9_680), Refusal::BalanceInsufficient { available: usd(9_679), requested: usd(9_680), usdc_only: 0 }),
        (
            Some(i64::MAX),
            Refusal::BalanceInsufficient { available: usd(9_679), requested: usd(i64::MAX), usdc_only: 0 },
        ),
    ];
    for (amount, refusal) in table {
        assert_eq!(world.run(create(amount)), Err(refusal));
    }
    for currency in [Currency::Eur, Currency::Gbp, Currency::Brl] {
        let refused = world.run(CreatePayout { currency, ..create(None) });
        assert_eq!(refused, Err(Refusal::PayoutCurrencyUnavailable(currency)));
    }
    let refused = world.run(CreatePayout { actor: stranger(), ..create(None) });
    assert_eq!(refused, Err(Refusal::MerchantUnknown(MERCHANT)));
    world.run(RestrictMerchant { actor: owner(), id: MERCHANT, status: MerchantStatus::Restricted }).expect("done");
    assert_eq!(world.run(create(None)), Err(Refusal::MerchantRestricted(MERCHANT)));
}

#[test]
fn a_payout_that_arrives_has_left_for_good() {
    let mut world = funded();
    let made = world.run(create(Some(5_000))).expect("made");
    let order = world.run(BeginPayout { payout: made.id, job: JOB }).expect("begun").expect("to be sent");
    assert_eq!(order.amount, usd(4_975));
    assert_eq!(payout(&world, &made).status, PayoutStatus::InTransit);
    for outcome in [PayoutOutcome::Paid, PayoutOutcome::Failed(PayoutFailure::Declined), PayoutOutcome::Paid] {
        world.run(RecordPayout { payout: made.id, job: JOB, outcome }).expect("recorded");
        assert_eq!(payout(&world, &made).status, PayoutStatus::Paid, "the first word counts");
    }
    assert_eq!(world.run(BeginPayout { payout: made.id, job: JOB }), Ok(None));
    let kinds: Vec<_> = world.events().iter().map(|event| event.kind).collect();
    assert!(kinds.ends_with(&[EventKind::PayoutCreated, EventKind::PayoutInTransit, EventKind::PayoutPaid]));
    assert_eq!(net(world, MerchantInTransit(MERCHANT)), 0);
}

#[test]
fn a_payout_that_fails_gives_everything_back() {
    let mut world = funded();
    let made = world.run(create(None)).expect("made");
    world.run(BeginPayout { payout: made.id, job: JOB }).expect("begun");
    let outcome = PayoutOutcome::Failed(PayoutFailure::AccountClosed);
    for _ in 0..2 {
        world.run(RecordPayout { payout: made.id, job: JOB, outcome }).expect("recorded");
    }
    assert_eq!(payout(&world, &made).failure, Some(PayoutFailure::AccountClosed));
    assert!(world.run(create(None)).is_ok(), "it can be paid out again");
    assert_eq!(net(world, SettlementFees(Some(ACCOUNT))), 48, "of the second one alone");
}

/// Else it would have come at once, and gone for half the fee.
#[test]
fn what_settled_at_once_leaves_in_usdc_whatever_is_configured_since() {
    let mut world = funded();
    settle_in_usd(&mut world);
    let short =
        |requested| Refusal::BalanceInsufficient { available: usd(0), requested: usd(requested), usdc_only: 9_679 };
    assert_eq!(world.run(create(None)), Err(short(2_500)));
    assert_eq!(world.run(create(Some(2_500))), Err(short(2_500)));
    // Nor does the schedule take it.
    let merchant = world.state.merchants.find(MERCHANT, Key::Merchant).expect("known").expect("there");
    world.now = merchant.next_payout_at.expect("daily");
    assert_eq!(world.run(SweepMerchant { id: MERCHANT }), Ok(true));
    let in_usdc = CreatePayout { method: Some(SettlementMethod::Usdc), ..create(None) };
    let made = world.run(in_usdc).expect("made");
    assert_eq!((made.amount, made.fee, made.usdc_only), (usd(9_679), 48, 9_679));
    assert_eq!(made.destination, Destination::Wallet("a wallet".into()));
    assert_eq!(net(world, MerchantUsdcOnly(MERCHANT)), 0);
}

#[test]
fn what_has_waited_leaves_by_either_method() {
    for (method, amount, fee, usdc_only) in [
        (None, 9_679, 24, 0),
        (Some(SettlementMethod::Usd), 9_679, 24, 0),
        (Some(SettlementMethod::Usdc), 19_358, 97, 9_679),
    ] {
        let mut world = funded_by_both();
        let made = world.run(CreatePayout { method, ..create(None) }).expect("made");
        assert_eq!((made.amount, made.fee, made.usdc_only), (usd(amount), fee, usdc_only), "{method:?}");
        assert_eq!(net(world, MerchantAvailable(MERCHANT)), 0, "{method:?}");
    }
}

/// An older version has settled it, or is about to: nobody knows how, and it is not to be stuck.
#[test]
fn what_succeeded_before_its_method_was_kept_counts_as_having_waited() {
    let mut world = World::new();
    settle_in_usdc(&mut world, false);
    let id = world.succeeded();
    let old = Payment { settlement_method: None, ..world.payment(id) };
    world.state.payments.put(id, old);
    world.state.keep();
    assert_eq!(world.run(SettlePayment { id }), Ok(true));
    refund(&mut world, id, 679);
    settle_in_usd(&mut world);
    let made = world.run(create(None)).expect("made");
    assert_eq!((made.amount, made.usdc_only), (usd(9_000), 0));
}

#[test]
fn a_payout_that_fails_gives_back_to_where_it_took_from() {
    // The fee of the second is more than what is left of either part.
    for amount in [5_000, 9_690, 19_358] {
        let mut world = funded_by_both();
        let in_usdc = CreatePayout { method: Some(SettlementMethod::Usdc), ..create(Some(amount)) };
        let made = world.run(in_usdc).expect("made");
        assert_eq!(made.usdc_only, amount.min(9_679));
        world.run(BeginPayout { payout: made.id, job: JOB }).expect("begun");
        let outcome = PayoutOutcome::Failed(PayoutFailure::Declined);
        world.run(RecordPayout { payout: made.id, job: JOB, outcome }).expect("recorded");
        let turnovers = world.state.into_changes().turnovers();
        let sum = |account| turnovers.get(&(account, Currency::Usd)).map_or(0, |it| it.credits - it.debits);
        let parts = [MerchantUsdcOnly(MERCHANT), MerchantAvailable(MERCHANT), SettlementFees(Some(ACCOUNT))].map(sum);
        assert_eq!(parts, [9_679, 9_679, 0], "{amount}");
    }
}

/// Else a refund of what was paid out in USDC already would be the platform's loss.
#[test]
fn what_is_owed_of_one_method_is_held_back_from_the_other() {
    let mut world = funded();
    let refunded = world.succeeded();
    assert_eq!(world.run(SettlePayment { id: refunded }), Ok(true));
    world.run(create(None)).expect("made");
    settle_in_usd(&mut world);
    let id = world.succeeded();
    world.now = world.payment(id).settles_at.expect("it has succeeded");
    assert_eq!(world.run(SettlePayment { id }), Ok(true));
    refund(&mut world, refunded, 7_000);
    let short = Refusal::BalanceInsufficient { available: usd(2_679), requested: usd(2_680), usdc_only: 0 };
    assert_eq!(world.run(create(Some(2_680))), Err(short));
    assert_eq!(world.run(create(None)).expect("made").amount, usd(2_679));
}

#[test]
fn a_payout_under_way_is_asked_after_when_it_should_arrive() {
    let mut world = funded();
    let made = world.run(create(None)).expect("made");
    let job = JobId::from_bits(5);
    world.run(BeginPayout { payout: made.id, job }).expect("begun");
    let arrival = world.now.plus(Duration::from_hours(20));
    // The job that sent it is still there, as the worker that has it says.
    let sent = hedge_domain::job::Job {
        id: job,
        account: crate::world::ACCOUNT,
        task: hedge_domain::job::Task::SubmitPayout(made.id),
        due_at: world.now,
        attempts: 0,
    };
    world.state.jobs.put(job, sent);
    world.state.keep();
    let outcome = PayoutOutcome::UnderWay(arrival);
    world.run(RecordPayout { payout: made.id, job, outcome }).expect("recorded");
    assert_eq!(payout(&world, &made).arrival_at, Some(arrival));
    // Another worker, whose lease had ended, in the same batch.
    world.run(RecordPayout { payout: made.id, job, outcome }).expect("recorded");
    let jobs = world.state.into_changes().jobs;
    let asked = jobs.iter().filter(|job| job.after.task == hedge_domain::job::Task::ConfirmPayout(made.id));
    assert_eq!(asked.map(|job| job.after.due_at).collect::<Vec<_>>(), [arrival]);
}

#[test]
fn a_schedule_pays_out_what_is_worth_it_and_comes_again() {
    let mut world = World::new();
    settle_in_usdc(&mut world, true);
    let id = world.succeeded();
    world.run(SettlePayment { id }).expect("settled");
    assert_eq!(world.run(SweepMerchant { id: MERCHANT }), Ok(false), "not before its hour");
    world.now = world.now.plus(Duration::from_hours(1));
    assert_eq!(world.run(SweepMerchant { id: MERCHANT }), Ok(true));
    assert_eq!(world.run(SweepMerchant { id: MERCHANT }), Ok(false));
    world.now = world.now.plus(Duration::from_hours(1));
    assert_eq!(world.run(SweepMerchant { id: MERCHANT }), Ok(true), "with nothing to pay out");
    let payouts = world.state.into_changes().payouts;
    let made: Vec<_> = payouts.iter().map(|change| (change.after.amount, change.after.automatic)).collect();
    assert_eq!(made, [(usd(9_679), true)]);
}

#[test]
fn a_schedule_to_a_bank_sends_what_settled_at_once_to_the_wallet() {
    for auto_settle in [true, false] {
        let mut world = funded_by_both();
        settle_in_usdc(&mut world, auto_settle);
        settle_in_usd(&mut world);
        let merchant = world.state.merchants.find(MERCHANT, Key::Merchant).expect("known").expect("there");
        world.now = merchant.next_payout_at.expect("daily");
        assert_eq!(world.run(SweepMerchant { id: MERCHANT }), Ok(true));
        let changes = world.state.into_changes();
        let mut made: Vec<_> =
            changes.payouts.iter().map(|it| (it.after.destination.method(), it.after.amount)).collect();
        made.sort_by_key(|(method, _)| method.code());
        let (bank, wallet) = ((SettlementMethod::Usd, usd(9_679)), (SettlementMethod::Usdc, usd(9_679)));
        assert_eq!(made, if auto_settle { vec![bank, wallet] } else { vec![bank] });
        let counted = changes.merchants.iter().map(|it| it.after.payouts).max();
        assert_eq!(counted, u32::try_from(made.len()).ok());
    }
}

#[test]
fn a_restricted_merchant_takes_no_payment_on() {
    let mut world = World::new();
    let pending = world.pending();
    world.run(RestrictMerchant { actor: owner(), id: MERCHANT, status: MerchantStatus::Restricted }).expect("done");
    let refusal = Refusal::MerchantRestricted(MERCHANT);
    assert_eq!(world.run(crate::world::create(100)), Err(refusal.clone()));
    let confirm = hedge_domain::payment::ConfirmPayment { actor: owner(), id: pending, token: crate::world::TOKEN };
    assert_eq!(world.run(confirm), Err(refusal));
}

#[test]
fn a_schedule_pays_a_restricted_merchant_nothing() {
    let mut world = World::new();
    settle_in_usdc(&mut world, true);
    let id = world.succeeded();
    world.run(SettlePayment { id }).expect("settled");
    world.run(RestrictMerchant { actor: owner(), id: MERCHANT, status: MerchantStatus::Restricted }).expect("done");
    world.now = world.now.plus(Duration::from_hours(1));
    assert_eq!(world.run(SweepMerchant { id: MERCHANT }), Ok(true));
    assert!(world.state.into_changes().payouts.is_empty());
}
