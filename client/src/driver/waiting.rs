//! Typed lines that wait for the hub, and whether the terminal wants to leave.

use std::collections::VecDeque;
use std::future;

use tokio::sync::mpsc;

use super::Request;
use crate::session::{Passwords, Ticket};

/// How many lines may wait here before the terminal has to.
const LINES_MAX: usize = 64;

/// What the terminal asked for and did not get yet.
#[derive(Debug)]
pub(super) struct Waiting {
    requests: mpsc::Receiver<Request>,
    lines: VecDeque<Typed>,
    leave: Option<Leave>,
    is_cancelled: bool,
    front: Option<String>,
    /// Those of the line that comes next.
    passwords: Option<(Ticket, Passwords)>,
}

/// A line that was typed.
#[derive(Debug)]
pub(super) struct Typed {
    /// Its number.
    pub(super) ticket: Ticket,
    /// The line.
    pub(super) text: String,
    /// The passwords that it asked for.
    pub(super) passwords: Option<Passwords>,
}

/// That the terminal wants to leave.
#[derive(Debug)]
pub(super) struct Leave {
    /// The reason that the others see.
    pub(super) reason: Option<String>,
}

impl Waiting {
    /// Nothing was asked for.
    pub(super) fn new(requests: mpsc::Receiver<Request>) -> Self {
        Self {
            requests,
            lines: VecDeque::new(),
            leave: None,
            is_cancelled: false,
            front: None,
            passwords: None,
        }
    }

    /// Takes one request; waits for ever when there is no place for it or none can come. Nothing
    /// is lost when it is dropped before it is done.
    pub(super) async fn receive(&mut self) {
        if self.leave.is_some() || self.lines.len() >= LINES_MAX {
            return future::pending().await;
        }
        match self.requests.recv().await {
            Some(Request::Line { ticket, text }) => {
                let passwords = self.passwords.take_if(|(of, _)| *of == ticket);
                self.lines.push_back(Typed {
                    ticket,
                    text,
                    passwords: passwords.map(|(_, passwords)| passwords),
                });
            }
            Some(Request::Passwords { ticket, passwords }) => {
                self.passwords = Some((ticket, passwords));
            }
            Some(Request::Cancel) => self.is_cancelled = true,
            Some(Request::Front { room }) => self.front = Some(room),
            Some(Request::Quit { reason }) => self.leave = Some(Leave { reason }),
            None => self.leave = Some(Leave { reason: None }),
        }
    }

    /// Waits until the terminal wants to leave.
    pub(super) async fn wants_to_leave(&mut self) {
        while self.leave.is_none() {
            self.receive().await;
        }
    }

    /// Whether the terminal gave up the commands that run, since it was last asked.
    pub(super) fn take_cancel(&mut self) -> bool {
        std::mem::take(&mut self.is_cancelled)
    }

    /// The room that is wanted in front, since this was last asked.
    pub(super) fn take_front(&mut self) -> Option<String> {
        self.front.take()
    }

    /// The next line.
    pub(super) fn next_line(&mut self) -> Option<Typed> {
        self.lines.pop_front()
    }

    /// Whether no line waits.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Whether the terminal wants to leave, after the lines that wait.
    pub(super) fn leave(&self) -> Option<&Leave> {
        self.leave.as_ref()
    }
}
