//! What a person sees of the reports: events as lines, the status as a prompt, refusals, and what
//! waits for too long. It must not write to the terminal itself; the screen does.

use std::io;
use std::sync::PoisonError;
use std::time::Instant;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::Receiver;

use super::completion::Names;
use super::prompt::Prompt;
use super::{Options, Shared};
use crate::driver::{Ended, Report, Status};
use crate::event::Event;
use crate::json;
use crate::render::{Palette, Renderer, Style, sanitize};
use crate::session::{Outcome, Refusal};

/// How many reports are folded into one text.
const FOLDED_MAX: usize = 256;

/// The side of the REPL that shows.
pub(super) struct View {
    shared: Shared,
    renderer: Renderer,
    palette: Palette,
    json: bool,
    /// The room or nick in front.
    current: Option<String>,
    /// Lines that were not handed to the screen yet.
    lines: String,
    /// For its clock alone: what waits too long has to be said when nothing arrives, too.
    runtime: Runtime,
}

impl View {
    pub(super) fn new(shared: Shared, options: &Options) -> io::Result<Self> {
        Ok(Self {
            shared,
            renderer: Renderer::new(options.palette),
            palette: options.palette,
            json: options.json,
            current: None,
            lines: String::new(),
            runtime: Builder::new_current_thread().enable_time().build()?,
        })
    }

    /// Shows what is reported until the end, which is `None` if the driver died without a word.
    pub(super) fn follow(mut self, mut reports: Receiver<Report>) -> Option<Ended> {
        loop {
            match self.next(&mut reports) {
                Next::Report(report) => {
                    if let Some(ended) = self.take_all(report, &mut reports) {
                        self.show();
                        return Some(ended);
                    }
                }
                Next::Overdue => self.overdue(),
                Next::Closed => return None,
            }
            self.show();
        }
    }

    fn next(&self, reports: &mut Receiver<Report>) -> Next {
        let outbox = &self.shared.outbox;
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                report = reports.recv() => report.map_or(Next::Closed, Next::Report),
                () = outbox.wait_overdue() => Next::Overdue,
            }
        })
    }

    /// Takes this report and those that wait behind it, so that they are shown together.
    fn take_all(&mut self, first: Report, reports: &mut Receiver<Report>) -> Option<Ended> {
        let mut next = Some(first);
        for _ in 0..FOLDED_MAX {
            if let Some(ended) = self.take(next.take()?) {
                return Some(ended);
            }
            next = reports.try_recv().ok();
        }
        self.take(next?)
    }

    fn take(&mut self, report: Report) -> Option<Ended> {
        match report {
            Report::Show(event) => self.event(&event),
            Report::Commands { registry, plugins } => {
                self.shared.commands.replace(registry, plugins);
            }
            Report::Status(status) => {
                // What was said before belongs before the new prompt.
                self.show();
                self.status(status);
            }
            Report::Resolved { ticket, outcome } => {
                self.shared.outbox.resolve(ticket.0);
                if let Outcome::Refused(refusal) = outcome {
                    self.refusal(&refusal);
                }
                // The answer comes before the prompt that the reader may be waiting to show.
                self.show();
                self.shared.screen.resolve(ticket.0);
            }
            Report::Ended(ended) => return Some(ended),
        }
        None
    }

    fn show(&mut self) {
        self.shared.screen.show(&self.lines);
        self.lines.clear();
    }

    fn event(&mut self, event: &Event) {
        if self.json {
            json::append(event, &mut self.lines);
        } else {
            let current = self.current.as_deref();
            self.renderer.render(event, current, &mut self.lines);
        }
    }

    /// The names come first: who sees the prompt may press Tab.
    fn status(&mut self, status: Status) {
        let prompt = Prompt::new(&status, self.palette);
        let names = Names {
            rooms: status.rooms,
            nicks: status.nicks,
        };
        *self
            .shared
            .names
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = names;
        self.current.clone_from(&status.current);
        self.shared.screen.set_prompt(prompt, status.current);
    }

    fn refusal(&mut self, refusal: &Refusal) {
        self.palette.paint(&mut self.lines, Style::Alarm, "!!!");
        self.lines.push(' ');
        self.lines.push_str(&sanitize(&refusal.to_string()));
        self.lines.push('\n');
        for line in refusal.details().unwrap_or_default().lines() {
            self.lines.push_str(&sanitize(line));
            self.lines.push('\n');
        }
    }

    fn overdue(&mut self) {
        for text in self.shared.outbox.overdue(Instant::now()) {
            self.lines.push_str("--- not confirmed yet: ");
            self.lines.push_str(&sanitize(&text));
            self.lines.push('\n');
        }
    }
}

/// What there is to do.
enum Next {
    Report(Report),
    /// A message has waited too long.
    Overdue,
    Closed,
}
