//! Free text and single words: what a person wrote, exactly.

use crate::error::Forbidden;
use crate::value::{ValueError, text_views};

/// One line of text: anything but NUL, CR and LF. It is kept exactly, blanks at its ends included.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text(String);

impl Text {
    /// Takes a text that is one line, or an error if it holds NUL, CR or LF.
    pub fn new(text: impl Into<String>) -> Result<Self, ValueError> {
        let text = text.into();
        if Forbidden::find(&text).is_some() {
            Err(ValueError::Text)
        } else {
            Ok(Self(text))
        }
    }

    /// Takes a text that is known to be one line.
    pub(crate) fn checked(text: &str) -> Self {
        debug_assert_eq!(
            Forbidden::find(text),
            None,
            "the caller has checked the line"
        );
        Self(text.to_owned())
    }

    /// The text with nothing in it.
    pub fn empty() -> Self {
        Self(String::new())
    }

    /// The text, without a copy.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// One word: a [`Text`] that isn't empty and holds no blank.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Word(String);

impl Word {
    /// Takes a text that is one word.
    pub fn new(text: impl Into<String>) -> Result<Self, ValueError> {
        let text = text.into();
        let is_word =
            !text.is_empty() && !text.contains([' ', '\t']) && Forbidden::find(&text).is_none();
        if is_word {
            Ok(Self(text))
        } else {
            Err(ValueError::Word)
        }
    }

    /// The word as a text, which every word is.
    pub(crate) fn to_text(&self) -> Text {
        Text(self.0.clone())
    }

    /// The word, without a copy.
    pub fn into_string(self) -> String {
        self.0
    }
}

text_views!(Text, Word);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_blanks_and_refuses_what_breaks_a_line() {
        assert_eq!(
            Text::new("  it's \t so ").expect("one line").as_str(),
            "  it's \t so "
        );
        for text in ["a\nb", "a\rb", "a\0b"] {
            assert_eq!(Text::new(text), Err(ValueError::Text), "{text:?}");
        }
    }

    #[test]
    fn word_refuses_blanks_and_nothing() {
        assert_eq!(Word::new("key").expect("a word").as_str(), "key");
        for text in ["", "a b", "a\tb", " ", "a\n"] {
            assert_eq!(Word::new(text), Err(ValueError::Word), "{text:?}");
        }
    }
}
