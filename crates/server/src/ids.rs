//! The source of new ids: milliseconds, a counter that keeps ids of one process in order, and 64 random bits.

use hedge_domain::{IdSource, Timestamp};
use parking_lot::Mutex;

/// 48 bits of milliseconds and 16 of counter; the counter may run over into the next millisecond, so that ids keep
/// their order however many are drawn.
#[derive(Debug, Default)]
pub struct RandomIds {
    last: Mutex<u64>,
}

impl IdSource for RandomIds {
    fn next(&self, now: Timestamp) -> u128 {
        let millis = u64::try_from(now.millis()).unwrap_or_default();
        let ordered = {
            let mut last = self.last.lock();
            *last = (millis << 16).max(last.saturating_add(1));
            *last
        };
        u128::from(ordered) << 64 | u128::from(rand::random::<u64>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_process_sort_by_their_making() {
        let ids = RandomIds::default();
        let drawn: Vec<u128> = [5, 5, 4, 6, 6].map(|ms| ids.next(Timestamp::from_millis(ms))).to_vec();
        assert!(drawn.is_sorted(), "{drawn:?}");
    }
}
