//! Limits that `0` turns off: in the file a whole number, in the program an `Option`.

use std::fmt;
use std::num::NonZeroU32;

use serde::de::{Deserializer, Error, Unexpected, Visitor};

/// Reads a limit; `0` is `None`.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<NonZeroU32>, D::Error> {
    deserializer.deserialize_any(LimitVisitor { most: u32::MAX })
}

/// Reads a limit that may not be more than `MOST`; `0` is `None`.
pub(crate) fn at_most<'de, const MOST: u32, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<NonZeroU32>, D::Error> {
    deserializer.deserialize_any(LimitVisitor { most: MOST })
}

struct LimitVisitor {
    most: u32,
}

impl Visitor<'_> for LimitVisitor {
    type Value = Option<NonZeroU32>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "a whole number from 1 to {} (0 turns the limit off)",
            self.most
        )
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        match u32::try_from(number) {
            Ok(limit) if limit <= self.most => Ok(NonZeroU32::new(limit)),
            _ => Err(E::invalid_value(Unexpected::Signed(number), &self)),
        }
    }
}
