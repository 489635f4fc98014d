//! Where a time range lies among the ids.
//!
//! Lists walk indices in order of id, and ids are handed out in order of time; so the ids at which a range begins and
//! ends are found by halving, and the walk stays between them. An index by time would cost every write instead.

use hedge_domain::{Duration, Timestamp};
use tokio_postgres::Row;
use uuid::Uuid;

use super::failure::Failure;
use super::fields::Fields;
use super::readers::Readers;

/// How far the clock may have been set back, or those of two replicas be apart, without a list missing a payment.
const CLOCK_STEP: Duration = Duration::from_hours(1);

/// The payments with the least and the greatest id.
const ENDS: &str = "(SELECT id, created_at FROM payments ORDER BY id LIMIT 1) \
    UNION ALL (SELECT id, created_at FROM payments ORDER BY id DESC LIMIT 1)";
const PROBE: &str = "SELECT id, created_at FROM payments WHERE id >= $1 ORDER BY id LIMIT 1";

/// A payment seen while searching, of anybody's.
#[derive(Clone, Copy)]
struct Seen {
    id: u128,
    at: Timestamp,
}

impl Seen {
    fn of(row: &Row) -> Result<Self, Failure> {
        let mut fields = Fields::of(row);
        Ok(Self { id: fields.value::<Uuid>()?.as_u128(), at: fields.time()? })
    }
}

/// An id that everything from the instant on comes after, if there is one.
pub async fn before(readers: &Readers, from: Timestamp) -> Result<Option<Uuid>, Failure> {
    let (older, _) = around(readers, from.minus(CLOCK_STEP)).await?;
    Ok(older.map(Uuid::from_u128))
}

/// An id that everything before the instant comes before, if there is one.
pub async fn after(readers: &Readers, until: Timestamp) -> Result<Option<Uuid>, Failure> {
    let (_, younger) = around(readers, until.plus(CLOCK_STEP)).await?;
    Ok(younger.map(Uuid::from_u128))
}

/// A payment made before the instant and one not made before it, close to each other; `None` where there is none.
/// Close is enough: the walk looks at each payment's time as well.
async fn around(readers: &Readers, since: Timestamp) -> Result<(Option<u128>, Option<u128>), Failure> {
    let ends = readers.query(ENDS, &[]).await?;
    let (Some(first), Some(last)) = (ends.first(), ends.last()) else {
        return Ok((None, None));
    };
    let (first, last) = (Seen::of(first)?, Seen::of(last)?);
    // A union is in no order.
    let (mut older, mut younger) = if first.id <= last.id { (first, last) } else { (last, first) };
    if younger.at < since {
        return Ok((Some(younger.id), None));
    }
    if older.at >= since {
        return Ok((None, Some(older.id)));
    }
    // Nothing lies between the ceiling and `younger`.
    let mut ceiling = younger.id;
    while ceiling - older.id > 1 && !close(older, younger, since) {
        let middle = older.id + (ceiling - older.id) / 2;
        let found = readers.query(PROBE, &[&Uuid::from_u128(middle)]).await?;
        let found = found.first().map_or(Ok(younger), Seen::of)?;
        if found.at < since {
            older = found;
        } else {
            younger = found;
            ceiling = middle;
        }
    }
    Ok((Some(older.id), Some(younger.id)))
}

fn close(older: Seen, younger: Seen, since: Timestamp) -> bool {
    older.at.plus(CLOCK_STEP) >= since && younger.at <= since.plus(CLOCK_STEP)
}
