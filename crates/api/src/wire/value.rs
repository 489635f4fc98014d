//! The values that stand alone: numbers, texts, and texts with a format.
//!
//! The one thing a newcomer gets wrong: serde's own readers take more than a format allows (a UUID in braces, a date as numbers),
//! so whatever is a text in JSON is read as one, and then by the rules for parameters.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Checked, Failed, Kind, Limits, Read, Source, Value};
use crate::check::{self, Outcome};
use crate::text::FromText;

/// A value and the first of its own limits that it breaks.
fn checked<T: Value>(value: T, limits: &Limits) -> Checked<T> {
    let wrong = value.check(limits).err().map(Box::new);
    Checked { value, wrong }
}

impl Value for serde_json::Value {
    fn kind() -> Kind {
        Kind::Any
    }

    fn read(from: &mut dyn Source, _limits: &'static Limits) -> Read<Checked<Self>> {
        from.any().map(Checked::fine)
    }
}

/// A row: the type, what the description calls it, how it is read, the limits that it has, and how it is written.
macro_rules! values {
    ($($type:ty: $kind:ident, $read:expr, $check:expr, $text:expr;)+) => {$(
        impl Value for $type {
            fn kind() -> Kind {
                Kind::$kind
            }

            fn read(from: &mut dyn Source, limits: &'static Limits) -> Read<Checked<Self>> {
                let read: fn(&mut dyn Source) -> Read<Self> = $read;
                Ok(checked(read(from)?, limits))
            }

            fn check(&self, limits: &Limits) -> Outcome {
                let check: fn(&Self, &Limits) -> Outcome = $check;
                check(self, limits)
            }

            fn from_text(text: &str) -> Result<Self, String> {
                FromText::from_text(text)
            }

            fn to_text(&self) -> String {
                let text: fn(&Self) -> String = $text;
                text(self)
            }
        }
    )+};
}

values! {
    bool: Boolean, |from| from.boolean(), unlimited, ToString::to_string;
    i32: I32, |from| from.small(), |n, limits| check::integer(i64::from(*n), limits), ToString::to_string;
    i64: I64, |from| from.integer(), |n, limits| check::integer(*n, limits), ToString::to_string;
    f64: F64, |from| from.number(), |n, limits| check::number(*n, limits), ToString::to_string;
    String: Text, formatted, |text, limits| check::text(text, limits), Self::clone;
    Decimal: Decimal, formatted, decimal, ToString::to_string;
    DateTime<Utc>: DateTime, formatted, unlimited, |time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    NaiveDate: Date, formatted, unlimited, ToString::to_string;
    Uuid: Uuid, formatted, unlimited, ToString::to_string;
}

/// The format says it all.
const fn unlimited<T>(_value: &T, _limits: &Limits) -> Outcome {
    Ok(())
}

/// A decimal's limits are those of its text.
fn decimal(value: &Decimal, limits: &Limits) -> Outcome {
    if limits.concern_texts() { check::text(&value.to_string(), limits) } else { Ok(()) }
}

/// Reads what is a text in JSON. The types' own readers take more than the formats allow.
fn formatted<T: Value>(from: &mut dyn Source) -> Read<T> {
    let mut read = None;
    from.text(&mut |text| {
        read = Some(T::from_text(text)?);
        Ok(())
    })?;
    read.ok_or(Failed)
}
