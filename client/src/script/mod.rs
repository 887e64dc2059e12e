//! The script mode: every line of standard input is run in order and acknowledged, the conversation
//! goes to standard output and what went wrong to standard error, and the exit code tells the rest.

mod answer;
mod output;
mod reader;
mod unacknowledged;

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::pin::pin;
use std::process::ExitCode;

use regex::Regex;
use salon_protocol::eq_folded;
use tokio::sync::mpsc;

use self::answer::Answer;
pub(crate) use self::output::{CHUNK_BYTES, Output};
use self::reader::{Batch, InputLine};
use crate::conversation::{Conversation, Plan};
use crate::driver::{Ended, Report};
use crate::event::{Event, EventKind};
use crate::render::{Palette, Renderer, sanitize};
use crate::session::{Outcome, Ticket};
use crate::{exit, json};

/// How events are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Text(Palette),
    /// For programs.
    Json,
}

/// What of the conversation goes to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    /// All of it.
    Everything,
    /// What we said, and the answer that was waited for.
    Own,
    /// The answer that was waited for.
    Nothing,
}

/// How a script is run.
#[derive(Debug, Clone)]
pub(crate) struct Manner {
    /// How events are printed.
    pub(crate) format: Format,
    /// Which are.
    pub(crate) shows: Shows,
    /// What somebody else must say before it ends.
    pub(crate) expect: Option<Regex>,
}

/// The three standard streams, or what stands for them in a test.
pub(crate) struct Streams<I, O, E> {
    /// The script.
    pub(crate) input: I,
    /// The conversation.
    pub(crate) output: O,
    /// What went wrong.
    pub(crate) errors: E,
}

/// Runs a script to its end.
pub(crate) async fn run<I, O, E>(plan: Plan, manner: Manner, streams: Streams<I, O, E>) -> ExitCode
where
    I: Read + Send + 'static,
    O: Write + Send + 'static,
    E: Write,
{
    let Streams {
        input,
        output,
        errors,
    } = streams;
    let mut complaints = Complaints::new(errors);
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    let answer = Answer::new(manner.expect.clone(), &plan);
    let opened = tokio::select! {
        opened = Conversation::open(plan) => opened.map_err(|error| error.to_string()),
        _ = &mut interrupt => return ExitCode::from(exit::INTERRUPTED),
    };
    let started = opened.and_then(|conversation| {
        let streams =
            reader::spawn(input).and_then(|batches| Ok((batches, Output::spawn(output)?)));
        let (batches, output) =
            streams.map_err(|error| format!("could not start a thread: {error}"))?;
        Ok((conversation, batches, output))
    });
    let (conversation, batches, output) = match started {
        Ok(started) => started,
        Err(error) => {
            complaints.error(&error);
            return ExitCode::from(exit::UNREACHABLE);
        }
    };
    let mut script = Script::new(conversation, batches, &manner, answer, &mut complaints);
    let code = tokio::select! {
        code = script.run(&output) => code,
        // The reader of our output may be the one who is stuck: it is not waited for.
        _ = &mut interrupt => return ExitCode::from(script.interrupted().await),
    };
    ExitCode::from(script.finish(output, code))
}

/// A script under way.
struct Script<'a, E> {
    conversation: Conversation,
    batches: mpsc::Receiver<Batch>,
    /// Lines that were read and not submitted.
    lines: VecDeque<InputLine>,
    input_ended: bool,
    format: Printer,
    shows: Shows,
    /// What is to be printed.
    text: String,
    refused: bool,
    /// Whether a hub that it was to go to could not be had.
    stranded: bool,
    answer: Answer,
    /// The room that the lines are for, if they are for one.
    lonely_room: Option<String>,
    complaints: &'a mut Complaints<E>,
}

impl<'a, E: Write> Script<'a, E> {
    fn new(
        conversation: Conversation,
        batches: mpsc::Receiver<Batch>,
        manner: &Manner,
        answer: Answer,
        complaints: &'a mut Complaints<E>,
    ) -> Self {
        Self {
            conversation,
            batches,
            lines: VecDeque::new(),
            input_ended: false,
            format: Printer::new(manner.format),
            shows: manner.shows,
            text: String::new(),
            refused: false,
            stranded: false,
            lonely_room: answer.room(),
            answer,
            complaints,
        }
    }

    async fn run(&mut self, output: &Output) -> u8 {
        loop {
            self.submit();
            let ended = self.drain(output).await;
            if let Some(ended) = ended {
                return self.code(ended);
            }
            let is_done = self.is_done();
            if is_done && (self.refused || self.answer.is_settled()) {
                self.note_loneliness();
                self.conversation.quit(None);
            } else if is_done {
                self.answer.await_from_now();
            }
            let wants_lines = self.lines.is_empty() && !self.input_ended;
            tokio::select! {
                () = self.conversation.turn() => {}
                batch = self.batches.recv(), if wants_lines => self.take(batch),
                () = self.answer.time_is_up() => {
                    self.complaints.error(&self.answer.missing());
                    self.answer.give_up();
                }
                () = output.ended() => {
                    self.conversation.leave().await;
                    // It ends quietly, but what was told of a line stays true.
                    return if self.refused { exit::REFUSED } else { exit::OK };
                }
            }
        }
    }

    /// Says that nobody can have heard what was said in a room that was made for it: a misspelt one, perhaps.
    fn note_loneliness(&mut self) {
        if let Some(room) = &self.lonely_room
            && self.conversation.has_just_made(room)
        {
            self.complaints.line(&format!(
                "note: nobody else is in {room}, and the hub forgets what was said there"
            ));
        }
        self.lonely_room = None;
    }

    /// Says what is left undone, and goodbye to the hub.
    async fn interrupted(&mut self) -> u8 {
        let lines: Vec<u64> = self
            .conversation
            .unacknowledged_lines()
            .map(|ticket| ticket.0)
            .collect();
        if !lines.is_empty() || !self.lines.is_empty() {
            self.complain_of_unacknowledged(&lines);
        }
        self.conversation.leave().await;
        exit::INTERRUPTED
    }

    /// Waits until all output is written.
    fn finish(self, output: Output, code: u8) -> u8 {
        match output.finish() {
            Ok(()) => code,
            Err(error) => {
                self.complaints
                    .error(&format!("could not write to standard output: {error}"));
                code.max(exit::REFUSED)
            }
        }
    }

    fn complain_of_unacknowledged(&mut self, lines: &[u64]) {
        let not_sent = self.lines.front().map(|line| line.number);
        self.complaints
            .line(&unacknowledged::describe(lines, not_sent));
    }

    /// Says which lines were not run since one before them was to quit.
    fn complain_of_the_rest(&mut self) {
        while let Ok(batch) = self.batches.try_recv() {
            self.lines.extend(batch.into_iter().flatten());
        }
        let is_blank = |line: &InputLine| {
            line.content
                .as_deref()
                .is_ok_and(|text| text.trim().is_empty())
        };
        if let Some(line) = self.lines.iter().find(|line| !is_blank(line)) {
            let number = line.number;
            self.complaints.line(&format!(
                "nothing from line {number} on was run: a line before it was to quit"
            ));
        }
    }

    /// Submits as many lines as may be under way at once.
    fn submit(&mut self) {
        while self.conversation.is_accepting()
            && let Some(line) = self.lines.pop_front()
        {
            let ticket = Ticket(line.number);
            self.answer.begin();
            match line.content {
                Ok(text) => self.conversation.submit(ticket, &text),
                Err(fault) => self.conversation.refuse(ticket, fault.to_string()),
            }
        }
    }

    fn take(&mut self, batch: Option<Batch>) {
        match batch {
            Some(Ok(lines)) => self.lines.extend(lines),
            Some(Err(error)) => {
                self.complaints
                    .error(&format!("could not read standard input: {error}"));
                self.refused = true;
                self.input_ended = true;
            }
            None => self.input_ended = true,
        }
    }

    /// Prints what happened; gives the end if that was it.
    async fn drain(&mut self, output: &Output) -> Option<Ended> {
        let mut ended = None;
        while let Some(report) = self.conversation.next_report() {
            match report {
                Report::Show(event) => self.show(&event),
                Report::Status(_)
                | Report::Commands { .. }
                | Report::Look(_)
                | Report::Read { .. }
                | Report::Clear
                | Report::Found(_)
                | Report::Resolved {
                    outcome: Outcome::Ok,
                    ..
                } => {}
                Report::Resolved {
                    ticket,
                    outcome: Outcome::Refused(refusal),
                } => {
                    self.refused = true;
                    self.complaints.line(&format!("line {ticket}: {refusal}"));
                }
                Report::Stranded { reason } => {
                    self.complaints.error(&reason);
                    self.stranded = true;
                }
                Report::Ended(end) => ended = Some(end),
            }
            if self.text.len() > CHUNK_BYTES {
                output.write(std::mem::take(&mut self.text)).await;
            }
        }
        if !self.text.is_empty() {
            output.write(std::mem::take(&mut self.text)).await;
        }
        ended
    }

    fn show(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Ready { nick, .. } => {
                let wanted = self.conversation.wanted_nick();
                if !eq_folded(nick, wanted) {
                    let text = format!("the nick '{wanted}' is taken; this is '{nick}'");
                    self.complaints.line(&text);
                }
                if self.shows == Shows::Everything {
                    self.format.append(event, &mut self.text);
                }
            }
            EventKind::Info { .. } if !self.conversation.is_open() => {}
            EventKind::Info { .. } if self.shows != Shows::Everything => {}
            EventKind::Info { text } | EventKind::Note { text } | EventKind::Alert { text }
                if self.format.is_json() =>
            {
                self.complaints.line(text);
            }
            _ => {
                let is_answer = self.answer.judge(event, self.conversation.nick());
                let is_shown = match self.shows {
                    Shows::Everything => true,
                    Shows::Own => event.own && is_said(event),
                    Shows::Nothing => false,
                };
                if is_shown || is_answer {
                    self.format.append(event, &mut self.text);
                }
            }
        }
    }

    /// Whether all was read, run and acknowledged.
    fn is_done(&self) -> bool {
        self.input_ended
            && self.lines.is_empty()
            && self.conversation.is_open()
            && !self.conversation.is_on_the_way()
            && self.conversation.unacknowledged() == 0
    }

    fn code(&mut self, ended: Ended) -> u8 {
        match ended {
            Ended::Quit | Ended::GivenUp => {
                self.complain_of_the_rest();
                match (self.refused, self.answer.is_missing()) {
                    _ if self.stranded => exit::UNREACHABLE,
                    (true, _) => exit::REFUSED,
                    (false, true) => exit::NOTHING,
                    (false, false) => exit::OK,
                }
            }
            Ended::Failed(error) => {
                self.complaints.error(&error.to_string());
                error.exit_code()
            }
            Ended::Lost {
                reason,
                unacknowledged,
            } => {
                self.complaints
                    .error(&format!("lost the connection: {reason}"));
                let lines: Vec<u64> = unacknowledged.iter().map(|ticket| ticket.0).collect();
                self.complain_of_unacknowledged(&lines);
                exit::LOST
            }
        }
    }
}

/// Whether an event is something that was said.
fn is_said(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::Message { .. } | EventKind::Action { .. } | EventKind::Notice { .. }
    )
}

/// Turns events into text.
enum Printer {
    Text(Renderer),
    Json,
}

impl Printer {
    fn new(format: Format) -> Self {
        match format {
            Format::Text(palette) => Self::Text(Renderer::new(palette)),
            Format::Json => Self::Json,
        }
    }

    fn is_json(&self) -> bool {
        matches!(self, Self::Json)
    }

    fn append(&self, event: &Event, out: &mut String) {
        match self {
            // Every line names its room: a program that reads it need not know which is current.
            Self::Text(renderer) => renderer.render(event, None, out),
            Self::Json => json::append(event, out),
        }
    }
}

/// Where it is said what went wrong. A closed standard error is no reason to stop.
pub(crate) struct Complaints<E> {
    errors: E,
}

impl<E: Write> Complaints<E> {
    /// Complaints that are written there.
    pub(crate) fn new(errors: E) -> Self {
        Self { errors }
    }

    /// What ends it.
    pub(crate) fn error(&mut self, text: &str) {
        self.line(&format!("error: {text}"));
    }

    /// Anything else.
    pub(crate) fn line(&mut self, text: &str) {
        for line in text.lines() {
            let _: io::Result<()> = writeln!(self.errors, "{}", sanitize(line));
        }
    }
}
