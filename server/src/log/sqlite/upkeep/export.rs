//! What happened, as JSON: one object a line, with the keys of `docs/json.md`.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

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

/// How far the times may be apart that rooms give to what goes through all of them; the log may have stood still meanwhile.
const SPREAD_MILLIS_MAX: u64 = 60_000;

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
        let from = Source {
            reader: &reader,
            epoch: epoch.cast_unsigned(),
            stream,
            room: name.as_deref(),
        };
        written += export_stream(&from, filter, out)?;
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

/// A stream of the log that is read.
struct Source<'a> {
    reader: &'a Reader,
    epoch: u64,
    stream: StreamId,
    /// The present name of the room whose stream it is; nothing where it has direct messages.
    room: Option<&'a str>,
}

fn export_stream(
    from: &Source<'_>,
    filter: &Filter,
    out: &mut impl Write,
) -> Result<u64, UpkeepError> {
    let (reader, stream) = (from.reader, from.stream);
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
        let mut event = row::read(row, from.epoch).map_err(refuse)?;
        if let Some(name) = from.room {
            event.target = under_name(&event.target, name);
        }
        if !is_wanted(from, &event, filter).map_err(refuse)? {
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

/// The target of an event of a room as of today, since the room may have been renamed.
fn under_name(target: &str, name: &str) -> Arc<str> {
    let prefix = target.find('#').and_then(|at| target.get(..at));
    format!("{}{name}", prefix.unwrap_or_default()).into()
}

fn is_wanted(from: &Source<'_>, event: &Event, filter: &Filter) -> rusqlite::Result<bool> {
    if filter.targets.is_empty() {
        return is_first(from.reader, event);
    }
    let to = event.target.trim_start_matches(['@', '+']);
    let nick = event.source.nick.as_str();
    let is_direct = !to.starts_with('#');
    let is_about = |one: &String| eq_folded(one, to) || (is_direct && eq_folded(one, nick));
    // A room's stream is only read where the room is wanted.
    Ok(from.room.is_some() || filter.targets.iter().any(is_about))
}

/// Whether an event is the first of those that stand for one happening in several rooms. A room that is forgotten has none
/// any more, and another one may keep less.
fn is_first(reader: &Reader, event: &Event) -> rusqlite::Result<bool> {
    let rooms = event.spread.iter().flat_map(|spread| spread.rooms.iter());
    let earlier = rooms.take_while(|room| **room != event.id.stream);
    for room in earlier {
        if has_same(reader, *room, event)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a room has an event of the same happening, at about the same time.
fn has_same(reader: &Reader, room: StreamId, event: &Event) -> rusqlite::Result<bool> {
    let place_at = |millis| {
        let place = history::place_at(&reader.connection, room, Timestamp::from_millis(millis))?;
        Ok::<_, rusqlite::Error>(row::id_of(room, place))
    };
    let time = event.time.as_millis();
    let first = place_at(time.saturating_sub(SPREAD_MILLIS_MAX))?;
    let end = place_at(time.saturating_add(SPREAD_MILLIS_MAX))?;
    let of_event = row::id_of(event.id.stream, event.id.seq);
    reader
        .connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM event WHERE id >= ?1 AND id < ?2
                            AND spread = (SELECT spread FROM event WHERE id = ?3))",
        )?
        .query_row([first, end, of_event], |row| row.get(0))
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
    fn a_room_has_its_present_name_and_all_of_its_history() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(hub_of(folder.path(), &["one", "two"]));
        let renamed = connection(folder.path()).execute_batch(
            "UPDATE room SET name = '#hall'; UPDATE event SET target = '@#lobby' WHERE text = 'two'",
        );
        renamed.expect("changed");
        for (target, expected) in [("#hall", vec!["#hall", "@#hall"]), ("#lobby", vec![])] {
            let filter = Filter {
                targets: vec![target.to_owned()],
                ..Filter::default()
            };
            let to: Vec<String> = exported(folder.path(), &filter)
                .iter()
                .map(|line| to(line))
                .collect();
            assert_eq!(to, expected, "{target}");
        }
    }

    fn to(line: &str) -> String {
        let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
        object["to"].as_str().expect("a target").to_owned()
    }

    #[test]
    fn what_went_through_several_rooms_is_there_once_whichever_of_them_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(hub_of(folder.path(), &["one", "two"]));
        let connection = connection(folder.path());
        // The first event again in another room, as of the same happening.
        let copied = connection.execute_batch(
            "UPDATE event SET kind = 'quit', spread = '77 2 3 5' WHERE text = 'one';
             CREATE TEMP TABLE copy AS SELECT * FROM event WHERE kind = 'quit';
             UPDATE copy SET id = (5 << 32) + 9, time = time + 1500;
             INSERT INTO event SELECT * FROM copy;",
        );
        copied.expect("changed");
        let quits = || {
            let lines = exported(folder.path(), &Filter::default());
            lines
                .iter()
                .filter(|line| line.contains("\"quit\""))
                .count()
        };
        assert_eq!(quits(), 1, "room 2 is gone; 3 and 5 have it");
        let forgotten =
            connection.execute_batch("DELETE FROM event WHERE kind = 'quit' AND id >> 32 = 3");
        forgotten.expect("changed");
        assert_eq!(quits(), 1, "5 alone has it");
    }

    #[test]
    fn times_are_days_times_and_how_long_ago() {
        let millis = |text: &str| moment(text).map(Timestamp::as_millis);
        assert_eq!(millis("1970-01-02"), Ok(86_400_000));
        assert_eq!(millis("1970-01-01T00:00:01Z"), Ok(1_000));
        let then = millis("2h").expect("a time");
        let ago = clock::now().as_millis() - then;
        assert!((7_200_000..7_260_000).contains(&ago), "{ago}");
        assert!(moment("yesterday").is_err());
    }
}
