//! What the memory engine answers. Every read is a scan, which is fine for what it is for.

use std::collections::BTreeMap;
use std::future::ready;

use futures::future::BoxFuture;
use hedge_domain::checkout_session::{CheckoutSession, CheckoutSessionId, CheckoutStatus};
use hedge_domain::idempotency::IdempotencyRecord;
use hedge_domain::job::Job;
use hedge_domain::ledger::{LedgerAccount, StatementQuery};
use hedge_domain::merchant::{Merchant, MerchantId};
use hedge_domain::payment::{Payment, PaymentId, PaymentStatus};
use hedge_domain::refund::RefundStatus;
use hedge_domain::state::Changes;
use hedge_domain::test_clock::TestClock;
use hedge_domain::{AccountId, Currency, Timestamp};

use super::tables::Tables;
use super::{Memory, Rows, due, list, statement};
use crate::audit;
use crate::batcher::Batcher;
use crate::clocks::CLOCKED_SHARE;
use crate::engine::{Backlog, BalanceRow, DeliveryClaim, DueDelivery, Engine, Statement};
use crate::error::StoreError;
use crate::filter::Filter;
use crate::record::{Cell, Column, Malformed, Row, Sink};
use crate::records::Turnovers;

type Read<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

impl Memory {
    fn answer<'a, T: Send + 'a>(&self, read: impl FnOnce(&mut Rows) -> Result<T, Malformed>) -> Read<'a, T> {
        let answer = read(&mut self.rows.lock());
        Box::pin(ready(answer.map_err(|error| StoreError::Unavailable(error.to_string()))))
    }

    /// What is due by the time of its account, soonest first.
    fn due<'a, T: Ord + Send + 'a>(
        &self,
        (now, limit, of_clock): (Timestamp, u32, u32),
        timed: impl FnOnce(&Tables) -> Result<Vec<(AccountId, Timestamp, T)>, Malformed>,
    ) -> Read<'a, Vec<T>> {
        self.answer(|rows| {
            let mut due = Vec::new();
            let mut clocked: BTreeMap<AccountId, Vec<_>> = BTreeMap::new();
            for (account, at, what) in timed(&rows.tables)? {
                match rows.tables.clock(account)? {
                    Some(clock) if at <= clock.read(now) => clocked.entry(account).or_default().push((at, what)),
                    None if at <= now => due.push((at, what)),
                    Some(_) | None => {}
                }
            }
            for mut own in clocked.into_values() {
                own.sort_unstable();
                due.extend(most(own.into_iter(), of_clock));
            }
            due.sort_unstable();
            Ok(most(due.into_iter().map(|(_, what)| what), limit))
        })
    }
}

pub(super) fn most<T>(items: impl Iterator<Item = T>, limit: u32) -> Vec<T> {
    items.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect()
}

fn balance_rows(balances: &Turnovers) -> Vec<BalanceRow> {
    let rows = balances.iter().map(|(&(account, currency), turnover)| BalanceRow {
        account,
        currency,
        debits: turnover.debits,
        credits: turnover.credits,
    });
    rows.collect()
}

fn recomputed(tables: &Tables) -> Vec<BalanceRow> {
    let journal = Changes { postings: tables.journal.clone(), ..Changes::default() };
    balance_rows(&journal.turnovers())
}

fn counted<S: Ord>(statuses: impl Iterator<Item = S>) -> BTreeMap<S, i64> {
    let mut counts = BTreeMap::new();
    statuses.for_each(|status| *counts.entry(status).or_default() += 1);
    counts
}

impl Engine for Memory {
    fn start(&self, batcher: Batcher) -> BoxFuture<'_, Result<(), StoreError>> {
        self.start_writer(batcher)
    }

    fn stopped(&self) -> BoxFuture<'_, ()> {
        self.writer_ended()
    }

    fn ping(&self) -> Read<'_, ()> {
        self.answer(|_| Ok(()))
    }

    fn get<'a>(&'a self, key: Cell<'a>, to: &'a mut dyn Sink) -> Read<'a, ()> {
        self.answer(|rows| rows.tables.find(key, to))
    }

    fn list<'a>(&'a self, filter: &'a Filter, to: &'a mut dyn Sink) -> Read<'a, ()> {
        self.answer(|rows| list::list(&rows.tables, filter, to))
    }

    fn merchants_to_pay_out(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<MerchantId>> {
        self.due((now, limit, limit.div_ceil(CLOCKED_SHARE)), |tables| {
            let timed = tables.all::<Merchant>()?.into_iter();
            Ok(timed.filter_map(|it| Some((it.account, it.next_payout_at?, it.id))).collect())
        })
    }

    fn expired_checkout_sessions(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<CheckoutSessionId>> {
        self.due((now, limit, limit.div_ceil(CLOCKED_SHARE)), |tables| {
            let payments: BTreeMap<_, _> = tables.all::<Payment>()?.into_iter().map(|it| (it.id, it.status)).collect();
            let in_flight = |session: &CheckoutSession| {
                session.payment.and_then(|id| payments.get(&id)).is_some_and(|status| status.is_in_flight())
            };
            let open = tables.all::<CheckoutSession>()?.into_iter();
            let open = open.filter(|session| session.status == CheckoutStatus::Open && !in_flight(session));
            Ok(open.map(|session| (session.account, session.expires_at, session.id)).collect())
        })
    }

    fn unpaid_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>> {
        self.due((now, limit, limit.div_ceil(CLOCKED_SHARE)), |tables| {
            let pending = tables.all::<Payment>()?.into_iter().filter(|it| it.status == PaymentStatus::Pending);
            Ok(pending.map(|payment| (payment.account, payment.expires_at, payment.id)).collect())
        })
    }

    fn unsettled_payments(&self, now: Timestamp, limit: u32) -> Read<'_, Vec<PaymentId>> {
        self.due((now, limit, limit), |tables| {
            let unsettled = tables.all::<Payment>()?.into_iter().filter(|it| it.settled_at.is_none());
            Ok(unsettled.filter_map(|it| Some((it.account, it.settles_at?, it.id))).collect())
        })
    }

    fn payments_by_status(&self) -> Read<'_, BTreeMap<PaymentStatus, i64>> {
        self.answer(|rows| Ok(counted(rows.tables.all::<Payment>()?.into_iter().map(|payment| payment.status))))
    }

    fn refunds_by_status(&self) -> Read<'_, BTreeMap<RefundStatus, i64>> {
        self.answer(|rows| {
            let payments = rows.tables.all::<Payment>()?;
            Ok(counted(payments.iter().flat_map(|payment| &payment.refunds).map(|refund| refund.status)))
        })
    }

    fn claim_jobs(&self, now: Timestamp, lease_until: Timestamp, limit: u32) -> Read<'_, Vec<Job>> {
        self.answer(|rows| {
            rows.leases.retain(|_, end| *end > now);
            let mut due: BTreeMap<AccountId, Vec<Job>> = BTreeMap::new();
            for job in rows.tables.all::<Job>()? {
                if !rows.leases.contains_key(&job.id) && job.due_at <= rows.tables.time_of(job.account, now)? {
                    due.entry(job.account).or_default().push(job);
                }
            }
            due.values_mut().for_each(|own| own.sort_by_key(|job| (job.due_at, job.id)));
            let mut turns: Vec<_> = due.into_values().flat_map(|own| own.into_iter().enumerate()).collect();
            turns.sort_by_key(|(turn, job)| (*turn, job.due_at, job.id));
            let claimed = most(turns.into_iter().map(|(_, job)| job), limit);
            rows.leases.extend(claimed.iter().map(|job| (job.id, lease_until)));
            Ok(claimed)
        })
    }

    fn next_job_due(&self) -> Read<'_, Option<Timestamp>> {
        self.answer(|rows| {
            let mut times = Vec::new();
            for job in rows.tables.all::<Job>()? {
                if rows.tables.clock(job.account)?.is_none() {
                    times.push(rows.leases.get(&job.id).map_or(job.due_at, |&end| end.max(job.due_at)));
                }
            }
            Ok(times.into_iter().min())
        })
    }

    fn jobs_waiting(&self) -> Read<'_, i64> {
        self.answer(|rows| Ok(i64::try_from(rows.tables.rows(Job::table()).count()).unwrap_or(i64::MAX)))
    }

    fn claim_deliveries(&self, claim: DeliveryClaim) -> Read<'_, Vec<DueDelivery>> {
        self.answer(|rows| due::claim(rows, &claim))
    }

    fn next_delivery_due(&self, per_endpoint: u32) -> Read<'_, Option<Timestamp>> {
        self.answer(|rows| due::next_due(rows, per_endpoint))
    }

    fn delivery_backlog(&self) -> Read<'_, Backlog> {
        self.answer(|rows| due::backlog(rows))
    }

    fn balances(&self) -> Read<'_, Vec<BalanceRow>> {
        self.answer(|rows| Ok(balance_rows(&rows.tables.balances)))
    }

    fn balances_of(&self, merchant: MerchantId) -> Read<'_, Vec<BalanceRow>> {
        self.answer(|rows| {
            let mut own = balance_rows(&rows.tables.balances);
            own.retain(|row| LedgerAccount::all_of(merchant).contains(&row.account));
            Ok(own)
        })
    }

    fn statement<'a>(&'a self, query: &'a StatementQuery) -> Read<'a, Statement> {
        self.answer(|rows| Ok(statement::statement(rows, query)))
    }

    fn recomputed_balances(&self) -> Read<'_, Vec<BalanceRow>> {
        self.answer(|rows| Ok(recomputed(&rows.tables)))
    }

    fn ledger_drift(&self) -> Read<'_, BTreeMap<Currency, i128>> {
        self.answer(|rows| Ok(audit::drift(&balance_rows(&rows.tables.balances), &recomputed(&rows.tables))))
    }

    fn prune_idempotency(&self, now: Timestamp, limit: u32) -> Read<'_, u64> {
        self.answer(|rows| {
            let clocks = rows.tables.all::<TestClock>()?.into_iter().map(|clock| clock.read(now));
            let now = clocks.fold(now, Timestamp::min);
            let ended = rows.tables.all::<IdempotencyRecord>()?.into_iter().filter(|record| record.expires_at <= now);
            let ended = most(ended, limit);
            for record in &ended {
                rows.tables.remove(IdempotencyRecord::table(), &vec![record.key.cell().into_owned()]);
            }
            Ok(u64::try_from(ended.len()).unwrap_or(u64::MAX))
        })
    }
}
