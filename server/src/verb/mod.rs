//! The verbs of the protocol: one table, one file a verb.
//!
//! A verb's file holds its row of the table and its handler. The preconditions in the row (registered or not, how
//! many parameters) are checked here, once, before the handler. A handler answers through the [`Client`], which
//! collects what it says; nothing here touches the socket.

#![expect(
    clippy::unnecessary_wraps,
    reason = "all handlers of a table have one signature, also those that never refuse"
)]

use futures_util::future::BoxFuture;
use salon_protocol::{Message, ParseError, check_client_tags, numeric};

use crate::connection::{Client, LineKind, not_registered};
use crate::reply::Reply;
use crate::service;

/// What a handler gives: the error is the line that refuses the command.
pub(crate) type Handled = Result<(), Reply>;

/// When a verb may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// At any time.
    Any,
    /// Until registration is complete; `462` from then on.
    Unregistered,
    /// Once registration is complete; `451` until then.
    Registered,
}

/// How a verb is carried out.
pub(crate) enum Handler {
    /// At once.
    Now(fn(&mut Client, &Message<'_>) -> Handled),
    /// With questions to rooms, the post office or another thread.
    Ask(for<'a> fn(&'a mut Client, &'a Message<'a>) -> BoxFuture<'a, Handled>),
    /// Left for the next flush, so that messages sent together are committed together. Answered there.
    Post(fn(&mut Client, &Message<'_>) -> Handled),
}

/// A row of the table.
pub(crate) struct Verb {
    pub(crate) name: &'static str,
    /// Fewer parameters are refused with `461`.
    pub(crate) params_min: usize,
    pub(crate) phase: Phase,
    pub(crate) handler: Handler,
    /// What `HELP` says of it; the first line is its form.
    pub(crate) help: &'static str,
}

/// Makes the modules and the table; the names are in alphabetical order, which the look-up needs.
macro_rules! verbs {
    ($($module:ident),* $(,)?) => {
        $(pub(crate) mod $module;)*
        /// All verbs, by name.
        pub(crate) const TABLE: &[Verb] = &[$($module::VERB),*];
    };
}

verbs! {
    authenticate, away,
    batch,
    cap, chanserv, chathistory,
    dline,
    help,
    info, invite, ison, isupport,
    join,
    kick, kill, kline,
    links, list, lusers,
    markread, metadata, mode, monitor, motd,
    names, nick, nickserv, notice,
    oper,
    part, pass, ping, pong, privmsg,
    quit,
    redact, register, rename,
    search, setname, stats,
    tagmsg, time, topic,
    undline, unkline, user, userhost,
    version,
    wallops, who, whois, whowas,
}

/// The longest verb there is, in bytes.
const NAME_BYTES_MAX: usize = 16;

/// What a browser's requests begin with. Any page may have one send a request to any address, with lines of IRC in it, which
/// are not to be heard.
const HTTP: [&str; 7] = ["GET", "POST", "PUT", "HEAD", "OPTIONS", "PATCH", "DELETE"];

/// The row of a verb, whatever its case.
pub(crate) fn look_up(verb: &str) -> Option<&'static Verb> {
    let mut folded = [0_u8; NAME_BYTES_MAX];
    let folded = folded.get_mut(..verb.len())?;
    folded.copy_from_slice(verb.as_bytes());
    folded.make_ascii_uppercase();
    let wanted: &[u8] = match &*folded {
        // The older name of HELP.
        b"HELPOP" => b"HELP",
        b"NS" => b"NICKSERV",
        b"CS" => b"CHANSERV",
        name => name,
    };
    let index = TABLE
        .binary_search_by(|row| row.name.as_bytes().cmp(wanted))
        .ok()?;
    TABLE.get(index)
}

/// Handles one line; says what it was, since some have a rate of their own.
pub(crate) async fn handle_line(client: &mut Client, line: &[u8]) -> LineKind {
    if check_client_tags(line).is_err() {
        return refuse_long_line(client).await;
    }
    let Ok(text) = std::str::from_utf8(line) else {
        return refuse_invalid_utf8(client, line).await;
    };
    let message = match Message::parse(text) {
        Ok(message) => message,
        Err(ParseError::NoVerb) => return LineKind::Plain,
        Err(error) => {
            // Whoever counts on it having been said is not to wait for nothing.
            client.flush_postings().await;
            let reason = error.to_string();
            client.reply(&Reply::fail("*", "INVALID_LINE", &[], &reason));
            return LineKind::Plain;
        }
    };
    let Some(verb) = look_up(service::addressed(&message).unwrap_or(&message.verb)) else {
        client.flush_postings().await;
        if client.user.is_none() && HTTP.contains(&&*message.verb) {
            client.ending =
                Some("This is IRC, and a request of HTTP is expected elsewhere".to_owned());
            return LineKind::Plain;
        }
        let label = client.label_of(&message);
        client.begin(label);
        client.numeric(
            numeric::ERR_UNKNOWNCOMMAND,
            &[&message.verb, "Unknown command"],
        );
        client.finish();
        return LineKind::Plain;
    };
    let kind = kind_of(client, verb, &message);
    if kind != LineKind::Message {
        client.flush_postings().await;
    }
    run(client, verb, &message).await;
    kind
}

/// `417` for a line of which not all was kept, or whose tags are too long.
pub(crate) async fn refuse_long_line(client: &mut Client) -> LineKind {
    client.flush_postings().await;
    client.numeric(numeric::ERR_INPUTTOOLONG, &["Input line was too long"]);
    LineKind::Plain
}

fn kind_of(client: &Client, verb: &Verb, message: &Message<'_>) -> LineKind {
    match (&verb.handler, verb.name) {
        (Handler::Post(_), _) => LineKind::Message,
        (_, "JOIN") => {
            let rooms = message.param(0).unwrap_or_default().split(',').count();
            LineKind::Join(u32::try_from(rooms).unwrap_or(u32::MAX))
        }
        // Nobody sees what somebody who is arriving tries.
        (_, "NICK") if client.user.is_some() => LineKind::Nick,
        _ => LineKind::Plain,
    }
}

async fn run(client: &mut Client, verb: &Verb, message: &Message<'_>) {
    let handled = match (check(client, verb, message), &verb.handler) {
        (Ok(()), Handler::Post(handler)) => {
            // What cannot be posted is answered in its turn.
            let Err(reply) = handler(client, message) else {
                return;
            };
            client.flush_postings().await;
            client.begin(client.label_of(message));
            Err(reply)
        }
        (Ok(()), Handler::Now(handler)) => {
            client.begin(client.label_of(message));
            handler(client, message)
        }
        (Ok(()), Handler::Ask(handler)) => {
            client.begin(client.label_of(message));
            handler(client, message).await
        }
        (Err(reply), _) => {
            client.flush_postings().await;
            client.begin(client.label_of(message));
            Err(reply)
        }
    };
    if let Err(reply) = handled {
        client.reply(&reply);
    }
    client.finish();
}

fn check(client: &Client, verb: &Verb, message: &Message<'_>) -> Handled {
    match (verb.phase, client.user.is_some()) {
        (Phase::Registered, false) => return Err(not_registered()),
        (Phase::Unregistered, true) => {
            return Err(Reply::numeric(
                numeric::ERR_ALREADYREGISTERED,
                &["You may not reregister"],
            ));
        }
        (Phase::Any, _) | (Phase::Registered, true) | (Phase::Unregistered, false) => {}
    }
    if message.params.len() < verb.params_min {
        return Err(need_more_params(verb.name));
    }
    Ok(())
}

/// `461`
pub(crate) fn need_more_params(verb: &str) -> Reply {
    Reply::numeric(
        numeric::ERR_NEEDMOREPARAMS,
        &[verb, "Not enough parameters"],
    )
}

/// <https://ircv3.net/specs/extensions/utf8-only>
async fn refuse_invalid_utf8(client: &mut Client, line: &[u8]) -> LineKind {
    client.flush_postings().await;
    let readable = String::from_utf8_lossy(line);
    let message = Message::parse(&readable).ok();
    let label = message
        .as_ref()
        .and_then(|message| client.label_of(message));
    let verb = message
        .as_ref()
        .and_then(|message| look_up(&message.verb))
        .map_or("*", |verb| verb.name);
    client.begin(label);
    client.reply(&Reply::fail(
        verb,
        "INVALID_UTF8",
        &[],
        "Message rejected, it is not UTF-8",
    ));
    client.finish();
    LineKind::Plain
}

/// What was given, where it is fit to be a parameter in the middle of a line.
pub(crate) fn fit(text: &str) -> &str {
    if text.is_empty() || text.contains(' ') || text.starts_with(':') {
        "*"
    } else {
        text
    }
}

/// The text, cut to a number of bytes at a character's boundary.
pub(crate) fn cut(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_its_names() {
        assert!(TABLE.is_sorted_by(|one, other| one.name < other.name));
        assert!(TABLE.iter().all(|verb| verb.name.len() <= NAME_BYTES_MAX));
    }

    #[test]
    fn the_files_are_the_table() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/verb");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder of this file")
            .filter_map(|entry| {
                entry
                    .expect("an entry")
                    .path()
                    .file_stem()?
                    .to_str()
                    .map(str::to_uppercase)
            })
            .filter(|name| name != "MOD")
            .collect();
        files.sort();
        let names: Vec<&str> = TABLE.iter().map(|verb| verb.name).collect();
        assert_eq!(files, names);
    }

    #[test]
    fn verbs_are_found_whatever_their_case() {
        assert_eq!(look_up("privMSG").map(|verb| verb.name), Some("PRIVMSG"));
        assert_eq!(look_up("helpop").map(|verb| verb.name), Some("HELP"));
        assert!(look_up("PRIVMSGS").is_none() && look_up("AN-EXTREMELY-LONG-VERB").is_none());
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(
            (cut("aé", 2), cut("aé", 3), cut("aé", 9)),
            ("a", "aé", "aé")
        );
    }
}
