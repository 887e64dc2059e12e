//! What a person sees of the reports: events as lines, the status as a prompt, refusals, and what
//! waits for too long. It must not write to the terminal itself; the screen does.

use std::io;
use std::sync::{MutexGuard, PoisonError};
use std::time::Instant;

use salon_config::ColorChoice;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::Receiver;

use super::attention::{BELL, MARK, attention};
use super::completion::Names;
use super::prompt::Prompt;
use super::terminal;
use super::wrap::wrap;
use super::{Options, Shared};
use crate::conversation::Look;
use crate::driver::{Ended, Report, Status};
use crate::event::{Event, EventKind};
use crate::json;
use crate::render::{Palette, Renderer, Style, sanitize};
use crate::session::{Fate, Outcome, Refusal};

/// How many reports are folded into one text.
const FOLDED_MAX: usize = 256;

/// What empties the screen.
const CLEAR: &str = "\x1b[H\x1b[2J";

/// The side of the REPL that shows.
pub(super) struct View {
    shared: Shared,
    renderer: Renderer,
    palette: Palette,
    /// How it was to look at the start.
    first_palette: Palette,
    look: Look,
    status: Status,
    json: bool,
    /// What a newcomer is told, until it was said.
    greeting: Vec<String>,
    /// How wide the terminal is; `None` where lines are not for one.
    columns: Option<usize>,
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
            first_palette: options.palette,
            look: Look::default(),
            status: Status::default(),
            json: options.json,
            greeting: greeting(options),
            columns: None,
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
        self.columns = terminal::columns();
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
            Report::Look(look) => self.look(*look),
            Report::Clear => {
                self.show();
                self.lines.push_str(CLEAR);
                self.show();
            }
            Report::Status(status) => {
                // What was said before belongs before the new prompt.
                self.show();
                self.status(status);
            }
            Report::Resolved { ticket, outcome } => {
                let said = self.shared.outbox.resolve(ticket.0);
                if let Outcome::Refused(refusal) = outcome {
                    self.refusal(&refusal, said.as_deref());
                }
                // The answer comes before the prompt that the reader may be waiting to show.
                self.show();
                self.shared.screen.resolve(ticket.0);
            }
            // A prompt asks for no pages.
            Report::Found(_) => {}
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
            return json::append(event, &mut self.lines);
        }
        let attention = attention(event, &self.status.nick, &self.look);
        if attention.rings {
            self.lines.push(BELL);
        }
        let mark = if attention.is_marked { MARK } else { "" };
        let current = self.current.as_deref();
        let mut line = String::new();
        let text_at = self.renderer.render_marked(event, current, mark, &mut line);
        self.push_wrapped(&line, text_at);
        self.note_speaker(event);
    }

    /// Shows whole lines, divided for the terminal. The text of each begins there, or behind its own blanks.
    fn push_wrapped(&mut self, lines: &str, text_at: usize) {
        for line in lines.lines() {
            match self.columns {
                Some(columns) => {
                    let blanks = line.len() - line.trim_start_matches(' ').len();
                    wrap(line, text_at.max(blanks), columns, &mut self.lines);
                }
                None => self.lines.push_str(line),
            }
            self.lines.push('\n');
        }
    }

    /// Who spoke last is offered first.
    fn note_speaker(&self, event: &Event) {
        let is_here = event.to.as_deref() == self.current.as_deref();
        let has_spoken = matches!(
            event.kind,
            EventKind::Message { .. } | EventKind::Action { .. } | EventKind::Notice { .. }
        );
        if let Some(nick) = event.from.as_deref()
            && is_here
            && has_spoken
            && !event.own
        {
            self.names().speaks(nick);
        }
    }

    fn names(&self) -> MutexGuard<'_, Names> {
        let names = &self.shared.names;
        names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How things look from now on.
    fn look(&mut self, look: Look) {
        let palette = match look.color {
            Some(ColorChoice::Always) => Palette::Colour,
            Some(ColorChoice::Never) => Palette::Plain,
            Some(ColorChoice::Auto) | None => self.first_palette,
        };
        if palette != self.palette {
            self.palette = palette;
            self.renderer = Renderer::new(palette);
            if self.shared.screen.is_connected() {
                self.show();
                self.status(self.status.clone());
            }
        }
        self.shared.commands.look(palette, &look);
        self.look = look;
    }

    /// The names come first: who sees the prompt may press Tab.
    fn status(&mut self, status: Status) {
        for line in std::mem::take(&mut self.greeting) {
            self.push_wrapped(&line, 0);
        }
        self.show();
        let prompt = Prompt::new(&status, self.palette);
        self.status.clone_from(&status);
        {
            let mut names = self.names();
            if self.current != status.current {
                names.forget_speakers();
            }
            names.replace(status.rooms, status.nicks);
        }
        self.current.clone_from(&status.current);
        let (current, is_online) = (status.current, status.is_online);
        self.shared.screen.set_prompt(prompt, current, is_online);
    }

    /// Why a line was refused. A message is no longer on the screen, so it is given back.
    fn refusal(&mut self, refusal: &Refusal, said: Option<&str>) {
        if let (Fate::Unknown, Some(text)) = (refusal.fate(), said) {
            return self.give_back("may not have arrived", text);
        }
        self.palette.paint(&mut self.lines, Style::Alarm, "!!!");
        self.lines.push(' ');
        // The details begin with the reason.
        let reason = refusal.to_string();
        for line in refusal.details().unwrap_or(&reason).lines() {
            self.lines.push_str(&sanitize(line));
            self.lines.push('\n');
        }
        if let Some(text) = said {
            self.give_back("not sent", text);
        }
    }

    fn give_back(&mut self, fate: &str, text: &str) {
        let line = format!("--- {fate}: {}", sanitize(text));
        self.push_wrapped(&line, "--- ".len());
    }

    fn overdue(&mut self) {
        for text in self.shared.outbox.overdue(Instant::now()) {
            self.give_back("not confirmed yet", &text);
        }
    }
}

/// What a newcomer is told. Programs are told nothing.
fn greeting(options: &Options) -> Vec<String> {
    if options.json {
        return Vec::new();
    }
    let first_steps = if options.no_commands {
        "every line that you type is a message; Ctrl-D leaves"
    } else {
        "type a line to say it; ':help' shows the commands, ':quit' leaves"
    };
    let invitation = options.invitation.clone();
    invitation
        .into_iter()
        .chain([first_steps.to_owned()])
        .collect()
}

/// What there is to do.
enum Next {
    Report(Report),
    /// A message has waited too long.
    Overdue,
    Closed,
}
