//! The seam between the conversation and a person's terminal: requests in, reports out, over
//! bounded channels, so that a blocking REPL and the asynchronous conversation never wait for
//! each other. It must not print, and it must not parse lines itself.

use std::collections::VecDeque;
use std::io;
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc;

use crate::conversation::{Conversation, OpenError, Plan};
use crate::event::{Event, EventKind};
pub(crate) use crate::session::Status;
use crate::session::{Outcome, Ticket};

/// How many typed lines may wait for the hub.
const REQUESTS_WAITING_MAX: usize = 64;
/// How many reports may wait for the terminal in the channel.
const REPORTS_WAITING_MAX: usize = 256;
/// How many more may wait here before events are left out: the terminal may be busy for as long as
/// a person looks at a menu, and the hub wants to hear from us meanwhile.
const REPORTS_BACKLOG_MAX: usize = 10_000;

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
    /// A line is done.
    Resolved {
        /// Which one.
        ticket: Ticket,
        /// How it ended.
        outcome: Outcome,
    },
    /// The conversation is over; nothing follows.
    Ended(Ended),
}

/// How a conversation ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// We quit, and the server closed.
    Quit,
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
pub(crate) async fn converse(
    plan: Plan,
    requests: mpsc::Receiver<Request>,
    reports: mpsc::Sender<Report>,
) {
    match Conversation::open(plan).await {
        Ok(conversation) => Driver::new(conversation, requests, reports).run().await,
        Err(error) => {
            // A terminal that has gone needs no report.
            let _ = reports.send(Report::Ended(Ended::Failed(error))).await;
        }
    }
}

/// Whether the terminal wants to leave.
#[derive(Debug, PartialEq, Eq)]
enum Quit {
    Unwanted,
    Wanted { reason: Option<String> },
}

struct Driver {
    conversation: Conversation,
    requests: mpsc::Receiver<Request>,
    reports: mpsc::Sender<Report>,
    backlog: VecDeque<Report>,
    /// How many events were left out since the last one that was not.
    skipped: u64,
    quit: Quit,
}

impl Driver {
    fn new(
        conversation: Conversation,
        requests: mpsc::Receiver<Request>,
        reports: mpsc::Sender<Report>,
    ) -> Self {
        Self {
            conversation,
            requests,
            reports,
            backlog: VecDeque::new(),
            skipped: 0,
            quit: Quit::Unwanted,
        }
    }

    async fn run(mut self) {
        let reports = self.reports.clone();
        loop {
            while let Some(report) = self.conversation.next_report() {
                self.keep(report);
            }
            if matches!(self.backlog.back(), Some(Report::Ended(_))) {
                break;
            }
            if let Quit::Wanted { reason } = &self.quit
                && self.conversation.unacknowledged() == 0
            {
                self.conversation.quit(reason.as_deref());
            }
            let accepting = self.conversation.is_accepting() && self.quit == Quit::Unwanted;
            tokio::select! {
                biased;
                permit = permit(&reports, self.backlog.is_empty()) => match permit {
                    Some(permit) => {
                        if let Some(report) = self.backlog.pop_front() {
                            permit.send(report);
                        }
                    }
                    None => return self.conversation.leave().await,
                },
                request = self.requests.recv(), if accepting => self.take(request),
                () = self.conversation.turn() => {}
            }
        }
        for report in self.backlog {
            if self.reports.send(report).await.is_err() {
                return;
            }
        }
    }

    fn take(&mut self, request: Option<Request>) {
        match request {
            Some(Request::Line { ticket, text }) => self.conversation.submit(ticket, &text),
            Some(Request::Quit { reason }) => self.quit = Quit::Wanted { reason },
            None => self.quit = Quit::Wanted { reason: None },
        }
    }

    /// Keeps a report for the terminal. Only what others said can be left out.
    fn keep(&mut self, report: Report) {
        let is_event = matches!(report, Report::Show(_));
        if is_event && self.backlog.len() >= REPORTS_BACKLOG_MAX {
            self.skipped += 1;
            return;
        }
        if let (Report::Show(event), 1..) = (&report, self.skipped) {
            let skipped = std::mem::take(&mut self.skipped);
            let gap = Event {
                time: event.time,
                id: None,
                from: None,
                account: None,
                to: None,
                own: false,
                kind: EventKind::Gap { skipped },
            };
            self.backlog.push_back(Report::Show(gap));
        }
        self.backlog.push_back(report);
    }
}

/// Waits until the terminal takes a report; for ever when there is none for it. `None` when it has gone.
async fn permit(
    reports: &mpsc::Sender<Report>,
    nothing_to_tell: bool,
) -> Option<mpsc::Permit<'_, Report>> {
    if nothing_to_tell {
        // A terminal that has gone is noticed all the same.
        reports.closed().await;
        return None;
    }
    reports.reserve().await.ok()
}
