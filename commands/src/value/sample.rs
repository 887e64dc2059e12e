//! Values of literals, for the examples of built-in specs. A literal that isn't what it should be is
//! a mistake in a spec, and the test that builds every spec finds it.

use crate::value::{Nick, Room, Target, Text, Word};

pub(crate) fn nick(literal: &'static str) -> Nick {
    Nick::new(literal).expect("the literal is a nick")
}

pub(crate) fn room(literal: &'static str) -> Room {
    Room::new(literal).expect("the literal is a room")
}

pub(crate) fn target(literal: &'static str) -> Target {
    Target::new(literal).expect("the literal is a target")
}

pub(crate) fn text(literal: &'static str) -> Text {
    Text::new(literal).expect("the literal is one line")
}

pub(crate) fn word(literal: &'static str) -> Word {
    Word::new(literal).expect("the literal is one word")
}
