//! The sizes that the protocol fixes. Limits that an operator may choose are not here but in the settings.

/// The longest line without its tags, in bytes, with its CR LF.
///
/// See <https://modern.ircdocs.horse/#messages>.
pub const LINE_BYTES_MAX: usize = 512;

/// The longest line without its tags, in bytes, and without its line ending.
pub const BODY_BYTES_MAX: usize = LINE_BYTES_MAX - 2;

/// The longest tag section, in bytes, with its `@` and the blank that ends it.
///
/// See <https://ircv3.net/specs/extensions/message-tags#size-limit>.
pub const TAGS_BYTES_MAX: usize = 8191;

/// The most tag data that a client may send, in bytes, without the `@` and the blank; the hub's own tags have as much again.
///
/// See <https://ircv3.net/specs/extensions/message-tags#size-limit>.
pub const CLIENT_TAGS_BYTES_MAX: usize = 4094;

/// The most parameters that a message has; the fifteenth takes the rest of the line.
pub const PARAMS_MAX: usize = 15;

/// The longest nick of all, in bytes, whatever a hub's own limit is.
pub const NICK_BYTES_MAX: usize = 64;

/// The longest room name of all, in bytes, whatever a hub's own limit is.
pub const ROOM_NAME_BYTES_MAX: usize = 128;
