//! Pages of the past: what was said before, asked for piece by piece and told apart from what
//! happens now. What such a page holds changes nothing that is known of rooms and people.
//! <https://ircv3.net/specs/extensions/chathistory>,
//! <https://codeberg.org/emersion/soju/src/branch/master/doc/ext/search.md>

use salon_protocol::{Message, Timestamp, escape_value};

use super::capability::Capability;
use super::lookup::Wanted;
use super::outcome::Ticket;
use super::requests::{Purpose, Request};
use super::{Incoming, Output, Session, verbs};
use crate::event::{Event, EventKind};

/// A point in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Point {
    /// The message with this id.
    Id(String),
    /// A moment.
    Time(Timestamp),
}

impl Point {
    /// The point before a moment, so that what was said at that very moment comes behind it.
    pub(crate) fn just_before(time: Timestamp) -> Self {
        Self::Time(time.just_before())
    }
}

/// Which page of a conversation is wanted. The points themselves are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Page {
    /// The last events.
    Latest,
    /// The last events before a point.
    Before(Point),
    /// The first events after a point.
    After(Point),
    /// Those around a point, and what stands there.
    Around(Point),
}

/// A line of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// When it was said.
    pub(crate) time: Timestamp,
    /// Its id.
    pub(crate) id: Option<String>,
    /// What it tells; nothing for what we don't understand.
    pub(crate) event: Option<Event>,
    /// How long it was, without its tags.
    pub(crate) bytes: usize,
}

/// How much a page may hold. A thousand messages, each as long as a server takes them, are a quarter of it.
const PAGE_BYTES_MAX: usize = 64 << 20;

/// A page that is arriving. A server may send more than it was asked for, and go on without end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PageArriving {
    lines: Vec<Found>,
    /// How much has come, of this page and of those that were taken before it.
    bytes: usize,
}

impl Found {
    /// Whether it stands at a point, or before a moment; what stands before a message can't be told by a line alone.
    pub(crate) fn is_up_to(&self, point: &Point) -> bool {
        match point {
            Point::Id(id) => self.id.as_ref() == Some(id),
            Point::Time(time) => self.time <= *time,
        }
    }
}

impl PageArriving {
    /// Takes another line. Of a page that has become too long nothing is kept.
    pub(crate) fn push(&mut self, line: Found) {
        self.bytes = self.bytes.saturating_add(size_of::<Found>() + line.bytes);
        if self.bytes <= PAGE_BYTES_MAX {
            self.lines.push(line);
        } else {
            self.lines = Vec::new();
        }
    }

    /// The lines that came, which others may follow; an error if there were too many.
    pub(crate) fn take(&mut self) -> Result<Vec<Found>, &'static str> {
        if self.bytes > PAGE_BYTES_MAX {
            return Err("the server sends far more than it was asked for");
        }
        Ok(std::mem::take(&mut self.lines))
    }
}

/// What the server must offer for what was asked, and does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lacking(pub(crate) &'static str);

impl Session {
    /// Whether pages of history can be had.
    pub(crate) fn keeps_history(&self) -> bool {
        self.can(Capability::ChatHistory) && self.can(Capability::Batch)
    }

    /// Whether there was no such room before we came: we are alone there, and run it.
    pub(crate) fn has_just_made(&self, room: &str) -> bool {
        let Some(room) = self.rooms.get(room) else {
            return false;
        };
        let is_mine = |member: &super::rooms::Member| {
            self.is_me(&member.nick) && member.marks.contains(['@', '~', '&'])
        };
        room.members().all(is_mine)
    }

    /// How many events the server gives at once, as far as it says so.
    pub(crate) fn history_limit(&self) -> Option<u32> {
        self.server.history_limit()
    }

    /// Asks for a page of a conversation. Its lines come as [`Output::Found`], then the ticket is resolved.
    pub(crate) fn fetch(
        &mut self,
        ticket: Ticket,
        target: &str,
        page: &Page,
        limit: u32,
    ) -> Result<(), Lacking> {
        if !self.keeps_history() {
            return Err(Lacking("draft/chathistory"));
        }
        self.ask_for_page(ticket, target, asking_for(target, page, limit));
        Ok(())
    }

    /// Asks for the last messages that fit, and are older than `before`. How far back they may go is left
    /// to the caller.
    pub(crate) fn fetch_search(
        &mut self,
        ticket: Ticket,
        wanted: &Wanted<'_>,
        before: Option<Timestamp>,
        limit: u32,
    ) -> Result<(), Lacking> {
        if !self.can(Capability::Search) || !self.can(Capability::Batch) {
            return Err(Lacking("soju.im/search"));
        }
        let mut attributes = wanted.attributes();
        if let Some(before) = before {
            attributes.push(format!("before={before}"));
        }
        attributes.push(format!("limit={limit}"));
        let message = Message::new("SEARCH").with_param(attributes.join(";"));
        self.ask_for_page(ticket, "", message);
        Ok(())
    }

    fn ask_for_page(&mut self, ticket: Ticket, subject: &str, message: Message<'static>) {
        self.requests.open_ticket(ticket);
        let request = Request {
            ticket: Some(ticket),
            purpose: Purpose::Fetch,
            subject: subject.to_owned(),
            refusal: None,
        };
        self.request(request, message);
        if let Some(outcome) = self.requests.complete_ticket(ticket) {
            self.resolve(ticket, outcome);
        }
    }

    /// Takes a line that stands in a page which was asked for; `false` for any other.
    pub(super) fn take_past(&mut self, incoming: &Incoming<'_>) -> bool {
        if !self.batches.holds_past(incoming.message) {
            return false;
        }
        let Some(request) = self.answering(incoming) else {
            return false;
        };
        if incoming.message.is("BATCH") {
            return false;
        }
        if let Purpose::Read(_) = request.purpose {
            self.take_read_line(incoming);
            return true;
        }
        let output = match (&request.purpose, request.ticket) {
            (Purpose::Fetch, Some(ticket)) => Output::Found {
                ticket,
                found: self.found(incoming),
            },
            (Purpose::Fill(number), _) => self.filled(*number, incoming),
            _ => return false,
        };
        self.outputs.push_back(output);
        true
    }

    /// What a line of a page is.
    pub(super) fn found(&self, incoming: &Incoming<'_>) -> Box<Found> {
        let told = past(incoming).filter(|_| !is_narrated(incoming));
        let event = told.map(|(to, kind)| self.event(incoming, to, kind));
        let params = incoming.message.params.iter();
        Box::new(Found {
            bytes: params.map(|param| param.len()).sum(),
            time: incoming.time,
            id: incoming.message.tags.get("msgid").map(str::to_owned),
            event,
        })
    }
}

impl Wanted<'_> {
    /// What `SEARCH` is asked with: all but the time, since with `after` a hub may give the first messages that fit,
    /// and the last are wanted.
    pub(super) fn attributes(&self) -> Vec<String> {
        let mut attributes = vec![format!("text={}", escape_value(self.words))];
        if let Some(target) = self.target {
            attributes.push(format!("in={}", escape_value(target)));
        }
        if let Some(nick) = self.nick {
            attributes.push(format!("from={}", escape_value(nick)));
        }
        attributes
    }
}

/// The line that asks for a page.
pub(super) fn asking_for(target: &str, page: &Page, limit: u32) -> Message<'static> {
    let (subcommand, point) = match page {
        Page::Latest => ("LATEST", "*".to_owned()),
        Page::Before(point) => ("BEFORE", written(point)),
        Page::After(point) => ("AFTER", written(point)),
        Page::Around(point) => ("AROUND", written(point)),
    };
    Message::new("CHATHISTORY")
        .with_param(subcommand)
        .with_param(target.to_owned())
        .with_param(point)
        .with_param(limit.to_string())
}

fn written(point: &Point) -> String {
    match point {
        Point::Id(id) => format!("msgid={id}"),
        Point::Time(time) => format!("timestamp={time}"),
    }
}

/// Whether a line of the past says in words that somebody came or went. Ergo has that said to those who asked for what
/// was said and not for what happened.
pub(super) fn is_narrated(incoming: &Incoming<'_>) -> bool {
    let source = incoming.message.source.as_ref();
    source.is_some_and(|source| source.as_str() == "HistServ!HistServ@localhost")
}

/// What a line of the past tells, and of which room or person.
fn past<'a>(incoming: &'a Incoming<'_>) -> Option<(Option<&'a str>, EventKind)> {
    let first = incoming.param(0);
    let verb = incoming.message.verb.to_ascii_uppercase();
    let reason = |index| incoming.optional(index);
    Some(match verb.as_str() {
        "PRIVMSG" | "NOTICE" => (Some(first), verbs::said(&verb, incoming.param(1))?),
        "JOIN" => (Some(first), EventKind::Join),
        "PART" => (Some(first), EventKind::Part { reason: reason(1) }),
        "QUIT" => (None, EventKind::Quit { reason: reason(0) }),
        "NICK" => (
            None,
            EventKind::Nick {
                new: first.to_owned(),
            },
        ),
        "TOPIC" => (Some(first), EventKind::Topic { text: reason(1) }),
        "KICK" => (
            Some(first),
            EventKind::Kick {
                nick: incoming.param(1).to_owned(),
                reason: reason(2),
            },
        ),
        "MODE" => {
            let changes = incoming.message.params.iter().skip(1).map(AsRef::as_ref);
            let changes = changes.collect::<Vec<_>>().join(" ");
            (Some(first), EventKind::Mode { changes })
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: usize) -> Found {
        Found {
            time: Timestamp::from_millis(0),
            id: None,
            event: None,
            bytes,
        }
    }

    #[test]
    fn a_page_without_end_is_given_up_and_not_kept() {
        let mut page = PageArriving::default();
        page.push(found(PAGE_BYTES_MAX / 2));
        assert_eq!(page.take().map(|lines| lines.len()), Ok(1));
        page.push(found(PAGE_BYTES_MAX / 4));
        page.push(found(PAGE_BYTES_MAX / 4));
        assert_eq!(page.lines, [], "those before count, too");
        page.push(found(1));
        let refused = page.take().map(|lines| lines.len());
        assert_eq!(
            refused,
            Err("the server sends far more than it was asked for")
        );
    }
}
