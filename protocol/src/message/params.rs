//! The parameters of a message, in order. What they mean is the verb's business.

use std::borrow::Cow;
use std::ops::Deref;

use super::short_list::ShortList;

/// The parameters of a message; a slice for everything that reads them.
///
/// A parsed message has at most [`PARAMS_MAX`](crate::PARAMS_MAX); formatting refuses more. Up to four need no heap.
#[derive(Debug, Clone, Default)]
pub struct Params<'a> {
    items: ShortList<Cow<'a, str>, 4>,
    /// Whether the last one is written after a colon even where it needs none.
    colon_forced: bool,
}

impl<'a> Params<'a> {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a parameter at the end.
    pub fn push(&mut self, param: impl Into<Cow<'a, str>>) {
        self.colon_forced = false;
        self.items.push(param.into());
    }

    /// Puts free text at the end: it is written after a colon even when it is a single word.
    ///
    /// Parsers must not mind, but many small scripts look for the colon.
    pub fn push_text(&mut self, text: impl Into<Cow<'a, str>>) {
        self.push(text);
        self.colon_forced = true;
    }

    pub(super) fn is_colon_forced(&self) -> bool {
        self.colon_forced
    }

    pub(super) fn into_owned(self) -> Params<'static> {
        let mut owned = Params::default();
        for param in self.items.into_items() {
            owned.items.push(Cow::Owned(param.into_owned()));
        }
        owned.colon_forced = self.colon_forced;
        owned
    }
}

impl<'a> Deref for Params<'a> {
    type Target = [Cow<'a, str>];

    fn deref(&self) -> &Self::Target {
        self.items.as_slice()
    }
}

impl<'a, P: Into<Cow<'a, str>>> FromIterator<P> for Params<'a> {
    fn from_iter<I: IntoIterator<Item = P>>(params: I) -> Self {
        let mut collected = Self::default();
        for param in params {
            collected.push(param);
        }
        collected
    }
}

impl<'a, 'p> IntoIterator for &'p Params<'a> {
    type Item = &'p Cow<'a, str>;
    type IntoIter = std::slice::Iter<'p, Cow<'a, str>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Equal parameters are equal whether or not a colon was asked for.
impl PartialEq for Params<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items
    }
}

impl Eq for Params<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn params_read_like_a_slice() {
        let params: Params<'_> = ["#lobby", "good morning"].into_iter().collect();
        assert_eq!(params.len(), 2);
        assert_eq!(params.first().map(AsRef::as_ref), Some("#lobby"));
        assert_eq!(params.get(2), None);
    }

    #[test]
    fn the_colon_belongs_to_the_last_parameter_alone() {
        let mut params = Params::new();
        params.push_text("text");
        assert!(params.is_colon_forced());
        params.push("more");
        assert!(!params.is_colon_forced());
    }

    #[test]
    fn a_forced_colon_does_not_make_params_differ() {
        let mut text = Params::new();
        text.push_text("hi");
        assert_eq!(text, ["hi"].into_iter().collect());
    }
}
