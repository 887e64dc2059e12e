//! Turns the effects of the user's commands into lines for the server. A line that nothing needs to
//! be asked for is resolved at once; one that cannot be sent as it is meant is refused here, and
//! never cut short by the server.

use salon_commands::{Effect, Effects};
use salon_config::Secret;
use salon_protocol::{Message, Timestamp};

use super::capability::Capability;
use super::identity::RoomToJoin;
use super::length::Limited;
use super::modes;
use super::multiline::{Piece, spoken};
use super::outcome::{Outcome, Refusal, Ticket};
use super::requests::{Purpose, Request};
use super::wire::Wire;
use super::{Phase, Session, verbs};
use crate::event::EventKind;

/// What frames an action inside a message.
const ACTION_FRAME: (&str, &str) = ("\u{1}ACTION ", "\u{1}");

impl Session {
    /// Performs what an input line asks for. The ticket is resolved when the server has dealt with it.
    pub(crate) fn perform(&mut self, ticket: Ticket, effects: Effects, now: Timestamp) {
        self.now = now;
        let effects = self.spelled(effects);
        self.requests.open_ticket(ticket);
        let done = match lines_of_one(&effects) {
            Some((target, lines)) => self.say(ticket, &target, &lines, ("", "")),
            None => effects
                .into_iter()
                .try_for_each(|effect| self.perform_effect(ticket, effect)),
        };
        if let Err(refusal) = done {
            self.requests.refuse_ticket(ticket, refusal);
        }
        if matches!(self.phase, Phase::Leaving(Some(leaving)) if leaving == ticket) {
            return;
        }
        if let Some(outcome) = self.requests.complete_ticket(ticket) {
            self.resolve(ticket, outcome);
        }
    }

    /// An input line was done without the server.
    pub(crate) fn accept(&mut self, ticket: Ticket) {
        self.resolve(ticket, Outcome::Ok);
    }

    /// Asks for another nick, if there is a server to be asked; it is told what comes of it.
    pub(crate) fn change_nick(&mut self, nick: &str) {
        if self.is_ready() {
            self.ask_about_nick(Purpose::Rename, "NICK", nick.to_owned());
        }
    }

    /// Refuses an input line that was never a command.
    pub(crate) fn refuse(&mut self, ticket: Ticket, refusal: Refusal) {
        self.resolve(ticket, Outcome::Refused(refusal));
    }

    fn perform_effect(&mut self, ticket: Ticket, effect: Effect) -> Result<(), Refusal> {
        if !self.is_ready() && !matches!(effect, Effect::Show { .. }) {
            return Err(Refusal::new("not connected"));
        }
        match effect {
            Effect::Say { target, text } => self.say(ticket, target.as_str(), &[&text], ("", "")),
            Effect::Action { target, text } => {
                self.say(ticket, target.as_str(), &[&text], ACTION_FRAME)
            }
            Effect::Nick { nick } => {
                self.server.check_length(Limited::Nick, &nick)?;
                self.change(ticket, "NICK", &[&nick], None)
            }
            Effect::Join { room, key } => self.join(ticket, &room, key.as_deref()),
            Effect::Part { room, reason } => {
                self.change(ticket, "PART", &[&room], reason.as_deref())
            }
            Effect::Switch { target } => self.switch_to(target.as_str()),
            Effect::Rooms => {
                self.show_rooms();
                Ok(())
            }
            Effect::Names { room } => self.ask(ticket, "NAMES", &[&room], None),
            Effect::Who { mask } => self.ask(ticket, "WHO", &[&mask], None),
            Effect::Whois { nick } => self.ask(ticket, "WHOIS", &[&nick], None),
            Effect::Topic { room, text: None } => self.ask(ticket, "TOPIC", &[&room], None),
            Effect::Topic { room, text } => {
                self.check_text(Limited::Topic, text.as_deref())?;
                self.change(ticket, "TOPIC", &[&room], text.as_deref())
            }
            Effect::Away { text } => {
                self.check_text(Limited::Away, text.as_deref())?;
                self.ask(ticket, "AWAY", &[], text.as_deref())
            }
            Effect::Invite { nick, room } => self.ask(ticket, "INVITE", &[&nick, &room], None),
            Effect::Kick { room, nick, reason } => {
                self.check_text(Limited::Reason, reason.as_deref())?;
                self.change(ticket, "KICK", &[&room, &nick], reason.as_deref())
            }
            Effect::List { pattern } => self.ask(ticket, "LIST", &[], pattern.as_deref()),
            Effect::Mode { room, changes } => {
                let changes: Vec<&str> = changes.iter().map(AsRef::as_ref).collect();
                self.change_modes(ticket, &room, &changes)
            }
            Effect::Raw { line } => self.raw(ticket, &line),
            Effect::Quit { reason } => {
                self.leave(Some(ticket), reason.as_deref());
                Ok(())
            }
            Effect::Show { text } => {
                self.show_info(&text);
                Ok(())
            }
            Effect::Account(_) => Err(Refusal::new(
                "a password is asked for at the prompt, and a script has none",
            )),
            Effect::Local(_) => Err(Refusal::new("expected the program to do this, not the hub")),
            Effect::Invoke(invoke) => Err(Refusal::new(format!(
                "nothing here knows how to run ':{}'",
                invoke.name
            ))),
        }
    }

    /// Says lines, in as few messages as the server takes; what is framed is one message each.
    fn say(
        &mut self,
        ticket: Ticket,
        target: &str,
        lines: &[&str],
        frame: (&str, &str),
    ) -> Result<(), Refusal> {
        if !self.is_ready() {
            return Err(Refusal::new("not connected"));
        }
        self.server.check_addressee(target)?;
        let (open, close) = frame;
        let wire = self.wire();
        let piece_bytes_max = wire.text_bytes_max(target, open.len() + close.len());
        if piece_bytes_max < 4 {
            return Err(Refusal::new(format!(
                "the name '{target}' leaves no room for a text"
            )));
        }
        let is_echoed = self.can(Capability::EchoMessage);
        for pieces in wire.divided(target, lines, open.len() + close.len()) {
            let purpose = Purpose::Say {
                unechoed: shown(&pieces, open.is_empty()),
                is_echoed,
            };
            let request = request(ticket, purpose, target);
            if let [piece] = pieces.as_slice() {
                let message = Message::new("PRIVMSG").with_param(target.to_owned());
                let message = message.with_text(format!("{open}{}{close}", piece.text));
                self.request(request, message);
            } else {
                let reference = self.requests.next_number().to_string();
                self.request_as_one(request, spoken(target, &pieces, &reference));
            }
        }
        Ok(())
    }

    /// What decides in how many messages a text goes on the wire.
    pub(super) fn wire(&self) -> Wire {
        Wire {
            line_bytes_max: self.server.line_bytes_max(),
            prefix_bytes: self.me.prefix_bytes(&self.server),
            multiline: self
                .multiline
                .filter(|_| self.can(Capability::Multiline) && self.can(Capability::Batch)),
        }
    }

    fn join(&mut self, ticket: Ticket, room: &str, key: Option<&str>) -> Result<(), Refusal> {
        if self.rooms.get(room).is_some() {
            return self.switch_to(room);
        }
        self.server.check_room(room)?;
        self.server.check_length(Limited::Room, room)?;
        self.check_text(Limited::Key, key)?;
        let room = RoomToJoin {
            name: room.to_owned(),
            key: key.map(Secret::new),
        };
        let message = room.line();
        let purpose = Purpose::Join { key: room.key };
        self.checked_request(request(ticket, purpose, &room.name), message)
    }

    fn check_text(&self, what: Limited, text: Option<&str>) -> Result<(), Refusal> {
        text.map_or(Ok(()), |text| self.server.check_length(what, text))
    }

    /// Changes modes of a room, by as many lines as the server wants, or asks for them.
    fn change_modes(
        &mut self,
        ticket: Ticket,
        room: &str,
        changes: &[&str],
    ) -> Result<(), Refusal> {
        let server = &self.server;
        let takes_param = |mode, given| server.takes_param(mode, given);
        let parts = modes::divide(changes, server.modes_max(), takes_param);
        parts.iter().try_for_each(|part| {
            let words: Vec<&str> = std::iter::once(room)
                .chain(part.iter().map(String::as_str))
                .collect();
            self.ask(ticket, "MODE", &words, None)
        })
    }

    fn change(
        &mut self,
        ticket: Ticket,
        verb: &'static str,
        params: &[&str],
        text: Option<&str>,
    ) -> Result<(), Refusal> {
        self.ask_for(ticket, Purpose::Change, verb, params, text)
    }

    pub(super) fn ask(
        &mut self,
        ticket: Ticket,
        verb: &'static str,
        params: &[&str],
        text: Option<&str>,
    ) -> Result<(), Refusal> {
        self.ask_for(ticket, Purpose::Ask, verb, params, text)
    }

    pub(super) fn ask_for(
        &mut self,
        ticket: Ticket,
        purpose: Purpose,
        verb: &'static str,
        params: &[&str],
        text: Option<&str>,
    ) -> Result<(), Refusal> {
        let mut message = Message::new(verb);
        for param in params {
            message = message.with_param((*param).to_owned());
        }
        if let Some(text) = text {
            message = message.with_text(text.to_owned());
        }
        let subject = params.first().copied().unwrap_or_default();
        self.checked_request(request(ticket, purpose, subject), message)
    }

    pub(super) fn raw(&mut self, ticket: Ticket, line: &str) -> Result<(), Refusal> {
        let message = Message::parse(line)
            .map_err(|error| Refusal::new(error.to_string()))?
            .to_owned();
        if message.tags.get("label").is_some() {
            return Err(Refusal::new(
                "the tag 'label' is taken: the client labels each line itself",
            ));
        }
        if message.is("QUIT") {
            self.leave(Some(ticket), message.param(0));
            return Ok(());
        }
        let verb = message.verb.to_ascii_uppercase();
        let subject = message.param(0).unwrap_or_default().to_owned();
        let purpose = match verbs::said(&verb, message.param(1).unwrap_or_default()) {
            Some(kind) => Purpose::Say {
                unechoed: vec![kind],
                is_echoed: self.can(Capability::EchoMessage),
            },
            None if verb == "JOIN" => Purpose::Join {
                key: message.param(1).map(Secret::new),
            },
            None => Purpose::Ask,
        };
        self.checked_request(request(ticket, purpose, &subject), message)
    }

    /// Sends a line that is not split, so that it must fit.
    fn checked_request(
        &mut self,
        request: Request,
        message: Message<'static>,
    ) -> Result<(), Refusal> {
        message
            .to_line()
            .map_err(|error| Refusal::new(error.to_string()))?;
        let line_bytes = message.body_bytes();
        let line_bytes_max = self.server.line_bytes_max();
        if line_bytes > line_bytes_max {
            let excess = line_bytes - line_bytes_max;
            return Err(Refusal::new(format!(
                "{excess} bytes too long for a line of IRC, nothing was sent"
            )));
        }
        self.request(request, message);
        Ok(())
    }

    /// Makes a room that one is in, or a conversation, the current one; any other room changes nothing.
    pub(crate) fn bring_forward(&mut self, target: &str) {
        // A room that was left since is refused, and one stays where one is.
        let _ = self.switch_to(target);
    }

    fn switch_to(&mut self, target: &str) -> Result<(), Refusal> {
        if self.server.is_room(target) && self.rooms.get(target).is_none() {
            return Err(Refusal::new(format!(
                "not in {target}; ':join {target}' enters it"
            )));
        }
        self.rooms.switch(target);
        self.changed = true;
        Ok(())
    }

    fn show_rooms(&mut self) {
        let current = self.rooms.current();
        let lines: Vec<_> = self
            .rooms
            .iter()
            .map(|room| {
                let mark = if current == Some(room.name.as_str()) {
                    '*'
                } else {
                    ' '
                };
                let topic = room
                    .topic
                    .as_deref()
                    .map(|topic| format!(": {topic}"))
                    .unwrap_or_default();
                format!("{mark} {} ({}){topic}", room.name, room.members().count())
            })
            .collect();
        if lines.is_empty() {
            self.show_info("in no room; ':list' shows those there are");
        }
        for line in lines {
            self.show_info(&line);
        }
    }

    /// Sends `QUIT`; the end comes when the server closes.
    pub(super) fn leave(&mut self, ticket: Option<Ticket>, reason: Option<&str>) {
        let mut message = Message::new("QUIT");
        if let Some(reason) = reason {
            message = message.with_text(reason.to_owned());
        }
        self.send(message);
        self.phase = Phase::Leaving(ticket);
    }
}

/// The lines of a message that has several, and where it goes.
fn lines_of_one(effects: &Effects) -> Option<(String, Vec<&str>)> {
    let [Effect::Say { target, .. }, _, ..] = effects.as_slice() else {
        return None;
    };
    let mut lines = Vec::new();
    for effect in effects {
        match effect {
            Effect::Say { target: of, text } if of == target => lines.push(text.as_str()),
            _ => return None,
        }
    }
    Some((target.to_string(), lines))
}

/// What pieces are to a reader, on a server that does not send them back.
fn shown(pieces: &[Piece<'_>], is_plain: bool) -> Vec<EventKind> {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if piece.continues => line.push_str(piece.text),
            _ => lines.push(piece.text.to_owned()),
        }
    }
    let lines = lines.into_iter().filter(|text| !text.is_empty());
    lines
        .map(|text| {
            if is_plain {
                EventKind::Message { text }
            } else {
                EventKind::Action { text }
            }
        })
        .collect()
}

fn request(ticket: Ticket, purpose: Purpose, subject: &str) -> Request {
    Request {
        ticket: Some(ticket),
        purpose,
        subject: subject.to_owned(),
        refusal: None,
    }
}
