//! A statement that is read while two replicas write it: what was read once stays as it was.

use hedge_domain::Currency;
use hedge_domain::ledger::StatementQuery;

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_merchant_has_read_of_a_statement_stays_as_it_was() {
    const WRITERS: usize = 12;
    const REFUNDS: usize = 25;
    let Some((harness, other)) = pair().await else { return };
    let (tenant, _) = first_tenant(&harness).await;
    let mut writers = Vec::new();
    for turn in 0..WRITERS {
        let paid = succeeded(&harness, &tenant, 1_000).await;
        let (store, actor) = ([&harness.store, &other][turn % 2].clone(), tenant.actor.clone());
        writers.push(async move {
            for _ in 0..REFUNDS {
                let (amount, metadata) = (Some(1), metadata(&[]));
                let refund = RefundPayment { actor: actor.clone(), id: paid.id, amount, reason: None, metadata };
                result(store.run(refund).await).unwrap();
            }
        });
    }
    let query = StatementQuery {
        merchant: tenant.merchant,
        currency: Currency::Usd,
        from: None,
        until: None,
        after: None,
        opening: None,
        limit: 1_000,
    };
    let ids = async || -> Vec<_> {
        harness.store.statement(&query).await.unwrap().items.into_iter().map(|line| line.id).collect()
    };
    let mut reads = Vec::new();
    let mut writing = Box::pin(join_all(writers.into_iter().map(tokio::spawn)));
    let ended = loop {
        tokio::select! {
            ended = &mut writing => break ended,
            read = ids() => reads.push(read),
        }
    };
    ended.into_iter().for_each(|writer| writer.unwrap());
    let all = ids().await;
    assert_eq!(all.len(), WRITERS * (REFUNDS + 1));
    assert!(reads.len() > 1);
    for read in reads {
        assert!(all.starts_with(&read), "a line came to stand between those that were read");
    }
    assert_eq!(harness.store.audit().await.unwrap().findings, []);
}

/// One that gives lines their places without changing the head: here it is put back, or is not there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_of_a_replica_that_knows_of_no_heads_are_followed() {
    let Some(home) = Home::postgres().await else { return eprintln!("not run: no Postgres") };
    let harness = Harness::open(home).await;
    let Home::Postgres(home) = &harness.home else { panic!("not on Postgres") };
    let (tenant, _) = first_tenant(&harness).await;
    for behind in ["UPDATE statement_heads SET position = position - 1", "DELETE FROM statement_heads"] {
        succeeded(&harness, &tenant, 1_000).await;
        succeeded(&harness, &tenant, 1_000).await;
        home.execute(behind).await;
        succeeded(&harness, &tenant, 1_000).await;
        assert_eq!(harness.store.audit().await.unwrap().findings, [], "{behind}");
    }
}
