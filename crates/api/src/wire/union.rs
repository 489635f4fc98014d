//! One object of several, chosen by a property.
//!
//! The one thing to know: the text is kept as it came, so that the variant is read like any other type and its errors keep
//! their path. This needs serde_json on both ends, which is the only format on this wire.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Checked, Erased, Read, Source, Value, Variant, from_str, limits};
use crate::fault;

/// An object whose property has been read, and whose variant has not.
pub struct Tagged {
    raw: Box<RawValue>,
}

impl Tagged {
    /// Reads the variant.
    ///
    /// # Errors
    /// When the object is not a `T`.
    pub fn variant<T: Value, U>(&self, wrap: fn(T) -> U) -> Result<Checked<U>, String> {
        let (text, none) = (self.raw.get(), const { &limits() });
        if let Ok(checked) = from_str(text, none) {
            return Ok(checked.map(wrap));
        }
        let mut reader = serde_json::Deserializer::from_str(text);
        let mut track = serde_path_to_error::Track::new();
        let tracked = serde_path_to_error::Deserializer::new(&mut reader, &mut track);
        match Erased::read_from(tracked, |from| T::read(from, none)) {
            Ok(checked) => Ok(checked.map(wrap)),
            Err(error) => Err(fault::nested(&track.path().to_string(), &error.to_string())),
        }
    }
}

/// Reads the property, and then the variant that it chooses.
pub(super) fn read<U>(
    from: &mut dyn Source,
    property: &'static str,
    variants: &'static [Variant<U>],
) -> Read<Checked<U>> {
    let tagged = Tagged { raw: from.raw()? };
    if depth(tagged.raw.get()) > DEEPEST {
        return Err(from.fail(fault::nested("", "is nested too deeply")));
    }
    let mut reader = serde_json::Deserializer::from_str(tagged.raw.get());
    let tag = match reader.deserialize_map(Property(property)) {
        Ok(tag) => tag,
        Err(error) => return Err(from.fail(fault::nested("", &error.to_string()))),
    };
    match variants.iter().find(|variant| variant.tags.contains(&tag.as_str())) {
        Some(variant) => (variant.read)(&tagged).map_err(|message| from.fail(message)),
        None => {
            let known: Vec<&str> = variants.iter().flat_map(|variant| variant.tags).copied().collect();
            Err(from.fail(fault::nested(property, &fault::not_listed(&known))))
        }
    }
}

/// As deep as `serde_json` reads. It counts anew in every text that it is given, so a union inside itself would be read as
/// deep as the body is long, and the stack would not hold.
const DEEPEST: usize = 127;

/// How deep the objects and lists of this JSON are nested.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

struct Property(&'static str);

impl<'de> Visitor<'de> for Property {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        let mut tag = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == self.0 {
                tag = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        tag.ok_or_else(|| A::Error::missing_field(self.0))
    }
}
