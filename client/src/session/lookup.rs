//! What the session is asked about the past: history, search, how far one has read, and what was
//! taken back. Where the server keeps none of it, the caller has what this program has seen.

use salon_protocol::mask::Mask;
use salon_protocol::{Message, Timestamp};

use super::capability::Capability;
use super::outcome::Ticket;
use super::requests::{Purpose, Request};
use super::{Incoming, Session};

/// How many rooms are named at most.
const ROOMS_TOLD_MAX: usize = 8;

/// A search, as far as a server takes one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted<'a> {
    /// Where.
    pub(crate) target: Option<&'a str>,
    /// Who said it.
    pub(crate) nick: Option<&'a str>,
    /// Not before this.
    pub(crate) since: Option<Timestamp>,
    /// Words that are all in it.
    pub(crate) words: &'a str,
}

impl Session {
    /// Asks the server to search; `false` if it doesn't.
    ///
    /// What is older than `since` is left out here: asked for what came after it, a hub may give the first
    /// messages that fit, and the last are wanted.
    pub(crate) fn ask_search(&mut self, ticket: Ticket, wanted: &Wanted<'_>) -> bool {
        let attributes = wanted.attributes().join(";");
        let purpose = Purpose::Search {
            since: wanted.since,
            target: wanted.target.map(str::to_owned),
        };
        self.ask_if_can(
            Capability::Search,
            ticket,
            purpose,
            "SEARCH",
            &[&attributes],
        )
    }

    /// Whether a line is of a search that wants nothing so old. Counts the others.
    pub(super) fn is_too_old(&mut self, incoming: &Incoming<'_>) -> bool {
        if !self.batches.holds_past(incoming.message) || incoming.message.is("BATCH") {
            return false;
        }
        let Some(Purpose::Search { since, .. }) =
            self.answering(incoming).map(|request| &request.purpose)
        else {
            return false;
        };
        let is_too_old = since.is_some_and(|since| incoming.time < since);
        self.listed += usize::from(!is_too_old);
        is_too_old
    }

    /// Says what may be the reason why what was said in a room is not shown: servers show it to those who are there.
    pub(super) fn explain_outside(&self, request: &mut Request) {
        let place = match &request.purpose {
            Purpose::Search { target, .. } => target.as_deref(),
            Purpose::Read(_) => Some(request.subject.as_str()),
            _ => None,
        };
        let outside = place.filter(|place| self.server.is_room(place) && !self.is_in(place));
        if let (Some(room), Some(refusal)) = (outside, &mut request.refusal) {
            *refusal = format!(
                "you are not in {room}, and the server shows what was said there to those who are: ':join {room}' first"
            );
        }
    }

    /// Where a search looks that names no place: the rooms that we are in. It looks in what was said to us alone, too.
    pub(crate) fn searched(&self) -> String {
        let names: Vec<&str> = self.rooms.iter().map(|room| room.name.as_str()).collect();
        match names.get(..ROOMS_TOLD_MAX) {
            Some(told) if names.len() > ROOMS_TOLD_MAX => {
                let others = names.len() - told.len();
                format!("{} and {others} more rooms", told.join(", "))
            }
            Some(_) | None if names.is_empty() => "no room".to_owned(),
            Some(_) | None => names.join(", "),
        }
    }

    /// A search has found nothing.
    pub(super) fn show_nothing_found(&mut self, target: Option<&str>) {
        let text = match target {
            Some(target) => format!("nothing that was said in {target} fits"),
            None => format!(
                "nothing that was said in {} fits; ':join' a room to look there too",
                self.searched()
            ),
        };
        self.show_info(&text);
    }

    /// Tells the server how far one has read; `false` if it doesn't keep that.
    pub(crate) fn mark_read(&mut self, ticket: Ticket, target: &str, time: Timestamp) -> bool {
        let time = format!("timestamp={time}");
        self.ask_if(Capability::ReadMarker, ticket, "MARKREAD", &[target, &time])
    }

    /// Asks whether somebody is there, unless that is known. Who isn't is told.
    pub(crate) fn look_for(&mut self, nick: &str) {
        let is_seen = self.rooms.iter().any(|room| room.member(nick).is_some());
        if is_seen || !self.is_ready() || self.server.is_room(nick) {
            return;
        }
        let request = Request {
            ticket: None,
            purpose: Purpose::Find,
            subject: nick.to_owned(),
            refusal: None,
        };
        self.request(request, Message::new("ISON").with_param(nick.to_owned()));
    }

    /// What rooms of the server begin with.
    pub(crate) fn room_marks(&self) -> &str {
        self.server.room_marks()
    }

    /// Whether messages can be taken back.
    pub(crate) fn can_redact(&self) -> bool {
        self.can(Capability::MessageRedaction)
    }

    /// Up to where one has read, by the rooms and people, since this was last asked.
    pub(crate) fn take_read(&mut self) -> Vec<(String, Timestamp)> {
        std::mem::take(&mut self.read)
    }

    /// Whose messages are not shown from now on; a nick alone is that nick from anywhere.
    pub(crate) fn ignore(&mut self, masks: &[String]) {
        let masks = masks.iter();
        self.ignored = masks.map(|mask| Mask::new(mask.as_str())).collect();
    }

    /// Whether a message is of somebody who is ignored.
    pub(super) fn is_ignored(&self, message: &Message<'_>) -> bool {
        let Some(source) = message.source.as_ref().filter(|_| !self.ignored.is_empty()) else {
            return false;
        };
        let names = self.server.names();
        let source = names.fold(source.as_str());
        let nick = source.split('!').next().unwrap_or_default();
        let is_of = |mask: &Mask| {
            let mask = Mask::new(&names.fold(mask.as_str()));
            mask.matches(&source) || mask.matches(nick)
        };
        !self.is_me(nick) && self.ignored.iter().any(is_of)
    }

    fn ask_if(
        &mut self,
        capability: Capability,
        ticket: Ticket,
        verb: &'static str,
        params: &[&str],
    ) -> bool {
        self.ask_if_can(capability, ticket, Purpose::Ask, verb, params)
    }

    fn ask_if_can(
        &mut self,
        capability: Capability,
        ticket: Ticket,
        purpose: Purpose,
        verb: &'static str,
        params: &[&str],
    ) -> bool {
        if !self.is_ready() || !self.can(capability) {
            return false;
        }
        self.requests.open_ticket(ticket);
        if let Err(refusal) = self.ask_for(ticket, purpose, verb, params, None) {
            self.requests.refuse_ticket(ticket, refusal);
        }
        if let Some(outcome) = self.requests.complete_ticket(ticket) {
            self.resolve(ticket, outcome);
        }
        true
    }
}
