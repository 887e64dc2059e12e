//! `CAP`: what the server can do, and what it has switched on for us.

use salon_protocol::{Message, cap};

use crate::session::capability::{Capability, wanted};
use crate::session::multiline::Limits;
use crate::session::{Incoming, Output, Session, Strictness};

/// How long an offer is at most of which all is read. A server may go on offering without end.
const OFFER_BYTES_MAX: usize = 64 * 1024;

pub(super) fn cap(session: &mut Session, incoming: &Incoming<'_>) {
    let list = incoming.last();
    match incoming.param(1).to_ascii_uppercase().as_str() {
        "LS" => offered(session, list, incoming.param(2) == "*"),
        "ACK" => granted(session, list),
        "NAK" => denied(session, list),
        "NEW" => {
            learn_values(session, list);
            let wanted = wanted_by(session, list);
            if !wanted.is_empty() {
                request(session, wanted);
            }
        }
        "DEL" => withdrawn(session, list),
        _ => {}
    }
}

fn offered(session: &mut Session, list: &str, more_follows: bool) {
    let Some(registration) = session.registration() else {
        return;
    };
    if registration.offer.len() + list.len() < OFFER_BYTES_MAX {
        registration.offer.push(' ');
        registration.offer.push_str(list);
    }
    if more_follows {
        return;
    }
    let offer = std::mem::take(&mut registration.offer);
    learn_values(session, &offer);
    session.is_bounced = is_of_bouncer(&offer);
    session.introduce();
    let wanted = wanted_by(session, &offer);
    if wanted.is_empty() {
        finish(session);
    } else {
        if let Some(registration) = session.registration() {
            registration.capability_requests = 1;
        }
        request(session, wanted);
    }
}

/// Whether a list is that of a bouncer: ZNC and soju have capabilities of their own. Servers that have some of them too
/// label their answers, and need no fences.
fn is_of_bouncer(list: &str) -> bool {
    let mut tokens = list.split_ascii_whitespace();
    tokens.any(|token| token.starts_with("znc.in/") || token.starts_with("soju.im/bouncer"))
}

/// What a server says of its capabilities.
fn learn_values(session: &mut Session, list: &str) {
    let strictness = Strictness::find(list);
    session.outputs.extend(strictness.map(Output::Strict));
    session.learn_mechanisms(list);
    let mut tokens = list.split_ascii_whitespace();
    let limits = tokens.find_map(|token| token.strip_prefix(cap::MULTILINE)?.strip_prefix('='));
    if let Some(limits) = limits {
        session.multiline = Limits::parse(limits);
    }
}

/// The names in a server's list that this session has a use for.
fn wanted_by(session: &Session, list: &str) -> String {
    let wants_all_events = session.identity.wants_all_events;
    let names = wanted(list).filter(|name| wants_all_events || *name != cap::EVENT_PLAYBACK);
    names.collect::<Vec<_>>().join(" ")
}

fn granted(session: &mut Session, list: &str) {
    for token in list.split_ascii_whitespace() {
        match token.strip_prefix('-') {
            Some(name) => session.capabilities.set(name, false),
            None => session.capabilities.set(token, true),
        }
    }
    end_if_answered(session);
}

/// A server grants a list as a whole or not at all: then each is asked for alone.
fn denied(session: &mut Session, list: &str) {
    let names: Vec<_> = list.split_ascii_whitespace().map(str::to_owned).collect();
    if names.len() > 1 {
        if let Some(registration) = session.registration() {
            registration.capability_requests += names.len();
        }
        for name in names {
            request(session, name);
        }
    }
    end_if_answered(session);
}

fn withdrawn(session: &mut Session, list: &str) {
    let labelled = session.capabilities.label_answers();
    for name in list.split_ascii_whitespace() {
        session.capabilities.set(name, false);
    }
    if labelled && !session.capabilities.label_answers() {
        // What is on its way is answered without labels from here on; the fence catches it.
        session.fence();
    }
}

fn end_if_answered(session: &mut Session) {
    let Some(registration) = session.registration() else {
        return;
    };
    registration.capability_requests = registration.capability_requests.saturating_sub(1);
    if registration.capability_requests == 0 {
        finish(session);
    }
}

fn request(session: &mut Session, names: String) {
    session.send(Message::new("CAP").with_param("REQ").with_param(names));
}

/// The capabilities are settled: the login is next, where one is wanted.
fn finish(session: &mut Session) {
    let Some(login) = session.identity.login.clone() else {
        return session.send(Message::new("CAP").with_param("END"));
    };
    let begun = if session.can(Capability::Sasl) {
        session.begin_login(None, &login)
    } else {
        Err("the hub has no accounts: it offers no SASL")
    };
    if let Err(reason) = begun {
        session.reject(format!("could not log in: {reason}"));
    }
}
