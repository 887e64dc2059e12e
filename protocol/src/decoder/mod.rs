//! Bytes into lines, whatever pieces they come in, in memory that a peer can't grow.
//!
//! It reads nothing itself and knows nothing of what is in a line but where its tags end.

mod length;

use memchr::memchr;

pub use length::{LineTooLong, check_client_tags};

use crate::limits::{BODY_BYTES_MAX, TAGS_BYTES_MAX};
use length::{finished, unfinished, without_ending};

/// Takes a stream of bytes apart into lines.
///
/// A line that lies whole in the input is borrowed from it. Only the beginning of an unfinished line is kept, at most
/// 8703 bytes unless longer lines are taken, and nothing at all between lines. A line that is too long is reported
/// once, when that is known, and skipped to its end.
#[derive(Debug)]
pub struct LineDecoder {
    /// How long a line may be without its tags and its ending.
    body_bytes_max: usize,
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
        Self::with_body_max(BODY_BYTES_MAX)
    }

    /// The same for lines of so many bytes without their tags and their ending: not all servers keep to the limit.
    pub const fn with_body_max(body_bytes_max: usize) -> Self {
        Self {
            body_bytes_max,
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
                match finished(line, self.body_bytes_max) {
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
        let error = unfinished(&self.partial, self.body_bytes_max).err()?;
        self.partial = Vec::new();
        self.state = State::Skipping;
        Some(error)
    }

    /// Completes the kept line with its end; nothing when it turns out empty.
    fn finish(&mut self, end: &[u8]) -> Option<Result<(), LineTooLong>> {
        self.append(end);
        match finished(&self.partial, self.body_bytes_max) {
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
        // Beside the tags, one CR and the byte that is too much.
        let partial_bytes_max = TAGS_BYTES_MAX + self.body_bytes_max + 2;
        let free = partial_bytes_max.saturating_sub(self.partial.len());
        let taken = bytes.get(..free).unwrap_or(bytes);
        let needed = self.partial.len() + taken.len();
        if needed > self.partial.capacity() {
            let capacity = needed
                .max(2 * self.partial.capacity())
                .min(partial_bytes_max);
            self.partial.reserve_exact(capacity - self.partial.len());
        }
        self.partial.extend_from_slice(taken);
    }
}

impl Default for LineDecoder {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
