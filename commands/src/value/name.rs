//! Nicks, rooms and targets: the names that a server knows.
//!
//! They compare without regard to ASCII case, as servers do, and print as they were written. They
//! admit what some IRC server admits (`*status` of a bouncer, `alice/bridge` of a relay) and refuse
//! only what would change the meaning of a line.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use crate::value::{ValueError, Word, text_views};

/// The characters that a room begins with, on one server or another; no nick begins so on any.
/// <https://modern.ircdocs.horse/#channel-types>
const ROOM_PREFIXES: [char; 4] = ['#', '&', '+', '!'];

/// The marks of ranks that stand before a room when some of it are meant.
const RANK_MARKS: [char; 5] = ['~', '&', '@', '%', '+'];

/// How the names of services end.
const SERVICES_SUFFIX: &str = "serv";

/// A person's name. It compares without regard to ASCII case.
#[derive(Debug, Clone)]
pub struct Nick(Arc<str>);

impl Nick {
    /// Takes a text that can be a nick: one word that doesn't begin like a room or a trailing
    /// parameter, without `,`, `!` and `@`.
    pub fn new(text: &str) -> Result<Self, ValueError> {
        let begins_well = text
            .chars()
            .next()
            .is_some_and(|first| first != ':' && !ROOM_PREFIXES.contains(&first));
        let is_nick =
            begins_well && !text.contains(|c: char| is_separator(c) || matches!(c, '!' | '@'));
        if is_nick {
            Ok(Self(text.into()))
        } else {
            Err(ValueError::Nick)
        }
    }
}

/// A room's name, such as `#dev`. It compares without regard to ASCII case.
#[derive(Debug, Clone)]
pub struct Room(Arc<str>);

impl Room {
    /// Takes a text that can be a room on some server: one word that begins with `#`, `&`, `+` or `!`, without `,`.
    pub fn new(text: &str) -> Result<Self, ValueError> {
        let is_room = Self::looks_like(text) && !text.contains(is_separator);
        if is_room {
            Ok(Self(text.into()))
        } else {
            Err(ValueError::Room)
        }
    }

    /// Takes a text as people write a room: with its mark, or without it where that is `#`.
    ///
    /// ```
    /// use salon_commands::Room;
    ///
    /// assert_eq!(Room::named("den")?, Room::new("#den")?);
    /// assert_eq!(Room::named("&den")?, Room::new("&den")?);
    /// # Ok::<(), salon_commands::ValueError>(())
    /// ```
    pub fn named(text: &str) -> Result<Self, ValueError> {
        if Self::looks_like(text) {
            Self::new(text)
        } else if text.is_empty() || text.starts_with(RANK_MARKS) {
            Err(ValueError::Room)
        } else {
            Self::new(&format!("#{text}"))
        }
    }

    /// Whether a text begins like a room does; it may still hold what a room can't.
    pub(crate) fn looks_like(text: &str) -> bool {
        text.starts_with(ROOM_PREFIXES)
    }
}

/// The characters that rooms begin with on the server that there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoomMarks(Cow<'static, str>);

impl RoomMarks {
    pub(crate) fn new(marks: &str) -> Self {
        Self(Cow::Owned(marks.to_owned()))
    }

    /// Whether a word begins with one of them.
    pub(crate) fn begin(&self, word: &str) -> bool {
        word.starts_with(|first| self.0.contains(first))
    }
}

impl Default for RoomMarks {
    /// What is so where no server says otherwise.
    fn default() -> Self {
        Self(Cow::Borrowed("#&"))
    }
}

/// Those in a room who have a rank there, or a higher one: `@#dev` are the operators of `#dev`. Which ranks can be
/// spoken to, the server says (<https://modern.ircdocs.horse/#statusmsg-parameter>). It compares without regard to
/// ASCII case.
#[derive(Debug, Clone)]
pub struct Ranked(Arc<str>);

impl Ranked {
    /// Takes a text that begins with the mark of a rank, one of `~&@%+`, and goes on with a room that begins with `#`:
    /// what else begins like a room may stand for a rank.
    pub fn new(text: &str) -> Result<Self, ValueError> {
        let room = text.strip_prefix(RANK_MARKS);
        let is_ranked = room.is_some_and(|room| room.starts_with('#') && Room::new(room).is_ok());
        if is_ranked {
            Ok(Self(text.into()))
        } else {
            Err(ValueError::Ranked)
        }
    }

    /// The mark of the rank.
    pub fn mark(&self) -> char {
        self.0.chars().next().expect("it begins with a mark")
    }

    /// The name of the room.
    pub fn room(&self) -> &str {
        self.0.trim_start_matches(RANK_MARKS)
    }
}

/// Where a message goes: a room, some of it, or a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// Everyone in a room.
    Room(Room),
    /// Those in a room who have a rank.
    Ranked(Ranked),
    /// One person.
    Nick(Nick),
}

impl Target {
    /// Takes a text as a room if it begins like one, with or without the mark of a rank, else as a nick.
    pub fn new(text: &str) -> Result<Self, ValueError> {
        if let Ok(ranked) = Ranked::new(text) {
            Ok(Self::Ranked(ranked))
        } else if Room::looks_like(text) {
            Room::new(text).map(Self::Room)
        } else {
            Nick::new(text).map(Self::Nick)
        }
    }

    /// The place where its messages are read: the room, be they for some of it alone, or the person.
    pub fn place(&self) -> &str {
        match self {
            Self::Room(room) => room,
            Self::Ranked(ranked) => ranked.room(),
            Self::Nick(nick) => nick,
        }
    }

    /// The name of the room in which its messages are read, if it is not a person.
    pub fn room(&self) -> Option<&str> {
        match self {
            Self::Room(_) | Self::Ranked(_) => Some(self.place()),
            Self::Nick(_) => None,
        }
    }

    /// The name as a word, which every name is.
    pub(crate) fn to_word(&self) -> Word {
        Word::new(self.as_str()).expect("a name is not empty and holds no blank")
    }

    /// Whether it is one of a network's services, which are told passwords: `NickServ` and the like.
    pub fn is_services(&self) -> bool {
        match self {
            Self::Room(_) | Self::Ranked(_) => false,
            Self::Nick(nick) => is_services(nick),
        }
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Room(room) => room.as_str(),
            Self::Ranked(ranked) => ranked.as_str(),
            Self::Nick(nick) => nick.as_str(),
        }
    }
}

/// Whether a name that messages are sent to is one of a network's services, with or without the server that they are on.
pub(crate) fn is_services(name: &str) -> bool {
    let nick = name.split('@').next().unwrap_or_default();
    let start = nick.len().saturating_sub(SERVICES_SUFFIX.len());
    let ends_so = |end: &str| end.eq_ignore_ascii_case(SERVICES_SUFFIX);
    !Room::looks_like(nick) && nick.get(start..).is_some_and(ends_so)
}

impl std::fmt::Display for Target {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for Target {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        Self::new(text)
    }
}

impl From<Room> for Target {
    fn from(room: Room) -> Self {
        Self::Room(room)
    }
}

impl From<Nick> for Target {
    fn from(nick: Nick) -> Self {
        Self::Nick(nick)
    }
}

text_views!(Nick, Room, Ranked);

/// Gives a name the comparison that servers make: `CASEMAPPING=ascii`.
macro_rules! folded {
    ($($type:ident),*) => {$(
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.0.eq_ignore_ascii_case(&other.0)
            }
        }

        impl Eq for $type {}

        impl Hash for $type {
            fn hash<H: Hasher>(&self, state: &mut H) {
                for byte in self.0.bytes() {
                    state.write_u8(byte.to_ascii_lowercase());
                }
                state.write_u8(0xff);
            }
        }
    )*};
}

folded!(Nick, Room, Ranked);

/// What separates names on the wire, and so can be in none.
fn is_separator(character: char) -> bool {
    character == ' ' || character == ',' || character.is_ascii_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nick_admits_what_some_server_admits() {
        for text in ["ann", "[x]", "*status", "alice/bridge", "9lives", "é"] {
            assert_eq!(Nick::new(text).expect("a nick").as_str(), text);
        }
    }

    #[test]
    fn nick_refuses_what_changes_a_line() {
        for text in [
            "", "#dev", "&dev", ":ann", "a b", "a,b", "a!b", "a@b", "a\0", "a\u{7}",
        ] {
            assert_eq!(Nick::new(text), Err(ValueError::Nick), "{text:?}");
        }
    }

    #[test]
    fn room_begins_with_its_mark() {
        for text in ["#dev", "&local", "+free", "!ABCDEsafe", "##", "#caf\u{e9}"] {
            assert_eq!(Room::new(text).expect("a room").as_str(), text);
        }
        for text in ["", "dev", "#a b", "#a,#b", "#a\u{7}"] {
            assert_eq!(Room::new(text), Err(ValueError::Room), "{text:?}");
        }
    }

    #[test]
    fn room_may_be_written_without_its_mark() {
        for (text, room) in [
            ("den", "#den"),
            ("#den", "#den"),
            ("+den", "+den"),
            ("!den", "!den"),
        ] {
            assert_eq!(Room::named(text).expect("a room").as_str(), room);
        }
        for text in ["", "@#den", "a,b", "a b"] {
            assert_eq!(Room::named(text), Err(ValueError::Room), "{text:?}");
        }
    }

    #[test]
    fn names_compare_without_case() {
        assert_eq!(Nick::new("Ann"), Nick::new("aNN"));
        assert_ne!(Nick::new("ann"), Nick::new("anna"));
        assert_eq!(Target::new("#Dev"), Target::new("#dev"));
    }

    #[test]
    fn some_of_a_room_are_told_by_their_rank() {
        for (text, mark, room) in [
            ("@#dev", '@', "#dev"),
            ("+#dev", '+', "#dev"),
            ("~##", '~', "##"),
        ] {
            let target = Target::new(text).expect("a target");
            assert_eq!((target.as_str(), target.room()), (text, Some(room)));
            let Target::Ranked(ranked) = target else {
                panic!("{text} is for some of a room")
            };
            assert_eq!((ranked.mark(), ranked.room()), (mark, room));
        }
        for text in ["@", "@ann", "@#a,#b", "@@#dev", "@&dev", "#dev", "dev"] {
            assert_eq!(Ranked::new(text), Err(ValueError::Ranked), "{text:?}");
        }
        assert_eq!(Target::new("@#Dev"), Target::new("@#dev"));
        assert_ne!(Target::new("@#dev"), Target::new("+#dev"));
    }

    #[test]
    fn target_is_a_room_by_its_mark() {
        assert_eq!(
            Target::new("#dev"),
            Ok(Target::Room(Room::new("#dev").expect("a room")))
        );
        assert_eq!(
            Target::new("dev"),
            Ok(Target::Nick(Nick::new("dev").expect("a nick")))
        );
    }
}
