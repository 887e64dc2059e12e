//! Keys with values that a user or a room has: `draft/metadata-2`. Immutable and shared, as what it belongs to.

use std::collections::BTreeMap;
use std::sync::Arc;

/// How many keys a user or a room has at most.
pub(crate) const KEYS_MAX: usize = 20;

/// The longest key, in bytes.
const KEY_BYTES_MAX: usize = 64;

/// The longest value, in bytes.
pub(crate) const VALUE_BYTES_MAX: usize = 300;

/// How many keys a client may subscribe to.
pub(crate) const SUBSCRIPTIONS_MAX: usize = 50;

/// The value of the capability.
pub(crate) const LIMITS: &str = "before-connect,max-subs=50,max-keys=20,max-value-bytes=300";

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Metadata(Option<Arc<BTreeMap<Box<str>, Box<str>>>>);

impl Metadata {
    /// No keys.
    pub(crate) const EMPTY: Self = Self(None);

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.as_ref()?.get(key).map(AsRef::as_ref)
    }

    /// All keys and values, by key.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let entries = self.0.iter().flat_map(|entries| entries.iter());
        entries.map(|(key, value)| (&**key, &**value))
    }

    /// Whether a key more would be one too many.
    pub(crate) fn is_full_for(&self, key: &str) -> bool {
        self.get(key).is_none() && self.iter().count() >= KEYS_MAX
    }

    /// The same with another value of a key, or without it.
    pub(crate) fn with(&self, key: &str, value: Option<&str>) -> Self {
        let mut entries = self.0.as_deref().cloned().unwrap_or_default();
        match value {
            Some(value) => entries.insert(key.into(), value.into()),
            None => entries.remove(key),
        };
        Self((!entries.is_empty()).then(|| Arc::new(entries)))
    }
}

/// A key as it is kept: they have no case. Nothing for what cannot be one.
pub(crate) fn key(written: &str) -> Option<String> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:-/".contains(&byte);
    let fit = !written.is_empty() && written.len() <= KEY_BYTES_MAX && !written.starts_with(':');
    (fit && written.bytes().all(is_part)).then(|| written.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_no_case_and_few_symbols() {
        assert_eq!(key("Display-Name").as_deref(), Some("display-name"));
        let long = "x".repeat(KEY_BYTES_MAX + 1);
        for none in ["", ":a", "a b", "é", "a*", &long] {
            assert_eq!(key(none), None, "{none}");
        }
    }

    #[test]
    fn a_change_leaves_what_was_as_it_was() {
        let first = Metadata::default().with("a", Some("1"));
        let second = first.with("b", Some("2")).with("a", None);
        assert_eq!(first.iter().collect::<Vec<_>>(), [("a", "1")]);
        assert_eq!(second.iter().collect::<Vec<_>>(), [("b", "2")]);
        assert_eq!(second.with("b", None), Metadata::default());
    }

    #[test]
    fn the_capability_says_what_the_limits_are() {
        let limits = format!(
            "before-connect,max-subs={SUBSCRIPTIONS_MAX},max-keys={KEYS_MAX},max-value-bytes={VALUE_BYTES_MAX}"
        );
        assert_eq!(LIMITS, limits);
        let full = (0..KEYS_MAX).fold(Metadata::default(), |metadata, number| {
            metadata.with(&number.to_string(), Some("x"))
        });
        assert!(full.is_full_for("x") && !full.is_full_for("0"));
    }
}
