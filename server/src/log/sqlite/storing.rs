//! What one transaction stores: events, and with them what they say of rooms, members and notes.

use rusqlite::{Connection, Transaction, params};

use super::{guest, marks, notes, presence, rooms, row, search};
use crate::event::{Body, MessageId, StreamId};
use crate::log::Group;

/// Stores all groups, or none; and that streams up to one are given to nobody else.
pub(super) fn store<'a>(
    connection: &mut Connection,
    groups: impl Iterator<Item = &'a Group>,
    noted: Option<StreamId>,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    if let Some(stream) = noted {
        marks::note_stream(&transaction, stream)?;
    }
    {
        let mut insert = transaction.prepare_cached(row::INSERT)?;
        for group in groups {
            if let Some(room) = &group.room {
                rooms::store(&transaction, room)?;
            }
            for member in &group.members {
                presence::write_member(&transaction, group.stream, member)?;
            }
            for guest in &group.guests {
                guest::write(&transaction, group.stream, guest)?;
            }
            for event in &group.events {
                row::write(&mut insert, event)?;
                if let Body::Redact { message, .. } = &event.body {
                    redact(&transaction, *message)?;
                }
                if let Body::Rename { to, .. } = &event.body {
                    notes::rename(&transaction, &event.target, to.as_str())?;
                }
            }
        }
    }
    transaction.commit()
}

/// Takes a message back: where it stood stays, what it said goes.
fn redact(transaction: &Transaction<'_>, message: MessageId) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE event SET kind = ?2, text = NULL, tags = NULL, detail = NULL
             WHERE id = ?1 AND kind IN ('privmsg', 'notice', 'tagmsg')",
        )?
        .execute(params![
            row::id_of(message.stream, message.seq),
            row::REDACTED
        ])?;
    let id = row::id_of(message.stream, message.seq);
    search::forget(transaction, id, id)
}
