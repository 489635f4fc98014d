//! The values that hold others: lists, maps, what may be null, what is kept elsewhere.
//!
//! The one thing a newcomer gets wrong: how many there are is told before what is wrong with one of them, though the items are read
//! first.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Checked, Kind, Limits, Read, Source, Value, limits};
use crate::check::{self, Outcome, Violation};
use crate::fault::twice;

const NONE: &Limits = &limits();

fn inner(limits: &'static Limits) -> &'static Limits {
    limits.each.unwrap_or(NONE)
}

impl<T: Value> Value for Vec<T> {
    fn kind() -> Kind {
        Kind::List(Box::new(T::kind()))
    }

    fn read(from: &mut dyn Source, limits: &'static Limits) -> Read<Checked<Self>> {
        let (mut value, mut wrong): (Self, Option<Box<Violation>>) = (Self::new(), None);
        from.list(&mut |from| {
            let item = T::read(from, inner(limits))?;
            if let (None, Some(violation)) = (&wrong, item.wrong) {
                wrong = Some(Box::new(violation.at(value.len())));
            }
            value.push(item.value);
            Ok(())
        })?;
        let wrong = value.own(limits).err().map(Box::new).or(wrong);
        Ok(Checked { value, wrong })
    }

    /// Parameters are lists of plain values, so their items are checked here too.
    fn check(&self, limits: &Limits) -> Outcome {
        self.own(limits)?;
        let Some(each) = limits.each else { return Ok(()) };
        self.iter().enumerate().try_for_each(|(at, item)| item.check(each).map_err(|violation| violation.at(at)))
    }

    const LIST: bool = true;

    fn to_text(&self) -> String {
        self.iter().map(Value::to_text).collect::<Vec<_>>().join(",")
    }

    fn from_texts(texts: &[Cow<'_, str>]) -> Result<Self, Violation> {
        let read = |(at, text): (usize, &Cow<'_, str>)| T::from_text(text).map_err(|said| Violation::new(said).at(at));
        texts.iter().enumerate().map(read).collect()
    }
}

trait Own {
    /// The limits of the container, without those of what is in it.
    fn own(&self, limits: &Limits) -> Outcome;
}

impl<T: serde::Serialize> Own for Vec<T> {
    fn own(&self, limits: &Limits) -> Outcome {
        check::items(self.len(), limits)?;
        if limits.unique { check::unique_items(self) } else { Ok(()) }
    }
}

impl<T: Value> Value for BTreeMap<String, T> {
    fn kind() -> Kind {
        Kind::Map(Box::new(T::kind()))
    }

    fn read(from: &mut dyn Source, limits: &'static Limits) -> Read<Checked<Self>> {
        let mut value = Self::new();
        // By name, because the first one in the order of the names is told.
        let mut wrong: BTreeMap<String, Violation> = BTreeMap::new();
        from.map(&mut |name, from| {
            if value.contains_key(&name) {
                return Err(from.fail(twice(&name)));
            }
            let member = T::read(from, inner(limits))?;
            if let Some(violation) = member.wrong {
                wrong.insert(name.clone(), violation.inside(&name));
            }
            value.insert(name, member.value);
            Ok(())
        })?;
        let count = check::pairs(value.len(), limits).err();
        let wrong = count.or_else(|| wrong.pop_first().map(|(_, wrong)| wrong)).map(Box::new);
        Ok(Checked { value, wrong })
    }
}

impl<T: Value> Value for Option<T> {
    fn kind() -> Kind {
        Kind::Nullable(Box::new(T::kind()))
    }

    fn read(from: &mut dyn Source, limits: &'static Limits) -> Read<Checked<Self>> {
        let mut read = None;
        from.nullable(&mut |from| {
            read = Some(T::read(from, limits)?);
            Ok(())
        })?;
        Ok(match read {
            Some(checked) => checked.map(Some),
            None => Checked::fine(None),
        })
    }

    fn check(&self, limits: &Limits) -> Outcome {
        self.as_ref().map_or(Ok(()), |value| value.check(limits))
    }

    const LIST: bool = T::LIST;

    fn from_text(text: &str) -> Result<Self, String> {
        T::from_text(text).map(Some)
    }

    fn from_texts(texts: &[Cow<'_, str>]) -> Result<Self, Violation> {
        T::from_texts(texts).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Value> Value for Box<T> {
    fn kind() -> Kind {
        T::kind()
    }

    fn read(from: &mut dyn Source, limits: &'static Limits) -> Read<Checked<Self>> {
        T::read(from, limits).map(|checked| checked.map(Self::new))
    }
}
