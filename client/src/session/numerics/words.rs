//! What the server's numbered refusals mean, in words that say what to do. Servers agree on the numbers and on what
//! stands before the text, and word the rest each in its own way; where a number has several causes, the server's
//! words stay, since they tell which. <https://modern.ircdocs.horse/#numerics>

use salon_protocol::{Numeric, numeric};

use crate::session::{Incoming, Session};

/// The words for each number: `{1}` is its first parameter behind our nick, `{text}` what the server says.
const TABLE: [(Numeric, &str); 32] = [
    (
        numeric::RPL_TRYAGAIN,
        "the server is too busy for {1}; try again in a moment",
    ),
    (numeric::ERR_NOSUCHNICK, "there is no '{1}' here"),
    (numeric::ERR_NOSUCHSERVER, "there is no server '{1}'"),
    (
        numeric::ERR_NOSUCHCHANNEL,
        "{1}: {text}; ':list' shows the rooms that there are",
    ),
    (
        numeric::ERR_CANNOTSENDTOCHAN,
        "{1}: {text}; where it is moderated, one of its operators can give you the ':voice'",
    ),
    (
        numeric::ERR_TOOMANYCHANNELS,
        "you are in as many rooms as the server allows; ':part' one of them first",
    ),
    (
        numeric::ERR_WASNOSUCHNICK,
        "nobody was called '{1}' of late",
    ),
    (
        numeric::ERR_ERRONEUSNICKNAME,
        "'{1}' can't be a nick here: {text}",
    ),
    (
        numeric::ERR_NICKNAMEINUSE,
        "somebody is called '{1}' already; ':nick NAME' takes another name",
    ),
    (
        numeric::ERR_NICKCOLLISION,
        "somebody is called '{1}' already; ':nick NAME' takes another name",
    ),
    (
        numeric::ERR_UNAVAILRESOURCE,
        "'{1}' is held back for now: {text}; try again in some minutes",
    ),
    (numeric::ERR_USERNOTINCHANNEL, "{1} is not in {2}"),
    (
        numeric::ERR_NOTONCHANNEL,
        "you are not in {1}; ':join {1}' enters it",
    ),
    (numeric::ERR_USERONCHANNEL, "{1} is in {2} already"),
    (
        numeric::ERR_PASSWDMISMATCH,
        "the server wants another password ('password' in the settings): {text}",
    ),
    (
        numeric::ERR_YOUREBANNEDCREEP,
        "the server has banned you: {text}",
    ),
    (
        numeric::ERR_KEYSET,
        "{1} has a key already; ':mode {1} -k KEY' takes that away first",
    ),
    (numeric::ERR_LINKCHANNEL, "{1} leads to {2} instead: {text}"),
    (
        numeric::ERR_CHANNELISFULL,
        "{1} is full; try again when somebody has left",
    ),
    (
        numeric::ERR_UNKNOWNMODE,
        "the server knows no mode '{1}' of rooms",
    ),
    (
        numeric::ERR_INVITEONLYCHAN,
        "{1} is by invitation only: ask one of its operators for an ':invite'",
    ),
    (
        numeric::ERR_BANNEDFROMCHAN,
        "you are banned from {1}: one of its operators can ':unban' you",
    ),
    (
        numeric::ERR_BADCHANNELKEY,
        "{1} opens with a key: ':join {1} KEY'",
    ),
    (
        numeric::ERR_BADCHANMASK,
        "'{1}' can't be a room here: {text}",
    ),
    (
        numeric::ERR_NEEDREGGEDNICK,
        "{1}: {text}; ':login' says who you are",
    ),
    (
        numeric::ERR_BANLISTFULL,
        "{1} has as many masks in its lists as the server allows; ':unban' takes one away",
    ),
    (
        numeric::ERR_NOPRIVILEGES,
        "that is for operators of the server: {text}",
    ),
    (
        numeric::ERR_CHANOPRIVSNEEDED,
        "{1}: {text}; one of its operators can ':op' you",
    ),
    (
        numeric::ERR_SECUREONLYCHAN,
        "{1}: {text}; ':connect ircs://...' connects by TLS",
    ),
    (
        numeric::ERR_OPERONLY,
        "{1} is for operators of the server alone",
    ),
    (
        numeric::RPL_TARGUMODEG,
        "{1} hears only those who are let: {text}",
    ),
    (
        numeric::ERR_CANTSENDTOUSER,
        "{1} takes no message of yours: {text}",
    ),
];

/// A message to a room that we are not in: that is the usual cause.
const FROM_OUTSIDE: &str = "{1} takes no message from outside; ':join {1}' enters it";
/// A message to a room of which the server says that it is moderated.
const MODERATED: &str = "{1} is moderated: one of its operators can give you the ':voice'";
/// The server names another cause, and no command mends it.
const AS_IT_IS: &str = "{1}: {text}";

/// What a refusal says to a person. A number that is not in the table, or comes without the parameters that it
/// should have, is told as the server words it, behind what it is about.
pub(super) fn of(session: &Session, incoming: &Incoming<'_>) -> String {
    let code = super::code(&incoming.message.verb);
    let template = code.and_then(|code| template(session, incoming, code));
    let words = template.and_then(|template| fill(template, incoming));
    words.unwrap_or_else(|| as_told(incoming))
}

fn template(session: &Session, incoming: &Incoming<'_>, code: u16) -> Option<&'static str> {
    let about = incoming.param(1);
    let is = |numeric: Numeric| code == numeric.code();
    if is(numeric::ERR_CANNOTSENDTOCHAN) {
        let is_outside = session.is_room(about) && !session.is_in(about);
        // Some servers name the mode in the way: `Cannot send to channel (+m)`.
        let text = incoming.last();
        if is_outside {
            return Some(FROM_OUTSIDE);
        } else if text.contains("+m") {
            return Some(MODERATED);
        } else if text.contains('+') {
            return Some(AS_IT_IS);
        }
    }
    // What begins so has no modes, and some servers say that by the number of accounts.
    if is(numeric::ERR_NEEDREGGEDNICK) && about.starts_with('+') {
        return Some(AS_IT_IS);
    }
    let row = TABLE.iter().find(|(numeric, _)| is(*numeric));
    row.map(|(_, template)| *template)
}

/// Puts the parameters into their places, if all are there.
fn fill(template: &str, incoming: &Incoming<'_>) -> Option<String> {
    let texts = incoming.message.params.len().checked_sub(1)?;
    let mut pieces = template.split('{');
    let mut words = pieces.next()?.to_owned();
    for piece in pieces {
        let (place, after) = piece.split_once('}')?;
        let value = match place.parse::<usize>() {
            Ok(index) if index < texts => incoming.param(index),
            Ok(_) => return None,
            Err(_) => incoming.last().trim_end_matches('.'),
        };
        words.push_str(value);
        words.push_str(after);
    }
    Some(words)
}

/// What went wrong, behind what it is about: `#dev: Cannot join channel (+k)`.
fn as_told(incoming: &Incoming<'_>) -> String {
    let params = &incoming.message.params;
    let about: Vec<&str> = params
        .iter()
        .skip(1)
        .take(params.len().saturating_sub(2))
        .map(AsRef::as_ref)
        .collect();
    match about.as_slice() {
        [] => incoming.last().to_owned(),
        about => format!("{}: {}", about.join(" "), incoming.last()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_stands_once_and_every_place_can_be_filled() {
        let mut codes: Vec<_> = TABLE.iter().map(|(numeric, _)| numeric.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), TABLE.len());
        for (_, template) in TABLE {
            for piece in template.split('{').skip(1) {
                let (place, _) = piece.split_once('}').expect("a place ends");
                assert!(["1", "2", "text"].contains(&place), "{template}");
            }
        }
    }
}
