//! What an argument may be, and how a word is read as that.

use crate::spec::Complete;
use crate::value::{Nick, Room, Target, Text, Value, Word};

/// What an argument may be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// One word.
    Word,
    /// The rest of the line, as it is: quotes, apostrophes and blanks within are text.
    Text,
    /// A person.
    Nick,
    /// A room.
    Room,
    /// A room or a person.
    Target,
    /// A whole number.
    Number {
        /// The least that it may be.
        min: i64,
        /// The most that it may be.
        max: i64,
    },
}

/// A word that isn't what was expected, and what may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// A likely correction.
    pub(crate) suggestion: Option<String>,
}

impl Kind {
    /// What is expected, in words: `a room such as '#dev'`.
    pub fn expectation(&self) -> String {
        match self {
            Self::Word => "one word".to_owned(),
            Self::Text => "some text".to_owned(),
            Self::Nick => "a nick such as 'ann'".to_owned(),
            Self::Room => "a room such as '#dev'".to_owned(),
            Self::Target => "a room or a nick, such as '#dev' or 'ann'".to_owned(),
            Self::Number { min, max } => format!("a number from {min} to {max}"),
        }
    }

    /// What Tab offers for it unless the argument says otherwise.
    pub(crate) fn complete(&self) -> Complete {
        match self {
            Self::Word | Self::Number { .. } => Complete::Nothing,
            Self::Text | Self::Nick => Complete::Nicks,
            Self::Room => Complete::Rooms,
            Self::Target => Complete::Targets,
        }
    }

    /// Whether a word has the shape of it at all. An optional argument gives way to the next one
    /// when the word hasn't: in `:part see you`, `see` is no room, so it begins the reason.
    pub(crate) fn recognises(&self, word: &str) -> bool {
        match self {
            Self::Room => Room::looks_like(word),
            Self::Number { .. } => word.parse::<i64>().is_ok(),
            Self::Word | Self::Text | Self::Nick | Self::Target => true,
        }
    }

    /// Reads a word, or for [`Kind::Text`] the rest of the line, as this kind.
    pub(crate) fn read(&self, source: &str) -> Result<Value, Mistake> {
        let value = match self {
            Self::Word => Word::new(source).ok().map(Value::Word),
            Self::Text => Text::new(source).ok().map(Value::Text),
            Self::Nick => Nick::new(source).ok().map(Value::Nick),
            Self::Room => Room::new(source).ok().map(Value::Room),
            Self::Target => Target::new(source).ok().map(Value::Target),
            Self::Number { min, max } => source
                .parse()
                .ok()
                .filter(|number| (min..=max).contains(&number))
                .map(Value::Number),
        };
        value.ok_or_else(|| Mistake {
            suggestion: self.suggestion(source),
        })
    }

    fn suggestion(&self, source: &str) -> Option<String> {
        match self {
            Self::Room => Some(format!("#{source}")).filter(|room| Room::new(room).is_ok()),
            Self::Number { min, max } => source
                .parse::<i64>()
                .ok()
                .map(|number| number.clamp(*min, *max).to_string()),
            Self::Word | Self::Text | Self::Nick | Self::Target => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: &Kind, source: &str, expected: Result<Value, Option<&str>>) {
        let read = kind.read(source).map_err(|mistake| mistake.suggestion);
        assert_eq!(
            read,
            expected.map_err(|suggestion| suggestion.map(str::to_owned)),
            "{source:?}"
        );
    }

    #[test]
    fn number_has_bounds() {
        let percent = Kind::Number { min: 0, max: 100 };
        check(&percent, "42", Ok(Value::Number(42)));
        check(&percent, "101", Err(Some("100")));
        check(&percent, "-1", Err(Some("0")));
        check(&percent, "ten", Err(None));
        check(&percent, "99999999999999999999", Err(None));
    }

    #[test]
    fn room_suggests_the_forgotten_mark() {
        check(&Kind::Room, "dev", Err(Some("#dev")));
        check(&Kind::Room, "a,b", Err(None));
    }

    #[test]
    fn text_is_kept_as_it_is() {
        let text = "it's  \"quoted\" ";
        check(
            &Kind::Text,
            text,
            Ok(Value::Text(Text::new(text).expect("one line"))),
        );
    }
}
