//! A room to join with its key, as settings and command lines write it.

use std::fmt;
use std::str::FromStr;

use crate::name::{NameError, Room};
use crate::secret::Secret;
use crate::text::deserialize_from_text;

/// A room to join, and its key where it has one: `#dev`, or `#dev sesame`. It prints as the room alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedRoom {
    /// The room.
    pub room: Room,
    /// What opens it, where that is known.
    pub key: Option<Secret>,
}

/// Why a text is no room to join. The text may hold a key, so it is not repeated beyond the room.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyedRoomError {
    /// What comes first is not a room.
    #[error(transparent)]
    Room(#[from] NameError),
    /// What comes behind the room is not a key.
    #[error(
        "the key of '{room}' is not one word without commas or control characters; expected a room and its key such as \"#dev sesame\""
    )]
    Key {
        /// The room.
        room: Room,
    },
    /// A comma was forgotten.
    #[error("a room follows '{room}'; expected each room in quotes of its own")]
    TwoRooms {
        /// The first of them.
        room: Room,
    },
}

impl KeyedRoom {
    /// The name of the room.
    pub fn as_str(&self) -> &str {
        self.room.as_str()
    }

    /// As a person may see it.
    pub fn shown(&self) -> String {
        match &self.key {
            Some(_) => format!("{} (key hidden)", self.room),
            None => self.room.to_string(),
        }
    }

    /// As the settings file has it, the key included: for that file alone.
    pub(crate) fn written(&self) -> String {
        match &self.key {
            Some(key) => format!("{} {}", self.room, key.expose()),
            None => self.room.to_string(),
        }
    }
}

impl From<Room> for KeyedRoom {
    fn from(room: Room) -> Self {
        Self { room, key: None }
    }
}

impl FromStr for KeyedRoom {
    type Err = KeyedRoomError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((room, key)) = text.trim().split_once(' ') else {
            return Ok(text.trim().parse::<Room>()?.into());
        };
        let room: Room = room.parse()?;
        let key = key.trim_start();
        let unfit = |c: char| c == ' ' || c == ',' || c.is_control();
        if key.starts_with('#') {
            Err(KeyedRoomError::TwoRooms { room })
        } else if key.chars().any(unfit) {
            Err(KeyedRoomError::Key { room })
        } else {
            let key = Some(Secret::new(key));
            Ok(Self { room, key })
        }
    }
}

deserialize_from_text!(KeyedRoom);

impl fmt::Display for KeyedRoom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.room.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::KeyedRoom;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let read = text.parse::<KeyedRoom>();
        let read = read.map(|room| room.written());
        assert_eq!(
            read.map_err(|error| error.to_string()),
            expected.map(str::to_owned).map_err(str::to_owned),
            "{text:?}"
        );
    }

    #[test]
    fn a_key_stands_behind_its_room() {
        check("#dev", Ok("#dev"));
        check("dev", Ok("#dev"));
        check("#dev sesame", Ok("#dev sesame"));
        check("&dev sesame", Ok("&dev sesame"));
        check(" dev  sesame ", Ok("#dev sesame"));
    }

    #[test]
    fn what_is_no_key_is_refused_without_repeating_it() {
        let error = "the key of '#dev' is not one word without commas or control characters; expected a room and its key such as \"#dev sesame\"";
        check("#dev open sesame", Err(error));
        check("#dev open,sesame", Err(error));
        check(
            "#dev #ops",
            Err("a room follows '#dev'; expected each room in quotes of its own"),
        );
        check(
            "de,v sesame",
            Err(
                "'de,v' is not a room; expected `#` and a name without blanks, commas or control characters, such as \"#lobby\"",
            ),
        );
    }

    #[test]
    fn a_key_does_not_print() {
        let room: KeyedRoom = "#dev sesame".parse().expect("a room with a key");
        assert_eq!(room.to_string(), "#dev");
        assert!(!format!("{room:?}").contains("sesame"));
    }
}
