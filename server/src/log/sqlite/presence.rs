//! Those who are always on, and the rooms that they are in.

use rusqlite::{Connection, Row, params};
use salon_protocol::{Nick, Timestamp};

use super::notes;
use crate::event::StreamId;
use crate::identity::{UserId, UserModes};
use crate::log::{MemberRecord, PresenceRecord};
use crate::metadata::Metadata;

/// Stores who somebody is.
pub(super) fn write(connection: &Connection, presence: &PresenceRecord) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO presence (account, user, nick, username, host, realname, away, modes, connected)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    let done = statement.execute(params![
        presence.account.as_str(),
        presence.user.0.cast_signed(),
        presence.nick.as_str(),
        presence.username,
        presence.host,
        presence.realname,
        presence.away,
        presence.modes.bits(),
        presence.connected.as_millis().cast_signed(),
    ]);
    done.map(|_| ())
}

/// Deletes somebody who is always on no more, out of all rooms too.
pub(super) fn delete(connection: &mut Connection, account: &Nick) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for table in ["presence", "room_member"] {
        let sql = format!("DELETE FROM {table} WHERE account = ?1");
        transaction.execute(&sql, [account.as_str()])?;
    }
    transaction.commit()
}

/// All who are always on; the members of rooms that are nobody of these are deleted.
pub(super) fn read_all(connection: &Connection) -> rusqlite::Result<Vec<PresenceRecord>> {
    connection.execute(
        "DELETE FROM room_member WHERE account NOT IN (SELECT account FROM presence)",
        [],
    )?;
    let mut statement = connection.prepare(
        "SELECT account, user, nick, username, host, realname, away, modes, connected FROM presence",
    )?;
    let mut presences = Vec::new();
    for presence in statement.query_map([], presence)? {
        let Some(mut presence) = presence? else {
            continue;
        };
        presence.metadata = notes::metadata(connection, presence.account.as_str())?;
        presences.push(presence);
    }
    Ok(presences)
}

/// Nothing for a nick that is none by the rules of this version.
fn presence(row: &Row<'_>) -> rusqlite::Result<Option<PresenceRecord>> {
    let [account, nick] = [row.get::<_, String>(0)?, row.get(2)?];
    let (Ok(account), Ok(nick)) = (account.parse(), nick.parse()) else {
        tracing::warn!(account, nick, "somebody has no valid nick and is left out");
        return Ok(None);
    };
    Ok(Some(PresenceRecord {
        account,
        user: UserId(row.get::<_, i64>(1)?.cast_unsigned()),
        nick,
        username: row.get(3)?,
        host: row.get(4)?,
        realname: row.get(5)?,
        away: row.get(6)?,
        modes: UserModes::from_bits_truncate(row.get(7)?),
        connected: Timestamp::from_millis(row.get::<_, i64>(8)?.cast_unsigned()),
        metadata: Metadata::default(),
    }))
}

/// Stores that somebody came into a room, has another rank there, or has left.
pub(super) fn write_member(
    connection: &Connection,
    stream: StreamId,
    member: &MemberRecord,
) -> rusqlite::Result<()> {
    let stream = stream.0.cast_signed();
    let done = match &member.rank {
        Some(rank) => connection
            .prepare_cached(
                "INSERT OR REPLACE INTO room_member (stream, account, rank) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![stream, member.account, rank]),
        None => connection
            .prepare_cached("DELETE FROM room_member WHERE stream = ?1 AND account = ?2")?
            .execute(params![stream, member.account]),
    };
    done.map(|_| ())
}

/// Those members of a room who are always on.
pub(super) fn members(
    connection: &Connection,
    stream: StreamId,
) -> rusqlite::Result<Vec<MemberRecord>> {
    let mut statement = connection.prepare_cached(
        "SELECT account, rank FROM room_member WHERE stream = ?1 ORDER BY account",
    )?;
    let members = statement.query_map([stream.0.cast_signed()], |row| {
        Ok(MemberRecord {
            account: row.get::<_, String>(0)?.into(),
            rank: Some(row.get(1)?),
        })
    })?;
    members.collect()
}

/// Deletes the members of a room that is deleted.
pub(super) fn delete_members(connection: &Connection, stream: StreamId) -> rusqlite::Result<()> {
    let done = connection
        .prepare_cached("DELETE FROM room_member WHERE stream = ?1")?
        .execute([stream.0.cast_signed()]);
    done.map(|_| ())
}
