//! Accounts as rows of the tables `account` and `account_certificate`, and back.

use std::collections::HashMap;

use rusqlite::{Connection, Row, params};
use salon_config::Secret;
use salon_protocol::{Nick, Timestamp};

use crate::account::{Account, Credentials};
use crate::event::StreamId;

/// Stores an account and its certificates, or nothing.
pub(super) fn write(connection: &mut Connection, account: &Account) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    let name = account.name.as_str();
    transaction.execute(
        "INSERT OR REPLACE INTO account (name, created, email, password, scram, stream, multiclient, always_on)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            name,
            account.created.as_millis().cast_signed(),
            account.email,
            account.credentials.password_hash.expose(),
            account.credentials.scram.expose(),
            account.direct.map(|stream| stream.0.cast_signed()),
            account.multiclient,
            account.always_on,
        ],
    )?;
    transaction.execute("DELETE FROM account_certificate WHERE account = ?1", [name])?;
    for fingerprint in &account.certificates {
        transaction.execute(
            "INSERT OR REPLACE INTO account_certificate (fingerprint, account) VALUES (?1, ?2)",
            [fingerprint, name],
        )?;
    }
    transaction.commit()
}

/// Deletes an account and all that it keeps.
pub(super) fn delete(connection: &mut Connection, account: &Nick) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute("DELETE FROM account WHERE name = ?1", [account.as_str()])?;
    for table in [
        "account_certificate",
        "account_marker",
        "account_partner",
        "account_metadata",
        "presence",
        "room_member",
    ] {
        let sql = format!("DELETE FROM {table} WHERE account = ?1");
        transaction.execute(&sql, [account.as_str()])?;
    }
    transaction.commit()
}

/// All accounts.
pub(super) fn read_all(connection: &Connection) -> rusqlite::Result<Vec<Account>> {
    let mut certificates: HashMap<String, Vec<String>> = HashMap::new();
    let mut statement =
        connection.prepare("SELECT account, fingerprint FROM account_certificate")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    for row in rows {
        let (account, fingerprint) = row?;
        certificates
            .entry(salon_protocol::fold(&account))
            .or_default()
            .push(fingerprint);
    }
    let mut statement = connection.prepare(
        "SELECT name, created, email, password, scram, stream, multiclient, always_on FROM account",
    )?;
    let mut accounts = Vec::new();
    for account in statement.query_map([], account)? {
        let Some(mut account) = account? else {
            continue;
        };
        account.certificates = certificates
            .remove(&salon_protocol::fold(account.name.as_str()))
            .unwrap_or_default();
        accounts.push(account);
    }
    Ok(accounts)
}

/// An account without its certificates; nothing for a name that is none by the rules of this version.
fn account(row: &Row<'_>) -> rusqlite::Result<Option<Account>> {
    let name: String = row.get(0)?;
    let Ok(name) = name.parse::<Nick>() else {
        tracing::warn!(name, "an account has no valid name and is left out");
        return Ok(None);
    };
    Ok(Some(Account {
        name,
        created: Timestamp::from_millis(row.get::<_, i64>(1)?.cast_unsigned()),
        email: row.get(2)?,
        credentials: Credentials {
            password_hash: Secret::new(row.get::<_, String>(3)?),
            scram: Secret::new(row.get::<_, String>(4)?),
        },
        certificates: Vec::new(),
        direct: row
            .get::<_, Option<i64>>(5)?
            .map(|stream| StreamId(stream.cast_unsigned())),
        multiclient: row.get(6)?,
        always_on: row.get(7)?,
    }))
}
