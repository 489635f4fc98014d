//! Forgetting idempotency records that have run out.

use hedge_domain::Timestamp;

use super::failure::Failure;
use super::readers::Readers;
use super::record::only;

/// How many records a statement removes at once: it holds their locks until it has removed them all.
const CHUNK: i64 = 1_000;

/// A record that a batch is replacing at this moment is left alone.
const PRUNE: &str = "WITH gone AS (\
        DELETE FROM idempotency WHERE key = ANY (ARRAY (\
            SELECT key FROM idempotency WHERE expires_at <= (\
                SELECT least($1, min(coalesce(frozen_at, $1 + shifted_by))) FROM test_clocks\
            ) ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED\
        )) RETURNING 1\
    ) SELECT count(*) FROM gone";

pub async fn idempotency(readers: &Readers, now: Timestamp, limit: u32) -> Result<u64, Failure> {
    let limit = i64::from(limit);
    let mut pruned = 0;
    while pruned < limit {
        let chunk = CHUNK.min(limit - pruned);
        let found = readers.query_once(PRUNE, &[&now.millis(), &chunk]).await?;
        let count: i64 = only(&found)?.unwrap_or_default();
        pruned += count;
        if count < chunk {
            break;
        }
    }
    Ok(u64::try_from(pruned).unwrap_or_default())
}
