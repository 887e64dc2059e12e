//! Bans of operators as rows of the table `ban`, and back.

use rusqlite::{Connection, Row, params};
use salon_protocol::Timestamp;

use crate::ban::{Ban, BanKind};

/// Stores the whole list in the place of the one before, or nothing.
pub(super) fn write(connection: &mut Connection, bans: &[Ban]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute("DELETE FROM ban", [])?;
    {
        let mut insert = transaction.prepare_cached(
            "INSERT INTO ban (kind, mask, reason, setter, created, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for ban in bans {
            insert.execute(params![
                word(ban.kind),
                ban.mask,
                ban.reason,
                ban.setter,
                ban.created.as_millis().cast_signed(),
                ban.expires.map(|time| time.as_millis().cast_signed()),
            ])?;
        }
    }
    transaction.commit()
}

/// All bans, in the order in which they were set.
pub(super) fn read_all(connection: &Connection) -> rusqlite::Result<Vec<Ban>> {
    let mut statement = connection.prepare(
        "SELECT kind, mask, reason, setter, created, expires FROM ban ORDER BY created, mask",
    )?;
    let bans = statement.query_map([], ban)?;
    bans.collect()
}

fn ban(row: &Row<'_>) -> rusqlite::Result<Ban> {
    let kind: String = row.get(0)?;
    let time = |millis: i64| Timestamp::from_millis(millis.cast_unsigned());
    Ok(Ban {
        kind: if kind == word(BanKind::Address) {
            BanKind::Address
        } else {
            BanKind::Mask
        },
        mask: row.get(1)?,
        reason: row.get(2)?,
        setter: row.get(3)?,
        created: time(row.get(4)?),
        expires: row.get::<_, Option<i64>>(5)?.map(time),
    })
}

fn word(kind: BanKind) -> &'static str {
    match kind {
        BanKind::Mask => "mask",
        BanKind::Address => "address",
    }
}
