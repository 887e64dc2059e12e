//! What an argument may be, and how a word is read as that.

use std::borrow::Cow;

use crate::spec::Complete;
use crate::value::{Nick, Ranked, Room, RoomMarks, Span, Target, Text, Value, When, Word};

/// What an argument may be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// One word.
    Word,
    /// One word, or a text in double quotes, in which `\"` is a quote and `\\` a backslash.
    Quoted,
    /// The rest of the line, as it is: quotes, apostrophes and blanks within are text.
    Text,
    /// A person.
    Nick,
    /// A room.
    Room,
    /// A room or a person.
    Target,
    /// A room, those in it who have a rank, such as `@#dev`, or a person.
    Addressee,
    /// A whole number.
    Number {
        /// The least that it may be.
        min: i64,
        /// The most that it may be.
        max: i64,
    },
    /// A length of time: `90s`, `10m`, `1h30m`, `2d`, `1w`.
    Duration,
    /// A point in time: `yesterday`, `18:30`, `2h` ago, `2026-11-23`, RFC 3339.
    Time,
    /// One of these words, in any case.
    OneOf(Vec<Cow<'static, str>>),
    /// A flag that has no value.
    Switch,
}

/// A word that isn't what was expected, and what may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// A likely correction.
    pub(crate) suggestion: Option<String>,
}

impl Kind {
    /// Any whole number.
    pub const NUMBER: Self = Self::Number {
        min: i64::MIN,
        max: i64::MAX,
    };

    /// One of some words.
    pub fn one_of<T: Into<Cow<'static, str>>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::OneOf(values.into_iter().map(Into::into).collect())
    }

    /// What is expected, in words: `a room such as '#dev'`.
    pub(crate) fn expectation(&self) -> String {
        match self {
            Self::Word => "one word".to_owned(),
            Self::Quoted => "one word, or a text in quotes".to_owned(),
            Self::Text => "some text".to_owned(),
            Self::Nick => "a nick such as 'ann'".to_owned(),
            Self::Room => "a room such as '#dev'".to_owned(),
            Self::Target | Self::Addressee => {
                "a room or a nick, such as '#dev' or 'ann'".to_owned()
            }
            Self::Number { min, max } => number_expectation(*min, *max),
            Self::Duration => "a length of time such as '10m' or '1h30m'".to_owned(),
            Self::Time => "a time such as 'yesterday', '18:30', '2h' or '2026-11-23'".to_owned(),
            Self::OneOf(values) => one_of_expectation(values),
            Self::Switch => "nothing".to_owned(),
        }
    }

    /// What Tab offers for it unless the argument says otherwise.
    pub(crate) fn complete(&self) -> Complete {
        match self {
            Self::Word | Self::Quoted | Self::Number { .. } | Self::Duration | Self::Switch => {
                Complete::Nothing
            }
            Self::Text | Self::Nick => Complete::Nicks,
            Self::Room => Complete::Rooms,
            Self::Target | Self::Addressee => Complete::Targets,
            Self::Time | Self::OneOf(_) => Complete::Values,
        }
    }

    /// The values that Tab can offer for it.
    pub(crate) fn values(&self) -> &[Cow<'static, str>] {
        match self {
            Self::OneOf(values) => values,
            Self::Time => &When::NAMES,
            Self::Word
            | Self::Quoted
            | Self::Text
            | Self::Nick
            | Self::Room
            | Self::Target
            | Self::Addressee
            | Self::Number { .. }
            | Self::Duration
            | Self::Switch => &[],
        }
    }

    /// Whether a word has the shape of it at all. An optional argument gives way to the next one
    /// when the word hasn't: in `:part see you`, `see` is no room, so it begins the reason. Rooms begin with `marks`.
    pub(crate) fn recognises(&self, word: &str, marks: &RoomMarks) -> bool {
        match self {
            Self::Room => marks.begin(word),
            Self::Number { .. } => word.parse::<i64>().is_ok(),
            Self::Duration => Span::new(word).is_ok(),
            Self::Time => When::new(word).is_ok(),
            Self::OneOf(values) => find(values, word).is_some(),
            Self::Word
            | Self::Quoted
            | Self::Text
            | Self::Nick
            | Self::Target
            | Self::Addressee => true,
            Self::Switch => false,
        }
    }

    /// Reads a word, or for [`Kind::Text`] the rest of the line, as this kind. A [`Kind::Quoted`]
    /// has lost its quotes before.
    pub(crate) fn read(&self, source: &str) -> Result<Value, Mistake> {
        let value = match self {
            Self::Word => Word::new(source).ok().map(Value::Word),
            Self::Quoted | Self::Text => Text::new(source).ok().map(Value::Text),
            Self::Nick => Nick::new(source).ok().map(Value::Nick),
            Self::Room => Room::named(source).ok().map(Value::Room),
            Self::Target => Target::new(source)
                .ok()
                .filter(|target| !matches!(target, Target::Ranked(_)))
                .map(Value::Target),
            Self::Addressee => Target::new(source).ok().map(Value::Target),
            Self::Number { min, max } => source
                .parse()
                .ok()
                .filter(|number| (min..=max).contains(&number))
                .map(Value::Number),
            Self::Duration => Span::new(source).ok().map(Value::Duration),
            Self::Time => When::new(source).ok().map(Value::Time),
            Self::OneOf(values) => find(values, source)
                .and_then(|value| Word::new(value).ok())
                .map(Value::Word),
            Self::Switch => None,
        };
        value.ok_or_else(|| Mistake {
            suggestion: self.suggestion(source),
        })
    }

    fn suggestion(&self, source: &str) -> Option<String> {
        match self {
            Self::Number { min, max } => source
                .parse::<i64>()
                .ok()
                .map(|number| number.clamp(*min, *max).to_string()),
            Self::Duration => Some(format!("{source}m")).filter(|span| Span::new(span).is_ok()),
            Self::Time => nearest(&When::NAMES, source),
            Self::OneOf(values) => nearest(values, source),
            // Whoever goes somewhere goes to all who are there.
            Self::Target => Ranked::new(source)
                .ok()
                .map(|ranked| ranked.room().to_owned()),
            Self::Word
            | Self::Quoted
            | Self::Text
            | Self::Nick
            | Self::Room
            | Self::Addressee
            | Self::Switch => None,
        }
    }
}

fn number_expectation(min: i64, max: i64) -> String {
    match (min, max) {
        (i64::MIN, i64::MAX) => "a whole number".to_owned(),
        (_, i64::MAX) => format!("a number from {min} on"),
        (i64::MIN, _) => format!("a number up to {max}"),
        _ => format!("a number from {min} to {max}"),
    }
}

fn one_of_expectation(values: &[Cow<'static, str>]) -> String {
    let quoted: Vec<_> = values.iter().map(|value| format!("'{value}'")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "nothing".to_owned(),
    }
}

/// The value that this word is, in any case.
fn find<'a>(values: &'a [Cow<'static, str>], word: &str) -> Option<&'a str> {
    values
        .iter()
        .find(|value| value.eq_ignore_ascii_case(word))
        .map(AsRef::as_ref)
}

/// The value that is most like a word, or the only one that begins so.
fn nearest(values: &[Cow<'static, str>], word: &str) -> Option<String> {
    if word.is_empty() || word.len() > NEAREST_BYTES_MAX {
        return None;
    }
    let folded = word.to_ascii_lowercase();
    let mut beginning = values.iter().filter(|value| value.starts_with(&folded));
    if let (Some(only), None) = (beginning.next(), beginning.next()) {
        return Some(only.to_string());
    }
    let (distance, value) = values
        .iter()
        .map(|value| (strsim::osa_distance(value, &folded), value))
        .min_by_key(|(distance, _)| *distance)?;
    (distance <= folded.chars().count().max(3) / 3).then(|| value.to_string())
}

/// The longest word that is compared with others.
const NEAREST_BYTES_MAX: usize = 64;

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
    fn number_says_the_bounds_that_it_has() {
        let expectation = |min, max| Kind::Number { min, max }.expectation();
        assert_eq!(Kind::NUMBER.expectation(), "a whole number");
        assert_eq!(expectation(1, i64::MAX), "a number from 1 on");
        assert_eq!(expectation(i64::MIN, 9), "a number up to 9");
        assert_eq!(expectation(1, 9), "a number from 1 to 9");
    }

    #[test]
    fn room_needs_its_mark_where_something_else_may_stand() {
        let room = || Ok(Value::Room(Room::new("#dev").expect("a room")));
        check(&Kind::Room, "#dev", room());
        check(&Kind::Room, "dev", room());
        check(&Kind::Room, "a,b", Err(None));
        let recognises = |marks, word| Kind::Room.recognises(word, &RoomMarks::new(marks));
        assert!(recognises("#", "#dev") && recognises("#+", "+dev"));
        assert!(!recognises("#", "dev") && !recognises("#", "+1"));
    }

    #[test]
    fn some_of_a_room_can_be_spoken_to_and_not_gone_to() {
        let operators = Target::new("@#dev").map(Value::Target);
        check(&Kind::Addressee, "@#dev", operators.map_err(|_| None));
        check(&Kind::Target, "@#dev", Err(Some("#dev")));
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

    #[test]
    fn one_of_takes_any_case_and_gives_the_declared_one() {
        let kind = Kind::one_of(["off", "mentions", "all"]);
        let word = |text: &str| Value::Word(Word::new(text).expect("a word"));
        check(&kind, "ALL", Ok(word("all")));
        check(&kind, "mentoins", Err(Some("mentions")));
        check(&kind, "m", Err(Some("mentions")));
        check(&kind, "never", Err(None));
        assert_eq!(kind.expectation(), "'off', 'mentions' or 'all'");
    }

    #[test]
    fn duration_suggests_the_forgotten_unit() {
        check(&Kind::Duration, "10", Err(Some("10m")));
        check(&Kind::Duration, "soon", Err(None));
    }

    #[test]
    fn time_knows_the_names_of_days() {
        check(&Kind::Time, "yesterady", Err(Some("yesterday")));
        check(&Kind::Time, "whenever", Err(None));
    }
}
