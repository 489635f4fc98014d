//! An object's fields: put into slots as they come, handed out in the order of the shape.
//!
//! The one thing to know: what is wrong with the shape is told in the order of the text, what is missing and which limits
//! are broken in the order of the description.

use std::any::Any;
use std::collections::BTreeMap;

use super::shape::{Field, Others, Presence, Slot};
use super::source::{Entry, Members};
use super::{Checked, Failed, Limits, Read, Source, Value, literal};
use crate::check::{self, Violation};
use crate::fault::twice;

/// The fields of an object that has been read.
pub struct Fields {
    known: &'static [Field],
    slots: Vec<Option<Slot>>,
    closed: bool,
    others: Option<(&'static Others, Slot)>,
    next: usize,
    present: usize,
    wrong: Option<Box<Violation>>,
    pub(super) missing: Option<&'static str>,
}

/// What was read of the properties without names.
struct Kept<T> {
    values: BTreeMap<String, T>,
    wrong: BTreeMap<String, Violation>,
}

impl Fields {
    fn new(known: &'static [Field], closed: bool, others: Option<(&'static Others, Slot)>) -> Self {
        let mut slots = Vec::with_capacity(known.len());
        slots.resize_with(known.len(), || None);
        Self { known, slots, closed, others, next: 0, present: 0, wrong: None, missing: None }
    }

    pub(super) fn forgetting(known: &'static [Field]) -> Self {
        Self::new(known, false, None)
    }

    pub(super) fn refusing(known: &'static [Field]) -> Self {
        Self::new(known, true, None)
    }

    pub(super) fn keeping(known: &'static [Field], others: &'static Others) -> Self {
        let kept = (others.empty)();
        Self::new(known, false, Some((others, kept)))
    }

    /// The next field of the shape.
    ///
    /// # Errors
    /// When it has to be sent and was not.
    pub fn take<T: Value>(&mut self) -> Read<T> {
        let at = self.next;
        self.next += 1;
        let Some(field) = self.known.get(at) else { return Err(Failed) };
        match self.slots.get_mut(at).and_then(Option::take) {
            Some(slot) => {
                self.present += 1;
                let checked = slot.downcast::<Checked<T>>().map_err(|_| Failed)?;
                if let (None, Some(wrong)) = (&self.wrong, checked.wrong) {
                    self.wrong = Some(Box::new(wrong.inside(field.name)));
                }
                Ok(checked.value)
            }
            None => self.absent(field),
        }
    }

    fn absent<T: Value>(&mut self, field: &'static Field) -> Read<T> {
        match field.presence {
            Presence::Required => {
                self.missing = Some(field.name);
                Err(Failed)
            }
            Presence::Optional => T::absent().ok_or(Failed),
            Presence::Default(json) => {
                self.present += 1;
                literal(json).ok_or(Failed)
            }
        }
    }

    /// The properties that have no name in the description.
    ///
    /// # Errors
    /// When the shape keeps none, or others.
    pub fn others<T: Value>(&mut self) -> Read<BTreeMap<String, T>> {
        let (others, slot) = self.others.take().ok_or(Failed)?;
        self.present += (others.count)(slot.as_ref());
        let kept = slot.downcast::<Kept<T>>().map_err(|_| Failed)?;
        if self.wrong.is_none() {
            self.wrong = kept.wrong.into_iter().next().map(|(_, wrong)| Box::new(wrong));
        }
        Ok(kept.values)
    }

    /// The first limit that is broken; the number of fields comes last.
    pub(super) fn wrong_of(self, properties: &Limits) -> Option<Box<Violation>> {
        let present = self.present;
        self.wrong.or_else(|| check::pairs(present, properties).err().map(Box::new))
    }
}

impl Members for Fields {
    fn entry(&mut self, name: &str) -> Entry {
        match self.known.iter().position(|field| field.name == name) {
            Some(at) => match (self.slots.get(at), self.known.get(at)) {
                (Some(Some(_)), Some(field)) => Entry::Twice(field.name),
                (_, _) => Entry::Field(at),
            },
            None if self.closed => Entry::Refused(name.to_owned()),
            None if self.others.is_some() => Entry::Kept(name.to_owned()),
            None => Entry::Forgotten,
        }
    }

    fn read(&mut self, entry: Entry, from: &mut dyn Source) -> Read<()> {
        match entry {
            Entry::Field(at) => {
                let (Some(field), Some(slot)) = (self.known.get(at), self.slots.get_mut(at)) else {
                    return Err(Failed);
                };
                *slot = Some((field.read)(from, &field.limits)?);
                Ok(())
            }
            Entry::Kept(name) => match &mut self.others {
                Some((others, slot)) => (others.keep)(slot.as_mut(), name, from, &others.limits),
                None => Err(Failed),
            },
            Entry::Twice(_) | Entry::Refused(_) | Entry::Forgotten => Err(Failed),
        }
    }
}

pub(super) fn nothing<T: Value>() -> Slot {
    Box::new(Kept::<T> { values: BTreeMap::new(), wrong: BTreeMap::new() })
}

pub(super) fn keep<T: Value>(
    kept: &mut dyn Any,
    name: String,
    from: &mut dyn Source,
    limits: &'static Limits,
) -> Read<()> {
    let kept = kept.downcast_mut::<Kept<T>>().ok_or(Failed)?;
    if kept.values.contains_key(&name) {
        return Err(from.fail(twice(&name)));
    }
    let Checked { value, wrong } = T::read(from, limits)?;
    if let Some(wrong) = wrong {
        kept.wrong.insert(name.clone(), wrong.inside(&name));
    }
    kept.values.insert(name, value);
    Ok(())
}

pub(super) fn count<T: Value>(kept: &dyn Any) -> usize {
    kept.downcast_ref::<Kept<T>>().map_or(0, |kept| kept.values.len())
}
