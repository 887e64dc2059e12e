//! What the numbered replies of the server mean. Those that need a meaning of their own stand in the
//! table; of the others an error refuses the request it answers, and any other is shown as it is to
//! whoever asked for it.

mod account;
mod away;
mod list;
mod masks;
mod modes;
mod motd;
mod names;
mod nick;
mod topic;
mod welcome;
mod who;
mod whois;
mod words;

use salon_protocol::{Numeric, numeric};

pub(super) use self::names::Names;
use super::{Incoming, Purpose, Session};

/// What a numbered reply does to the session.
type Handler = fn(&mut Session, &Incoming<'_>);

/// Every number with a meaning of its own.
const TABLE: [(Numeric, Handler); 66] = [
    (numeric::RPL_WELCOME, welcome::welcome),
    (numeric::RPL_ISUPPORT, welcome::isupport),
    (numeric::RPL_VISIBLEHOST, welcome::visible_host),
    (numeric::RPL_MOTDSTART, motd::ignore),
    (numeric::RPL_MOTD, motd::line),
    (numeric::RPL_ENDOFMOTD, motd::end),
    (numeric::ERR_NOMOTD, motd::end),
    (numeric::RPL_TRYAGAIN, refuse),
    (numeric::RPL_AWAY, away::away),
    (numeric::RPL_NOTOPIC, topic::none),
    (numeric::RPL_TOPIC, topic::topic),
    (numeric::RPL_TOPICWHOTIME, topic::who_and_when),
    (numeric::RPL_NAMREPLY, names::some),
    (numeric::RPL_ENDOFNAMES, names::end),
    (numeric::RPL_WHOREPLY, who::reply),
    (numeric::RPL_ENDOFWHO, who::end),
    (numeric::RPL_WHOISUSER, whois::user),
    (numeric::RPL_WHOISSERVER, whois::server),
    (numeric::RPL_WHOISOPERATOR, whois::sentence),
    (numeric::RPL_WHOISIDLE, whois::idle),
    (numeric::RPL_ENDOFWHOIS, whois::end),
    (numeric::RPL_WHOISCHANNELS, whois::rooms),
    (numeric::RPL_WHOISACCOUNT, whois::account),
    (numeric::RPL_WHOISACTUALLY, whois::sentence),
    (numeric::RPL_WHOISBOT, whois::sentence),
    (numeric::RPL_WHOISSECURE, whois::sentence),
    (numeric::RPL_WHOISCERTFP, whois::sentence),
    (numeric::RPL_WHOISSPECIAL, whois::sentence),
    (numeric::RPL_WHOISHOST, whois::sentence),
    (numeric::RPL_WHOISMODES, whois::sentence),
    (numeric::RPL_LISTSTART, list::start),
    (numeric::RPL_LIST, list::room),
    (numeric::RPL_LISTEND, list::end),
    (numeric::RPL_CHANNELMODEIS, modes::of_room),
    (numeric::RPL_CREATIONTIME, modes::made),
    (numeric::RPL_INVITING, invited),
    (numeric::RPL_ISON, ison),
    (numeric::RPL_BANLIST, masks::entry),
    (numeric::RPL_EXCEPTLIST, masks::entry),
    (numeric::RPL_INVEXLIST, masks::entry),
    (numeric::RPL_ENDOFBANLIST, masks::end),
    (numeric::RPL_ENDOFEXCEPTLIST, masks::end),
    (numeric::RPL_ENDOFINVEXLIST, masks::end),
    (numeric::RPL_ENDOFWHOWAS, end),
    (numeric::RPL_ENDOFINFO, end),
    (numeric::RPL_ENDOFSTATS, end),
    (numeric::RPL_ENDOFLINKS, end),
    (numeric::RPL_ENDOFUSERS, end),
    (numeric::RPL_ENDOFINVITELIST, end),
    (numeric::RPL_ENDOFHELP, end),
    (numeric::RPL_ENDOFMONLIST, end),
    (numeric::RPL_METADATAEND, end),
    (numeric::RPL_TARGUMODEG, refuse),
    (numeric::RPL_LOGGEDIN, account::logged_in),
    (numeric::RPL_LOGGEDOUT, account::logged_out),
    (numeric::RPL_SASLSUCCESS, account::success),
    (numeric::ERR_NICKLOCKED, account::failure),
    (numeric::ERR_SASLFAIL, account::failure),
    (numeric::ERR_SASLTOOLONG, account::failure),
    (numeric::ERR_SASLABORTED, account::failure),
    (numeric::RPL_SASLMECHS, account::told),
    (numeric::ERR_ERRONEUSNICKNAME, nick::impossible),
    (numeric::ERR_NICKNAMEINUSE, nick::taken),
    (numeric::ERR_NICKCOLLISION, nick::taken),
    (numeric::ERR_UNAVAILRESOURCE, nick::taken),
    (numeric::ERR_UNKNOWNCOMMAND, nick::unknown_command),
];

/// What keeps us out before we are in. Whatever else is refused may be let pass: networks say by numbers of errors that one
/// is to wait. A server that doesn't, closes.
const SHUT: [Numeric; 3] = [
    numeric::ERR_ERRONEUSNICKNAME,
    numeric::ERR_PASSWDMISMATCH,
    numeric::ERR_YOUREBANNEDCREEP,
];

/// How servers that know no capabilities answer when they are asked for them.
const HARMLESS: [Numeric; 2] = [numeric::ERR_NOTREGISTERED, numeric::ERR_INVALIDCAPCMD];

/// The number that a verb of three digits is.
pub(super) fn code(verb: &str) -> Option<u16> {
    let is_code = verb.len() == 3 && verb.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then(|| verb.parse().ok()).flatten()
}

/// Hands a numbered reply to what it means.
pub(super) fn dispatch(session: &mut Session, incoming: &Incoming<'_>, code: u16) {
    if session.is_at_fence(incoming.param(1)) {
        return;
    }
    match TABLE.iter().find(|(numeric, _)| numeric.code() == code) {
        Some((_, handler)) => handler(session, incoming),
        None if is_error(code) => refuse(session, incoming),
        None => show(session, incoming),
    }
}

/// Most from 400 on are errors; among the later ones are answers.
fn is_error(code: u16) -> bool {
    code >= 400 && Numeric::new(code).is_none_or(Numeric::is_error)
}

/// Where a list ends is seen.
fn end(_: &mut Session, _: &Incoming<'_>) {}

/// Who of those that were asked about is there.
fn ison(session: &mut Session, incoming: &Incoming<'_>) {
    let request = session.answering(incoming);
    if request.is_some_and(|request| request.purpose == Purpose::Regain) {
        if incoming.last().trim().is_empty() {
            let nick = session.identity.nick.clone();
            session.nick_is_free(&nick);
        }
        return;
    }
    let sought = session
        .answering(incoming)
        .filter(|request| request.purpose == Purpose::Find)
        .map(|request| request.subject.clone());
    let found = incoming.last().trim();
    match sought {
        Some(nick) if found.is_empty() => {
            let room = format!("#{nick}");
            let meant = if session.is_in(&room) {
                format!("; ':switch {room}' goes to the room")
            } else {
                String::new()
            };
            session.show_info(&format!("nobody is called '{nick}' at the moment{meant}"));
        }
        Some(_) => {}
        None if found.is_empty() => session.show_info("none of them is there"),
        None => session.show_info(found),
    }
}

/// Whom we asked into a room was told.
fn invited(session: &mut Session, incoming: &Incoming<'_>) {
    let (nick, room) = (incoming.param(1), incoming.param(2));
    session.show_info(&format!("{nick} is invited to {room}"));
}

/// A reply without a meaning of its own is for whoever asked, or for whoever is there when nothing
/// was asked; the chatter of registration and of joining is for nobody.
fn show(session: &mut Session, incoming: &Incoming<'_>) {
    let unasked = session.is_ready() && session.answering(incoming).is_none();
    if unasked || session.is_asked_for(incoming) {
        session.show_info(&text(incoming, 1));
    }
}

/// Something was refused, and is told in words.
pub(super) fn refuse(session: &mut Session, incoming: &Incoming<'_>) {
    let reason = words::of(session, incoming);
    let is_one_of = |numerics: &[Numeric]| {
        let code = code(&incoming.message.verb);
        numerics.iter().any(|numeric| Some(numeric.code()) == code)
    };
    if session.registration().is_none() || session.is_welcomed() {
        session.refused(incoming, &incoming.message.verb, reason);
    } else if is_one_of(&SHUT) {
        session.reject(reason);
    } else if is_one_of(&HARMLESS) {
        session.introduce();
    } else {
        session.refused(incoming, &incoming.message.verb, reason);
    }
}

/// The parameters from one on, as one text.
fn text(incoming: &Incoming<'_>, from: usize) -> String {
    let words: Vec<&str> = incoming
        .message
        .params
        .iter()
        .skip(from)
        .map(AsRef::as_ref)
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_digits_are_a_code() {
        assert_eq!(code("001"), Some(1));
        for verb in ["1", "+01", "0001", "JOIN"] {
            assert_eq!(code(verb), None, "{verb}");
        }
    }

    #[test]
    fn every_number_stands_once() {
        let mut codes: Vec<_> = TABLE.iter().map(|(numeric, _)| numeric.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), TABLE.len());
    }
}
