//! Events as lines of IRC, once per kind of recipient.
//!
//! A [`Wire`] says which of the capabilities that change a line its recipient has negotiated. Two recipients of the
//! same kind get the same bytes, so a run of events is encoded once a kind and shared.

use std::io::Write as _;
use std::sync::Arc;

use bitflags::bitflags;
use salon_protocol::LINE_BYTES_MAX;

use crate::event::{self, Body, Event, Speech};
use crate::identity::{Identity, UserModes};

/// The batch of a message of many lines.
pub(crate) const MULTILINE: &str = salon_protocol::cap::MULTILINE;

bitflags! {
    /// The capabilities that change what an event looks like on the wire.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub(crate) struct Wire: u16 {
        const MESSAGE_TAGS = 1;
        const SERVER_TIME = 1 << 1;
        const ACCOUNT_TAG = 1 << 2;
        const EXTENDED_JOIN = 1 << 3;
        const AWAY_NOTIFY = 1 << 4;
        const SETNAME = 1 << 5;
        const INVITE_NOTIFY = 1 << 6;
        const ACCOUNT_NOTIFY = 1 << 7;
        const REDACTION = 1 << 8;
        const MULTILINE = 1 << 9;
        const RENAME = 1 << 10;
    }
}

/// Appends what a recipient of this kind is sent for the event: no line, one, or (a `JOIN` of somebody away) two.
/// Lines end with CR LF and keep within [`LINE_BYTES_MAX`] after their tags; a text that would make its line longer
/// is cut at a character's boundary.
pub(crate) fn encode(event: &Event, wire: Wire, out: &mut Vec<u8>) {
    let Event {
        source,
        target,
        body,
        ..
    } = event;
    let mut write = |words: &[&str], text: Option<&str>| {
        let start = open(event, wire, "", out);
        line(out, start, words, text);
    };
    match body {
        Body::Said {
            speech,
            text,
            client_tags,
        } => {
            encode_said(event, *speech, text, client_tags, wire, out);
        }
        Body::Join => encode_join(event, wire, out),
        Body::Part { reason } => write(&["PART", target], reason.as_deref()),
        Body::Quit { reason } => write(&["QUIT"], Some(reason)),
        Body::Nick { new } => write(&["NICK", new.as_str()], None),
        Body::Topic { text } => write(&["TOPIC", target], Some(text)),
        // Who does not know of it is shown another room: that names the receiver, and is no line to be shared.
        Body::Rename { to, reason } => {
            if wire.contains(Wire::RENAME) {
                write(&["RENAME", target, to.as_str()], Some(reason));
            }
        }
        Body::Mode { change } => write(&["MODE", target, change], None),
        Body::Kick { nick, reason, .. } => write(&["KICK", target, nick.as_str()], Some(reason)),
        Body::Invite { nick, announced } => {
            if !announced || wire.contains(Wire::INVITE_NOTIFY) {
                write(&["INVITE", nick.as_str(), target], None);
            }
        }
        Body::Wallops { text } => write(&["WALLOPS"], Some(text)),
        Body::Redact { message, reason } => {
            if wire.contains(Wire::REDACTION) {
                write(&["REDACT", target, &message.to_string()], reason.as_deref());
            }
        }
        // Who subscribed to the key is told by a numeric, which names its receiver.
        Body::Metadata { .. } | Body::Redacted => {}
        Body::Away => {
            if wire.contains(Wire::AWAY_NOTIFY) {
                write(&["AWAY"], source.away.as_deref());
            }
        }
        Body::Account => {
            if wire.contains(Wire::ACCOUNT_NOTIFY) {
                write(&["ACCOUNT", source.account.as_deref().unwrap_or("*")], None);
            }
        }
        Body::Setname => {
            if wire.contains(Wire::SETNAME) {
                write(&["SETNAME"], Some(&source.realname));
            }
        }
    }
}

fn encode_said(
    event: &Event,
    speech: Speech,
    text: &str,
    client_tags: &str,
    wire: Wire,
    out: &mut Vec<u8>,
) {
    let tags_alone = speech == Speech::Tagmsg;
    if tags_alone && !wire.contains(Wire::MESSAGE_TAGS) {
        return;
    }
    if text.contains(event::LINE_ENDS) {
        return encode_lines(event, speech, text, client_tags, wire, out);
    }
    let start = open(event, wire, client_tags, out);
    line(
        out,
        start,
        &[speech.verb(), &event.target],
        (!tags_alone).then_some(text),
    );
}

/// A message of many lines: a batch, or, for who does not take these, the lines that say something.
/// <https://ircv3.net/specs/extensions/multiline>
fn encode_lines(
    event: &Event,
    speech: Speech,
    text: &str,
    client_tags: &str,
    wire: Wire,
    out: &mut Vec<u8>,
) {
    let words = [speech.verb(), &event.target];
    if !wire.contains(Wire::MULTILINE) {
        let said = event::lines(text).filter(|(line, _)| !line.is_empty());
        for (index, (said, _)) in said.enumerate() {
            let id = if index == 0 { Id::Shown } else { Id::Hidden };
            write_tags(event, wire, client_tags, id, out);
            let start = source(event, out);
            line(out, start, &words, Some(said));
        }
        return;
    }
    // Unique wherever it is sent, since numbers of the hub's own batches have no dash.
    let id = event.id.to_string();
    let start = open(event, wire, client_tags, out);
    let opening = ["BATCH", &format!("+{id}"), MULTILINE, &event.target];
    line(out, start, &opening, None);
    for (said, continues) in event::lines(text) {
        out.extend_from_slice(b"@batch=");
        out.extend_from_slice(id.as_bytes());
        if continues {
            out.extend_from_slice(b";draft/multiline-concat");
        }
        out.push(b' ');
        let start = source(event, out);
        line(out, start, &words, Some(said));
    }
    let start = source(event, out);
    line(out, start, &["BATCH", &format!("-{id}")], None);
}

fn encode_join(event: &Event, wire: Wire, out: &mut Vec<u8>) {
    let source = &event.source;
    let start = open(event, wire, "", out);
    if wire.contains(Wire::EXTENDED_JOIN) {
        let account = source.account.as_deref().unwrap_or("*");
        line(
            out,
            start,
            &["JOIN", &event.target, account],
            Some(&source.realname),
        );
    } else {
        line(out, start, &["JOIN", &event.target], None);
    }
    // away-notify: somebody who joins while away is announced as such.
    if wire.contains(Wire::AWAY_NOTIFY) && source.away.is_some() {
        let start = open(event, wire - Wire::MESSAGE_TAGS, "", out);
        line(out, start, &["AWAY"], source.away.as_deref());
    }
}

/// Writes the tags and the source; gives the offset at which the part that [`LINE_BYTES_MAX`] bounds begins.
fn open(event: &Event, wire: Wire, client_tags: &str, out: &mut Vec<u8>) -> usize {
    write_tags(event, wire, client_tags, Id::Shown, out);
    source(event, out)
}

/// Writes the source; gives the offset at which it begins.
fn source(event: &Event, out: &mut Vec<u8>) -> usize {
    let start = out.len();
    out.push(b':');
    out.extend_from_slice(event.source.mask().as_bytes());
    start
}

/// Whether a line carries the `msgid`: of the lines of one message, the first alone does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Id {
    Shown,
    Hidden,
}

fn write_tags(event: &Event, wire: Wire, client_tags: &str, id: Id, out: &mut Vec<u8>) {
    let start = out.len();
    let Identity { account, modes, .. } = event.source.as_ref();
    // Writing to a Vec cannot fail.
    if wire.contains(Wire::SERVER_TIME) {
        let _ = write!(out, ";time={}", event.time);
    }
    if wire.contains(Wire::MESSAGE_TAGS) && id == Id::Shown {
        let _ = write!(out, ";msgid={}", event.id);
    }
    if let (true, Some(account)) = (wire.contains(Wire::ACCOUNT_TAG), account) {
        let _ = write!(out, ";account={account}");
    }
    if wire.contains(Wire::MESSAGE_TAGS) {
        if modes.contains(UserModes::BOT) {
            out.extend_from_slice(b";bot");
        }
        if !client_tags.is_empty() {
            out.push(b';');
            out.extend_from_slice(client_tags.as_bytes());
        }
    }
    if let Some(first) = out.get_mut(start) {
        *first = b'@';
        out.push(b' ');
    }
}

fn word(out: &mut Vec<u8>, word: &str) {
    out.push(b' ');
    out.extend_from_slice(word.as_bytes());
}

fn line(out: &mut Vec<u8>, start: usize, words: &[&str], trailing: Option<&str>) {
    for one in words {
        word(out, one);
    }
    if let Some(text) = trailing {
        out.extend_from_slice(b" :");
        out.extend_from_slice(text.as_bytes());
    }
    close(out, start);
}

/// Ends the line that began at `start`, cut to its limit.
pub(crate) fn close(out: &mut Vec<u8>, start: usize) {
    let mut end = out.len().min(start + LINE_BYTES_MAX - 2);
    if end < out.len() {
        while out.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
            end -= 1;
        }
        out.truncate(end);
    }
    out.extend_from_slice(b"\r\n");
}

/// The lines of some events for one kind of recipient: one piece of memory, and where each event's lines end in it.
#[derive(Debug)]
pub(crate) struct Encoded {
    pub(crate) bytes: bytes::Bytes,
    ends: Box<[usize]>,
}

impl Encoded {
    /// Encodes the events for a kind.
    pub(crate) fn new(events: &[Arc<Event>], wire: Wire) -> Self {
        let mut out = Vec::with_capacity(events.len() * 160);
        let mut ends = Vec::with_capacity(events.len());
        for event in events {
            encode(event, wire, &mut out);
            ends.push(out.len());
        }
        Self {
            bytes: out.into(),
            ends: ends.into(),
        }
    }

    /// Where the lines of the event at `index` begin; the length of all beyond the last.
    pub(crate) fn start(&self, index: usize) -> usize {
        index.checked_sub(1).map_or(0, |before| self.end(before))
    }

    /// Where the lines of the event at `index` end.
    pub(crate) fn end(&self, index: usize) -> usize {
        self.ends.get(index).copied().unwrap_or(self.bytes.len())
    }

    /// The lines of the events from `first` up to, not including, `last`.
    pub(crate) fn slice(&self, first: usize, last: usize) -> bytes::Bytes {
        self.bytes
            .slice(self.start(first)..self.start(last).max(self.start(first)))
    }
}
