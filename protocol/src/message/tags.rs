//! Message tags: what they hold and how their values are escaped.
//!
//! See <https://ircv3.net/specs/extensions/message-tags>. Which tags mean what is not known here.

use std::borrow::Cow;

use super::short_list::ShortList;

/// One tag, its value unescaped.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tag<'a> {
    pub(super) key: Cow<'a, str>,
    /// Never the empty text, which on the wire is the same as none.
    pub(super) value: Option<Cow<'a, str>>,
}

/// The tags of a message in their order; those for clients alone have keys that begin with `+`.
///
/// A key that came twice is kept twice, and the last one counts.
#[derive(Debug, Clone, Default)]
pub struct Tags<'a> {
    entries: ShortList<Tag<'a>, 2>,
    raw: Option<&'a str>,
}

impl<'a> Tags<'a> {
    /// No tags.
    pub fn new() -> Self {
        Self::default()
    }

    /// The tags that a parsed tag section holds; `raw` is that section without `@` and blank.
    pub(super) fn parsed(raw: &'a str) -> Self {
        Self {
            entries: ShortList::default(),
            raw: Some(raw),
        }
    }

    /// Puts a parsed tag at the end, without looking for an earlier one, so that a line full of tags takes linear time.
    pub(super) fn push_parsed(&mut self, key: &'a str, escaped: Option<&'a str>) {
        self.entries.push(Tag {
            key: Cow::Borrowed(key),
            value: escaped
                .map(unescape_value)
                .filter(|value| !value.is_empty()),
        });
    }

    /// Sets a tag, in place of any earlier one of this key. An empty value is no value.
    pub fn set(&mut self, key: impl Into<Cow<'a, str>>, value: Option<Cow<'a, str>>) {
        self.raw = None;
        let tag = Tag {
            key: key.into(),
            value: value.filter(|value| !value.is_empty()),
        };
        let same = |entry: &&mut Tag<'a>| entry.key == tag.key;
        match self.entries.as_mut_slice().iter_mut().rev().find(same) {
            Some(entry) => *entry = tag,
            None => self.entries.push(tag),
        }
    }

    /// The value of a tag: empty when it has none, nothing when there is no such tag.
    pub fn get(&self, key: &str) -> Option<&str> {
        let entry = self.entries().iter().rev().find(|entry| entry.key == key)?;
        Some(entry.value.as_deref().unwrap_or_default())
    }

    /// All tags in their order, with their unescaped values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.entries()
            .iter()
            .map(|entry| (entry.key.as_ref(), entry.value.as_deref()))
    }

    /// The tags that clients send each other and a hub only hands on: their keys begin with `+`.
    pub fn client_only(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.iter().filter(|(key, _)| key.starts_with('+'))
    }

    /// The tag section of a parsed line as it came, without `@` and blank.
    pub fn raw(&self) -> Option<&'a str> {
        self.raw
    }

    /// How many tags there are.
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether there are no tags.
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    pub(super) fn entries(&self) -> &[Tag<'a>] {
        self.entries.as_slice()
    }

    pub(super) fn into_owned(self) -> Tags<'static> {
        let mut owned = Tags::default();
        for tag in self.entries.into_items() {
            owned.entries.push(Tag {
                key: Cow::Owned(tag.key.into_owned()),
                value: tag.value.map(|value| Cow::Owned(value.into_owned())),
            });
        }
        owned
    }
}

/// Tags are equal when they hold the same, however that was written.
impl PartialEq for Tags<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl Eq for Tags<'_> {}

/// A tag value as it is written on the wire.
pub fn escape_value(value: &str) -> Cow<'_, str> {
    if !value.bytes().any(|byte| escape_of(byte).is_some()) {
        return Cow::Borrowed(value);
    }
    let mut escaped = String::with_capacity(value.len() + 8);
    for character in value.chars() {
        match u8::try_from(character).ok().and_then(escape_of) {
            Some(code) => escaped.extend(['\\', char::from(code)]),
            None => escaped.push(character),
        }
    }
    Cow::Owned(escaped)
}

/// A tag value as it is meant. A backslash before any other character, or at the end, is dropped, as the specification says.
pub fn unescape_value(escaped: &str) -> Cow<'_, str> {
    let Some((clean, rest)) = escaped.split_once('\\') else {
        return Cow::Borrowed(escaped);
    };
    let mut value = String::with_capacity(escaped.len());
    value.push_str(clean);
    let mut pending = rest;
    loop {
        let mut characters = pending.chars();
        if let Some(code) = characters.next() {
            value.push(unescaped(code));
        }
        let Some((clean, rest)) = characters.as_str().split_once('\\') else {
            value.push_str(characters.as_str());
            return Cow::Owned(value);
        };
        value.push_str(clean);
        pending = rest;
    }
}

/// What stands after the backslash for a byte that can't stand for itself.
pub(super) fn escape_of(byte: u8) -> Option<u8> {
    match byte {
        b';' => Some(b':'),
        b' ' => Some(b's'),
        b'\\' => Some(b'\\'),
        b'\r' => Some(b'r'),
        b'\n' => Some(b'n'),
        _ => None,
    }
}

/// What a character after a backslash stands for.
fn unescaped(code: char) -> char {
    match code {
        ':' => ';',
        's' => ' ',
        'r' => '\r',
        'n' => '\n',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(value: &str, escaped: &str) {
        assert_eq!(escape_value(value), escaped);
        assert_eq!(unescape_value(escaped), value);
    }

    #[test]
    fn every_escape_goes_both_ways() {
        check("plain", "plain");
        check("", "");
        check("a;b c\\d\re\nf", "a\\:b\\sc\\\\d\\re\\nf");
        check("\\\\s", "\\\\\\\\s");
        check("é ü", "é\\sü");
    }

    #[test]
    fn needless_escapes_lose_their_backslash() {
        assert_eq!(unescape_value("a\\bc"), "abc");
        assert_eq!(unescape_value("end\\"), "end");
        assert_eq!(unescape_value("\\"), "");
        assert_eq!(unescape_value("\\é"), "é");
    }

    #[test]
    fn clean_values_are_borrowed() {
        assert!(matches!(escape_value("clean"), Cow::Borrowed(_)));
        assert!(matches!(unescape_value("clean"), Cow::Borrowed(_)));
    }

    #[test]
    fn set_replaces_and_empty_is_valueless() {
        let mut tags = Tags::new();
        tags.set("label", Some("1".into()));
        tags.set("+x", Some("".into()));
        tags.set("label", Some("2".into()));
        let all: Vec<_> = tags.iter().collect();
        assert_eq!(all, [("label", Some("2")), ("+x", None)]);
        assert_eq!(tags.client_only().collect::<Vec<_>>(), [("+x", None)]);
        assert_eq!((tags.get("+x"), tags.get("y")), (Some(""), None));
    }

    proptest! {
        #[test]
        fn unescaping_undoes_escaping(value in any::<String>()) {
            let escaped = escape_value(&value);
            prop_assert!(!escaped.contains([';', ' ', '\r', '\n']));
            prop_assert_eq!(unescape_value(&escaped), value.as_str());
        }

        #[test]
        fn nothing_panics_unescaping(escaped in "(\\\\|[:srn;é]|.){0,20}") {
            prop_assert!(unescape_value(&escaped).len() <= escaped.len());
        }
    }
}
