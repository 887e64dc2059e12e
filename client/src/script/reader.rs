//! Reads a script's lines from a pipe: each as soon as its end has arrived, in order, in bounded
//! memory whatever is written into the pipe. A line that cannot be a message is reported with its
//! number instead of its text, and reading goes on.

use std::io::{self, Read};
use std::thread;

use thiserror::Error;
use tokio::sync::mpsc;

/// The longest line that is accepted. It is about 36 messages of IRC; more is a file, not a line.
pub(crate) const LINE_BYTES_MAX: usize = 16 * 1024;
/// How much is read at once, and so how much can wait unsplit.
const CHUNK_BYTES: usize = 16 * 1024;
/// How many split chunks may wait for the hub before reading pauses.
const BATCHES_WAITING_MAX: usize = 2;

/// One line of the input, numbered from 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct InputLine {
    /// Its number, counting every line.
    pub(crate) number: u64,
    /// Its text without the line end, or why there is none.
    pub(crate) content: Result<String, LineFault>,
}

/// Why a line cannot be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum LineFault {
    /// Too long to be a line of chat.
    #[error("longer than {LINE_BYTES_MAX} bytes, nothing of it was sent")]
    TooLong,
    /// Not text.
    #[error("not valid UTF-8 at byte {byte}")]
    NotUtf8 {
        /// The position of the first wrong byte, counted from 1.
        byte: usize,
    },
}

/// What the reading thread delivers.
pub(crate) type Batch = io::Result<Vec<InputLine>>;

/// Starts a thread that reads `input` to its end. The channel closes after the last batch; a
/// reading error is the last item. The thread pauses while nobody takes the batches.
pub(crate) fn spawn(input: impl Read + Send + 'static) -> io::Result<mpsc::Receiver<Batch>> {
    let (batches, receiver) = mpsc::channel(BATCHES_WAITING_MAX);
    // A thread of its own and not the runtime's pool: a read that never returns must not keep the
    // process from ending.
    thread::Builder::new()
        .name("stdin".to_owned())
        .spawn(move || read_all(input, &batches))?;
    Ok(receiver)
}

fn read_all(mut input: impl Read, batches: &mpsc::Sender<Batch>) {
    let mut splitter = Splitter::default();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let batch = match input.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => Ok(splitter.push(chunk.get(..length).unwrap_or_default())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let last = batch.is_err();
        if matches!(&batch, Ok(lines) if lines.is_empty()) {
            continue;
        }
        if batches.blocking_send(batch).is_err() || last {
            return;
        }
    }
    if let Some(line) = splitter.finish() {
        // A closed channel means that nobody wants the line any more.
        let _ = batches.blocking_send(Ok(vec![line]));
    }
}

/// Cuts chunks of bytes into lines.
#[derive(Debug, Default)]
struct Splitter {
    lines_seen: u64,
    partial: Vec<u8>,
    overlong: bool,
}

impl Splitter {
    fn push(&mut self, chunk: &[u8]) -> Vec<InputLine> {
        let mut lines = Vec::new();
        let mut pieces = chunk.split(|byte| *byte == b'\n');
        let tail = pieces.next_back().unwrap_or_default();
        for piece in pieces {
            let line = if self.partial.is_empty() && !self.overlong {
                self.number(decode(piece))
            } else {
                self.keep(piece);
                self.take()
            };
            lines.push(line);
        }
        self.keep(tail);
        lines
    }

    /// The last line, when the input does not end with a line end.
    fn finish(mut self) -> Option<InputLine> {
        (self.overlong || !self.partial.is_empty()).then(|| self.take())
    }

    fn keep(&mut self, piece: &[u8]) {
        // One more than the limit, for a carriage return that is not part of the line.
        if self.overlong || self.partial.len() + piece.len() > LINE_BYTES_MAX + 1 {
            self.overlong = true;
            self.partial = Vec::new();
        } else {
            self.partial.extend_from_slice(piece);
        }
    }

    fn take(&mut self) -> InputLine {
        let content = if std::mem::take(&mut self.overlong) {
            Err(LineFault::TooLong)
        } else {
            decode(&self.partial)
        };
        self.partial.clear();
        self.number(content)
    }

    fn number(&mut self, content: Result<String, LineFault>) -> InputLine {
        self.lines_seen += 1;
        InputLine {
            number: self.lines_seen,
            content,
        }
    }
}

fn decode(line: &[u8]) -> Result<String, LineFault> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.len() > LINE_BYTES_MAX {
        return Err(LineFault::TooLong);
    }
    match str::from_utf8(line) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(LineFault::NotUtf8 {
            byte: error.valid_up_to() + 1,
        }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(chunks: &[&[u8]]) -> Vec<(u64, Result<String, LineFault>)> {
        let mut splitter = Splitter::default();
        let mut lines: Vec<_> = chunks
            .iter()
            .flat_map(|chunk| splitter.push(chunk))
            .collect();
        lines.extend(splitter.finish());
        lines
            .into_iter()
            .map(|line| (line.number, line.content))
            .collect()
    }

    #[track_caller]
    fn check(chunks: &[&[u8]], expected: &[(u64, Result<&str, LineFault>)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(number, content)| (*number, content.map(str::to_owned)))
            .collect();
        assert_eq!(split(chunks), expected);
    }

    #[test]
    fn lines_are_numbered_from_one_and_blank_ones_count() {
        check(&[b"a\n\nb\n"], &[(1, Ok("a")), (2, Ok("")), (3, Ok("b"))]);
    }

    #[test]
    fn last_line_needs_no_end() {
        check(&[b"a\nb"], &[(1, Ok("a")), (2, Ok("b"))]);
    }

    #[test]
    fn no_input_is_no_line() {
        check(&[], &[]);
    }

    #[test]
    fn carriage_return_of_a_line_end_is_dropped() {
        check(&[b"a\r\nb\r", b"\n"], &[(1, Ok("a")), (2, Ok("b"))]);
    }

    #[test]
    fn a_character_may_come_in_two_chunks() {
        check(&[b"caf\xc3", b"\xa9\n"], &[(1, Ok("café"))]);
    }

    #[test]
    fn invalid_utf8_is_reported_and_the_next_line_lives() {
        check(
            &[b"ok\nab\xff\nok\n"],
            &[
                (1, Ok("ok")),
                (2, Err(LineFault::NotUtf8 { byte: 3 })),
                (3, Ok("ok")),
            ],
        );
    }

    #[test]
    fn a_megabyte_is_reported_and_never_held() {
        let mut splitter = Splitter::default();
        for _ in 0..64 {
            assert_eq!(splitter.push(&[b'x'; CHUNK_BYTES]), []);
            assert!(splitter.partial.capacity() <= 2 * LINE_BYTES_MAX);
        }
        let lines = splitter.push(b"x\nnext\n");
        let contents: Vec<_> = lines.into_iter().map(|line| line.content).collect();
        assert_eq!(contents, [Err(LineFault::TooLong), Ok("next".to_owned())]);
    }

    #[test]
    fn the_longest_line_is_accepted_and_one_byte_more_is_not() {
        let longest = vec![b'x'; LINE_BYTES_MAX];
        assert!(split(&[&longest, b"\r\n"])[0].1.is_ok());
        let longer = vec![b'x'; LINE_BYTES_MAX + 1];
        assert_eq!(split(&[&longer, b"\n"])[0].1, Err(LineFault::TooLong));
        assert_eq!(split(&[&longer])[0].1, Err(LineFault::TooLong));
    }

    #[tokio::test]
    async fn thread_delivers_everything_and_closes() {
        let mut batches = spawn(io::Cursor::new(b"one\ntwo".to_vec())).unwrap();
        let mut contents = Vec::new();
        while let Some(batch) = batches.recv().await {
            contents.extend(batch.unwrap().into_iter().map(|line| line.content));
        }
        assert_eq!(contents, [Ok("one".to_owned()), Ok("two".to_owned())]);
    }

    proptest! {
        #[test]
        fn chunking_changes_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0_usize..200) {
            let (head, tail) = bytes.split_at(at.min(bytes.len()));
            prop_assert_eq!(split(&[head, tail]), split(&[&bytes]));
        }
    }
}
