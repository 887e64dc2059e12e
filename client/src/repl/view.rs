//! What a person sees of the reports: events as lines of the page, the status as a prompt, refusals, and
//! what waits for too long. It must not write to the terminal itself; the screen does.

use std::io;
use std::sync::{MutexGuard, PoisonError};
use std::time::Instant;

use salon_config::ColorChoice;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::Receiver;
use tokio::time::sleep_until;
use unicode_segmentation::UnicodeSegmentation as _;

use super::completion::Names;
use super::page::{Moment, Page};
use super::prompt::Prompt;
use super::terminal;
use super::{Invitation, Options, Shared};
use crate::conversation::{Look, clock};
use crate::driver::{Ended, Report, Status};
use crate::event::{Event, EventKind};
use crate::json;
use crate::render::{Palette, sanitize};
use crate::session::{Fate, Outcome, Refusal};

/// How many reports are folded into one text.
const FOLDED_MAX: usize = 256;

/// How much of a message is shown while it is not confirmed.
const BEGINNING_GRAPHEMES_MAX: usize = 50;

/// The side of the REPL that shows.
pub(super) struct View {
    shared: Shared,
    page: Page,
    palette: Palette,
    /// How it was to look at the start.
    first_palette: Palette,
    /// How it looks with colour in any case.
    coloured: Palette,
    status: Option<Status>,
    /// The prompt that was asked for last.
    prompt: Option<Prompt>,
    json: bool,
    /// What a newcomer is told, until it was said.
    greeting: Option<Greeting>,
    /// For its clock alone: what waits too long has to be said when nothing arrives, too.
    runtime: Runtime,
}

impl View {
    pub(super) fn new(shared: Shared, options: &Options) -> io::Result<Self> {
        Ok(Self {
            shared,
            page: Page::new(options.palette, options.passage, clock()),
            palette: options.palette,
            first_palette: options.palette,
            coloured: options.coloured,
            status: None,
            prompt: None,
            json: options.json,
            greeting: Greeting::new(options),
            runtime: Builder::new_current_thread().enable_time().build()?,
        })
    }

    /// Shows what is reported until the end, which is `None` if the driver died without a word.
    pub(super) fn follow(mut self, mut reports: Receiver<Report>) -> Option<Ended> {
        loop {
            match self.next(&mut reports) {
                Next::Report(report) => {
                    if let Some(ended) = self.take_all(report, &mut reports) {
                        self.page.tell_comings();
                        self.show();
                        return Some(ended);
                    }
                }
                Next::Overdue => self.overdue(),
                Next::Comings => self.page.tell_comings(),
                Next::Closed => return None,
            }
            self.show();
            self.show_prompt();
        }
    }

    fn next(&self, reports: &mut Receiver<Report>) -> Next {
        let outbox = &self.shared.outbox;
        let due = self.page.due();
        self.runtime.block_on(async {
            let comings = async {
                match due {
                    Some(due) => sleep_until(due.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                report = reports.recv() => report.map_or(Next::Closed, Next::Report),
                () = outbox.wait_overdue() => Next::Overdue,
                () = comings => Next::Comings,
            }
        })
    }

    /// Takes this report and those that wait behind it, so that they are shown together.
    fn take_all(&mut self, first: Report, reports: &mut Receiver<Report>) -> Option<Ended> {
        self.page.set_columns(terminal::columns());
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
            Report::Look(look) => self.look(&look),
            Report::Clear => {
                self.show();
                self.page.clear();
                self.show();
            }
            Report::Status(status) => self.status(status),
            Report::Resolved { ticket, outcome } => {
                let said = self.shared.outbox.resolve(ticket.0);
                if let Outcome::Refused(refusal) = outcome {
                    self.refusal(&refusal, said.as_deref());
                }
                // The answer comes before the prompt that the reader may be waiting to show.
                self.show();
                self.shared.drafts.resolve(ticket.0);
                self.shared.screen.resolve(ticket.0);
            }
            Report::Read { target, until } => self.page.read(&target, until),
            // A prompt asks for no pages, and is no script.
            Report::Found(_) | Report::Stranded { .. } => {}
            Report::Ended(ended) => return Some(ended),
        }
        None
    }

    fn show(&mut self) {
        self.shared.screen.show_all(self.page.take());
        if self.shared.screen.is_cut() {
            self.shared.commands.leave();
        }
    }

    fn event(&mut self, event: &Event) {
        if self.json {
            let mut object = String::new();
            json::append(event, &mut object);
            if !object.is_empty() {
                return self.page.push_object(object);
            }
            // What is no event to a program is for the person, but for where they have read up to.
            if event.kind == EventKind::ReadUpTo {
                return;
            }
        }
        let moment = Moment {
            now: Instant::now(),
            last_key: self.shared.screen.last_key(),
        };
        self.page.event(event, moment);
        self.note_speaker(event);
    }

    /// Who spoke last is offered first.
    fn note_speaker(&self, event: &Event) {
        let current = self
            .status
            .as_ref()
            .and_then(|status| status.current.as_deref());
        let is_here = event.to.as_deref() == current;
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
    fn look(&mut self, look: &Look) {
        self.palette = match look.color {
            Some(ColorChoice::Always) => self.coloured,
            Some(ColorChoice::Never) => Palette::Plain,
            Some(ColorChoice::Auto) | None => self.first_palette,
        };
        self.page.look(self.palette, look);
        self.shared.commands.look(self.palette, look);
        self.shared.screen.set_edit_mode(look.edit_mode);
    }

    fn greet(&mut self, greeting: Greeting) {
        if let Some(Invitation { told, command }) = greeting.invitation {
            self.page.push_wrapped(&told, 0);
            if let Some(command) = command {
                self.page.push_raw(|lines| {
                    lines.push_str(&command);
                    lines.push('\n');
                });
            }
        }
        self.page.push_wrapped(greeting.first_steps, 0);
    }

    /// The names come first: who sees the prompt may press Tab.
    fn status(&mut self, status: Status) {
        if let Some(greeting) = self.greeting.take() {
            self.greet(greeting);
        }
        self.page.status(&status);
        // What was said before belongs before the new prompt.
        self.show();
        self.shared.commands.follow(&status);
        let drafts = &self.shared.drafts;
        drafts.go(&status.hub, status.current.as_deref());
        {
            let mut names = self.names();
            let before = self.status.as_ref().map(|status| &status.current);
            if before != Some(&status.current) {
                names.forget_speakers();
            }
            names.replace(status.rooms.clone(), status.nicks.clone());
        }
        self.status = Some(status);
        self.show_prompt();
    }

    /// Has the prompt say what is true, unless it does.
    fn show_prompt(&mut self) {
        let Some(status) = &self.status else { return };
        let prompt = Prompt::new(status, &self.page.unread(), self.palette);
        if self.prompt.as_ref() == Some(&prompt) {
            return;
        }
        self.prompt = Some(prompt.clone());
        let (current, is_online) = (status.current.clone(), status.is_online);
        self.shared.screen.set_prompt(prompt, current, is_online);
    }

    /// Why a line was refused. A message is no longer on the screen, so it is given back.
    fn refusal(&mut self, refusal: &Refusal, said: Option<&str>) {
        match (refusal.fate(), said) {
            (Fate::Unknown, Some(text)) => return self.give_back("may not have arrived", text),
            (Fate::Kept, Some(text)) => {
                return self.give_back("kept, and sent the next time", text);
            }
            (Fate::NotSent | Fate::Unknown | Fate::Kept, _) => {}
        }
        // The details begin with the reason.
        let reason = refusal.to_string();
        self.page.push_wrong(refusal.details().unwrap_or(&reason));
        if let Some(text) = said {
            self.give_back("not sent", text);
        }
    }

    fn give_back(&mut self, fate: &str, text: &str) {
        // The lines of a message that has several stand below each other.
        for (index, line) in text.lines().enumerate() {
            let line = sanitize(line);
            let line = if index == 0 {
                format!("--- {fate}: {line}")
            } else {
                format!("    {line}")
            };
            self.page.push_wrapped(&line, "--- ".len());
        }
    }

    fn overdue(&mut self) {
        for text in self.shared.outbox.overdue(Instant::now()) {
            // It is not lost, and comes back whole if it is refused: its beginning tells which one it is.
            self.give_back("not confirmed yet", &beginning(&text));
        }
    }
}

/// A text as far as it fits about a line.
fn beginning(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    let mut graphemes = first.grapheme_indices(true);
    match graphemes.nth(BEGINNING_GRAPHEMES_MAX) {
        Some((end, _)) => format!("{}…", first.split_at(end).0),
        None if first.len() < text.len() => format!("{first} …"),
        None => first.to_owned(),
    }
}

/// What a newcomer is told.
#[derive(Debug)]
struct Greeting {
    invitation: Option<Invitation>,
    first_steps: &'static str,
}

impl Greeting {
    /// Programs are told nothing.
    fn new(options: &Options) -> Option<Self> {
        let first_steps = if options.no_commands {
            "every line that you type is a message; Ctrl-D leaves"
        } else {
            "type a line to say it; ':help' shows the commands, ':quit' leaves"
        };
        (!options.json).then(|| Self {
            invitation: options.invitation.clone(),
            first_steps,
        })
    }
}

/// What there is to do.
enum Next {
    Report(Report),
    /// A message has waited too long.
    Overdue,
    /// Those who came and went have waited long enough.
    Comings,
    Closed,
}

#[cfg(test)]
mod tests {
    use salon_config::Presence;
    use salon_protocol::Timestamp;
    use tokio::sync::mpsc::channel;

    use super::*;
    use crate::driver::Request;
    use crate::repl::Passage;

    /// Without files, and with nobody who takes what is typed.
    fn view() -> View {
        let options = Options {
            palette: Palette::Plain,
            coloured: Palette::Plain,
            passage: Passage::None,
            history: None,
            drafts: None,
            json: false,
            no_commands: false,
            invitation: None,
        };
        let (requests, _) = channel::<Request>(1);
        View::new(Shared::new(&requests, &options), &options).expect("a clock")
    }

    #[test]
    fn who_comes_waits_for_others_though_that_changes_who_is_there() {
        let mut view = view();
        let look = Look {
            presence: Presence::Fold,
            ..Look::default()
        };
        view.take(Report::Look(Box::new(look)));
        let event = Event {
            time: Timestamp::from_millis(0),
            id: None,
            from: Some("bob".to_owned()),
            account: None,
            to: Some("#dev".to_owned()),
            own: false,
            kind: EventKind::Join,
        };
        let mut status = Status {
            current: Some("#dev".to_owned()),
            ..Status::default()
        };
        view.take(Report::Status(status.clone()));
        view.take(Report::Show(event));
        status.nicks.push("bob".to_owned());
        view.take(Report::Status(status));
        assert!(view.page.due().is_some());
        view.take(Report::Status(Status::default()));
        assert_eq!(view.page.due(), None);
    }

    #[test]
    fn the_beginning_of_a_text_tells_which_it_is() {
        let long = "👩‍💻".repeat(60);
        for (text, expected) in [
            ("short", "short".to_owned()),
            ("first\nsecond", "first …".to_owned()),
            (&long, format!("{}…", "👩‍💻".repeat(50))),
        ] {
            assert_eq!(beginning(text), expected);
        }
    }
}
