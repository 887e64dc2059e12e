//! The seam between the conversation and a person's terminal: requests in, reports out, over
//! bounded channels, so that a blocking REPL and the asynchronous conversation never wait for
//! each other. It must not print, and it must not parse lines itself.

mod backlog;
#[cfg(test)]
mod tests;
mod waiting;

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use salon_commands::Registry;
use salon_protocol::Timestamp;
use tokio::sync::mpsc;

use self::backlog::Backlog;
use self::waiting::Waiting;
use crate::conversation::{Conversation, Look, OpenError, Plan};
use crate::event::Event;
use crate::plugin::Ask;
pub(crate) use crate::session::Status;
use crate::session::{Found, Outcome, Passwords, Ticket};

/// How many typed lines may wait for the hub.
const REQUESTS_WAITING_MAX: usize = 64;
/// How many reports may wait for the terminal in the channel.
const REPORTS_WAITING_MAX: usize = 256;

/// What the terminal asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Request {
    /// A line was typed.
    Line {
        /// The number by which [`Report::Resolved`] will name it.
        ticket: Ticket,
        /// The line, without its end.
        text: String,
    },
    /// The passwords that the next line, which has this ticket, asks for.
    Passwords {
        /// Whose.
        ticket: Ticket,
        /// What was typed.
        passwords: Passwords,
    },
    /// Give up the commands of plug-ins that run.
    Cancel,
    /// Bring a room or a conversation to the front.
    Front {
        /// Its name.
        room: String,
    },
    /// Leave, once everything before it is acknowledged.
    Quit {
        /// The reason that the others see.
        reason: Option<String>,
    },
}

/// What the terminal is told.
#[derive(Debug)]
pub(crate) enum Report {
    /// Something happened that a person may want to see.
    Show(Event),
    /// The nick, the current target or the rooms changed.
    Status(Status),
    /// The commands that there are from now on.
    Commands {
        /// All of them.
        registry: Arc<Registry>,
        /// Whom to ask for what plug-ins know.
        plugins: Option<mpsc::WeakSender<Ask>>,
    },
    /// How things are to look from now on.
    Look(Box<Look>),
    /// The screen is to be empty.
    Clear,
    /// A room or a person is read up to then, perhaps in another client.
    Read {
        /// Which.
        target: String,
        /// Until when.
        until: Timestamp,
    },
    /// A line of a page of the past that was asked for.
    Found(Box<Found>),
    /// A line is done.
    Resolved {
        /// Which one.
        ticket: Ticket,
        /// How it ended.
        outcome: Outcome,
    },
    /// A script's way to another hub led nowhere, and it goes on without one.
    Stranded {
        /// Why.
        reason: String,
    },
    /// The conversation is over; nothing follows.
    Ended(Ended),
}

/// How a conversation ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// We quit, and the server closed.
    Quit,
    /// We quit before there was a server to say anything to.
    GivenUp,
    /// The connection broke.
    Lost {
        /// What is known about why.
        reason: String,
        /// The lines whose fate is unknown, in order.
        unacknowledged: Vec<Ticket>,
    },
    /// It never began.
    Failed(OpenError),
}

/// The terminal's half of the channels.
#[derive(Debug)]
pub(crate) struct Line {
    /// Where typed lines go. Dropping it quits.
    pub(crate) requests: mpsc::Sender<Request>,
    /// What happened. Its last report is [`Report::Ended`].
    pub(crate) reports: mpsc::Receiver<Report>,
}

/// Starts a conversation on a thread of its own, and gives the terminal's half of its channels.
pub(crate) fn spawn(plan: Plan) -> io::Result<(Line, JoinHandle<()>)> {
    let (requests, request_receiver) = mpsc::channel(REQUESTS_WAITING_MAX);
    let (report_sender, reports) = mpsc::channel(REPORTS_WAITING_MAX);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let thread = thread::Builder::new()
        .name("conversation".to_owned())
        .spawn(move || {
            runtime.block_on(converse(plan, request_receiver, report_sender));
        })?;
    Ok((Line { requests, reports }, thread))
}

/// Holds a conversation until it ends, and reports its end.
async fn converse(plan: Plan, requests: mpsc::Receiver<Request>, reports: mpsc::Sender<Report>) {
    let mut waiting = Waiting::new(requests);
    let opened = tokio::select! {
        opened = Conversation::open(plan) => opened,
        () = waiting.wants_to_leave() => {
            // A terminal that has gone needs no report.
            let _ = reports.send(Report::Ended(Ended::GivenUp)).await;
            return;
        }
    };
    match opened {
        Ok(conversation) => Driver::new(conversation, waiting, reports).run().await,
        Err(error) => {
            let _ = reports.send(Report::Ended(Ended::Failed(error))).await;
        }
    }
}

struct Driver {
    conversation: Conversation,
    waiting: Waiting,
    reports: mpsc::Sender<Report>,
    backlog: Backlog,
}

impl Driver {
    fn new(conversation: Conversation, waiting: Waiting, reports: mpsc::Sender<Report>) -> Self {
        Self {
            conversation,
            waiting,
            reports,
            backlog: Backlog::default(),
        }
    }

    async fn run(mut self) {
        let reports = self.reports.clone();
        loop {
            self.submit();
            while let Some(report) = self.conversation.next_report() {
                self.backlog.keep(report);
            }
            if self.backlog.is_complete() {
                break;
            }
            tokio::select! {
                biased;
                permit = permit(&reports, &self.backlog) => match permit {
                    Some(permit) => self.backlog.pass(permit),
                    None => return self.conversation.leave().await,
                },
                () = self.waiting.receive() => {}
                () = self.conversation.turn() => {}
            }
        }
        while !self.backlog.is_empty()
            && let Some(permit) = permit(&reports, &self.backlog).await
        {
            self.backlog.pass(permit);
        }
    }

    /// Submits what can be under way at once, and leaves when everything is done.
    fn submit(&mut self) {
        if self.waiting.take_cancel() {
            self.conversation.cancel();
        }
        if let Some(room) = self.waiting.take_front() {
            self.conversation.bring_forward(&room);
        }
        while self.conversation.is_accepting()
            && let Some(line) = self.waiting.next_line()
        {
            if let Some(passwords) = line.passwords {
                self.conversation.hand_passwords(line.ticket, passwords);
            }
            self.conversation.submit(line.ticket, &line.text);
        }
        if let Some(leave) = self.waiting.leave()
            && (self.waiting.is_empty() && self.conversation.unacknowledged() == 0
                || !self.conversation.is_open())
        {
            self.conversation.quit(leave.reason.as_deref());
        }
    }
}

/// Waits until the terminal takes a report; for ever when there is none for it. `None` when it has gone.
async fn permit<'a>(
    reports: &'a mpsc::Sender<Report>,
    backlog: &Backlog,
) -> Option<mpsc::Permit<'a, Report>> {
    if backlog.is_empty() {
        // A terminal that has gone is noticed all the same.
        reports.closed().await;
        return None;
    }
    reports.reserve().await.ok()
}
