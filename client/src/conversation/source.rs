//! `:source`: the lines of a file, one after the other, each when the one before it is dealt with. A
//! line that is refused is told by its number, and the rest go on; the command that runs them is
//! refused in the end if one of them was.

use std::collections::VecDeque;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use salon_config::expand_home;

use super::Conversation;
use crate::session::{Outcome, Refusal, Ticket};

/// The first ticket of such a line. The lines of users never get so far, and those of plug-ins begin
/// beyond.
const SOURCE_TICKETS: u64 = 1 << 62;
/// The longest file.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// How many lines may wait, those of files that are run from files included.
const LINES_MAX: usize = 20_000;
/// How many files may run each other.
const DEPTH_MAX: usize = 8;

/// The files that run.
#[derive(Debug, Default)]
pub(super) struct Sources {
    running: Option<Running>,
    is_stepping: bool,
}

#[derive(Debug)]
struct Running {
    /// The line that asked for it.
    ticket: Ticket,
    waiting: VecDeque<Line>,
    /// The line that is being dealt with.
    open: Option<Line>,
    next_number: u64,
    lines: usize,
    refused: usize,
}

/// A line of a file.
#[derive(Debug, Clone)]
struct Line {
    place: String,
    text: String,
    depth: usize,
}

impl Sources {
    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// The line that asked for what runs.
    pub(super) fn ticket(&self) -> Option<Ticket> {
        self.running.as_ref().map(|running| running.ticket)
    }
}

/// Whether a ticket is of a line of a file.
pub(super) fn is_of_file(ticket: Ticket) -> bool {
    ticket.0 >= SOURCE_TICKETS && !super::sayings::is_own(ticket)
}

impl Conversation {
    /// Begins to run a file; its lines follow as the hub deals with them.
    pub(super) fn source(&mut self, ticket: Ticket, file: &str) -> Result<(), Refusal> {
        let path = self.path(file);
        let text = read(&path).map_err(Refusal::new)?;
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy();
        let depth = match &self.sources.running {
            Some(running) => running.open.as_ref().map_or(1, |line| line.depth + 1),
            None => 1,
        };
        if depth > DEPTH_MAX {
            return Err(Refusal::new(format!(
                "expected at most {DEPTH_MAX} files that run each other"
            )));
        }
        let lines: Vec<Line> = lines(&name, &text, depth).collect();
        let running = self.sources.running.get_or_insert(Running {
            ticket,
            waiting: VecDeque::new(),
            open: None,
            next_number: SOURCE_TICKETS,
            lines: 0,
            refused: 0,
        });
        if running.waiting.len() + lines.len() > LINES_MAX {
            return Err(Refusal::new(format!("expected at most {LINES_MAX} lines")));
        }
        for line in lines.into_iter().rev() {
            running.waiting.push_front(line);
        }
        Ok(())
    }

    /// Goes on with the file that runs, as far as nothing is waited for.
    pub(super) fn step_source(&mut self) {
        if self.sources.is_stepping {
            return;
        }
        self.sources.is_stepping = true;
        while self.is_idle_for_source() {
            let Some(running) = &mut self.sources.running else {
                break;
            };
            let Some(line) = running.waiting.pop_front() else {
                self.finish_source();
                break;
            };
            running.next_number += 1;
            running.lines += 1;
            let ticket = Ticket(running.next_number);
            let text = line.text.clone();
            running.open = Some(line);
            self.submit_scripted(ticket, &text);
        }
        self.sources.is_stepping = false;
    }

    /// Whether the line before is dealt with.
    fn is_idle_for_source(&self) -> bool {
        let is_open = |running: &Running| running.open.is_some();
        self.sources
            .running
            .as_ref()
            .is_some_and(|running| !is_open(running))
            && !self.ended
            && self.session.open_tickets() == 0
    }

    /// A line of a file is dealt with.
    pub(super) fn sourced(&mut self, outcome: &Outcome) {
        let Some(running) = &mut self.sources.running else {
            return;
        };
        let Some(line) = running.open.take() else {
            return;
        };
        if let Outcome::Refused(refusal) = outcome {
            running.refused += 1;
            let text = format!("{}: {refusal}", line.place);
            self.inform(&text);
        }
    }

    fn finish_source(&mut self) {
        let Some(running) = self.sources.running.take() else {
            return;
        };
        let (ticket, refused, lines) = (running.ticket, running.refused, running.lines);
        if refused > 0 {
            let reason = format!("{refused} of {lines} lines were refused");
            self.session.refuse(ticket, Refusal::new(reason));
        } else {
            self.session.accept(ticket);
        }
        self.carry_out();
    }

    /// A path as one types it: `~` is home.
    fn path(&self, typed: &str) -> PathBuf {
        expand_home(Path::new(typed.trim()), self.home.as_deref())
    }
}

fn read(path: &Path) -> Result<String, String> {
    let failed = |error: &std::io::Error| {
        format!("cannot read '{}': {}", path.display(), super::cause(error))
    };
    let file = std::fs::File::open(path).map_err(|error| failed(&error))?;
    let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
    if !is_file {
        // A pipe could keep us for ever.
        return Err(format!("'{}' is no file", path.display()));
    }
    let mut text = String::new();
    let mut file = file.take(FILE_BYTES_MAX + 1);
    file.read_to_string(&mut text)
        .map_err(|error| failed(&error))?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("'{}' is longer than 1 MiB", path.display()));
    }
    Ok(text)
}

/// The lines that do something. One that begins with `# ` is a remark.
fn lines<'a>(name: &'a str, text: &'a str, depth: usize) -> impl Iterator<Item = Line> + 'a {
    let numbered = text.lines().enumerate();
    numbered
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with("# "))
        .map(move |(index, line)| Line {
            place: format!("{name}:{}", index + 1),
            text: line.to_owned(),
            depth,
        })
}
