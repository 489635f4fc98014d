//! The constraints of a schema, read once and for all.
//!
//! The one thing to know: a limit that is not a number of the right kind is a problem, not a limit that is forgotten.

use crate::ir::{Bound, Checks, Kind, Pattern, TextFormat};
use crate::load::Node;

use super::{Lower, pattern};

impl<'d> Lower<'d> {
    /// The constraints of a value of this kind.
    pub(super) fn checks(&mut self, node: Node<'d>, kind: &Kind) -> Checks {
        let mut checks = Checks::default();
        match kind {
            Kind::I32 | Kind::I64 | Kind::F64 => self.number_checks(node, kind, &mut checks),
            Kind::Text | Kind::Decimal => self.text_checks(node, &mut checks),
            Kind::List(_) => {
                checks.min_items = self.count(node, "minItems");
                checks.max_items = self.count(node, "maxItems");
                checks.unique_items = node.flag("uniqueItems");
            }
            Kind::Map(_) => {
                checks.min_properties = self.count(node, "minProperties");
                checks.max_properties = self.count(node, "maxProperties");
            }
            Kind::DateTime | Kind::Date | Kind::Uuid => {
                for key in ["minLength", "maxLength", "pattern"] {
                    if let Some(at) = node.get(key) {
                        let message = format!("`{key}` beside a format that is parsed");
                        self.diagnostics.report(at, "format-constraint", message, "leave out one of the two");
                    }
                }
            }
            Kind::Any | Kind::Bool | Kind::Named(_) => {}
        }
        checks
    }

    fn number_checks(&mut self, node: Node<'d>, kind: &Kind, checks: &mut Checks) {
        checks.minimum = self.bound(node, kind, "minimum", "exclusiveMinimum");
        checks.maximum = self.bound(node, kind, "maximum", "exclusiveMaximum");
        if let (Some(low), Some(high)) = (&checks.minimum, &checks.maximum)
            && let (Ok(low), Ok(high)) = (low.limit.parse::<f64>(), high.limit.parse::<f64>())
            && low > high
        {
            self.diagnostics.report(node, "bounds", "the minimum is above the maximum", "mend one of them");
        }
        if let Some(at) = node.get("multipleOf") {
            checks.multiple_of = self.number(at, kind).filter(|text| {
                let positive = text.parse::<f64>().is_ok_and(|factor| factor > 0.0);
                if !positive {
                    self.diagnostics.report(at, "multiple-of", "it must be above zero", "mend the number");
                }
                positive
            });
        }
        for at in node.get("enum").into_iter().flat_map(Node::items).filter(|item| !item.is_null()) {
            checks.allowed.extend(self.number(at, kind));
        }
    }

    fn bound(&mut self, node: Node<'d>, kind: &Kind, key: &str, exclusive: &str) -> Option<Bound> {
        let exclusive = match node.get(exclusive) {
            None => false,
            Some(flag) => flag.bool().unwrap_or_else(|| {
                self.diagnostics.report(
                    flag,
                    "exclusive",
                    "it must be true or false here",
                    "numbers came with OpenAPI 3.1",
                );
                false
            }),
        };
        let at = node.get(key)?;
        let limit = self.number(at, kind)?;
        Some(Bound { limit, exclusive })
    }

    /// A number that a value of this kind can be compared with.
    fn number(&mut self, at: Node<'d>, kind: &Kind) -> Option<String> {
        let fits = |text: &&str| match kind {
            Kind::I32 => text.parse::<i32>().is_ok(),
            Kind::I64 => text.parse::<i64>().is_ok(),
            Kind::F64 => text.parse::<f64>().is_ok_and(f64::is_finite),
            Kind::Any
            | Kind::Bool
            | Kind::Text
            | Kind::Decimal
            | Kind::DateTime
            | Kind::Date
            | Kind::Uuid
            | Kind::List(_)
            | Kind::Map(_)
            | Kind::Named(_) => false,
        };
        let number = at.number().filter(fits);
        if number.is_none() {
            let wanted = if *kind == Kind::I32 {
                "a 32-bit integer"
            } else if *kind == Kind::I64 {
                "a 64-bit integer"
            } else {
                "a finite number"
            };
            self.diagnostics.report(at, "number", format!("it must be {wanted}"), "mend the number, or the type");
        }
        number.map(ToOwned::to_owned)
    }

    /// A count, such as of characters or of items.
    pub(super) fn count(&mut self, node: Node<'d>, key: &str) -> Option<usize> {
        let at = node.get(key)?;
        let count = at.number().and_then(|text| text.parse::<u32>().ok()).and_then(|count| usize::try_from(count).ok());
        if count.is_none() {
            self.diagnostics.report(at, "count", "it must be a whole number that is not negative", "mend the number");
        }
        count
    }

    fn text_checks(&mut self, node: Node<'d>, checks: &mut Checks) {
        checks.min_length = self.count(node, "minLength");
        checks.max_length = self.count(node, "maxLength");
        if let (Some(low), Some(high)) = (checks.min_length, checks.max_length)
            && low > high
        {
            self.diagnostics.report(node, "bounds", "minLength is above maxLength", "mend one of them");
        }
        if let Some(at) = node.get("pattern") {
            match at.text().map(pattern::translate) {
                None => self.diagnostics.report(at, "pattern", "it must be a text", "quote it"),
                Some(Err(reason)) => {
                    let message = format!("it cannot be checked: {reason}");
                    self.diagnostics.report(at, "pattern", message, "write it without look-around and back-references");
                }
                Some(Ok(regex)) => {
                    let written = at.text().unwrap_or_default().to_owned();
                    checks.pattern = Some(Pattern { written, regex });
                }
            }
        }
        checks.text_format = match node.text_at("format") {
            Some("email") => Some(TextFormat::Email),
            Some("uri") => Some(TextFormat::Uri),
            Some(_) | None => None,
        };
    }
}
