//! An event as a row of the table `event`, and back.

use std::sync::Arc;

use rusqlite::{CachedStatement, Row, params};
use salon_protocol::{Nick, Timestamp};

use crate::event::{Audience, Body, Event, MessageId, Seq, Speech, Spread, StreamId};
use crate::identity::{Identity, SessionId, UserId, UserModes};

/// How far the stream is shifted in an event's id.
const SEQ_BITS: u32 = 32;

/// The columns, in the order in which [`read`] takes them.
pub(super) const COLUMNS: &str = "id, time, kind, nick, username, host, account, modes, target, text, tags, detail, \
                                  session, user, audience, spread";

/// The kind of a row whose message was taken back.
pub(super) const REDACTED: &str = "redacted";

/// Stores one event. Its values go by their places, since to look up their names took longer than a tenth of a commit.
pub(super) const INSERT: &str = "INSERT INTO event (id, time, kind, nick, username, host, account, modes, target, text, tags, detail, session, \
     user, audience, spread) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";

/// The id of the row of the event at a place.
pub(super) fn id_of(stream: StreamId, seq: Seq) -> i64 {
    // A file has room for 2^31 streams of 2^32 events.
    let id = (stream.0 << SEQ_BITS) | seq.0.min((1 << SEQ_BITS) - 1);
    i64::try_from(id).unwrap_or(i64::MAX)
}

/// The place that an id stands for.
pub(super) fn place_of(id: i64) -> (StreamId, Seq) {
    let id = id.cast_unsigned();
    (StreamId(id >> SEQ_BITS), Seq(id & ((1 << SEQ_BITS) - 1)))
}

/// Writes an event with the statement [`INSERT`].
pub(super) fn write(statement: &mut CachedStatement<'_>, event: &Event) -> rusqlite::Result<()> {
    let (kind, text, tags, detail) = columns_of(&event.body, &event.source);
    let source = &event.source;
    let audience = match &event.audience {
        Audience::Everyone => None,
        Audience::Only(users) => Some(join(users.iter().map(|user| user.0))),
    };
    let spread = event.spread.as_ref().map(|spread| {
        join(
            [spread.id]
                .into_iter()
                .chain(spread.rooms.iter().map(|room| room.0)),
        )
    });
    statement.execute(params![
        id_of(event.id.stream, event.id.seq),
        event.time.as_millis().cast_signed(),
        kind,
        source.nick.as_str(),
        &*source.username,
        &*source.host,
        source.account.as_deref(),
        source.modes.bits(),
        &*event.target,
        text,
        tags,
        detail,
        event.origin.0.cast_signed(),
        event.user.0.cast_signed(),
        audience,
        spread,
    ])?;
    Ok(())
}

/// Kind, text, tags and detail.
fn columns_of<'a>(
    body: &'a Body,
    source: &'a Identity,
) -> (
    &'static str,
    Option<&'a str>,
    Option<&'a str>,
    Option<String>,
) {
    match body {
        Body::Said {
            speech,
            text,
            client_tags,
        } => {
            let kind = match speech {
                Speech::Privmsg => "privmsg",
                Speech::Notice => "notice",
                Speech::Tagmsg => "tagmsg",
            };
            let tags = (!client_tags.is_empty()).then_some(&**client_tags);
            (kind, Some(text), tags, None)
        }
        Body::Join => (
            "join",
            Some(&source.realname),
            None,
            source.away.as_deref().map(ToOwned::to_owned),
        ),
        Body::Part { reason } => ("part", reason.as_deref(), None, None),
        Body::Quit { reason } => ("quit", Some(reason), None, None),
        Body::Nick { new } => ("nick", Some(new.as_str()), None, None),
        Body::Topic { text } => ("topic", Some(text), None, None),
        Body::Rename { to, reason } => ("rename", Some(reason), None, Some(to.to_string())),
        Body::Mode { change } => ("mode", Some(change), None, None),
        Body::Kick { user, nick, reason } => (
            "kick",
            Some(reason),
            None,
            Some(format!("{nick} {}", user.0)),
        ),
        Body::Invite { nick, announced } => (
            if *announced { "invited" } else { "invite" },
            Some(nick.as_str()),
            None,
            None,
        ),
        Body::Wallops { text } => ("wallops", Some(text), None, None),
        Body::Redact { message, reason } => (
            "redact",
            reason.as_deref(),
            None,
            Some(message.seq.0.to_string()),
        ),
        Body::Metadata {
            of_room,
            key,
            value,
        } => {
            let of = if *of_room { "room" } else { "user" };
            (
                "metadata",
                value.as_deref(),
                None,
                Some(format!("{of} {key}")),
            )
        }
        Body::Redacted => (REDACTED, None, None, None),
        Body::Away => ("away", source.away.as_deref(), None, None),
        Body::Account => ("account", None, None, None),
        Body::Setname => ("setname", Some(&source.realname), None, None),
    }
}

/// A time as it is kept.
pub(super) fn time_of(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis.cast_unsigned())
}

/// The text of a row of [`COLUMNS`].
pub(super) fn text<'a>(row: &'a Row<'_>) -> Option<&'a str> {
    row.get_ref(9).ok()?.as_str().ok()
}

/// Reads an event from a row of [`COLUMNS`].
pub(super) fn read(row: &Row<'_>, epoch: u64) -> rusqlite::Result<Event> {
    let (stream, seq) = place_of(row.get(0)?);
    let kind: String = row.get(2)?;
    let text: Option<String> = row.get(9)?;
    let detail: Option<String> = row.get(11)?;
    let tags: Option<String> = row.get(10)?;
    let audience: Option<String> = row.get(14)?;
    let spread: Option<String> = row.get(15)?;
    let source = identity(row, &kind, text.as_deref(), detail.as_deref())?;
    let id = MessageId { epoch, stream, seq };
    let body = body(id, &kind, text, tags, detail.as_deref())?;
    Ok(Event {
        id,
        time: Timestamp::from_millis(row.get::<_, i64>(1)?.cast_unsigned()),
        origin: SessionId(row.get::<_, i64>(12)?.cast_unsigned()),
        user: UserId(row.get::<_, i64>(13)?.cast_unsigned()),
        source: Arc::new(source),
        target: row.get::<_, String>(8)?.into(),
        body,
        audience: audience.map_or(Audience::Everyone, |users| {
            Audience::Only(split(&users).map(UserId).collect())
        }),
        spread: spread.and_then(|spread| {
            let mut numbers = split(&spread);
            let id = numbers.next()?;
            Some(Arc::new(Spread {
                id,
                rooms: numbers.map(StreamId).collect(),
            }))
        }),
    })
}

fn identity(
    row: &Row<'_>,
    kind: &str,
    text: Option<&str>,
    detail: Option<&str>,
) -> rusqlite::Result<Identity> {
    let nick = nick_of(&row.get::<_, String>(3)?)?;
    let realname = if matches!(kind, "join" | "setname") {
        text.unwrap_or_default()
    } else {
        ""
    };
    let away = match kind {
        "join" => detail,
        "away" => text,
        _ => None,
    };
    let mut identity = Identity::new(
        nick,
        &row.get::<_, String>(4)?,
        &row.get::<_, String>(5)?,
        realname,
    )
    .with_away(away);
    identity.account = row.get::<_, Option<String>>(6)?.map(Into::into);
    identity.modes = UserModes::from_bits_truncate(row.get(7)?);
    Ok(identity)
}

fn body(
    id: MessageId,
    kind: &str,
    text: Option<String>,
    tags: Option<String>,
    detail: Option<&str>,
) -> rusqlite::Result<Body> {
    let optional = text.clone().map(Into::into);
    let text: Box<str> = text.unwrap_or_default().into();
    let said = |speech, text| Body::Said {
        speech,
        text,
        client_tags: tags.unwrap_or_default().into(),
    };
    Ok(match kind {
        "privmsg" => said(Speech::Privmsg, text),
        "notice" => said(Speech::Notice, text),
        "tagmsg" => said(Speech::Tagmsg, text),
        "join" => Body::Join,
        "part" => Body::Part { reason: optional },
        "quit" => Body::Quit { reason: text },
        "nick" => Body::Nick {
            new: nick_of(&text)?,
        },
        "topic" => Body::Topic { text },
        "rename" => Body::Rename {
            to: detail
                .unwrap_or_default()
                .parse()
                .map_err(|error| foreign(format!("{detail:?} is no name of a room: {error}")))?,
            reason: text,
        },
        "mode" => Body::Mode { change: text },
        "kick" => {
            let (nick, user) = detail
                .and_then(|detail| detail.split_once(' '))
                .unwrap_or_default();
            Body::Kick {
                user: UserId(user.parse().unwrap_or_default()),
                nick: nick_of(nick)?,
                reason: text,
            }
        }
        "invite" | "invited" => Body::Invite {
            nick: nick_of(&text)?,
            announced: kind == "invited",
        },
        "wallops" => Body::Wallops { text },
        "redact" => Body::Redact {
            message: MessageId {
                seq: Seq(detail.and_then(|seq| seq.parse().ok()).unwrap_or_default()),
                ..id
            },
            reason: optional,
        },
        "metadata" => {
            let (of, key) = detail
                .and_then(|detail| detail.split_once(' '))
                .unwrap_or_default();
            Body::Metadata {
                of_room: of == "room",
                key: key.into(),
                value: optional,
            }
        }
        REDACTED => Body::Redacted,
        "away" => Body::Away,
        "account" => Body::Account,
        "setname" => Body::Setname,
        _ => {
            return Err(foreign(format!(
                "a kind of event that this salond does not know: {kind:?}"
            )));
        }
    })
}

fn nick_of(text: &str) -> rusqlite::Result<Nick> {
    text.parse::<Nick>()
        .map_err(|error| foreign(format!("{text:?} is no nick: {error}")))
}

fn foreign(why: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, why.into())
}

fn join(numbers: impl Iterator<Item = u64>) -> String {
    numbers
        .map(|number| number.to_string())
        .collect::<Vec<_>>()
        .join(" ")
}

fn split(numbers: &str) -> impl Iterator<Item = u64> {
    numbers.split(' ').filter_map(|number| number.parse().ok())
}
