//! Transcripts: what the server says and the user types on one side, and every output on the other.

mod arrival;
mod conversation;
mod dialect;
mod legacy;
mod login;
mod membership;
mod multiline;
mod past;
mod ranked;
mod reading;
mod refusals;
mod registration;
mod splitting;

use salon_commands::{Context, Effect, Mode, Registry, Target, Text};
use salon_config::KeyedRoom;

use super::*;
use crate::event::Event;

/// The capabilities of a modern server.
const MODERN: &str = "batch labeled-response echo-message server-time message-tags";

fn to_join(text: &str) -> RoomToJoin {
    RoomToJoin::from(&text.parse::<KeyedRoom>().unwrap())
}

/// A session, with the outputs in a form that reads like a transcript.
pub(super) struct Transcript {
    session: Session,
    registry: Registry,
    ticket: u64,
}

impl Transcript {
    /// A session of `ann` whose link is not up.
    pub(super) fn new(rooms: &[&str]) -> Self {
        let identity = Identity {
            nick: "ann".to_owned(),
            user: "ann".to_owned(),
            realname: "Ann".to_owned(),
            password: None,
            login: None,
            is_private: false,
            nonce: "nonce".to_owned(),
            rooms: rooms.iter().map(|room| to_join(room)).collect(),
            wants_all_events: false,
        };
        Self {
            session: Session::new(identity),
            registry: Registry::builtin(),
            ticket: 0,
        }
    }

    /// A session that a modern server has put in `#lobby`.
    pub(super) fn modern() -> Self {
        let mut transcript = Self::new(&[]);
        transcript.log_in(MODERN);
        transcript.server("@label=0 :hub PONG hub salon-0");
        transcript.outputs();
        transcript
    }

    /// A session on a server without capabilities, in `#lobby`.
    pub(super) fn legacy() -> Self {
        let mut transcript = Self::new(&[]);
        transcript.log_in("");
        transcript.server(":hub PONG hub :salon-0");
        transcript.outputs();
        transcript
    }

    /// Logs in as far as the message of the day, with these capabilities.
    pub(super) fn log_in(&mut self, capabilities: &str) {
        self.up();
        self.server(&format!(":hub CAP * LS :{capabilities}"));
        if !capabilities.is_empty() {
            self.server(&format!(":hub CAP ann ACK :{capabilities}"));
        }
        self.server(":hub 001 ann :Welcome");
        self.server(":hub 005 ann CHANTYPES=# PREFIX=(ov)@+ :are supported");
        self.server(":ann!ann@host JOIN #lobby");
        self.server(":hub 353 ann = #lobby :@ann bob");
        self.server(":hub 366 ann #lobby :End of names");
        self.server(":hub 422 ann :No MOTD");
        self.outputs();
    }

    /// The link comes up.
    pub(super) fn up(&mut self) {
        self.session.link_up(at(0));
    }

    /// The server says a line.
    pub(super) fn server(&mut self, line: &str) {
        self.session.receive(&Message::parse(line).unwrap(), at(1));
    }

    /// The user types a line.
    pub(super) fn user(&mut self, line: &str) {
        let command = self.registry.parse(line, Mode::Script).unwrap().unwrap();
        let target: Option<Target> = self
            .session
            .current()
            .map(|current| current.parse().unwrap());
        let context = Context::new(&self.registry);
        let context = target
            .as_ref()
            .map_or(context, |target| context.with_target(target));
        let effects = command.run(&context).unwrap();
        self.ticket += 1;
        self.session.perform(Ticket(self.ticket), effects, at(2));
    }

    /// The user types a message of many lines.
    pub(super) fn says(&mut self, lines: &[&str]) {
        let target: Target = self.session.current().unwrap().parse().unwrap();
        let effects = lines.iter().map(|line| Effect::Say {
            target: target.clone(),
            text: Text::new(*line).unwrap(),
        });
        let effects: Vec<Effect> = effects.collect();
        self.ticket += 1;
        let effects = effects.into_iter().collect();
        self.session.perform(Ticket(self.ticket), effects, at(2));
    }

    /// The outputs so far, one line each.
    pub(super) fn outputs(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.session.next_output())
            .map(|output| describe(&output))
            .collect()
    }

    /// Checks all outputs since the last check.
    #[track_caller]
    pub(super) fn expect(&mut self, expected: &[&str]) {
        assert_eq!(self.outputs(), expected);
    }
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(1_795_456_800_000 + seconds * 1000)
}

fn describe(output: &Output) -> String {
    match output {
        Output::Send(message) => format!("-> {}", message.to_line().unwrap()),
        Output::Show(event) | Output::ShowPast(event) => describe_event(event),
        Output::Redacted(redaction) => format!("redacted: {redaction:?}"),
        Output::Filled { number, found } => {
            let event = found.event.as_ref();
            let event = event.map_or_else(|| "nothing".to_owned(), describe_event);
            format!("filled {number}: {event}")
        }
        Output::FilledTarget { number, target } => format!("filled {number}: of {target}"),
        Output::FilledPage { number, refusal } => {
            let end = refusal.as_deref().unwrap_or("end");
            format!("filled {number}: {end}")
        }
        Output::Found { found, .. } => {
            let event = found.event.as_ref();
            let event = event.map_or_else(|| "nothing".to_owned(), describe_event);
            format!("found {}: {event}", found.id.as_deref().unwrap_or("-"))
        }
        Output::Resolved {
            ticket,
            outcome: Outcome::Ok,
        } => format!("line {ticket}: ok"),
        Output::Resolved {
            ticket,
            outcome: Outcome::Refused(refusal),
        } => format!("line {ticket}: {refusal}"),
        Output::Strict(wish) => format!("strict: {wish:?}"),
        Output::Ready => "ready".to_owned(),
        Output::RoomRefused { room, reason } => format!("no {room}: {reason}"),
        Output::Rejected { reason } => format!("rejected: {reason}"),
        Output::Ended(End::Quit) => "ended".to_owned(),
        Output::Ended(End::Lost {
            reason,
            unacknowledged,
        }) => {
            let lines: Vec<_> = unacknowledged.iter().map(|ticket| ticket.0).collect();
            format!("lost: {reason} {lines:?}")
        }
    }
}

/// `kind [own] from>to text`
fn describe_event(event: &Event) -> String {
    let own = if event.own { "own " } else { "" };
    let from = event.from.as_deref().unwrap_or("-");
    let to = event.to.as_deref().unwrap_or("-");
    let said = |kind: &str, text: &str| {
        format!("{kind} {own}{from}>{to} {text}")
            .trim_end()
            .to_owned()
    };
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "(none)".to_owned());
    match &event.kind {
        EventKind::Message { text } => said("message", text),
        EventKind::Action { text } => said("action", text),
        EventKind::Notice { text } => said("notice", text),
        EventKind::Join => said("join", ""),
        EventKind::Part { reason } => said("part", &or_none(reason)),
        EventKind::Quit { reason } => said("quit", &or_none(reason)),
        EventKind::Nick { new } => said("nick", new),
        EventKind::Topic { text } => said("topic", &or_none(text)),
        EventKind::Kick { nick, reason } => said("kick", &format!("{nick} {}", or_none(reason))),
        EventKind::Mode { changes } => said("mode", changes),
        EventKind::Error { code, text } => said("error", &format!("{} {text}", or_none(code))),
        EventKind::Ready { nick, network } => {
            let network = network.as_deref().map(|network| format!(" of {network}"));
            said("ready", &format!("{nick}{}", network.unwrap_or_default()))
        }
        EventKind::Gap { skipped, .. } => said("gap", &format!("{skipped:?}")),
        EventKind::ReadUpTo => "read".to_owned(),
        EventKind::Alert { text } => format!("alert {text}"),
        EventKind::Note { text } => format!("note {text}"),
        EventKind::Info { text } => format!("info {text}"),
    }
}
