//! The arguments of one call, and how a command takes them as the types of its struct.

use std::borrow::Cow;

use crate::error::Problem;
use crate::value::{Nick, Room, Span, Target, Text, Value, When, Word};

/// The arguments of one call, checked against the spec: one entry for each that it declares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments(Vec<(Cow<'static, str>, Option<Value>)>);

impl Arguments {
    pub(super) fn new(values: Vec<(Cow<'static, str>, Option<Value>)>) -> Self {
        Self(values)
    }

    /// The value of an argument, or `None` if it was left out or isn't declared.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(declared, _)| declared == name)?
            .1
            .as_ref()
    }

    /// Every declared argument in order, with its value if it was given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&Value>)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// Takes the value of an argument out, as the type that the command's struct has for it: `T`,
    /// `Option<T>` if it may be left out, `Vec<T>` if it is repeated, `bool` for a switch.
    ///
    /// Fails if the spec doesn't declare the argument as that type: a mistake in the command, not in
    /// the line.
    pub fn take<T: FromArgument>(&mut self, name: &'static str) -> Result<T, Problem> {
        let entry = self.0.iter_mut().find(|(declared, _)| declared == name);
        let value = entry
            .ok_or(Problem::Undeclared { argument: name })?
            .1
            .take();
        T::from_argument(value).ok_or(Problem::Undeclared { argument: name })
    }
}

/// A type that an argument's value can be taken as: `T` if it must be there, else `Option<T>`.
pub trait FromArgument: Sized {
    /// The value as this type, or `None` if it is of another kind.
    fn from_argument(value: Option<Value>) -> Option<Self>;
}

/// Says which kind of value a type is.
macro_rules! from_argument {
    ($($kind:ident => $type:ty),* $(,)?) => {$(
        impl FromArgument for $type {
            fn from_argument(value: Option<Value>) -> Option<Self> {
                match value? {
                    Value::$kind(value) => Some(value),
                    _ => None,
                }
            }
        }

        impl FromArgument for Option<$type> {
            fn from_argument(value: Option<Value>) -> Option<Self> {
                match value {
                    Some(value) => <$type>::from_argument(Some(value)).map(Some),
                    None => Some(None),
                }
            }
        }
    )*};
}

from_argument! {
    Word => Word, Text => Text, Nick => Nick, Room => Room, Target => Target, Number => i64,
    Duration => Span, Time => When,
}

impl FromArgument for bool {
    fn from_argument(value: Option<Value>) -> Option<Self> {
        match value {
            Some(Value::Given) => Some(true),
            Some(_) => None,
            None => Some(false),
        }
    }
}

impl<T: FromArgument> FromArgument for Vec<T> {
    fn from_argument(value: Option<Value>) -> Option<Self> {
        match value {
            Some(Value::List(values)) => values
                .into_iter()
                .map(|value| T::from_argument(Some(value)))
                .collect(),
            Some(_) => None,
            None => Some(Self::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::read;
    use crate::reader::tests::spec;
    use crate::value::RoomMarks;

    #[test]
    fn take_refuses_what_the_spec_does_not_declare() {
        let arguments =
            read(&spec(), " 3", &RoomMarks::default()).expect("the arguments are right");
        let undeclared = |argument| Problem::Undeclared { argument };
        assert_eq!(arguments.clone().take("COUNT"), Ok(3_i64));
        assert_eq!(arguments.clone().take::<Option<Room>>("ROOM"), Ok(None));
        assert_eq!(
            arguments.clone().take::<Word>("COUNT"),
            Err(undeclared("COUNT"))
        );
        assert_eq!(
            arguments.clone().take::<Option<Text>>("COUNT"),
            Err(undeclared("COUNT"))
        );
        assert_eq!(
            arguments.clone().take::<Room>("ROOM"),
            Err(undeclared("ROOM"))
        );
        assert_eq!(
            arguments.clone().take::<Option<Word>>("OTHER"),
            Err(undeclared("OTHER"))
        );
    }
}
