//! Bytes into lines, whatever pieces they come in, in memory that a peer can't grow.
//!
//! It reads nothing itself and knows nothing of what is in a line but where its tags end.

use memchr::memchr;

use crate::limits::{BODY_BYTES_MAX, CLIENT_TAGS_BYTES_MAX, LINE_BYTES_MAX, TAGS_BYTES_MAX};

/// What is kept of an unfinished line at most.
const PARTIAL_BYTES_MAX: usize = TAGS_BYTES_MAX + LINE_BYTES_MAX;

/// Which part of a line is longer than the protocol allows; the answer is `417`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineTooLong {
    /// The tags.
    #[error("tags too long; expected at most {bytes_max} bytes")]
    Tags {
        /// How long they may be.
        bytes_max: usize,
    },
    /// What follows the tags.
    #[error("line too long; expected at most {LINE_BYTES_MAX} bytes with its line ending")]
    Body,
}

/// Takes a stream of bytes apart into lines.
///
/// A line that lies whole in the input is borrowed from it. Only the beginning of an unfinished line is kept, at most
/// 8703 bytes, and nothing at all between lines. A line that is too long is reported once, when that is known, and
/// skipped to its end.
#[derive(Debug, Default)]
pub struct LineDecoder {
    /// The beginning of the line that is not yet finished, or the line that was handed out last.
    partial: Vec<u8>,
    state: State,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// `partial` is the beginning of a line.
    #[default]
    Reading,
    /// `partial` is the line that was handed out, and no longer needed.
    HandedOut,
    /// The rest of a line that was reported as too long is being skipped.
    Skipping,
}

impl LineDecoder {
    /// A decoder at the beginning of a line.
    pub const fn new() -> Self {
        Self {
            partial: Vec::new(),
            state: State::Reading,
        }
    }

    /// The next line without its line ending, taken from the front of `input`; nothing when the input is used up.
    ///
    /// Lines end with LF, with any CR before it; empty ones are skipped. Call it until it returns nothing: only then is
    /// the input used up and what the last line needed given back.
    pub fn next_line<'b, 'i: 'b>(
        &'b mut self,
        input: &mut &'i [u8],
    ) -> Option<Result<&'b [u8], LineTooLong>> {
        if self.state == State::HandedOut {
            self.partial = Vec::new();
            self.state = State::Reading;
        }
        loop {
            let bytes = *input;
            let Some(end) = memchr(b'\n', bytes) else {
                *input = &[];
                return self.keep(bytes).map(Err);
            };
            let (line, rest) = bytes.split_at_checked(end)?;
            *input = rest.get(1..).unwrap_or_default();
            if self.state == State::Skipping {
                self.state = State::Reading;
                continue;
            }
            if self.partial.is_empty() {
                match finished(line) {
                    Ok([]) => {}
                    result => return Some(result),
                }
            } else if let Some(result) = self.finish(line) {
                return Some(result.map(|()| without_ending(&self.partial)));
            }
        }
    }

    /// Whether nothing is kept: the bytes so far ended with a line.
    pub fn is_empty(&self) -> bool {
        match self.state {
            State::Reading => self.partial.is_empty(),
            State::HandedOut => true,
            State::Skipping => false,
        }
    }

    /// Keeps the beginning of a line, unless it is too long already.
    fn keep(&mut self, bytes: &[u8]) -> Option<LineTooLong> {
        if self.state == State::Skipping || bytes.is_empty() {
            return None;
        }
        self.append(bytes);
        let error = unfinished(&self.partial).err()?;
        self.partial = Vec::new();
        self.state = State::Skipping;
        Some(error)
    }

    /// Completes the kept line with its end; nothing when it turns out empty.
    fn finish(&mut self, end: &[u8]) -> Option<Result<(), LineTooLong>> {
        self.append(end);
        match finished(&self.partial) {
            Ok([]) => {
                self.partial = Vec::new();
                None
            }
            Ok(_) => {
                self.state = State::HandedOut;
                Some(Ok(()))
            }
            Err(error) => {
                self.partial = Vec::new();
                Some(Err(error))
            }
        }
    }

    /// Appends as much as can matter: a line that fills the buffer is too long whatever follows.
    fn append(&mut self, bytes: &[u8]) {
        let free = PARTIAL_BYTES_MAX.saturating_sub(self.partial.len());
        let taken = bytes.get(..free).unwrap_or(bytes);
        let needed = self.partial.len() + taken.len();
        if needed > self.partial.capacity() {
            let capacity = needed
                .max(2 * self.partial.capacity())
                .min(PARTIAL_BYTES_MAX);
            self.partial.reserve_exact(capacity - self.partial.len());
        }
        self.partial.extend_from_slice(taken);
    }
}

/// Checks that the tag data of a client's line is within [`CLIENT_TAGS_BYTES_MAX`].
///
/// # Errors
/// [`LineTooLong::Tags`] when it isn't.
pub fn check_client_tags(line: &[u8]) -> Result<(), LineTooLong> {
    let (tags, _) = split_tags(line);
    let bytes_max = CLIENT_TAGS_BYTES_MAX;
    let data = tags.strip_prefix(b"@").unwrap_or_default();
    if data.strip_suffix(b" ").unwrap_or(data).len() > bytes_max {
        return Err(LineTooLong::Tags { bytes_max });
    }
    Ok(())
}

/// A finished line without its ending, or what is too long in it.
fn finished(line: &[u8]) -> Result<&[u8], LineTooLong> {
    unfinished(line)?;
    let content = without_ending(line);
    let (tags, body) = split_tags(content);
    // Tags without a blank at their end have no room for it either.
    let tags_max = TAGS_BYTES_MAX - usize::from(body.is_empty() && !tags.ends_with(b" "));
    if tags.len() > tags_max {
        return Err(TAGS_TOO_LONG);
    }
    if body.len() > BODY_BYTES_MAX {
        return Err(LineTooLong::Body);
    }
    Ok(content)
}

/// What is too long in the beginning of a line, whatever may follow; one CR may yet be part of its ending.
fn unfinished(line: &[u8]) -> Result<(), LineTooLong> {
    let (tags, body) = split_tags(line);
    if tags.len() > TAGS_BYTES_MAX {
        return Err(TAGS_TOO_LONG);
    }
    if body.len() > BODY_BYTES_MAX + 1 {
        return Err(LineTooLong::Body);
    }
    Ok(())
}

const TAGS_TOO_LONG: LineTooLong = LineTooLong::Tags {
    bytes_max: TAGS_BYTES_MAX,
};

/// The tag section, with `@` and blank as far as they are there, and the rest.
fn split_tags(line: &[u8]) -> (&[u8], &[u8]) {
    if line.first() != Some(&b'@') {
        return (&[], line);
    }
    let tags_end = memchr(b' ', line).map_or(line.len(), |blank| blank + 1);
    line.split_at_checked(tags_end).unwrap_or((line, &[]))
}

fn without_ending(line: &[u8]) -> &[u8] {
    let mut content = line;
    while let Some(shorter) = content.strip_suffix(b"\r") {
        content = shorter;
    }
    content
}
