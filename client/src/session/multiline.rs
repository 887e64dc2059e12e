//! Messages of many lines: how a text is divided so that a server takes it, and how one that arrives
//! becomes lines again. Values in, values out. <https://ircv3.net/specs/extensions/multiline>

use salon_protocol::Message;

use super::split::split;

/// The tag of a line that goes on where the one before it ends.
const CONCAT: &str = "draft/multiline-concat";
/// How many lines of a message that arrives are collected; what comes then begins another one.
const ARRIVING_LINES_MAX: usize = 1000;
/// The same of its bytes.
const ARRIVING_BYTES_MAX: usize = 256 * 1024;

/// What a server takes of a message of many lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    bytes_max: usize,
    lines_max: usize,
}

impl Limits {
    /// Reads the value of the capability: `max-bytes=4096,max-lines=24`. Without `max-bytes`, which every
    /// server must tell, there is no telling what it takes.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let number = |key: &str| {
            let mut tokens = value.split(',').filter_map(|token| token.split_once('='));
            let (_, number) = tokens.find(|(name, _)| *name == key)?;
            number.parse::<usize>().ok().filter(|number| *number > 0)
        };
        Some(Self {
            bytes_max: number("max-bytes")?,
            lines_max: number("max-lines").unwrap_or(usize::MAX),
        })
    }
}

/// A line of a message, as it goes on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    pub(crate) text: &'a str,
    /// Whether it goes on where the piece before it ends.
    pub(crate) continues: bool,
}

/// Divides lines into messages within the limits, each of which is pieces that fit a line of the wire: a line that is too
/// long for one piece goes on in the next. A server without limits gets each piece as a message; blank lines are left out there, since it knows none.
pub(crate) fn divide<'a>(
    lines: &[&'a str],
    piece_bytes_max: usize,
    limits: Option<Limits>,
) -> Vec<Vec<Piece<'a>>> {
    let pieces = lines.iter().flat_map(|line| {
        let parts = split(line, piece_bytes_max).into_iter().enumerate();
        parts.map(|(index, text)| Piece {
            text,
            continues: index > 0,
        })
    });
    let pieces: Vec<Piece<'a>> = pieces.collect();
    let Some(limits) =
        limits.filter(|limits| pieces.len() > 1 && limits.bytes_max > piece_bytes_max)
    else {
        let said = pieces.into_iter().filter(|piece| !piece.text.is_empty());
        return said.map(|piece| vec![piece]).collect();
    };
    let mut messages = Vec::new();
    let mut message: Vec<Piece<'a>> = Vec::new();
    let mut bytes = 0;
    for piece in pieces {
        // Each end of a line is a byte; servers differ in whether it counts where a line goes on.
        let piece_bytes = piece.text.len() + 1;
        if message.len() >= limits.lines_max || bytes + piece_bytes > limits.bytes_max {
            messages.push(std::mem::take(&mut message));
            bytes = 0;
        }
        bytes += piece_bytes;
        message.push(Piece {
            continues: piece.continues && !message.is_empty(),
            ..piece
        });
    }
    messages.push(message);
    // A message of blank lines alone is none.
    messages.retain(|message| message.iter().any(|piece| !piece.text.is_empty()));
    messages
}

/// The lines that say a message of many lines, in the batch of this name.
pub(super) fn spoken(target: &str, pieces: &[Piece<'_>], reference: &str) -> Vec<Message<'static>> {
    let begin = Message::new("BATCH")
        .with_param(format!("+{reference}"))
        .with_param(salon_protocol::cap::MULTILINE)
        .with_param(target.to_owned());
    let mut lines = vec![begin];
    for piece in pieces {
        let line = Message::new("PRIVMSG")
            .with_param(target.to_owned())
            .with_text(piece.text.to_owned())
            .with_tag("batch", Some(reference.to_owned()));
        lines.push(if piece.continues {
            line.with_tag(CONCAT, None::<String>)
        } else {
            line
        });
    }
    lines.push(Message::new("BATCH").with_param(format!("-{reference}")));
    lines
}

/// A message of many lines that is arriving.
#[derive(Debug)]
pub(super) struct Arriving {
    /// The line that began it: who says it, when, and its id.
    head: Message<'static>,
    verb: String,
    target: String,
    lines: Vec<String>,
    bytes: usize,
}

impl Arriving {
    /// One that this line begins.
    pub(super) fn new(head: &Message<'_>) -> Self {
        Self {
            head: head.clone().into_owned(),
            verb: String::new(),
            target: String::new(),
            lines: Vec::new(),
            bytes: 0,
        }
    }

    /// Takes a line that says something; `false` when there is no room for it.
    pub(super) fn take(&mut self, line: &Message<'_>) -> bool {
        let text = line.param(1).unwrap_or_default();
        if self.lines.len() >= ARRIVING_LINES_MAX || self.bytes + text.len() > ARRIVING_BYTES_MAX {
            return false;
        }
        self.bytes += text.len();
        if self.lines.is_empty() {
            self.verb = line.verb.to_string();
            line.param(0)
                .unwrap_or_default()
                .clone_into(&mut self.target);
        }
        match self.lines.last_mut() {
            Some(last) if line.tags.get(CONCAT).is_some() => last.push_str(text),
            _ => self.lines.push(text.to_owned()),
        }
        true
    }

    /// Its lines, each as if it were said alone, in the batch of this name. As servers do it for those who know of no
    /// such messages, the id stands on the first alone; they leave out blank lines, which say nothing alone, but here
    /// divide what is around them.
    pub(super) fn into_lines(self, reference: &str) -> Vec<Message<'static>> {
        let mut lines = Vec::new();
        for text in self.lines {
            let mut line = Message::new(self.verb.clone())
                .with_param(self.target.clone())
                .with_text(text)
                .with_tag("batch", Some(reference.to_owned()));
            line.source.clone_from(&self.head.source);
            for (key, value) in self.head.tags.iter() {
                let is_for_all = !matches!(key, "batch" | "label");
                if is_for_all && (lines.is_empty() || key != "msgid") {
                    line = line.with_tag(key.to_owned(), value.map(str::to_owned));
                }
            }
            lines.push(line);
        }
        lines
    }
}
