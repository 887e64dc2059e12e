//! What happens to a text once Enter was pressed: it becomes lines, each goes into the history if it
//! may and to the conversation, and a command's end is awaited for a moment, so that the next prompt
//! is already true. It must not read keys or know of the editor.

use std::sync::Arc;
use std::time::{Duration, Instant};

use salon_commands::{Account, Effect, Local, Registry};
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

use super::Shared;
use super::commands::Commands;
use super::drafts::Drafts;
use super::history::History;
use super::outbox::Outbox;
use super::parts::{lines, parts};
use super::screen::Screen;
use super::{secret, terminal};
use crate::driver::Request;
use crate::render::sanitize;
use crate::session::{Passwords, Ticket};

/// How long the editor waits for the end of a command. What ends later changes the prompt later.
const COMMAND_PATIENCE: Duration = Duration::from_millis(60);

/// What a text wants before it is submitted.
pub(super) enum Wish {
    /// Nothing.
    Submit,
    /// To be composed in an editor, beginning with this.
    Edit(String),
    /// Passwords.
    Passwords(Questions),
}

/// What is asked for when a command needs passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Questions {
    /// The one that there is.
    Present,
    /// One that is to be, of an account that is to be called so, if one was named.
    New(Option<String>),
    /// The one that there is, and the one that is to take its place.
    Change,
}

/// The way of typed lines into the conversation.
#[derive(Debug)]
pub(super) struct Submitter {
    requests: Sender<Request>,
    screen: Arc<Screen>,
    history: History,
    commands: Arc<Commands>,
    outbox: Arc<Outbox>,
    drafts: Arc<Drafts>,
    tickets: u64,
}

impl Submitter {
    /// The way into this conversation.
    pub(super) fn new(requests: Sender<Request>, shared: &Shared, history: History) -> Self {
        Self {
            requests,
            screen: Arc::clone(&shared.screen),
            history,
            commands: Arc::clone(&shared.commands),
            outbox: Arc::clone(&shared.outbox),
            drafts: Arc::clone(&shared.drafts),
            tickets: 0,
        }
    }

    /// Whether the conversation has ended.
    pub(super) fn is_over(&self) -> bool {
        self.requests.is_closed() || self.screen.is_stopped()
    }

    /// Whether every line of the text is said, so that its echo shows it.
    pub(super) fn is_said(&self, text: &str) -> bool {
        let registry = self.commands.registry();
        let registry = registry.as_deref();
        lines(text).all(|line| self.is_line_said(registry, &line))
    }

    /// What services are told while they are not there is refused at once, so it stays where it was typed.
    fn is_line_said(&self, registry: Option<&Registry>, line: &str) -> bool {
        let Some(registry) = registry else {
            return true;
        };
        let current = self.screen.current();
        secret::is_said(registry, line)
            && (self.screen.is_connected()
                || !secret::is_for_services(registry, line, current.as_deref()))
    }

    /// What of a text may be offered again: a message of several lines is one. The file has its lines one by one.
    pub(super) fn kept(&mut self, text: &str) -> Vec<String> {
        let current = self.screen.current();
        let registry = self.commands.registry();
        let parts = parts(registry.as_deref(), text);
        let registry = registry.unwrap_or_default();
        let kept: Vec<String> = parts
            .into_iter()
            .filter(|part| !secret::is_part_secret(&registry, part, current.as_deref()))
            .collect();
        for line in kept.iter().flat_map(|part| lines(part)) {
            if let Err(error) = self.history.keep(&line) {
                self.screen.show_now(&history_warning(&error));
            }
        }
        kept
    }

    /// The passwords that a command needs; none where the hub would refuse it all the same.
    fn passwords(&self, account: &Account) -> Wish {
        let accounts = self.commands.accounts();
        let (questions, is_of_use) = match account {
            Account::Login { .. } => (Questions::Present, accounts.has_login),
            Account::Register { account, .. } => {
                let account = account.as_ref().map(ToString::to_string);
                (Questions::New(account), accounts.has_registration)
            }
            Account::Password => (Questions::Change, accounts.has_login),
        };
        if is_of_use && self.screen.is_connected() {
            Wish::Passwords(questions)
        } else {
            Wish::Submit
        }
    }

    /// What a text wants before it is submitted. Only a line alone wants anything.
    pub(super) fn request(&self, text: &str) -> Wish {
        let mut typed = lines(text);
        let (Some(line), None) = (typed.next(), typed.next()) else {
            return Wish::Submit;
        };
        let effect = self
            .commands
            .registry()
            .and_then(|registry| secret::only_effect(&registry, &line));
        match effect {
            Some(Effect::Local(Local::Edit { text })) => {
                Wish::Edit(text.map(|text| text.to_string()).unwrap_or_default())
            }
            Some(Effect::Account(account)) => self.passwords(&account),
            _ => Wish::Submit,
        }
    }

    /// Hands over a line and the passwords that it asked for.
    pub(super) fn submit_with(&mut self, text: &str, passwords: Passwords) {
        let request = Request::Passwords {
            ticket: Ticket(self.tickets + 1),
            passwords,
        };
        if self.send(request) {
            self.submit(text);
        }
    }

    /// Hands over a message, or each line of a text that holds commands, but for the blank ones.
    pub(super) fn submit(&mut self, text: &str) {
        let registry = self.commands.registry();
        let registry = registry.as_deref();
        let mut last_command = None;
        for line in parts(registry, text) {
            self.tickets += 1;
            let lead = registry.and_then(|known| secret::lead(known, &line));
            self.drafts.follow(lead.map(|lead| (self.tickets, lead)));
            if line.lines().all(|line| self.is_line_said(registry, line)) {
                self.note(&line);
            } else {
                last_command = Some(self.tickets);
            }
            let request = Request::Line {
                ticket: Ticket(self.tickets),
                text: line,
            };
            if !self.send(request) {
                return;
            }
        }
        if let Some(ticket) = last_command {
            self.screen.wait_resolved(ticket, COMMAND_PATIENCE);
        }
    }

    /// A message leaves the screen until its echo comes.
    fn note(&self, line: &str) {
        let is_waiting = !self.screen.is_connected();
        self.outbox
            .add(self.tickets, line, Instant::now(), is_waiting);
        if is_waiting {
            let lines: Vec<_> = line.lines().map(sanitize).collect();
            let lines = lines.join("\n    ");
            self.screen
                .show_now(&format!("--- waits for the connection: {lines}\n"));
        }
    }

    /// Gives up the commands of plug-ins that run.
    pub(super) fn cancel(&self) {
        self.commands.cancel();
    }

    /// Leaves, once everything before is acknowledged.
    pub(super) fn quit(&self) {
        // One that cannot be sent finds nobody who must be told.
        self.send(Request::Quit { reason: None });
    }

    /// Says whether there is still a conversation. Waits while it has much to do; Ctrl-C is a way out meanwhile.
    fn send(&self, request: Request) -> bool {
        match self.requests.try_send(request) {
            Ok(()) => true,
            Err(TrySendError::Closed(_)) => false,
            Err(TrySendError::Full(request)) => {
                terminal::heeding_signals(|| self.requests.blocking_send(request).is_ok())
            }
        }
    }
}

/// The one line about a history that does not work.
pub(super) fn history_warning(error: &std::io::Error) -> String {
    format!("what you type is not remembered for the next time: {error}\n")
}
