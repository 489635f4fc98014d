//! What a list is narrowed by, in no dialect of SQL: every list is one walk down an index, or one for each of a few values.
//!
//! A walk goes in order of id, and an id begins with the time it was made; so a time range can keep the walk between two
//! ids. What a newcomer gets wrong: the range is held against each row all the same, so those bounds only have to be wide
//! enough. An account with a test clock makes things at times that its ids know nothing of: there they are left out.

mod query;

use hedge_domain::account::AccountId;
use hedge_domain::event::Order;
use hedge_domain::{Duration, Id, Timestamp};

pub use query::{ApiKeyByHash, ApiKeysOf, Attempts, Outbox, Query, SigningKeys, WebhookEndpointsOf};

use crate::record::{Cell, Column};

/// How far clocks may have been set back, or those of two replicas be apart, without a list missing a row.
const CLOCK_STEP: Duration = Duration::from_hours(1);

/// A list that is asked for.
#[derive(Clone, Debug)]
pub struct Filter {
    /// What it is in order of, and what `after` is one of.
    pub(crate) key: &'static str,
    pub(crate) order: Order,
    pub(crate) after: Option<Cell<'static>>,
    /// One more is read, which tells whether there are more.
    pub(crate) limit: u32,
    pub(crate) equal: Vec<(&'static str, Cell<'static>)>,
    /// A column without a value.
    pub(crate) null: Option<&'static str>,
    /// A column with any of these, each a walk of its own: together they hold the first of all.
    pub(crate) each: Option<(&'static str, Vec<Cell<'static>>)>,
    /// Whether the other conditions leave so few rows that one walk will do for all values of `each`.
    pub(crate) few: bool,
    /// A column of time with its range: from, inclusive, until, exclusive; and whose clock it goes by.
    pub(crate) time: Option<(&'static str, Option<Timestamp>, Option<Timestamp>, AccountId)>,
    /// The index that SQLite walks, without its table's name in front.
    pub(crate) index: Option<&'static str>,
}

/// A column, an operator, and what it is held against.
pub(crate) type Condition = (&'static str, &'static str, Cell<'static>);

impl Filter {
    fn newest_first<K>(after: Option<Id<K>>, limit: u32) -> Self {
        let after = after.map(Cell::id);
        Self {
            key: "id",
            order: Order::NewestFirst,
            after,
            limit,
            equal: Vec::new(),
            null: None,
            each: None,
            few: false,
            time: None,
            index: None,
        }
    }

    fn equal(mut self, column: &'static str, value: &impl Column) -> Self {
        self.equal.push((column, value.cell().into_owned()));
        self
    }

    fn maybe(self, column: &'static str, value: Option<&impl Column>) -> Self {
        match value {
            Some(value) => self.equal(column, value),
            None => self,
        }
    }

    fn each<T: Column>(mut self, column: &'static str, values: impl IntoIterator<Item = T>) -> Self {
        let mut values: Vec<_> = values.into_iter().map(|value| value.cell().into_owned()).collect();
        match (values.pop(), values.is_empty()) {
            (Some(only), true) => self.equal.push((column, only)),
            (last, _) => {
                values.extend(last);
                self.each = Some((column, values));
            }
        }
        self
    }

    /// The same where the other conditions leave but a few rows.
    fn among<T: Column>(mut self, column: &'static str, values: impl IntoIterator<Item = T>) -> Self {
        self.each = Some((column, values.into_iter().map(|value| value.cell().into_owned()).collect()));
        Self { few: true, ..self }
    }

    fn within(
        mut self,
        column: &'static str,
        range: (Option<Timestamp>, Option<Timestamp>),
        account: AccountId,
    ) -> Self {
        if range != (None, None) {
            self.time = Some((column, range.0, range.1, account));
        }
        self
    }

    fn walking(self, index: &'static str) -> Self {
        Self { index: Some(index), ..self }
    }

    /// The one value of a column that is asked for.
    #[must_use]
    pub fn value(&self, column: &str) -> Option<&Cell<'static>> {
        self.equal.iter().find(|(one, _)| *one == column).map(|(_, value)| value)
    }

    /// Whether some values of a column are asked for.
    fn goes_by(&self, column: &str) -> bool {
        self.value(column).is_some() || self.each.as_ref().is_some_and(|(one, _)| *one == column)
    }

    /// Whose clock matters.
    pub(crate) fn clock(&self) -> Option<AccountId> {
        self.time.map(|(.., account)| account)
    }

    /// How many rows to read at most.
    pub(crate) fn most(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// All that is held against a row but `each` and `null`; `clocked` if the account has a clock of its own.
    pub(crate) fn conditions(&self, clocked: bool) -> Vec<Condition> {
        let equal = self.equal.iter().map(|(column, value)| (*column, "=", value.clone()));
        let mut conditions: Vec<Condition> = equal.collect();
        let (mut first, mut end) = (None, None);
        if let Some((column, from, until, _)) = self.time {
            conditions.extend(from.map(|from| (column, ">=", Cell::Int(from.millis()))));
            conditions.extend(until.map(|until| (column, "<", Cell::Int(until.millis()))));
            if !clocked {
                first = from.map(|from| Cell::id(Id::<()>::floor(from.minus(CLOCK_STEP))));
                end = until.map(|until| Cell::id(Id::<()>::floor(until.plus(CLOCK_STEP))));
            }
        }
        // A database takes one bound on either side for its walk, so it is given the tighter one.
        let after = self.after.clone();
        match self.order {
            Order::NewestFirst => {
                conditions.extend(first.map(|first| (self.key, ">=", first)));
                conditions.extend(after.into_iter().chain(end).min().map(|end| (self.key, "<", end)));
            }
            Order::OldestFirst => {
                let behind = after.filter(|after| first.as_ref().is_none_or(|first| after >= first));
                let start = behind.map(|after| (self.key, ">", after));
                conditions.extend(start.or(first.map(|first| (self.key, ">=", first))));
                conditions.extend(end.map(|end| (self.key, "<", end)));
            }
        }
        conditions
    }

    /// The direction of the walk, as both dialects say it.
    pub(crate) const fn direction(&self) -> &'static str {
        match self.order {
            Order::NewestFirst => "DESC",
            Order::OldestFirst => "ASC",
        }
    }
}
