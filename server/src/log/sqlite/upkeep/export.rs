//! What happened, as JSON: one object a line, with the keys of `docs/json.md`.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use rusqlite::OptionalExtension as _;
use salon_protocol::{Timestamp, eq_folded};
use serde::Serialize;

use super::{Reader, UpkeepError};
use crate::clock;
use crate::event::{Body, Event, Seq, Speech, StreamId};
use crate::log::sqlite::{history, row, streams};

/// What is wanted.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Filter {
    /// Rooms, and nicks whose direct messages are meant, from them and to them; none is everything.
    pub targets: Vec<String>,
    /// Not before this time.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
}

/// The text is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{text}' is not a time; expected one such as 2026-11-23, 2026-11-23T18:00:00Z, or how long ago, such as 2h or 7d"
)]
pub struct MomentError {
    text: String,
}

/// The time that a text means: a day in UTC, a time of RFC 3339, or how long ago.
pub fn moment(text: &str) -> Result<Timestamp, MomentError> {
    let ago = || {
        let ago = salon_config::parse_duration(text).ok()?;
        let ago = u64::try_from(ago.as_millis()).ok()?;
        Some(Timestamp::from_millis(
            clock::now().as_millis().saturating_sub(ago),
        ))
    };
    text.parse::<Timestamp>()
        .or_else(|_| format!("{text}T00:00:00Z").parse())
        .ok()
        .or_else(ago)
        .ok_or_else(|| MomentError {
            text: text.to_owned(),
        })
}

/// One object. The keys that every object has, and the one more that some have.
#[derive(Debug, Serialize)]
struct Object<'a> {
    r#type: &'static str,
    time: String,
    id: String,
    from: &'a str,
    account: Option<&'a str>,
    to: Option<&'a str>,
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nick: Option<&'a str>,
}

/// Writes what the log of a data folder keeps, one room or conversation after the other, each in its order, as of one
/// moment; gives the number of objects. Its memory does not grow with what it writes.
pub fn export(folder: &Path, filter: &Filter, out: &mut impl Write) -> Result<u64, UpkeepError> {
    let reader = Reader::open(folder)?;
    let refuse = |error: rusqlite::Error| reader.refuse(&error);
    reader.connection.execute_batch("BEGIN").map_err(refuse)?;
    let epoch: i64 = reader.one("SELECT CAST(value AS INTEGER) FROM hub WHERE key = 'epoch'")?;
    let mut written = 0;
    for stream in streams::used(&reader.connection).map_err(refuse)? {
        let name = room_of(&reader, stream).map_err(refuse)?;
        let is_wanted = |name: &String| filter.targets.iter().any(|one| eq_folded(one, name));
        if !filter.targets.is_empty() && name.as_ref().is_some_and(|name| !is_wanted(name)) {
            continue;
        }
        written += export_stream(&reader, epoch.cast_unsigned(), stream, filter, out)?;
    }
    out.flush()
        .map_err(|source| UpkeepError::Output { source })?;
    Ok(written)
}

fn room_of(reader: &Reader, stream: StreamId) -> rusqlite::Result<Option<String>> {
    reader
        .connection
        .prepare_cached("SELECT name FROM room WHERE stream = ?1")?
        .query_row([stream.0.cast_signed()], |row| row.get(0))
        .optional()
}

fn export_stream(
    reader: &Reader,
    epoch: u64,
    stream: StreamId,
    filter: &Filter,
    out: &mut impl Write,
) -> Result<u64, UpkeepError> {
    let refuse = |error: rusqlite::Error| reader.refuse(&error);
    let place_at = |time: Option<Timestamp>, otherwise| {
        time.map_or(Ok(otherwise), |time| {
            history::place_at(&reader.connection, stream, time)
        })
    };
    let first = place_at(filter.since, Seq(0)).map_err(refuse)?;
    let end = place_at(filter.until, Seq(u64::MAX)).map_err(refuse)?;
    let sql = format!(
        "SELECT {} FROM event WHERE id >= ?1 AND id < ?2 ORDER BY id",
        row::COLUMNS
    );
    let mut statement = reader.connection.prepare_cached(&sql).map_err(refuse)?;
    let bounds = [row::id_of(stream, first), row::id_of(stream, end)];
    let mut rows = statement.query(bounds).map_err(refuse)?;
    let mut written = 0;
    while let Some(row) = rows.next().map_err(refuse)? {
        let event = row::read(row, epoch).map_err(refuse)?;
        if !is_wanted(&event, filter) {
            continue;
        }
        let Some(object) = object(&event) else {
            continue;
        };
        let json = serde_json::to_string(&object).map_err(|error| UpkeepError::Output {
            source: error.into(),
        })?;
        writeln!(out, "{}", harmless(&json)).map_err(|source| UpkeepError::Output { source })?;
        written += 1;
    }
    Ok(written)
}

fn is_wanted(event: &Event, filter: &Filter) -> bool {
    let to = event.target.trim_start_matches(['@', '+']);
    if filter.targets.is_empty() {
        // Of what goes through several rooms, the first one has it.
        let first = event
            .spread
            .as_ref()
            .and_then(|spread| spread.rooms.first());
        return first.is_none_or(|first| *first == event.id.stream);
    }
    let from = event.source.nick.as_str();
    let is_direct = !to.starts_with('#');
    filter
        .targets
        .iter()
        .any(|one| eq_folded(one, to) || (is_direct && eq_folded(one, from)))
}

/// An event as an object; nothing for what `docs/json.md` has no type for.
fn object(event: &Event) -> Option<Object<'_>> {
    let reason = |text: &Option<Box<str>>| text.as_deref().map(ToOwned::to_owned);
    let mut nick = None;
    let mut to = Some(&*event.target);
    let (r#type, text) = match &event.body {
        Body::Said { speech, text, .. } => said(*speech, text)?,
        Body::Join => ("join", None),
        Body::Part { reason: why } => ("part", reason(why)),
        Body::Quit { reason } => {
            to = None;
            ("quit", Some(reason.to_string()))
        }
        Body::Nick { new } => {
            to = None;
            nick = Some(new.as_str());
            ("nick", None)
        }
        Body::Topic { text } => ("topic", (!text.is_empty()).then(|| text.to_string())),
        Body::Mode { change } => ("mode", Some(change.to_string())),
        Body::Kick {
            nick: kicked,
            reason,
            ..
        } => {
            nick = Some(kicked.as_str());
            ("kick", Some(reason.to_string()))
        }
        Body::Invite { .. }
        | Body::Rename { .. }
        | Body::Metadata { .. }
        | Body::Wallops { .. }
        | Body::Redact { .. }
        | Body::Redacted
        | Body::Away
        | Body::Account
        | Body::Setname => return None,
    };
    Some(Object {
        r#type,
        time: event.time.to_string(),
        id: event.id.to_string(),
        from: event.source.nick.as_str(),
        account: event.source.account.as_deref(),
        to,
        text,
        nick,
    })
}

/// Tags alone are nothing that was said. Where a line went on that did not fit the protocol, it goes on here too.
fn said(speech: Speech, text: &str) -> Option<(&'static str, Option<String>)> {
    let text = text.replace('\r', "");
    let action = text
        .strip_prefix("\u{1}ACTION ")
        .map(|deed| deed.trim_end_matches('\u{1}').to_owned());
    match (speech, action) {
        (Speech::Tagmsg, _) => None,
        (Speech::Privmsg, Some(deed)) => Some(("action", Some(deed))),
        (Speech::Privmsg, None) => Some(("message", Some(text))),
        (Speech::Notice, _) => Some(("notice", Some(text))),
    }
}

/// The same JSON without what a terminal might act upon though JSON allows it raw; it can stand in texts alone.
fn harmless(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for symbol in json.chars() {
        match symbol {
            '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                // Writing to a text cannot fail.
                let _ = write!(safe, "\\u{:04x}", u32::from(symbol));
            }
            _ => safe.push(symbol),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::sqlite::tests::{connection, hub_of};

    fn exported(folder: &Path, filter: &Filter) -> Vec<String> {
        let mut out = Vec::new();
        let count = export(folder, filter, &mut out).expect("a log");
        let text = String::from_utf8(out).expect("UTF-8");
        let lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
        assert_eq!(count, lines.len() as u64);
        lines
    }

    #[test]
    fn messages_have_the_keys_of_the_documentation() {
        let folder = tempfile::tempdir().expect("a folder");
        let texts = [
            "hi",
            "\u{1}ACTION waves\u{1}",
            "one\ntwo \rgoes on\u{9b}31m",
        ];
        let running = hub_of(folder.path(), &texts);
        let start = r#""time":"1970-01-01T00:00:01.00"#;
        let from = r#""from":"alice","account":null,"to":"#;
        let line = |kind: &str, place: u64, text: &str| {
            format!(
                r##"{{"type":"{kind}",{start}{place}Z","id":"7-3-{place}",{from}"#lobby","text":"{text}"}}"##
            )
        };
        assert_eq!(
            exported(folder.path(), &Filter::default()),
            [
                line("message", 1, "hi"),
                line("action", 2, "waves"),
                line("message", 3, "one\\ntwo goes on\\u009b31m"),
            ]
        );
        drop(running);
    }

    #[test]
    fn what_is_wanted_is_chosen_by_target_and_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let running = hub_of(folder.path(), &["one", "two", "three"]);
        let count = |targets: &[&str], since: Option<u64>, until: Option<u64>| {
            let filter = Filter {
                targets: targets.iter().map(|&one| one.to_owned()).collect(),
                since: since.map(Timestamp::from_millis),
                until: until.map(Timestamp::from_millis),
            };
            exported(folder.path(), &filter).len()
        };
        assert_eq!(count(&["#LOBBY"], None, None), 3);
        assert_eq!(count(&["#other", "alice"], None, None), 0);
        assert_eq!(count(&[], Some(1_002), None), 2);
        assert_eq!(count(&[], Some(1_002), Some(1_003)), 1);
        drop(running);
    }

    #[test]
    fn direct_messages_are_chosen_by_either_nick() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(hub_of(folder.path(), &["secret"]));
        let connection = connection(folder.path());
        let moved = connection.execute_batch("DELETE FROM room; UPDATE event SET target = 'bob'");
        moved.expect("changed");
        for (target, expected) in [("Bob", 1), ("ALICE", 1), ("carol", 0)] {
            let filter = Filter {
                targets: vec![target.to_owned()],
                ..Filter::default()
            };
            assert_eq!(exported(folder.path(), &filter).len(), expected, "{target}");
        }
    }

    #[test]
    fn times_are_days_times_and_how_long_ago() {
        let millis = |text: &str| moment(text).map(Timestamp::as_millis);
        assert_eq!(millis("1970-01-02"), Ok(86_400_000));
        assert_eq!(millis("1970-01-01T00:00:01Z"), Ok(1_000));
        let ago = clock::now().as_millis() - millis("2h").expect("a time");
        assert!((7_200_000..7_260_000).contains(&ago), "{ago}");
        assert!(moment("yesterday").is_err());
    }
}
