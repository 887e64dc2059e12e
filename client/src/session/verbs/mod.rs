//! What each verb of the server means: one table, one file a verb. A verb that is not in it says
//! nothing to us; an answer made of it still ends its request.

mod authenticate;
mod batch;
mod cap;
mod chghost;
mod error;
mod invite;
mod join;
mod kick;
mod markread;
mod message;
mod mode;
mod nick;
mod part;
mod ping;
mod quit;
mod redact;
mod register;
mod standard_reply;
mod topic;

use super::{Incoming, Session, numerics};

pub(super) use self::message::said;

/// What a line does to the session.
type Handler = fn(&mut Session, &Incoming<'_>);

/// Every verb, the busiest first.
const TABLE: [(&str, Handler); 23] = [
    ("PRIVMSG", message::privmsg),
    ("NOTICE", message::notice),
    ("JOIN", join::join),
    ("PART", part::part),
    ("QUIT", quit::quit),
    ("NICK", nick::nick),
    ("MODE", mode::mode),
    ("TOPIC", topic::topic),
    ("KICK", kick::kick),
    ("PING", ping::ping),
    ("PONG", ping::pong),
    ("BATCH", batch::batch),
    ("INVITE", invite::invite),
    ("FAIL", standard_reply::fail),
    ("WARN", standard_reply::warn),
    ("NOTE", standard_reply::note),
    ("CAP", cap::cap),
    ("AUTHENTICATE", authenticate::authenticate),
    ("REGISTER", register::register),
    ("REDACT", redact::redact),
    ("MARKREAD", markread::markread),
    ("CHGHOST", chghost::chghost),
    ("ERROR", error::error),
];

/// Hands a line to what its verb means.
pub(super) fn dispatch(session: &mut Session, incoming: &Incoming<'_>) {
    let verb = &incoming.message.verb;
    if let Some((_, handler)) = TABLE
        .iter()
        .find(|(name, _)| verb.eq_ignore_ascii_case(name))
    {
        handler(session, incoming);
    } else if let Some(code) = numerics::code(verb) {
        numerics::dispatch(session, incoming, code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_stands_once_in_upper_case() {
        let mut names: Vec<_> = TABLE.iter().map(|(name, _)| *name).collect();
        assert!(names.iter().all(|name| *name == name.to_ascii_uppercase()));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TABLE.len());
    }
}
