//! The IRC wire format, which hub and client both need and neither owns.
//!
//! The dialect is that of <https://modern.ircdocs.horse>, with the IRCv3 message tags, in UTF-8 and with
//! `CASEMAPPING=ascii`. Bytes from a peer go through [`LineDecoder`] into lines, and a line through
//! [`Message::parse`] into a [`Message`] that borrows from it; [`Message::write_to`] goes the other way.
//! What is parsed is taken leniently, what is formatted is checked strictly.
//!
//! This crate does no IO, reads no clock, is not async and knows nothing of rooms' or connections' state.
//!
//! ```
//! use salon_protocol::{Message, Numeric, numeric};
//!
//! let message = Message::parse("@label=7 :ann!a@host PRIVMSG #lobby :good morning")?;
//! assert!(message.is("privmsg"));
//! assert_eq!(message.param(1), Some("good morning"));
//! assert_eq!(message.tags.get("label"), Some("7"));
//!
//! let mut out = Vec::new();
//! Message::new(numeric::RPL_WELCOME)
//!     .with_source("hub.example")
//!     .with_param("ann")
//!     .with_param("welcome to the hub")
//!     .write_to(&mut out)?;
//! assert_eq!(out, b":hub.example 001 ann :welcome to the hub\r\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod cap;
pub mod isupport;
pub mod mask;
pub mod numeric;

mod casemap;
mod decoder;
mod limits;
mod message;
mod nick;
mod room_name;
mod timestamp;

pub use casemap::{eq_folded, fold};
pub use decoder::{LineDecoder, LineTooLong, check_client_tags};
pub use limits::{
    BODY_BYTES_MAX, CLIENT_TAGS_BYTES_MAX, LINE_BYTES_MAX, NICK_BYTES_MAX, PARAMS_MAX,
    ROOM_NAME_BYTES_MAX, TAGS_BYTES_MAX,
};
pub use mask::Mask;
pub use message::{
    FormatError, Message, Params, ParseError, Source, Tags, escape_value, unescape_value,
};
pub use nick::{Nick, NickError};
pub use numeric::Numeric;
pub use room_name::{RoomName, RoomNameError};
pub use timestamp::{Timestamp, TimestampError};
