//! Names that a settings file may hold: rooms, a nick, the hub's own. They are checked as soon as the file is read, so
//! that a mistake is told with its line and not by a refusal in the middle of a conversation.

use std::fmt;
use std::str::FromStr;

use crate::text::deserialize_from_text;

/// Why a text is not the name that was wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// Not a room.
    #[error(
        "'{0}' is not a room; expected `#` and a name without blanks, commas or control characters, such as \"#lobby\""
    )]
    Room(String),
    /// Not a nick.
    #[error(
        "'{0}' is not a nick; expected letters, digits and any of -[]\\`_^{{|}}, not beginning with a digit or `-`"
    )]
    Nick(String),
    /// Not a name for a hub.
    #[error(
        "'{0}' is not a hub's name; expected a name with a dot, such as \"chat.example.org\", of at most 63 characters"
    )]
    Server(String),
}

/// Makes a newtype over a checked text.
macro_rules! checked_name {
    ($(#[$docs:meta])* $name:ident, $error:path, $read:path) => {
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// The name as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $read(text).map(Self).ok_or_else(|| $error(text.to_owned()))
            }
        }

        deserialize_from_text!($name);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

checked_name!(
    /// A room of some server: `#lobby`, and where it has such, `&local`, `+free` or `!safe`. It is read without its `#`
    /// too, as on a command line, where a shell takes `#` for a remark.
    Room,
    NameError::Room,
    room
);
checked_name!(
    /// A room of a hub, such as `#lobby`, which is read without its `#` too.
    HubRoom,
    NameError::Room,
    hub_room
);
checked_name!(
    /// A nick.
    Nickname,
    NameError::Nick,
    nick
);
checked_name!(
    /// The name of a hub. Its dot is what tells it from a nick in the source of a message.
    ServerName,
    NameError::Server,
    server_name
);

impl Default for ServerName {
    fn default() -> Self {
        Self("salon.local".to_owned())
    }
}

impl HubRoom {
    /// `#lobby`, where everyone meets.
    pub fn lobby() -> Self {
        Self("#lobby".to_owned())
    }
}

/// The marks that rooms begin with, on one server or another. <https://modern.ircdocs.horse/#channel-types>
const ROOM_MARKS: [char; 4] = ['#', '&', '+', '!'];

fn room(text: &str) -> Option<String> {
    let unfit = |c: char| c == ' ' || c == ',' || c.is_control();
    let name = text.strip_prefix(ROOM_MARKS);
    let is_fit = !name.unwrap_or(text).is_empty() && !text.chars().any(unfit);
    let mark = if name.is_some() { "" } else { "#" };
    Some(format!("{mark}{text}")).filter(|room| is_fit && room.len() <= 128)
}

fn hub_room(text: &str) -> Option<String> {
    room(text).filter(|room| room.starts_with('#'))
}

fn nick(text: &str) -> Option<String> {
    is_nick(text).then(|| text.to_owned())
}

fn server_name(text: &str) -> Option<String> {
    is_server_name(text).then(|| text.to_owned())
}

pub(crate) fn is_nick(text: &str) -> bool {
    text.len() <= 64
        && text.chars().all(is_nick_character)
        && text.starts_with(|c: char| !c.is_ascii_digit() && c != '-')
}

pub(crate) fn is_nick_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-[]\\`_^{|}".contains(c)
}

fn is_server_name(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    text.len() <= 63 && text.contains('.') && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use std::fmt::{Debug, Display};
    use std::str::FromStr;

    use super::{HubRoom, Nickname, Room, ServerName};

    #[track_caller]
    fn check<T: FromStr + Display>(valid: &[&str], invalid: &[&str])
    where
        T::Err: Debug,
    {
        for text in valid {
            assert_eq!(text.parse::<T>().expect(text).to_string(), *text);
        }
        for text in invalid {
            assert!(text.parse::<T>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn rooms_begin_with_a_mark_or_get_a_hash() {
        check::<Room>(
            &["#lobby", "##", "#été", "#a#b", "&local", "+free", "!safe"],
            &["", "#", "+", "#a b", "#a,b", "#a\u{7}", "a b"],
        );
        let bare: Room = "lobby".parse().expect("a room without its hash");
        assert_eq!(bare.as_str(), "#lobby");
    }

    #[test]
    fn rooms_of_a_hub_begin_with_a_hash() {
        check::<HubRoom>(&["#lobby", "##"], &["", "#", "#a b", "&local", "+free"]);
        let bare: HubRoom = "lobby".parse().expect("a room without its hash");
        assert_eq!(bare, HubRoom::lobby());
    }

    #[test]
    fn nicks_are_ascii() {
        check::<Nickname>(
            &["ada", "[ada]`^", "a-1", "_"],
            &["", "1ada", "-ada", "ada lovelace", "adèle", "a!b", "a.b"],
        );
    }

    #[test]
    fn hubs_have_a_dot_in_their_name() {
        check::<ServerName>(
            &["My.Little.Server", "chat.example.org", "salon.local"],
            &["", "hub", "a..b", ".a", "a b.c", "a.b:c"],
        );
    }
}
