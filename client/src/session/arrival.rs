//! The rooms that are joined on arrival, many by one line: servers that take a line a second would keep one waiting for
//! each. What is refused is told by room; and a room of which a list came to nothing is asked for alone, since servers
//! that take fewer at once than were named leave the others out without a word. A fence at the end shows where the server
//! puts us by itself.

use salon_config::Secret;
use salon_protocol::Message;

use super::identity::RoomToJoin;
use super::requests::{Number, Purpose, Request};
use super::{Incoming, Output, Phase, Session};
use crate::event::{Event, EventKind};

/// What is not a name in a line that joins rooms: its verb, a blank, and its end.
const FRAME_BYTES: usize = "JOIN \r\n".len();

/// Rooms that were asked for by one line, and have neither been entered nor refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entering {
    rooms: Vec<RoomToJoin>,
    /// Whether the line named several.
    is_list: bool,
}

impl Session {
    /// The welcome is over: the rooms are next.
    pub(super) fn join_rooms(&mut self) {
        if !self.is_welcomed() {
            return;
        }
        self.phase = Phase::Joining;
        for rooms in self.rooms_by_lines() {
            self.ask_to_enter(rooms);
        }
        self.ping();
    }

    /// The rooms in their order, as many to a line as the server takes; one with a key has a line of its own.
    fn rooms_by_lines(&self) -> Vec<Vec<RoomToJoin>> {
        let server = &self.server;
        let names_bytes_max = server.line_bytes_max().saturating_sub(FRAME_BYTES);
        let mut lines: Vec<Vec<RoomToJoin>> = Vec::new();
        let mut names_bytes = 0;
        for room in self.identity.rooms.clone() {
            let room_bytes = room.name.len() + ",".len();
            match lines.last_mut() {
                Some(line)
                    if room.key.is_none()
                        && line.iter().all(|other| other.key.is_none())
                        && line.len() < server.joins_max()
                        && names_bytes + room_bytes <= names_bytes_max =>
                {
                    names_bytes += room_bytes;
                    line.push(room);
                }
                _ => {
                    names_bytes = room_bytes;
                    lines.push(vec![room]);
                }
            }
        }
        lines
    }

    fn ask_to_enter(&mut self, rooms: Vec<RoomToJoin>) {
        let message = match rooms.as_slice() {
            [room] => room.line(),
            rooms => {
                let names: Vec<&str> = rooms.iter().map(|room| room.name.as_str()).collect();
                Message::new("JOIN").with_param(names.join(","))
            }
        };
        let is_list = rooms.len() > 1;
        let request = Request {
            ticket: None,
            subject: String::new(),
            purpose: Purpose::Arrive(Entering { rooms, is_list }),
            refusal: None,
        };
        self.request(request, message);
    }

    /// We have entered a room of those that were asked for with that number, unless it is another one that the server
    /// put us in. Gives the key by which it was asked for.
    pub(super) fn has_entered(&mut self, number: Option<Number>, room: &str) -> Option<Secret> {
        self.take_entering(number, |name, names| names.eq(name, room))?
            .key
    }

    /// The server said no to a room that it names; says whether it is one of those that were asked for so.
    pub(super) fn refuse_to_enter(&mut self, incoming: &Incoming<'_>, reason: &str) -> bool {
        let number = self.answered_by(incoming);
        let params = &incoming.message.params;
        let refused = self.take_entering(number, |name, names| {
            params.iter().any(|param| names.eq(name, param))
        });
        let Some(room) = refused else { return false };
        self.outputs.push_back(Output::RoomRefused {
            room: room.name,
            reason: reason.to_owned(),
        });
        true
    }

    /// Takes the room that fits out of those that were asked for with that number.
    fn take_entering(
        &mut self,
        number: Option<Number>,
        fits: impl Fn(&str, salon_protocol::isupport::CaseMapping) -> bool,
    ) -> Option<RoomToJoin> {
        let names = self.server.names();
        let Purpose::Arrive(entering) = self.requests.purpose_mut(number?)? else {
            return None;
        };
        let mut rooms = entering.rooms.iter();
        let index = rooms.position(|room| fits(&room.name, names))?;
        Some(entering.rooms.remove(index))
    }

    /// The server has dealt with a line that joins rooms: those that are left were refused for this reason, if there is one.
    pub(super) fn has_tried(&mut self, entering: Entering, refusal: Option<&str>) {
        for room in entering.rooms {
            if let Some(reason) = refusal {
                self.outputs.push_back(Output::RoomRefused {
                    room: room.name,
                    reason: reason.to_owned(),
                });
            } else if entering.is_list {
                self.ask_to_enter(vec![room]);
            }
        }
    }

    /// The session is ready when everything that it asked for itself is answered.
    pub(super) fn become_ready_if_joined(&mut self) {
        if self.requests.awaits_own() {
            return;
        }
        let first = self.identity.rooms.first();
        match first.filter(|room| self.rooms.get(&room.name).is_some()) {
            Some(room) => self.rooms.switch(&room.name),
            None => self.rooms.switch_to_earliest(),
        }
        self.phase = Phase::Ready;
        self.changed = true;
        let event = Event {
            time: self.now,
            id: None,
            from: Some(self.server.name.clone()),
            account: None,
            to: self.rooms.current().map(str::to_owned),
            own: false,
            kind: EventKind::Ready {
                nick: self.me.nick.clone(),
                network: self.server.network().map(str::to_owned),
            },
        };
        self.outputs.push_back(Output::Show(event));
        self.outputs.push_back(Output::Ready);
    }
}
